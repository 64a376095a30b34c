import json
from datetime import timedelta

import jsonschema
import pytest

from chalkola_spapi.simulator import MARKETPLACES, ReportScript, SqpChanges

US, UK = "ATVPDKIKX0DER", "A1F83G8C2ARO7P"
SQP = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"
SCP = "GET_BRAND_ANALYTICS_SEARCH_CATALOG_PERFORMANCE_REPORT"
BASKET = "GET_BRAND_ANALYTICS_MARKET_BASKET_REPORT"
REPEAT = "GET_BRAND_ANALYTICS_REPEAT_PURCHASE_REPORT"
TERMS = "GET_BRAND_ANALYTICS_SEARCH_TERMS_REPORT"
SCHEMAS = {
    SCP: "sellingPartnerSearchCatalogPerformanceReport",
    BASKET: "sellingPartnerMarketBasketAnalysisReport",
    REPEAT: "sellingPartnerRepeatPurchaseReport",
    TERMS: "sellingPartnerSearchTermsReport",
}
PERIODS = {
    "DAY": ("2026-11-20", "2026-11-20"),
    "WEEK": ("2026-11-15", "2026-11-21"),
    "MONTH": ("2026-10-01", "2026-10-31"),
    "QUARTER": ("2026-07-01", "2026-09-30"),
}
WEEKLY = {"reportPeriod": "WEEK"}
TAKEN = [
    (kind, period)
    for kind in SCHEMAS
    for period in PERIODS
    if period != "DAY" or kind in {BASKET, TERMS}
]
every_type = pytest.mark.parametrize("kind", SCHEMAS)


@pytest.fixture
def simulator(shared):
    return shared


@pytest.fixture
def clock(shared):
    return shared.state.clock


def rows_of(document):
    return document.get("dataByAsin") or document["dataByDepartmentAndSearchTerm"]


@pytest.mark.parametrize(("kind", "period"), TAKEN)
def test_a_document_obeys_amazons_schema(ended, models, kind, period):
    document = ended.data(kind, days=PERIODS[period], options={"reportPeriod": period})
    jsonschema.Draft7Validator(models.load(SCHEMAS[kind])).validate(document)
    assert len(rows_of(document)) >= 60
    assert document["reportSpecification"] == {
        "reportType": kind,
        "reportOptions": {"reportPeriod": period},
        "dataStartTime": PERIODS[period][0],
        "dataEndTime": PERIODS[period][1],
        "marketplaceIds": [US],
    }


@every_type
@pytest.mark.parametrize("marketplace", [UK, "A1VC38T7YXB528", "A2VIGQ35RCS4UG"])
def test_other_marketplaces_obey_it_too(ended, models, kind, marketplace):
    days = PERIODS["MONTH"]
    options = {"reportPeriod": "MONTH"}
    document = ended.data(kind, marketplace=marketplace, days=days, options=options)
    jsonschema.Draft7Validator(models.load(SCHEMAS[kind])).validate(document)
    currency = MARKETPLACES[marketplace].currency
    assert f'"currencyCode": "{currency}"' in json.dumps(document) or kind in {BASKET, TERMS}


@every_type
def test_the_same_seed_gives_the_same_document(simulate, enter, clock, ended, kind):
    again = type(ended)(enter(simulate()), clock)
    assert again.data(kind, options=WEEKLY) == ended.data(kind, options=WEEKLY)


@every_type
@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"options": {}}, "requires the reportPeriod reportOption"),
        ({"options": {"reportPeriod": "YEAR"}}, "requires the reportPeriod reportOption"),
        ({"options": {**WEEKLY, "asin": "B0CHALK001"}}, "unknown reportOption asin"),
        ({"days": ("2026-11-16", "2026-11-21")}, "must be a Sunday"),
        ({"days": ("2026-11-15", "2026-11-20")}, "must be a Sunday"),
        ({"days": ("2026-11-22", "2026-11-22")}, "must be a Sunday"),
    ],
)
def test_a_wrong_request_is_fatal(ended, kind, changes, text):
    assert text in ended.error(kind, **{"options": WEEKLY, **changes})


@every_type
def test_a_period_that_is_not_published_is_fatal(ended, clock, kind):
    ended.seller.simulator.state.calendar.slip(timedelta(days=3))
    assert "unavailable" in ended.error(kind, options=WEEKLY)


@every_type
def test_two_marketplaces_are_fatal(seller, clock, kind):
    report_id = seller.report_id(reportType=kind, marketplaceIds=[US, UK], reportOptions=WEEKLY)
    clock.advance(timedelta(minutes=2))
    report = seller.report(report_id)
    assert "only one marketplaceId" in seller.document(report)["errorDetails"]


@pytest.mark.parametrize("kind", [SCP, REPEAT])
def test_some_have_no_days(ended, kind):
    text = ended.error(kind, days=PERIODS["DAY"], options={"reportPeriod": "DAY"})
    assert "requires the reportPeriod" in text


