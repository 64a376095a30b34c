"""Stock, velocity, cover, shipments and freshness; every number here is worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

US, UK = "ATVPDKIKX0DER", "A1F83G8C2ARO7P"
PENS, CHALK, QUIET = "B0PENS0001", "B0CHALK001", "B0QUIET001"
SALES = "GET_SALES_AND_TRAFFIC_REPORT"
AS_OF = datetime(2026, 2, 8, 6, tzinfo=UTC)
SATURDAY = date(2026, 2, 7)

LEVEL = """
    INSERT INTO chalkola.inventory_levels (
        account, marketplace_id, msku, asin, source, fulfillable_quantity, reserved_quantity,
        reserved_customer_order_quantity, unfulfillable_quantity, inbound_working_quantity,
        inbound_shipped_quantity, inbound_receiving_quantity, researching_quantity,
        fulfillable_remote_quantity, as_of, changed_at)
    VALUES (:account, :mp, :msku, :asin, 'api', :ok, :reserved, :customer, 5, :working, 20, 5, 3,
        :remote, :as_of, :as_of)
"""
AWD = """
    INSERT INTO chalkola.awd_inventory_levels (
        account, sku, on_hand_quantity, inbound_quantity, replenishment_quantity, as_of, changed_at)
    VALUES ('NA', :sku, :on_hand, :inbound, :replenishment, :as_of, :as_of)
