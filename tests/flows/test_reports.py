"""Every report of the guide: from the request to its table, and what the next pull asks for."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from chalkola_spapi.report_rules import REPORT_RULES
from chalkola_spapi.simulator import FlatChanges
from tasks.errors import InputError

NOTHING = dict.fromkeys(("loaded", "no_data", "pending", "planned", "fatal", "failed"), 0)
BY_ASIN = {
    "MARKET_BASKET": "market_basket",
    "REPEAT_PURCHASE": "repeat_purchase",
    "SEARCH_CATALOG_PERFORMANCE": "search_catalog_performance",
}
CODECS = {"US": "utf-8", "DE": "cp1252", "JP": "cp932"}
FLAT_FILES = {
    "FBA_INVENTORY": "fba_myi_inventory",
    "RESTOCK_INVENTORY": "restock_recommendations",
    "ALL_LISTINGS": "merchant_listings",
}


@pytest.fixture
def pull(seller):
    from flows.report import report

    def run(report_type, *codes, **parameters):
        given = {"marketplaces": list(codes), "wait_minutes": 1, **parameters}
        return seller._summary(lambda: report(report_type, **given))

    return run


def body(seller, place=-1):
    """A report's document as it lies in Amazon's storage, by the order of creation."""
    document = seller.state.documents.peek(seller.created[place].document_id)
    raw = document.body()
    return gzip.decompress(raw) if document.is_gzip else raw


def served(seller, array, place=-1):
    """The rows of a JSON document, as our table should hold them."""
    return [columns(row) for row in json.loads(body(seller, place), parse_float=Decimal)[array]]


def columns(row):
    found = {}
    for name, value in row.items():
        if isinstance(value, dict):
            inner = columns(value)
            is_money = {"amount", "currency_code"} >= inner.keys()
            found |= {f"{snake(name)}_{k}": v for k, v in inner.items()} if is_money else inner
        elif name not in {"startDate", "endDate"}:
            found[snake(name)] = value
    return found


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.replace("B2B", "B2b")).lower()


def stored(seller, table, like):
    """A table's rows, with the columns that Amazon's rows have."""
    names = ", ".join(sorted({name for row in like for name in row}))
    return seller.rows(f"SELECT {names} FROM chalkola.{table}")


def same(ours, theirs):
    wide = {name for row in theirs for name in row}
    theirs = [{name: row.get(name) for name in wide} for row in theirs]
    assert sorted(map(str, map(_plain, ours))) == sorted(map(str, map(_plain, theirs)))


def _plain(row):
    """Numbers by their value, dates by their text, '' for what has no name."""

    def one(value):
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return Decimal(value).normalize()
        return str(value or "")

    return {name: one(row[name]) for name in sorted(row)}


def places(seller, table):
    rows = seller.rows(f"SELECT ctid::TEXT, xmin::TEXT, report_id FROM chalkola.{table}")
    return sorted(tuple(row.values()) for row in rows)


# -- Brand Analytics ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BY_ASIN)
def test_every_column_of_every_row_is_what_was_served(seller, pull, name):
    result = pull(name, "US", "DE", start=seller.start)
    assert result["counts"] == NOTHING | {"loaded": 2}
    rows = served(seller, "dataByAsin", 0) + served(seller, "dataByAsin", 1)
    same(stored(seller, BY_ASIN[name], rows), rows)
    assert sum(r["rows"] for r in result["reports"]) == len(rows) > 0
    assert {r.specification.options["reportPeriod"] for r in seller.created} == {"WEEK"}


def test_search_terms_of_a_day_are_loaded(seller, pull):
    result = pull("SEARCH_TERMS", "US", start=date(2026, 1, 25), options={"reportPeriod": "DAY"})
    assert result["counts"] == NOTHING | {"loaded": 1}
    rows = served(seller, "dataByDepartmentAndSearchTerm")
    same(stored(seller, "search_terms", rows), rows)


def test_catalog_performance_takes_asins_under_its_own_name(seller, pull):
    asins = "B0CHALK002 B0CHALK001"
    pull("SEARCH_CATALOG_PERFORMANCE", "US", start=seller.start, options={"asins": asins})
    assert seller.created[0].specification.options == {"reportPeriod": "WEEK", "asins": asins}
    found = seller.rows("SELECT DISTINCT asin FROM chalkola.search_catalog_performance")
    assert sorted(row["asin"] for row in found) == ["B0CHALK001", "B0CHALK002"]


def test_a_report_of_some_asins_leaves_the_others_alone(seller, pull):
    pull("SEARCH_CATALOG_PERFORMANCE", "US", start=seller.start)
    before = places(seller, "search_catalog_performance")
    options = {"asins": "B0CHALK001"}
    result = pull("SEARCH_CATALOG_PERFORMANCE", "US", start=seller.start, options=options)
    assert result["counts"]["loaded"] == 1
    assert result["reports"][0]["rows_removed"] == 0
    assert places(seller, "search_catalog_performance") == before


def test_a_second_pull_asks_for_nothing_and_a_refresh_writes_nothing(seller, pull):
    pull("MARKET_BASKET", "US", start=seller.start)
    before = places(seller, "market_basket")
    again = pull("MARKET_BASKET", "US", start=seller.start)
    assert seller.calls("createReport") == 1
    assert not again["reports"][0]["is_new"]

    refreshed = pull("MARKET_BASKET", "US", start=seller.start, refresh=True)

    assert seller.calls("createReport") == 2
    assert refreshed["reports"][0]["rows_written"] == refreshed["reports"][0]["rows_removed"] == 0
    assert places(seller, "market_basket") == before


def test_sqp_can_be_pulled_as_any_other(seller, pull):
    result = pull("SQP", "US", start=seller.start, options={"asin": " ".join(seller.asins(20))})
    assert result["counts"] == NOTHING | {"loaded": 2}
    assert seller.stored() == seller.served()


def test_an_empty_report_is_no_data(seller, pull):
    empty = json.dumps({"reportSpecification": {}, "dataByAsin": []})
    seller.script(report_type=None, document=empty)
    assert pull("REPEAT_PURCHASE", "US", start=seller.start)["counts"]["no_data"] == 1


def test_another_periods_document_is_refused(seller, pull):
    row = {"startDate": "2026-01-18", "endDate": "2026-01-24", "asin": "B0CHALK001", "orders": 1}
    seller.script(document=json.dumps({"dataByAsin": [row]}))
    result = pull("REPEAT_PURCHASE", "US", start=seller.start)
    assert result["counts"]["failed"] == 1
    assert "startDate" in result["reports"][0]["message"]


def test_an_unknown_field_is_kept_and_reported(seller, pull):
    row = {"asin": "B0CHALK001", "orders": 3, "novelty": {"share": 0.125}, "x": None}
    document = {"dataByAsin": [row], "someTotal": 7}
    seller.script(document=json.dumps(document))
    assert pull("REPEAT_PURCHASE", "US", start=seller.start)["counts"]["loaded"] == 1
    (stored_row,) = seller.rows("SELECT orders, extra FROM chalkola.repeat_purchase")
    assert stored_row == {"orders": 3, "extra": {"novelty": {"share": 0.125}, "x": None}}
    assert seller.ledger()[0]["extra_fields"] == ["novelty", "someTotal", "x"]


def test_a_row_without_its_key_is_an_error_and_stores_nothing(seller, pull):
    seller.script(document=json.dumps({"dataByAsin": [{"orders": 3}]}))
    result = pull("REPEAT_PURCHASE", "US", start=seller.start)
    assert result["counts"]["failed"] == 1
    assert "a row without asin" in result["reports"][0]["message"]
    assert not seller.rows("SELECT 1 FROM chalkola.repeat_purchase")


@pytest.mark.parametrize("name", ["MARKET_BASKET", "ALL_LISTINGS"])
def test_a_lost_answer_never_buys_another_report(seller, pull, name):
    seller.fault("createReport", "close_after")
    given = {"start": seller.start} if name == "MARKET_BASKET" else {}
    assert pull(name, "US", **given)["counts"]["loaded"] == 1
    assert len(seller.created) == 1
    assert seller.ledger()[0]["is_adopted"]


def test_of_two_candidates_the_one_with_our_options_is_taken(seller, pull):
    def options(asin):
        return {"start": seller.start, "options": {"asins": asin}}

    pull("SEARCH_CATALOG_PERFORMANCE", "US", **options("B0CHALK001"))
    # What another application of the seller asked for, as far as our ledger knows.
    seller.execute("TRUNCATE chalkola.report_requests CASCADE")
    seller.fault("createReport", "close_after")
    result = pull("SEARCH_CATALOG_PERFORMANCE", "US", **options("B0CHALK002"))
    assert result["reports"][0]["report_id"] == seller.created[1].report_id
    assert len(seller.created) == 2


def test_a_report_of_another_type_leaves_the_newest_week_of_sqp_alone(seller, pull):
    from chalkola_spapi.periods import ReportPeriod
    from tasks.sqp.stored import search_queries

    seller.pull("US", asins=seller.asins(1))
    pull("MARKET_BASKET", "US", start=date(2026, 2, 1))
    given = {"marketplaces": [], "period": ReportPeriod.WEEK, "limit": 5}
    assert search_queries(seller.engine, "chalk", **given)


def test_only_brand_analytics_prove_its_role(seller, pull):
    from tasks.ledger.ledger import Ledger

    pull("ALL_LISTINGS", "US")
    assert not Ledger(seller.engine).has_loaded("NA")
    pull("MARKET_BASKET", "US", start=seller.start)
    assert Ledger(seller.engine).has_loaded("NA")


# -- sales and traffic ----------------------------------------------------------------------------


def test_sales_and_traffic_fill_both_tables(seller, pull):
    result = pull("SALES_TRAFFIC", "US", start=date(2026, 1, 25))
    assert result["counts"] == NOTHING | {"loaded": 1}
    for array, table in (
        ("salesAndTrafficByDate", "sales_and_traffic_by_date"),
        ("salesAndTrafficByAsin", "sales_and_traffic_by_asin"),
    ):
        rows = served(seller, array)
        assert rows
        same(stored(seller, table, rows), rows)
    assert seller.created[0].specification.options == {
        "dateGranularity": "DAY",
        "asinGranularity": "CHILD",
    }


def test_each_day_is_a_report_of_its_own_and_waits_for_its_turn(seller, pull):
    result = pull("SALES_TRAFFIC", "US", "DE", start=date(2026, 1, 25), end=date(2026, 1, 26))
    assert result["counts"] == NOTHING | {"loaded": 1, "planned": 3}
    assert seller.calls("createReport", status=429) == 0
    waits = sorted(r["next_at"] for r in result["reports"] if r["status"] == "planned")
    expected = [datetime.now(UTC) + timedelta(minutes=15 * n) for n in (1, 2, 3)]
    for text, at in zip(waits, expected, strict=True):
        assert abs(datetime.fromisoformat(text) - at) < timedelta(minutes=1)


# -- flat files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FLAT_FILES)
def test_flat_files_are_read_in_the_charset_of_their_region(seller, pull, name):
    result = pull(name, *CODECS)
    assert result["counts"] == NOTHING | {"loaded": 3}
    texts = {
        report.specification.marketplace_ids[0]: body(seller, place)
        for place, report in enumerate(seller.created)
    }
    for code, codec in CODECS.items():
        lines = texts[seller.ids[code]].decode(codec).splitlines()
        rows = seller.rows(
            f"SELECT * FROM chalkola.{FLAT_FILES[name]} WHERE marketplace_id = :id",
            id=seller.ids[code],
        )
        assert len(rows) == len(lines) - 1
        key = "seller_sku" if name == "ALL_LISTINGS" else "sku"
        title = "item_name" if name == "ALL_LISTINGS" else "product_name"
        ours = {(row[key], row[title]) for row in rows}
        cells = [line.split("\t") for line in lines[1:]]
        assert all(any(sku in one and text in one for one in cells) for sku, text in ours)
    if name == "ALL_LISTINGS":
        japanese = seller.rows("SELECT * FROM chalkola.merchant_listings")
        assert any("チョーク" in (row["item_name"] or "") for row in japanese)
        assert all(row["extra"] is None for row in japanese)


def test_odd_text_and_decimal_commas_are_kept_exact(seller, pull):
    seller.script(flat=FlatChanges(odd_text=True, decimal_comma=True))
    pull("RESTOCK_INVENTORY", "DE")
    lines = body(seller).decode("cp1252").split("\r\n")[1:-1]
    expected = {
        cells[3]: (cells[1], Decimal(cells[9].replace(",", ".")))
        for cells in (line.split("\t") for line in lines)
    }
    rows = seller.rows("SELECT sku, product_name, price FROM chalkola.restock_recommendations")
    assert {row["sku"]: (row["product_name"], row["price"]) for row in rows} == expected


def test_an_unknown_column_is_kept_in_extra(seller, pull):
    seller.script(flat=FlatChanges(extra_columns={"new-thing": "so"}))
    pull("FBA_INVENTORY", "US")
    assert {
        row["extra"]["new-thing"]
        for row in seller.rows("SELECT extra FROM chalkola.fba_myi_inventory")
    } == {"so"}
    assert seller.ledger()[0]["extra_fields"] == ["new-thing"]


def test_a_missing_key_column_is_an_error(seller, pull):
    seller.script(flat=FlatChanges(without_columns=frozenset({"Merchant SKU"})))
    result = pull("RESTOCK_INVENTORY", "US")
    assert result["counts"]["failed"] == 1
    assert "Merchant SKU is missing" in result["reports"][0]["message"]


def test_another_missing_column_is_null(seller, pull):
    seller.script(flat=FlatChanges(without_columns=frozenset({"asin"})))
    assert pull("FBA_INVENTORY", "US")["counts"]["loaded"] == 1
    assert seller.rows("SELECT DISTINCT asin FROM chalkola.fba_myi_inventory") == [{"asin": None}]


def test_a_header_alone_is_no_data_and_changes_nothing(seller, pull):
    pull("ALL_LISTINGS", "US")
    before = places(seller, "merchant_listings")
    seller.script(flat=FlatChanges(header_only=True))
    seller.execute("UPDATE chalkola.report_requests SET submitting_at = now() - INTERVAL '1 hour'")
    assert pull("ALL_LISTINGS", "US")["counts"]["no_data"] == 1
    assert places(seller, "merchant_listings") == before


def test_a_repeated_key_is_one_row(seller, pull):
    seller.script(flat=FlatChanges(duplicate_rows=True))
    result = pull("ALL_LISTINGS", "US")
    rows = seller.rows("SELECT count(*) AS n FROM chalkola.merchant_listings")
    assert rows[0]["n"] == result["reports"][0]["rows"] - 1


def test_within_the_cooldown_the_newest_report_stands_for_another(seller, pull):
    pull("FBA_INVENTORY", "DE")
    again = pull("FBA_INVENTORY", "DE", refresh=True)
    assert again["counts"] == NOTHING | {"loaded": 1}
    assert not again["reports"][0]["is_new"]
    assert seller.calls("createReport") == 1


def test_after_a_fatal_the_next_one_waits_for_the_cooldown(seller, pull):
    seller.script(fate="FATAL", fatal_document=False)
    first = pull("FBA_INVENTORY", "DE")
    assert first["reports"][0]["kind"] == "too_frequent"
    assert pull("FBA_INVENTORY", "DE")["counts"] == NOTHING | {"planned": 1}
    assert seller.calls("createReport") == 1


# -- every other type -----------------------------------------------------------------------------


def test_an_unknown_type_is_kept_raw(seller, pull):
    from tasks.connections import connections
    from tasks.reports.raw_documents import kept_document

    seller.script(document="a\tb\n1\t2\n")
    result = pull("GET_SOMETHING_NEW", "US", start=date(2026, 1, 1), end=date(2026, 1, 3))
    assert result["counts"] == NOTHING | {"loaded": 1}
    conns = connections()
    path = kept_document(conns, conns.ledger.get(result["reports"][0]["request_id"]))
    assert gzip.decompress(Path(path).read_bytes()) == b"a\tb\n1\t2\n"
    asked = seller.created[0].specification
    assert asked.data_start_time == datetime(2026, 1, 1, tzinfo=UTC)
    assert asked.data_end_time == datetime(2026, 1, 3, 23, 59, 59, tzinfo=UTC)


def test_a_report_is_loaded_again_from_its_kept_document_alone(seller, pull):
    from flows.replay import replay

    for name in ("MARKET_BASKET", "ALL_LISTINGS"):
        report = pull(name, "DE", **({"start": seller.start} if name in BY_ASIN else {}))
        table = BY_ASIN.get(name) or FLAT_FILES[name]
        rows = seller.rows(f"SELECT * FROM chalkola.{table}")
        report_id = report["reports"][0]["report_id"]
        assert replay(report_id)["reports"][0]["rows_written"] == 0
        seller.execute(f"TRUNCATE chalkola.{table}")
        assert replay(report_id)["counts"] == NOTHING | {"loaded": 1}
        assert len(seller.rows(f"SELECT * FROM chalkola.{table}")) == len(rows) > 0
    assert (seller.calls("getReportDocument"), seller.calls("document")) == (2, 2)

    for path in seller.raw_files:
        path.write_bytes(b"something else")
    with pytest.raises(InputError, match="not on this machine as it came"):
        replay(report_id)
    with pytest.raises(InputError, match="not in the ledger"):
        replay("unknown")


def test_the_form_offers_every_type_that_is_loaded():
    from flows.report import LoadedType

    assert set(get_args(LoadedType)) == {rules.name for rules in REPORT_RULES.values()}


@pytest.mark.parametrize(
    ("name", "given", "problem"),
    [
        ("MARKET_BASKET", {"start": date(2026, 1, 26)}, "start: 2026-01-26 is a Monday"),
        ("MARKET_BASKET", {"options": {"reportPeriod": "YEAR"}}, "none of WEEK"),
        ("REPEAT_PURCHASE", {"options": {"reportPeriod": "DAY"}}, "none of WEEK"),
        ("SQP", {"options": {"asins": "B0CHALK001"}}, "option: asins is none"),
        ("SEARCH_CATALOG_PERFORMANCE", {"options": {"asin": "B0CHALK001"}}, "option: asin is none"),
        ("SALES_TRAFFIC", {"options": {"asinGranularity": "ALL"}}, "none of CHILD"),
        ("MARKET_BASKET", {"start": date(2026, 1, 25), "end": date(2026, 2, 3)}, "lies within"),
        ("MARKET_BASKET", {"end": date(2026, 1, 31)}, "needs a start"),
        ("FBA_INVENTORY", {"start": date(2026, 1, 1)}, "takes no dates"),
        ("MARKET_BASKET", {"start": date(2099, 1, 4)}, "has not ended"),
        ("SALES_TRAFFIC", {"start": date(2020, 1, 1)}, "SALES_TRAFFIC goes back to"),
        ("GET_ANY", {"start": date(2099, 1, 4)}, "start: 2099-01-04 has not ended"),
        ("get", {}, "report type"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_asked(
    seller, pull, name, given, problem
):
    with pytest.raises(InputError, match=problem):
        pull(name, "US", **given)
    assert seller.calls("createReport") == 0
