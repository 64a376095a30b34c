"""The seller's items, and that every report knows the same of them."""

import pytest

from chalkola_spapi.simulator import MARKETPLACES, seller_id
from chalkola_spapi.simulator.settings import DEFAULT_SEED, Settings
from chalkola_spapi.simulator.stock.catalogue import Catalogue

US, UK = "ATVPDKIKX0DER", "A1F83G8C2ARO7P"
SCP = "GET_BRAND_ANALYTICS_SEARCH_CATALOG_PERFORMANCE_REPORT"
BASKET = "GET_BRAND_ANALYTICS_MARKET_BASKET_REPORT"
REPEAT = "GET_BRAND_ANALYTICS_REPEAT_PURCHASE_REPORT"
SALES = "GET_SALES_AND_TRAFFIC_REPORT"
MYI = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"
RESTOCK = "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT"
LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"
WEEKLY = {"reportPeriod": "WEEK"}


@pytest.fixture
def simulator(shared):
    return shared


@pytest.fixture
def clock(shared):
    return shared.state.clock


def test_the_first_42_asins_are_the_demonstrations():
    asins = [item.asin for item in Catalogue(seed=DEFAULT_SEED).items.values()]
    assert len(asins) == 60
    assert asins[:42] == [f"B0CHALK{number:03d}" for number in range(1, 43)]


def test_a_large_catalogue_has_unique_names():
    items = Catalogue(seed=1, size=9999).items
    assert len(items) == len({item.asin for item in items.values()}) == 9999
    assert {len(item.asin) for item in items.values()} == {10}
    assert {len(item.parent_asin) for item in items.values()} == {10}
    marketplace = MARKETPLACES[US]
    assert len({item.fnsku(marketplace) for item in items.values()}) == 9999


def test_some_skus_need_care_in_an_address():
    skus = "".join(Catalogue(seed=1).items)
    assert {"+", "/", "&", "%", " "} & set(skus) >= {"/", "&", "%"}


def test_a_small_catalogue_is_the_beginning_of_a_large_one():
    small, large = (Catalogue(seed=1, size=size).items for size in (10, 2500))
    assert list(small.values()) == list(large.values())[:10]


def test_a_label_differs_between_regions():
    item = next(iter(Catalogue(seed=1).items.values()))
    labels = {item.fnsku(marketplace) for marketplace in MARKETPLACES.values()}
    assert len(labels) == 3


@pytest.mark.parametrize("size", [0, 10_000])
def test_a_size_has_bounds(size):
    with pytest.raises(ValueError, match="1 to 9999"):
        Catalogue(seed=1, size=size)


def test_settings_know_the_catalogue(simulate, enter, ended, clock):
    small = type(ended)(enter(simulate(catalogue_size=3)), clock)
    assert Settings().catalogue_size == 60
    assert [row["asin"] for row in small.rows(MYI)] == ["B0CHALK003", "B0CHALK001", "B0CHALK002"]


@pytest.mark.parametrize("marketplace", [US, UK])
def test_all_reports_have_the_same_asins(ended, marketplace):
    where = {"marketplace": marketplace}
    expected = {item.asin for item in Catalogue(seed=DEFAULT_SEED).items.values()}
    for kind in (SCP, BASKET, REPEAT):
        rows = ended.data(kind, options=WEEKLY, **where)["dataByAsin"]
        assert {row["asin"] for row in rows} == expected
    sales = ended.data(SALES, options={"asinGranularity": "CHILD"}, **where)
    assert {row["childAsin"] for row in sales["salesAndTrafficByAsin"]} == expected
    assert {row["asin"] for row in ended.rows(MYI, **where)} == expected
    assert {row["ASIN"] for row in ended.rows(RESTOCK, **where)} == expected
    assert {row["asin1"] for row in ended.rows(LISTINGS, **where)} - {""} == expected


@pytest.mark.parametrize("marketplace", [US, UK])
def test_searches_lead_to_no_more_than_what_is_sold(ended, marketplace):
    where = {"marketplace": marketplace}
    searched = ended.data(SCP, options=WEEKLY, **where)["dataByAsin"]
    sales = ended.data(SALES, options={"asinGranularity": "CHILD"}, **where)
    units = {
        row["childAsin"]: row["salesByAsin"]["unitsOrdered"]
        for row in sales["salesAndTrafficByAsin"]
    }
    for row in searched:
        assert row["purchaseData"]["purchaseCount"] <= units[row["asin"]]


def test_prices_are_the_same_in_every_report(ended):
    listed = {row["seller-sku"]: row["price"] for row in ended.rows(LISTINGS)}
    stock = {row["sku"]: row["your-price"] for row in ended.rows(MYI)}
    assert {sku: listed[sku] for sku in stock} == stock
    sales = ended.data(SALES, options={"asinGranularity": "SKU"})["salesAndTrafficByAsin"]
    for row in sales:
        metrics = row["salesByAsin"]
        price = metrics["orderedProductSales"]["amount"] / metrics["unitsOrdered"]
        assert price == pytest.approx(float(stock[row["sku"]]))


def test_every_account_sees_the_same_seller(simulator, enter, ended, clock):
    other = type(ended)(enter(simulator, "Atzr|two"), clock)
    simulator.state.stock.hold()
    assert other.rows(MYI) == ended.rows(MYI)
    assert seller_id("Atzr|two") != seller_id("Atzr|one")
