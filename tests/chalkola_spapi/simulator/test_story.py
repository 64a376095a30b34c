"""A launch, a stock-out and a price rise, told alike by searches, orders, stock and prices."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chalkola_spapi.simulator import MARKETPLACES, ManualClock
from chalkola_spapi.simulator.report_scripts import SqpChanges
from chalkola_spapi.simulator.settings import Settings
from chalkola_spapi.simulator.sqp_forms import Cell
from chalkola_spapi.simulator.sqp_rows import asin_rows
from chalkola_spapi.simulator.state import State
from chalkola_spapi.simulator.stock.sales import units_of_days
from chalkola_spapi.simulator.story import DEARER, LAUNCHED, SOLD_OUT, Story

US = MARKETPLACES["ATVPDKIKX0DER"]
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NEWEST = date(2026, 11, 15)
STEPS = (
    ("impressionData", "asinImpressionCount"),
    ("clickData", "asinClickCount"),
    ("purchaseData", "asinPurchaseCount"),
)


@pytest.fixture(scope="module")
def state():
    return State(Settings(clock=ManualClock(NOW), has_story=True))


def counts(state, asin, weeks_ago):
    """Impressions, clicks, purchases and the number of queries of an ASIN's week."""
    first = NEWEST - timedelta(days=7 * weeks_ago)
    cell = Cell(state.settings.seed, US.id, first, first + timedelta(days=6), state.stock.story)
    rows = asin_rows(cell, asin, changes=SqpChanges())
    return [sum(row[part][name] for row in rows) for part, name in STEPS], len(rows)


def item(state, asin):
    return next(i for i in state.stock.catalogue.items.values() if i.asin == asin)


def ordered(state, asin, weeks_ago):
    first = (NEWEST - timedelta(days=7 * weeks_ago)).toordinal()
    return sum(
        units_of_days(state.settings.seed, US.id, item=item(state, asin), first=first, count=7)
    )


@pytest.mark.parametrize(
    ("now", "newest"),
    [
        # Published 47 hours after the local end of Saturday: 07:00 UTC on Tuesday in winter.
        (datetime(2026, 11, 24, 6, 59, tzinfo=UTC), date(2026, 11, 8)),
        (datetime(2026, 11, 24, 7, 0, tzinfo=UTC), date(2026, 11, 15)),
    ],
)
def test_the_story_is_told_around_the_newest_published_week(now, newest):
    assert Story.at(now).newest == newest


def test_a_launch_grows_from_nothing_over_three_weeks(state):
    weeks = [counts(state, LAUNCHED, ago) for ago in (3, 2, 1, 0)]
    impressions = [figures[0] for figures, _ in weeks]
    queries = [number for _, number in weeks]
    assert impressions[0] == queries[0] == 0
    assert impressions == sorted(impressions)
    assert queries == sorted(queries)
    assert [ordered(state, LAUNCHED, ago) > 0 for ago in (3, 2, 1, 0)] == [False, True, True, True]


def test_out_of_stock_nothing_is_bought_and_little_is_seen(state):
    (seen_before, _, bought_before), _ = counts(state, SOLD_OUT, 1)
    (seen, _, bought), _ = counts(state, SOLD_OUT, 0)
    assert (bought, ordered(state, SOLD_OUT, 0)) == (0, 0)
    assert bought_before > 100
    assert seen < seen_before / 5
    levels = state.stock.view().levels(US, item(state, SOLD_OUT).sku)
    assert (levels.fulfillable, levels.warehouse) == (0, 0)
    assert levels.inbound_shipped > 0


def test_a_higher_price_is_seen_as_often_and_bought_less(state):
    (seen_before, _, bought_before), _ = counts(state, DEARER, 1)
    (seen, _, bought), _ = counts(state, DEARER, 0)
    assert seen > seen_before * 0.8
    assert bought < bought_before / 2
    before, after = (item(state, DEARER).price(US, NEWEST - timedelta(days=d)) for d in (1, 0))
    assert after > before * 1.25


def test_the_others_live_as_without_a_story(state):
    plain = State(Settings(clock=ManualClock(NOW)))
    assert counts(plain, "B0CHALK001", 0) == counts(state, "B0CHALK001", 0)
    assert counts(plain, SOLD_OUT, 1) == counts(state, SOLD_OUT, 1)
    assert counts(plain, SOLD_OUT, 0) != counts(state, SOLD_OUT, 0)
