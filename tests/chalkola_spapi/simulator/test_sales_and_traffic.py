from datetime import date, timedelta

import jsonschema
import pytest

from chalkola_spapi.simulator import MARKETPLACES
from chalkola_spapi.simulator.cooldowns import Cooldown
from chalkola_spapi.simulator.stock.sales import units_of_days
from chalkola_spapi.simulator.throttle import Plan

US, UK, JP = "ATVPDKIKX0DER", "A1F83G8C2ARO7P", "A1VC38T7YXB528"
SALES = "GET_SALES_AND_TRAFFIC_REPORT"
DAY = ("2026-11-20", "2026-11-20")
ADDITIVE = ("sessions", "pageViews", "browserSessions", "mobileAppPageViews")


@pytest.fixture
def simulator(shared):
    shared.state.throttle.grant("createReport", Plan(1000, 1000))
    return shared


@pytest.fixture
def clock(shared):
    return shared.state.clock


@pytest.fixture
def sales(ended, clock):
    """The document of a report that must be DONE; the quota has room for it."""

    def run(**query):
        document = ended.data(SALES, **query)
        clock.advance(timedelta(minutes=15))
        return document

    return run


def amount(metrics):
    return metrics["orderedProductSales"]["amount"]


@pytest.mark.parametrize("granularity", ["PARENT", "CHILD", "SKU"])
@pytest.mark.parametrize("marketplace", [US, UK, JP])
def test_a_document_obeys_amazons_schema(sales, models, granularity, marketplace):
    document = sales(marketplace=marketplace, options={"asinGranularity": granularity})
    jsonschema.Draft7Validator(models.load("sellerSalesAndTrafficReport")).validate(document)
    currency = MARKETPLACES[marketplace].currency
    row = document["salesAndTrafficByAsin"][0]
    assert row["salesByAsin"]["orderedProductSales"]["currencyCode"] == currency
    names = {"PARENT": {"parentAsin"}, "CHILD": {"parentAsin", "childAsin"}}
    expected = names.get(granularity, {"parentAsin", "childAsin", "sku"})
    assert row.keys() - {"salesByAsin", "trafficByAsin"} == expected
    assert ("unitsOrderedB2B" in row["salesByAsin"]) == (marketplace == US)


def test_both_parts_add_up_to_the_same(sales):
    for granularity in ("PARENT", "CHILD", "SKU"):
        document = sales(options={"asinGranularity": granularity})
        dates = document["salesAndTrafficByDate"]
        asins = document["salesAndTrafficByAsin"]
        assert len(dates) == 7
        for name in ("unitsOrdered", "totalOrderItems"):
            by_date = sum(one["salesByDate"][name] for one in dates)
            assert by_date == sum(one["salesByAsin"][name] for one in asins)
        for name in ADDITIVE:
            by_date = sum(one["trafficByDate"][name] for one in dates)
            assert by_date == sum(one["trafficByAsin"][name] for one in asins)
        by_date = sum(amount(one["salesByDate"]) for one in dates)
        assert by_date == pytest.approx(sum(amount(one["salesByAsin"]) for one in asins))


def test_sales_are_the_orders_that_the_stock_moves_by(sales, simulator):
    document = sales(days=DAY, options={"asinGranularity": "SKU"})
    items = simulator.state.stock.view().items
    for row in document["salesAndTrafficByAsin"]:
        (units,) = units_of_days(
            simulator.state.settings.seed,
            US,
            item=items[row["sku"]],
            first=date(2026, 11, 20).toordinal(),
            count=1,
        )
        assert row["salesByAsin"]["unitsOrdered"] == units
        price = items[row["sku"]].price(MARKETPLACES[US], date(2026, 11, 20))
        assert amount(row["salesByAsin"]) == pytest.approx(units * price)