"""


def level(world, msku, asin, ok, *, reserved=0, customer=None, working=0, **other):
    values = {"account": "NA", "mp": US, "remote": 0, "as_of": AS_OF} | other
    world.execute(
        LEVEL,
        msku=msku,
        asin=asin,
        ok=ok,
        reserved=reserved,
        customer=customer,
        working=working,
        **values,
    )


def awd(world, sku, *, on_hand, inbound=0, replenishment=0):
    values = {"on_hand": on_hand, "inbound": inbound, "replenishment": replenishment}
    world.execute(AWD, sku=sku, as_of=AS_OF, **values)


@pytest.fixture(scope="module")
def world(make_world):
    world = make_world()
    level(world, "PENS-A", PENS, 100, reserved=30, customer=10, working=10)
    level(world, "PENS-B", PENS, 20, reserved=4)
    level(world, "CHALK", CHALK, 0)
    level(world, "QUIET", QUIET, 9)
    level(world, "PENS-A", PENS, 7, account="EU", mp=UK, remote=50)
    awd(world, "PENS-A", on_hand=200, inbound=50, replenishment=15)
    awd(world, "ONLY-AWD", on_hand=7)
    # The week of the newest day: every day but the 3rd.
    for day in (1, 2, 4, 5, 6, 7):
        world.loaded(date(2026, 2, day), days=1, report_type=SALES, period="DAY")
        # Named on all of them but the 7th: it sold nothing then.
        if day != 7:
            world.sold(date(2026, 2, day), PENS, 6, period="DAY")
    # Its week is loaded, too, and so is the week before: 35 units, and Sundays to Saturdays.
    for start in (date(2026, 2, 1), date(2026, 1, 25)):
        world.loaded(start, report_type=SALES)
        world.sold(start, PENS, 35, period="WEEK")
    # Two SKUs of one ASIN, on one day of the four weeks; parents beside it.
    world.loaded(
        date(2026, 1, 20),
        days=1,
        report_type=SALES,
        period="DAY",
        options='{"asinGranularity": "SKU"}',
    )
    world.sold(date(2026, 1, 20), CHALK, 1, period="DAY", sku="CHALK")
    world.sold(date(2026, 1, 20), CHALK, 2, period="DAY", sku="CHALK-2")
    world.loaded(
        date(2026, 1, 21),
        days=1,
        report_type=SALES,
        period="DAY",
        options='{"asinGranularity": "PARENT"}',
    )
    # Two more weeks within 90 days of February 7th, and one beyond.
    for start, units in (
        (date(2025, 12, 14), 40),
        (date(2025, 11, 16), 30),
        (date(2025, 11, 2), 500),
    ):
        world.loaded(start, report_type=SALES)
        world.sold(start, PENS, units, period="WEEK")
    return world


def test_a_position_counts_every_unit_once(world):
    columns = (
        "fba_fulfillable_quantity, fba_reserved_quantity, fba_unfulfillable_quantity,"
        "fba_inbound_quantity, fba_researching_quantity, awd_on_hand_quantity,"
        "awd_inbound_quantity, awd_replenishment_quantity, sellable_quantity, total_quantity"
    )
    found = world.row("inventory_position", columns, "msku = 'PENS-A' AND marketplace = 'US'")
    assert list(found.values()) == [
        100,
        30,
        5,
        35,  # 10 working, 20 shipped, 5 receiving
        3,
        200,
        50,
        15,
        120,  # 100, and 20 of the 30 reserved ones that are not a customer's
        420,  # 100 + 30 + 5 + 35 + 200 + 50
    ]


def test_awd_stands_under_the_united_states_and_remote_stock_is_not_added(world):
    columns = "marketplace, msku, sellable_quantity, fba_remote_quantity, total_quantity"
    assert world.rows(
        "inventory_position", columns, "msku IN ('ONLY-AWD', 'PENS-A', 'PENS-B')"
    ) == [
        ("UK", "PENS-A", 7, 50, 37),  # 7 + 5 + 25
        ("US", "ONLY-AWD", 0, 0, 7),
        ("US", "PENS-A", 120, 0, 420),
        ("US", "PENS-B", 20, 0, 54),  # 20 + 4 + 5 + 25; who reserved the 4 is not known
    ]


def test_positions_sum_to_the_accounts_stock(world):
    by_place = world.rows("inventory_position", "1, 1, sum(total_quantity)")
    assert by_place == world.rows("stock_by_sku", "1, 1, sum(total_units)")


def test_velocity_is_over_the_days_that_are_loaded(world):
    columns = (
        "sold_through, units_7, days_covered_7, units_per_day_7, units_28, days_covered_28,"
        "units_per_day_28, units_per_week_28, units_90, days_covered_90, units_per_day_90,"
        "sales_amount_28"
    )
    pens = world.row("sales_velocity", columns, f"asin = '{PENS}'")
    assert list(pens.values()) == [
        SATURDAY,
        30,  # five days of 6 and one of none; the week of 35 is those days again
        6,
        Decimal(5),
        65,  # 30 and the week of 35
        14,  # 6 + 7 + the day of SKUs
        Decimal("4.6429"),
        Decimal("32.5"),  # 7 x 65 / 14
        135,  # 65 + 40 + 30: November 2nd is too long ago
        28,  # 14 + 7 + 7
        Decimal("4.8214"),
        Decimal("162.5"),  # 65 x 2.5
    ]
    chalk = world.row("sales_velocity", "units_7, units_28, is_small_count", f"asin = '{CHALK}'")
    assert list(chalk.values()) == [0, 3, True]


def test_cover_is_stock_over_velocity(world):
    columns = (
        "skus, sellable_quantity, incoming_quantity, awd_on_hand_quantity, supply_quantity,"
        "units_per_day, basis_days, weeks_of_cover, weeks_of_supply, stock_out_on,"
        "reorder_quantity, hint"
    )
    found = world.row("inventory_cover", columns, f"asin = '{PENS}' AND marketplace = 'US'")
    assert list(found.values()) == [
        2,
        140,  # 120 + 20
        110,  # 35 + 25 to FBA, 50 to AWD
        200,
        450,
        Decimal("4.6429"),
        28,
        Decimal("4.3"),  # 140 / 32.5
        Decimal("13.8"),  # 450 / 32.5
        date(2026, 3, 10),  # 30 days after February 8th
        0,
        "ok",
    ]


def test_hints_need_a_known_velocity(world):
    columns = "asin, marketplace, hint, units_per_day, weeks_of_cover, stock_out_on"
    assert world.rows("inventory_cover", columns, f"asin <> '{PENS}' OR marketplace = 'UK'") == [
        (CHALK, "US", "out_of_stock", Decimal("0.2143"), 0, date(2026, 2, 8)),  # 3 / 14
        (PENS, "UK", "velocity_unknown", None, None, None),
        (QUIET, "US", "not_selling", 0, None, None),
    ]


def test_the_hint_follows_weeks_of_cover_and_of_supply(make_world):
    world = make_world()
    world.loaded(date(2026, 1, 25), report_type=SALES)
    # A unit a day; 25 units are on their way to FBA. Four weeks are 28 units, eight are 56.
    cases = (
        ("B000000001", 2, 0, "reorder_now", 29),  # 27 in all
        ("B000000002", 10, 200, "await_inbound", 0),
        ("B000000003", 29, 0, "reorder_soon", 2),  # 54 in all
        ("B000000004", 31, 0, "ok", 0),
        ("B000000005", 160, 0, "overstock", 0),  # 185 in all; 26 weeks are 182
    )
    for asin, sellable, in_awd, _, _ in cases:
        level(world, asin, asin, sellable)
        awd(world, asin, on_hand=in_awd)
        world.sold(date(2026, 1, 25), asin, 7, period="WEEK")
    assert world.rows("inventory_cover", "asin, hint, reorder_quantity") == [
        (asin, hint, reorder) for asin, _, _, hint, reorder in cases
    ]


SHIPMENT = """
    INSERT INTO chalkola.fba_shipments (
        plan_name, account, marketplace_id, status, request, request_sha256, source_address,
        total_units, total_boxes, placement_fee, placement_discount, placement_fee_currency,
        transportation_cost, transportation_currency, created_at)
    VALUES (:name, 'NA', 'ATVPDKIKX0DER', :status, '{}', 'x', '{}', 100, 4, 30, 5, 'USD',
        :cost, 'USD', now() - INTERVAL '36 hours')
