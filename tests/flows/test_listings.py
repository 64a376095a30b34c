"""Listings and sales decide what is tracked; what spoils its reports is suppressed."""

from __future__ import annotations

from datetime import date

import pytest

from chalkola_spapi.simulator import MARKETPLACES
from tasks.asins.suppression import release_asins
from tasks.asins.tracked import TrackedAsin, import_asins, list_tracked

FOREIGN = "B00FOREI01"


@pytest.fixture
def feed(seller):
    from flows.listings import listings

    seller.state.stock.hold()

    def run(*codes, **parameters):
        given = {"marketplaces": list(codes), "wait_minutes": 1, **parameters}
        return seller._summary(lambda: listings(**given))

    return run


def tracked(seller, code="US"):
    rows = seller.rows(
        "SELECT * FROM chalkola.tracked_asins WHERE marketplace_id = :id ORDER BY priority, asin",
        id=seller.ids[code],
    )
    return {row["asin"]: row for row in rows}


def active(seller, code):
    """The ASINs of a marketplace with a listing that is for sale, by the simulator's own rules."""
    return {
        row["asin"] or row["product_id"]
        for row in seller.rows(
            "SELECT asin, product_id FROM chalkola.merchant_listings"
            " WHERE status = 'Active' AND marketplace_id = :id",
            id=seller.ids[code],
        )
    }


@pytest.mark.parametrize("code", ["US", "JP"])
def test_every_active_listing_is_tracked(seller, feed, code):
    result = feed(code)
    found = tracked(seller, code)
    assert found.keys() == active(seller, code)
    assert {row["source"] for row in found.values()} == {"listings"}
    assert result["tracked_asins"] == [
        {"marketplace": code, "added": len(found), "reordered": 0, "dropped": 0}
    ]


def test_what_sells_most_is_asked_for_first(seller, feed):
    from flows.report import report

    report("RESTOCK_INVENTORY", marketplaces=["US"])
    feed("US")
    units = {
        row["asin"]: row["units"]
        for row in seller.rows(
            "SELECT asin, sum(units_sold_last_30_days) AS units"
            " FROM chalkola.restock_recommendations GROUP BY asin"
        )
    }
    order = [units.get(asin, 0) for asin in tracked(seller)]
    assert order == sorted(order, reverse=True)
    assert next(iter(tracked(seller).values()))["priority"] == 1


def test_sales_and_traffic_come_before_the_restock_report(seller, feed):
    from flows.report import report

    report("RESTOCK_INVENTORY", marketplaces=["US"])
    report("SALES_TRAFFIC", marketplaces=["US"])
    seller.execute(
        "UPDATE chalkola.sales_and_traffic_by_asin SET units_ordered = 100000"
        " WHERE child_asin = 'B0CHALK009'"
    )
    feed("US")
    assert next(iter(tracked(seller))) == "B0CHALK009"


def test_an_import_by_hand_stays_as_it_is(seller, feed):
    import_asins(seller.engine, [TrackedAsin(seller.ids["US"], "B0CHALK001", 7)])
    feed("US")
    row = tracked(seller)["B0CHALK001"]
    assert (row["priority"], row["source"]) == (7, "import")


def test_a_listing_that_is_gone_is_dropped_unless_it_was_imported(seller, feed):
    import_asins(seller.engine, [TrackedAsin(seller.ids["US"], "B0CHALK002", 7)])
    feed("US")
    view = seller.state.stock.view()
    for sku in view.skus(MARKETPLACES[seller.ids["US"]]):
        if view.items[sku].asin in {"B0CHALK001", "B0CHALK002"}:
            seller.state.stock.remove(sku)
    result = feed("US", refresh=True)
    assert result["tracked_asins"][0]["dropped"] == 1
    assert "B0CHALK001" not in tracked(seller)
    assert "B0CHALK002" in tracked(seller)


def test_a_marketplace_whose_report_fails_keeps_its_asins(seller, feed):
    feed("US")
    before = tracked(seller)
    seller.script(fate="FATAL")
    assert feed("US", refresh=True)["counts"]["fatal"] == 1
    assert tracked(seller) == before


def test_an_asin_that_fails_alone_three_times_is_suppressed_and_can_be_released(seller):
    import_asins(
        seller.engine,
        [TrackedAsin(seller.ids["US"], FOREIGN, 1), TrackedAsin(seller.ids["US"], "B0CHALK001", 2)],
    )
    starts = [date(2026, 1, 4), date(2026, 1, 11), date(2026, 1, 18)]
    for place, start in enumerate(starts):
        assert tracked(seller)[FOREIGN]["suppressed_at"] is None, place
        seller.pull("US", asins=[FOREIGN], start=start)
    row = tracked(seller)[FOREIGN]
    assert row["suppressed_at"] is not None
    assert row["suppressed_reason"].startswith("failed alone 3 times; the last time unknown: ")
    asked = len(seller.created)
    seller.pull("US", asins=[])
    assert seller.options()[asked:] == ["B0CHALK001"]

    assert release_asins(seller.engine, [FOREIGN.lower()], marketplaces=[]) == [("US", FOREIGN)]
    seller.pull("US", asins=[FOREIGN], start=date(2025, 12, 28))
    assert tracked(seller)[FOREIGN]["suppressed_at"] is None


def test_an_asin_that_never_has_rows_is_suspected(seller):
    strange = "B00NODAT01"
    pair = [TrackedAsin(seller.ids["US"], asin) for asin in (strange, "B0CHALK001")]
    import_asins(seller.engine, pair)
    for start in (date(2026, 1, 4), date(2026, 1, 11), date(2026, 1, 18)):
        assert not any(row["note"] for row in list_tracked(seller.engine))
        seller.pull("US", asins=[strange, "B0CHALK001"], start=start)
    notes = {row["asin"]: row["note"] for row in list_tracked(seller.engine)}
    assert notes["B0CHALK001"] is None
    assert notes[strange] == "never had rows in 3 periods: another brand's?"


def test_a_failing_batch_suppresses_nobody(seller):
    import_asins(seller.engine, [TrackedAsin(seller.ids["US"], FOREIGN, 1)])
    for start in (date(2026, 1, 4), date(2026, 1, 11), date(2026, 1, 18)):
        seller.pull("US", asins=[FOREIGN, "B0CHALK001"], start=start)
    assert tracked(seller)[FOREIGN]["suppressed_at"] is None