def test_the_defaults_are_days_and_parents(sales):
    document = sales()
    assert [one["date"] for one in document["salesAndTrafficByDate"]][:2] == [
        "2026-11-15",
        "2026-11-16",
    ]
    assert len(document["salesAndTrafficByAsin"]) == 10


@pytest.mark.parametrize(
    ("granularity", "days", "dates"),
    [
        ("WEEK", ("2026-11-11", "2026-11-17"), ["2026-11-08", "2026-11-15"]),
        ("MONTH", ("2026-09-15", "2026-10-02"), ["2026-09-01", "2026-10-01"]),
    ],
)
def test_a_part_of_a_period_is_widened_to_the_whole(sales, granularity, days, dates):
    document = sales(days=days, options={"dateGranularity": granularity})
    found = document["salesAndTrafficByDate"]
    assert [one["date"] for one in found] == dates
    days_of = sales(days=("2026-11-08", "2026-11-14"), options={"dateGranularity": "DAY"})
    week = sum(one["salesByDate"]["unitsOrdered"] for one in days_of["salesAndTrafficByDate"])
    if granularity == "WEEK":
        assert found[0]["salesByDate"]["unitsOrdered"] == week


def test_a_day_that_is_not_over_is_left_out(sales, ended, clock):
    document = sales(days=("2026-11-22", "2026-11-24"))
    dates = [one["date"] for one in document["salesAndTrafficByDate"]]
    assert dates == ["2026-11-22", "2026-11-23"]
    today = ended(SALES, days=("2026-11-24", "2026-11-24"))
    assert today["processingStatus"] == "CANCELLED"


def test_more_than_two_years_ago_is_cancelled(ended):
    report = ended(SALES, days=("2024-11-01", "2024-11-01"))
    assert report["processingStatus"] == "CANCELLED"


@pytest.mark.parametrize("options", [{"dateGranularity": "QUARTER"}, {"asinGranularity": "ASIN"}])
def test_an_unknown_granularity_is_fatal(ended, options):
    assert "A client error occurred" in ended.error(SALES, options=options)


def test_two_marketplaces_are_fatal(seller, clock):
    report_id = seller.report_id(reportType=SALES, marketplaceIds=[US, UK], reportOptions=None)
    clock.advance(timedelta(minutes=2))
    assert seller.report(report_id)["processingStatus"] == "FATAL"


def create(seller):
    return seller.create(reportType=SALES, reportOptions=None)


def test_an_application_gets_one_in_15_minutes(simulator, enter, clock):
    one, two = enter(simulator), enter(simulator, "Atzr|two")
    assert create(one).status_code == 202
    refused = create(two)
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["code"] == "QuotaExceeded"
    assert one.create().status_code == 202
    clock.advance(timedelta(minutes=15))
    assert create(two).status_code == 202


def test_a_daily_count_rolls(clock):
    minute, day = timedelta(minutes=1), timedelta(days=1)
    cooldown = Cooldown(minute, limit=2, window=day)
    start = clock.now()
    assert cooldown.take("client", at=start)
    assert cooldown.take("client", at=start + 2 * minute)
    assert not cooldown.take("client", at=start + day - minute)
    assert cooldown.take("another", at=start + day - minute)
    assert cooldown.take("client", at=start + day)
    assert not cooldown.take("client", at=start + day + minute)


@pytest.mark.parametrize("over", ["FATAL", "CANCELLED"])
def test_what_is_too_much_may_be_created_and_fail(simulate, enter, clock, over):
    seller = enter(simulate(over_sales_quota=over))
    ids = [create(seller).json()["reportId"] for _ in range(2)]
    clock.advance(timedelta(minutes=2))
    statuses = [seller.report(one)["processingStatus"] for one in ids]
    assert statuses == ["DONE", over]


def test_speed_scales_the_quota(simulate, enter, clock):
    seller = enter(simulate(speed=60))
    assert create(seller).status_code == 202
    clock.advance(timedelta(seconds=15))
    assert create(seller).status_code == 202