"""
DESTINATION = """
    INSERT INTO chalkola.fba_shipment_destinations (
        shipment_id, amazon_shipment_id, status, shipment_confirmation_id)
    SELECT id, :sh, :status, :fba FROM chalkola.fba_shipments WHERE plan_name = :name
"""
RECEIVED = """
    INSERT INTO chalkola.fba_shipment_received
    SELECT id, :sh, 'PENS-A', :shipped, :received
    FROM chalkola.fba_shipments WHERE plan_name = :name
"""
QUESTION = """
    INSERT INTO chalkola.fba_shipment_approvals (
        shipment_id, gate, round, shown, shown_sha256, shown_at, expires_at, decision)
    SELECT id, 'placement', :round, '{}', 'x', :shown, :shown + INTERVAL '2 days', :decision
    FROM chalkola.fba_shipments WHERE plan_name = :name
"""


@pytest.fixture(scope="module")
def board(make_world):
    world = make_world()
    for name, status, cost in (
        ("asks", "AWAITING_PLACEMENT", None),
        ("fails", "FAILED", None),
        ("sails", "COMPLETED", 75),
        ("short", "COMPLETED", 75),
        ("waits", "COMPLETED", 75),
        ("works", "CREATED", None),
        ("void", "CANCELLED", None),
    ):
        world.execute(SHIPMENT, name=name, status=status, cost=cost)
    world.execute(
        QUESTION, name="asks", round=1, shown=AS_OF - timedelta(days=3), decision="approve"
    )
    world.execute(QUESTION, name="asks", round=2, shown=AS_OF, decision=None)
    for name, sh, status in (
        ("sails", "sh1", "RECEIVING"),
        ("sails", "sh2", "CLOSED"),
        ("short", "sh1", "CLOSED"),
        ("waits", "sh1", "READY_TO_SHIP"),
    ):
        world.execute(DESTINATION, name=name, sh=sh, status=status, fba=f"FBA{sh}{name}")
    world.execute(RECEIVED, name="sails", sh="sh1", shipped=60, received=25)
    world.execute(RECEIVED, name="sails", sh="sh2", shipped=40, received=40)
    world.execute(RECEIVED, name="short", sh="sh1", shipped=100, received=97)
    return world


def test_the_board_says_what_each_shipment_waits_for(board):
    assert board.rows("shipment_board", "plan_name, next_action, marketplace") == [
        ("asks", "approve_placement", "US"),
        ("fails", "resume", "US"),
        ("sails", "await_receipt", "US"),
        ("short", "check_shortfall", "US"),
        ("void", "none", "US"),
        ("waits", "ship", "US"),
        ("works", "running", "US"),
    ]


def test_the_board_adds_up_costs_and_units(board):
    columns = (
        "shipments, confirmation_ids, units_shipped, units_received, placement_cost, total_cost,"
        "cost_per_unit, currency, age_days"
    )
    sails = board.row("shipment_board", columns, "plan_name = 'sails'")
    assert list(sails.values()) == [
        2,
        "FBAsh1sails FBAsh2sails",
        100,
        65,
        25,  # 30 - 5
        100,  # 25 + 75
        1,
        "USD",
        Decimal("1.5"),
    ]
    asks = board.row("shipment_board", "total_cost, waits_at, waits_since", "plan_name = 'asks'")
    assert list(asks.values()) == [None, "placement", AS_OF]


def test_open_shipments_are_shown_beside_the_position_and_not_added(board):
    level(board, "PENS-A", PENS, 1)
    columns = "fba_shipments_open_quantity, fba_inbound_quantity, total_quantity"
    found = board.row("inventory_position", columns)
    assert list(found.values()) == [35, 25, 31]  # 60 - 25 of the one that is open; 1 + 5 + 25


def test_freshness_knows_what_should_be_here(make_world):
    world = make_world()
    today = datetime.now(UTC).date()
    world.execute(
        "INSERT INTO chalkola.tracked_asins (marketplace_id, asin) VALUES (:mp, 'B0CHALK001')",
        mp=UK,
    )
    [(newest, _, _)] = world.rows(
        "sqp_periods",
        "max(period_start), 1, 1",
        "marketplace = 'US' AND report_period = 'WEEK' AND published_at < now() - INTERVAL '1 day'",
    )
    world.loaded(newest, PENS)
    world.loaded(
        newest - timedelta(weeks=1), report_type="GET_BRAND_ANALYTICS_MARKET_BASKET_REPORT"
    )
    world.loaded(today - timedelta(days=9), days=1, report_type=SALES, period="DAY")
    world.loaded(today, days=1, report_type="GET_MERCHANT_LISTINGS_ALL_DATA", period="SNAPSHOT")
    sync = (
        "INSERT INTO chalkola.inventory_syncs VALUES ('NA', :mp, :source, now() - :age, now(), 3)"
    )
    world.execute(sync, mp=US, source="api", age=timedelta(hours=2))
    world.execute(sync, mp="", source="awd", age=timedelta(hours=13))
    assert world.rows("freshness", "data_set, marketplace, is_late") == [
        ("awd", None, True),
        ("inventory", "US", False),
        ("market_basket_week", "US", True),
        ("merchant_listings", "US", False),
        ("sales_and_traffic_day", "US", True),
        ("sqp_week", "UK", True),  # tracked, and never loaded
        ("sqp_week", "US", False),
    ]
    columns = "newest_period_start, expected_period_start, round(age_hours)"
    assert world.rows("freshness", columns, "data_set = 'sqp_week' AND marketplace = 'US'") == [
        (newest, newest, 0)
    ]
    assert world.rows("freshness", columns, "data_set = 'inventory'") == [(None, None, 2)]
