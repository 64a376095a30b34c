"""Search Query Performance as people look at it; every number here is worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

PENS, CHALK, NEW = "B0PENS0001", "B0CHALK001", "B0NEWPEN01"
#: Five weeks in a row, the newest first. W3 is not loaded.
W1, W2, W3, W4, W5 = (date(2026, 2, 1) - timedelta(weeks=ago) for ago in range(5))
UK = "A1F83G8C2ARO7P"


@pytest.fixture(scope="module")
def world(make_world):
    world = make_world()
    for week in (W1, W2, W4, W5):
        world.loaded(week, PENS)
    world.loaded(W2, CHALK)
    world.loaded(W1, NEW)
    world.loaded(W2, NEW, state="no_data")
    # Twice over: a report and its refresh.
    world.loaded(W1, PENS)
    world.loaded(W3, PENS, state="fatal")

    world.sqp(W1, PENS, "pens", total=(10_000, 500, 100, 50), own=(1000, 50, 5, 1), volume=900)
    world.sqp(W2, PENS, "pens", total=(10_000, 400, 80, 40), own=(2000, 100, 20, 10), volume=800)
    world.sqp(W4, PENS, "pens", total=(10_000, 500, 100, 50), own=(500, 20, 4, 2), volume=700)
    world.sqp(W5, PENS, "pens", total=(10_000, 500, 100, 50), own=(1000, 30, 6, 3), volume=600)
    # Built a day later: one impression more.
    world.sqp(W2, CHALK, "pens", total=(10_010, 400, 80, 40), own=(1000, 40, 8, 0), volume=801)
    world.sqp(W2, PENS, "gone", own=(10, 9, 1, 0))
    world.sqp(W2, CHALK, "gone")
    world.sqp(W1, PENS, "fresh", own=(None, None, None, None), price=None)
    world.sqp(W1, NEW, "fresh", currency="EUR")
    world.sqp(W1, PENS, "pens", marketplace_id=UK, own=(1, 1, 1, 1))
    return world


US_PENS = f"marketplace_id = 'ATVPDKIKX0DER' AND asin = '{PENS}' AND search_query = 'pens'"


def test_the_funnel_tells_shares_rates_and_the_price_against_the_median(world):
    assert world.row(
        "sqp_funnel",
        "impression_share, click_share, cart_add_share, purchase_share,"
        "total_clicks_per_impression, asin_clicks_per_impression, total_cart_adds_per_click,"
        "asin_cart_adds_per_click,"
        "total_purchases_per_cart_add, asin_purchases_per_cart_add, total_purchases_per_click,"
        "asin_purchases_per_click, asin_price, total_price, price_currency, price_ratio",
        f"{US_PENS} AND period_start = '{W1}'",
    ) == {
        "impression_share": Decimal("0.1"),  # 1000 / 10,000
        "click_share": Decimal("0.1"),  # 50 / 500
        "cart_add_share": Decimal("0.05"),  # 5 / 100
        "purchase_share": Decimal("0.02"),  # 1 / 50
        "total_clicks_per_impression": Decimal("0.05"),  # 500 / 10,000
        "asin_clicks_per_impression": Decimal("0.05"),  # 50 / 1000
        "total_cart_adds_per_click": Decimal("0.2"),  # 100 / 500
        "asin_cart_adds_per_click": Decimal("0.1"),  # 5 / 50
        "total_purchases_per_cart_add": Decimal("0.5"),  # 50 / 100
        "asin_purchases_per_cart_add": Decimal("0.2"),  # 1 / 5
        "total_purchases_per_click": Decimal("0.1"),  # 50 / 500
        "asin_purchases_per_click": Decimal("0.02"),  # 1 / 50
        "asin_price": Decimal("12.00"),
        "total_price": Decimal("10.00"),
        "price_currency": "USD",
        "price_ratio": Decimal("1.2"),
    }


@pytest.mark.parametrize(
    ("week", "lost_at", "share_kept"),
    [
        (W1, "cart_add->purchase", "0.4"),  # 0.1, 0.1, 0.05, 0.02: kept 1, 0.5, 0.4
        (W2, "none", "1"),  # 0.2, 0.25, 0.25, 0.25
        (W4, "impression->click", "0.8"),  # 0.05, 0.04, 0.04, 0.04
        (W5, "impression->click", "0.6"),  # 0.1, 0.06, 0.06, 0.06
    ],
)
def test_the_share_is_lost_at_the_step_that_keeps_least_of_it(world, week, lost_at, share_kept):
    found = world.row("sqp_funnel", "lost_at, share_kept", f"{US_PENS} AND period_start = '{week}'")
    assert found == {"lost_at": lost_at, "share_kept": Decimal(share_kept)}


def test_what_amazon_does_not_tell_is_unknown_and_small(world):
    fresh = f"search_query = 'fresh' AND asin = '{PENS}'"
    columns = "click_share, lost_at, price_ratio, is_small_count"
    assert tuple(world.row("sqp_funnel", columns, fresh).values()) == (None, None, None, True)
    # Prices in two currencies have no ratio.
    assert world.row("sqp_funnel", "price_ratio", f"asin = '{NEW}'") == {"price_ratio": None}


def test_a_period_beside_the_one_before_and_the_mean_of_four(world):
    columns = (
        "previous_start, previous_is_loaded, is_new, is_lost, mean_periods,"
        "asin_impressions_change, mean_asin_impressions, asin_clicks_change,"
        "impression_share_change, click_share_change, mean_click_share, purchase_share_change,"
        "search_query_volume_change, mean_search_query_volume, is_small_count"
    )
    assert world.row("sqp_changes", columns, f"{US_PENS} AND period_start = '{W1}'") == {
        "previous_start": W2,
        "previous_is_loaded": True,
        "is_new": False,
        "is_lost": False,
        "mean_periods": 3,  # W3 is not loaded
        "asin_impressions_change": -1000,  # 1000 - 2000
        "mean_asin_impressions": Decimal("1166.67"),  # (2000 + 500 + 1000) / 3
        "asin_clicks_change": -50,
        "impression_share_change": Decimal("-0.1"),  # 0.1 - 0.2
        "click_share_change": Decimal("-0.15"),  # 0.1 - 0.25
        "mean_click_share": Decimal("0.116667"),  # (0.25 + 0.04 + 0.06) / 3
        "purchase_share_change": Decimal("-0.23"),  # 0.02 - 0.25
        "search_query_volume_change": 100,
        "mean_search_query_volume": 700,  # (800 + 700 + 600) / 3
        "is_small_count": False,
    }


def test_a_missing_period_is_missing_not_zero(world):
    columns = (
        "previous_is_loaded, is_new, previous_asin_clicks, asin_clicks_change, click_share_change,"
        "mean_periods, mean_asin_clicks"
    )
    found = world.row("sqp_changes", columns, f"{US_PENS} AND period_start = '{W2}'")
    assert list(found.values()) == [False, False, None, None, None, 2, 25]  # (20 + 30) / 2


def test_new_and_lost_queries_need_both_periods_of_their_asin(world):
    # CHALK's "gone" may still be there: its W1 is not loaded. NEW had no data in W2, and is new.
    found = world.rows(
        "sqp_changes",
        "asin, search_query, is_new, is_lost, asin_clicks, previous_asin_clicks,asin_clicks_change",
        f"period_start = '{W1}' AND marketplace_id = 'ATVPDKIKX0DER' AND (is_new OR is_lost)",
    )
    assert found == [
        (NEW, "fresh", True, False, 50, None, None),
        (PENS, "fresh", True, False, None, None, None),
        (PENS, "gone", False, True, None, 9, None),
    ]
    assert world.rows("sqp_changes", "1, 1, count(*)", f"asin = '{CHALK}' AND is_lost") == [
        (1, 1, 0)
    ]


def test_an_asin_whose_rows_were_deleted_is_not_loaded_and_has_lost_nothing(make_world):
    world = make_world()
    for week in (W1, W2):
        world.loaded(week, PENS)
    world.sqp(W2, PENS, "pens")
    assert world.rows("sqp_changes", "period_start, search_query, is_lost") == [
        (W2, "pens", False),
        (W1, "pens", True),
    ]
    world.execute("UPDATE chalkola.report_request_asins SET row_count = 1")
    assert world.rows("sqp_changes", "period_start, search_query, is_lost") == [(W2, "pens", False)]


def test_the_brand_counts_a_querys_totals_once_and_its_own_asins_together(world):
    found = world.row(
        "sqp_brand", "*", f"search_query = 'pens' AND period_start = '{W2}' AND account = 'NA'"
    )
    assert found == {
        "account": "NA",
        "marketplace_id": "ATVPDKIKX0DER",
        "report_period": "WEEK",
        "period_start": W2,
        "period_end": W2 + timedelta(days=6),
        "search_query": "pens",
        "search_query_volume": 801,
        "own_asins": 2,
        "own_asins_bought": 1,
        "total_impressions": 10_010,
        "own_impressions": 3000,
        "impression_share": Decimal("0.299700"),  # 3000 / 10,010
        "total_clicks": 400,
        "own_clicks": 140,
        "click_share": Decimal("0.35"),
        "total_cart_adds": 80,
        "own_cart_adds": 28,
        "cart_add_share": Decimal("0.35"),
        "total_purchases": 40,
        "own_purchases": 10,
        "purchase_share": Decimal("0.25"),
        "own_purchases_per_click": Decimal("0.071429"),  # 10 / 140
        "total_purchases_per_click": Decimal("0.1"),
        "is_small_count": False,
    }


def test_opportunities_are_searched_bought_and_seldom_seen(make_world):
    world = make_world()
    total = (100_000, 4000, 400, 200)  # 0.04 clicks an impression, 0.05 purchases a click
    dear, cheap = {"price": "12.00"}, {"price": "10.50"}
    world.sqp(W1, PENS, "unseen", total=total, own=(1000, 40, 8, 4), **dear)  # 0.04, 0.1
    world.sqp(W1, PENS, "too dear", total=total, own=(2000, 40, 8, 4), **dear)  # 0.02, 0.1
    world.sqp(W1, PENS, "unclicked", total=total, own=(2000, 80, 8, 4), **cheap)  # 0.04, 0.05
    world.sqp(W1, PENS, "not clicked", total=total, own=(9000, 80, 8, 6), **cheap)  # 0.009, 0.075
    world.sqp(W1, PENS, "few clicks", total=total, own=(1000, 9, 8, 4))
    world.sqp(W1, PENS, "few purchases", total=total, own=(1000, 10, 8, 2))
    world.sqp(W1, PENS, "badly bought", total=total, own=(1000, 100, 8, 4))  # 0.04 < 0.05
    world.sqp(W1, PENS, "have it", total=total, own=(10_000, 400, 80, 40))  # a tenth of the clicks
    world.sqp(W1, PENS, "rarely searched", total=total, own=(1000, 40, 8, 4), volume=499)
    found = world.rows("sqp_opportunities", "search_query, score, reason")
    assert found == [
        ("not clicked", Decimal("3.00"), "low_click"),  # 1 % of 4000 clicks x 0.075
        ("too dear", Decimal("4.00"), "price"),  # 1 % of 4000 clicks x 0.1
        ("unclicked", Decimal("2.00"), "low_visibility"),
        ("unseen", Decimal("4.00"), "low_visibility"),
    ]


def test_months_and_quarters_are_compared_with_the_calendar(make_world):
    world = make_world()
    world.loaded(date(2026, 3, 1), PENS, days=31, period="MONTH")
    world.loaded(date(2026, 2, 1), PENS, days=28, period="MONTH")
    world.loaded(date(2026, 1, 1), PENS, days=90, period="QUARTER")
    found = world.rows("sqp_loaded_asins", "period_start, report_period, previous_start")
    assert found == [
        (date(2026, 1, 1), "QUARTER", date(2025, 10, 1)),
        (date(2026, 2, 1), "MONTH", date(2026, 1, 1)),
        (date(2026, 3, 1), "MONTH", date(2026, 2, 1)),
    ]
    loaded = world.rows("sqp_loaded_asins", "period_start, report_period, previous_is_loaded")
    assert [row[2] for row in loaded] == [False, False, True]


def test_a_change_is_reached_by_the_key_and_never_by_reading_a_period(world):
    where = f"marketplace_id = 'ATVPDKIKX0DER' AND report_period = 'WEEK' AND period_start = '{W1}'"
    plan = world.plan(f"SELECT * FROM chalkola.sqp_changes WHERE {where}")
    on_us = [line for line in plan if "sqp_data_us" in line]
    assert on_us
    assert all("Index" in line and "Seq" not in line for line in on_us)
