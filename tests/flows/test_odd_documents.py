"""What shoppers type and Amazon sends, stored as it is."""

from __future__ import annotations

import copy
import json
from decimal import Decimal

import pytest

ODD = [
    'chalk "markers", 10\\N pack',
    "tab\tand\\t",
    "line\nfeed\rreturn",
    "null",
    "NULL",
    "\\N",
    "",
    " ",
    "CHALK",
    "chalk",
    "🖍️ café 👩‍👩‍👧",
    "cafe\u0301",
    "café",
    "\u200fطب\u200f",
    "'; DROP TABLE sqp_data; --",
    "},{",
    '"dataByAsin":[',
    "%s %(x)s {0}",
    "q" * 500,
    "語" * 500,
]


@pytest.fixture
def document(seller):
    """Amazon's own document of one ASIN, with one row that tests change."""

    def make(*rows, asin="B0CHALK001"):
        from datetime import UTC, datetime

        from chalkola_spapi.simulator.report_scripts import SqpChanges
        from chalkola_spapi.simulator.report_specification import read_specification
        from chalkola_spapi.simulator.sqp_document import SqpRequest, render

        body = {
            "reportType": "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT",
            "marketplaceIds": [seller.ids["US"]],
            "dataStartTime": "2026-01-25T00:00:00Z",
            "dataEndTime": "2026-01-31T00:00:00Z",
            "reportOptions": {"reportPeriod": "WEEK", "asin": asin},
        }
        specification = read_specification(body, now=datetime.now(UTC))
        request = SqpRequest(specification, SqpChanges())
        whole = json.loads(render(request, asins=[asin], seed=1))
        usual = whole["dataByAsin"][0]
        whole["dataByAsin"] = [_changed(usual, row) for row in rows]
        return whole

    return make


def _changed(usual, changes):
    row = copy.deepcopy(usual)
    for path, value in changes.items():
        *parents, last = path.split(".")
        place = row
        for name in parents:
            place = place[name]
        if value is ...:
            del place[last]
        else:
            place[last] = value
    return row


def query(text, **more):
    return {"searchQueryData.searchQuery": text} | more


def test_odd_queries_are_stored_as_they_are(seller, document):
    seller.script(document=json.dumps(document(*map(query, ODD)), ensure_ascii=False))
    assert seller.pull("US", asins=["B0CHALK001"])["counts"]["loaded"] == 1
    assert sorted(key[3] for key in seller.stored()) == sorted(ODD)
    assert seller.stored() == seller.served()


def test_a_nul_is_left_out_also_where_two_queries_then_are_one(seller, document):
    rows = [query("a\0b"), query("ab"), query("\0")]
    seller.script(document=json.dumps(document(*rows)))
    assert seller.pull("US", asins=["B0CHALK001"])["counts"]["loaded"] == 1
    assert sorted(key[3] for key in seller.stored()) == ["", "ab"]


def test_of_a_key_that_comes_twice_the_last_row_counts(seller, document):
    volume = "searchQueryData.searchQueryVolume"
    rows = [query("chalk", **{volume: 1}), query("pen"), query("chalk", **{volume: 2})]
    seller.script(document=json.dumps(document(*rows)))
    seller.pull("US", asins=["B0CHALK001"])
    assert seller.stored() == seller.served()
    assert len(seller.stored()) == 2


@pytest.mark.parametrize("missing", [None, ..., {"amount": None, "currencyCode": None}])
def test_a_missing_median_price_is_null(seller, document, missing):
    path = "clickData.asinMedianClickPrice"
    seller.script(document=json.dumps(document(query("chalk", **{path: missing}))))
    assert seller.pull("US", asins=["B0CHALK001"])["counts"]["loaded"] == 1
    (row,) = seller.stored().values()
    assert row["asin_median_click_price_amount"] is None
    assert row["asin_median_click_price_currency_code"] is None
    assert row["total_median_click_price_amount"] is not None


def test_yen_and_long_shares_are_exact(seller, document):
    price = {"amount": 1980, "currencyCode": "JPY"}
    share = "impressionData.asinImpressionShare"
    rows = [query("chalk", **{"clickData.totalMedianClickPrice": price, share: 0.1234})]
    text = json.dumps(document(*rows)).replace("0.1234", "0.12345678901234567890123")
    seller.script(document=text)
    seller.pull("US", asins=["B0CHALK001"])
    (row,) = seller.stored().values()
    assert row["total_median_click_price_amount"] == 1980
    assert row["total_median_click_price_currency_code"] == "JPY"
    assert row["asin_impression_share"] == Decimal("0.12345678901234567890123")


def test_large_counts_and_counts_with_a_point_are_stored(seller, document):
    rows = [
        query("big", **{"clickData.totalClickCount": 9_000_000_000_000}),
        query("pointed", **{"clickData.totalClickCount": 12.0}),
    ]
    seller.script(document=json.dumps(document(*rows)))
    seller.pull("US", asins=["B0CHALK001"])
    assert {k[3]: r["total_clicks"] for k, r in seller.stored().items()} == {
        "big": 9_000_000_000_000,
        "pointed": 12,
    }


def test_a_field_that_amazon_adds_is_kept_and_reported(seller, document):
    rows = [query("chalk", **{"clickData.newShinyShare": "a\u0000b", "brandNew": {"x": [1]}})]
    seller.script(document=json.dumps(document(*rows)))
    assert seller.pull("US", asins=["B0CHALK001"])["counts"]["loaded"] == 1
    (row,) = seller.rows("SELECT extra FROM chalkola.sqp_data")
    assert row["extra"] == {"clickData.newShinyShare": "ab", "brandNew": {"x": [1]}}
    assert seller.ledger()[0]["extra_fields"] == ["brandNew", "clickData.newShinyShare"]


def test_a_pretty_printed_and_an_unzipped_document_are_read(seller, document):
    seller.script(document=json.dumps(document(query("a"), query("b")), indent=4), is_gzip=False)
    assert seller.pull("US", asins=["B0CHALK001"])["counts"]["loaded"] == 1
    assert seller.stored() == seller.served()


def test_japan_is_stored_in_its_script_and_yen(seller):
    seller.pull("JP", asins=seller.asins(1))
    assert seller.stored() == seller.served()
    (found,) = seller.rows(
        "SELECT DISTINCT total_median_click_price_currency_code AS currency FROM chalkola.sqp_data"
    )
    assert found["currency"] == "JPY"