@pytest.mark.parametrize("kind", [SCP, TERMS])
def test_some_cannot_span_periods(ended, kind):
    days = ("2026-11-08", "2026-11-21")
    assert "span multiple periods" in ended.error(kind, days=days, options=WEEKLY)


@pytest.mark.parametrize("kind", [BASKET, REPEAT])
def test_some_span_periods(ended, kind):
    rows = rows_of(ended.data(kind, days=("2026-11-08", "2026-11-21"), options=WEEKLY))
    bounds = {(row["startDate"], row["endDate"]) for row in rows}
    assert bounds == {("2026-11-08", "2026-11-14"), ("2026-11-15", "2026-11-21")}


def test_catalog_performance_is_of_the_asins_asked_for(ended):
    options = {**WEEKLY, "asins": "B0CHALK003 B0CHALK001"}
    rows = rows_of(ended.data(SCP, options=options))
    assert [row["asin"] for row in rows] == ["B0CHALK003", "B0CHALK001"]


def test_catalog_performance_is_of_all_asins_without_the_option(ended):
    rows = rows_of(ended.data(SCP, options=WEEKLY))
    assert {row["asin"] for row in rows} >= {f"B0CHALK{number:03d}" for number in range(1, 43)}


@pytest.mark.parametrize(
    ("asins", "text"),
    [
        (" ".join(["B0CHALK001"] * 19), "200 characters"),
        ("B0CHALK001 B00FOREI01", "A client error occurred"),
        ("B0CHALK001,B0CHALK002", "A client error occurred"),
    ],
)
def test_catalog_performance_of_wrong_asins_is_fatal(ended, asins, text):
    assert text in ended.error(SCP, options={**WEEKLY, "asins": asins})


def test_catalog_performance_without_data_is_cancelled(ended):
    report = ended(SCP, options={**WEEKLY, "asins": "B00NODAT01"})
    assert report["processingStatus"] == "CANCELLED"


def test_catalog_performance_covers_the_queries_of_the_asin(ended):
    """Search Query Performance of the ASIN, and what is too rare to be listed there."""
    (row,) = rows_of(ended.data(SCP, options={**WEEKLY, "asins": "B0CHALK001"}))
    queries = rows_of(ended.data(SQP, options={**WEEKLY, "asin": "B0CHALK001"}))
    for step, whole, part in (
        ("impressionData", "impressionCount", "asinImpressionCount"),
        ("clickData", "clickCount", "asinClickCount"),
        ("cartAddData", "cartAddCount", "asinCartAddCount"),
        ("purchaseData", "purchaseCount", "asinPurchaseCount"),
    ):
        known = sum(query[step][part] for query in queries)
        assert known <= row[step][whole] <= 1.1 * known


def test_catalog_performance_can_be_restated_and_scripted_by_asin(ended):
    scripts = ended.seller.simulator.state.reports.scripts
    options = {**WEEKLY, "asins": "B0CHALK001"}
    (usual,) = rows_of(ended.data(SCP, options=options))
    scripts.add(ReportScript(asin="B0CHALK001", sqp=SqpChanges(restate=2)))
    (restated,) = rows_of(ended.data(SCP, options=options))
    counts = [row["impressionData"]["impressionCount"] for row in (usual, restated)]
    assert 1.9 < counts[1] / counts[0] < 2.1


def test_ranks_of_baskets_are_whole(ended):
    ranks = {}
    for row in rows_of(ended.data(BASKET, options=WEEKLY)):
        assert row["asin"] != row["purchasedWithAsin"]
        ranks.setdefault(row["asin"], []).append(row["purchasedWithRank"])
    assert all(found == list(range(1, len(found) + 1)) for found in ranks.values())


def test_search_terms_are_ranked_and_unique(ended):
    rows = rows_of(ended.data(TERMS, options=WEEKLY))
    assert len(rows) == 3000
    assert {row["departmentName"] for row in rows} == {"Amazon.com"}
    keys = {(row["searchTerm"], row["clickShareRank"]) for row in rows}
    assert len(keys) == len({(row["searchFrequencyRank"], row["clickShareRank"]) for row in rows})
    assert len(keys) == 3000
    assert {row["clickedAsin"] for row in rows} & {f"B0CHALK{number:03d}" for number in range(60)}


def test_search_terms_have_as_many_rows_as_asked(ended, simulate, enter, clock):
    other = type(ended)(enter(simulate(search_terms=7)), clock)
    assert len(rows_of(other.data(TERMS, options=WEEKLY))) == 7
    ended.seller.simulator.state.reports.scripts.add(ReportScript(search_terms=0))
    assert ended.data(TERMS, options=WEEKLY)["dataByDepartmentAndSearchTerm"] == []


def test_a_terse_amazon_gives_one_text(ended, simulate, enter, clock):
    terse = type(ended)(enter(simulate(is_terse=True)), clock)
    assert "A client error occurred" in terse.error(SCP, options={})
