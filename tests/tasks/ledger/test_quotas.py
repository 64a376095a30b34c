"""When one more report of a type may be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalkola_spapi.report_types import (
    MARKET_BASKET,
    MYI_UNSUPPRESSED_INVENTORY,
    SALES_AND_TRAFFIC,
    SQP,
)
from tasks.ledger.quotas import Queue, Quota

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
QUARTER_HOUR = timedelta(minutes=15)


@dataclass(frozen=True)
class Asked:
    report_type: str
    account: str = "NA"
    marketplace_id: str = "M"


def place(queue, *asked, submitted=()):
    times = []
    for one in asked:
        for _, name in queue.scopes(one):
            if not queue.knows(name):
                queue.begin(name, submitted)
        times.append(queue.place(one))
    return times


def test_a_quota_that_is_free_allows_one_now():
    assert Quota(2, QUARTER_HOUR, "account").next_at([NOW], now=NOW) == NOW


def test_the_oldest_of_the_window_gives_its_place():
    submitted = [NOW - timedelta(minutes=10), NOW - timedelta(minutes=5)]
    assert Quota(2, QUARTER_HOUR, "account").next_at(submitted, now=NOW) == NOW + timedelta(
        minutes=5
    )


def test_a_quota_of_nothing_allows_nothing():
    assert Quota(0, QUARTER_HOUR, "account").next_at([], now=NOW) is None
    assert place(Queue(now=NOW, sqp_daily_budget=0), Asked(SQP)) == [None]


def test_sales_reports_follow_one_another_over_all_accounts():
    queue = Queue(now=NOW, sqp_daily_budget=20)
    asked = [Asked(SALES_AND_TRAFFIC, account) for account in ("NA", "EU", "FE")]
    assert place(queue, *asked) == [NOW, NOW + QUARTER_HOUR, NOW + 2 * QUARTER_HOUR]


def test_stock_reports_wait_only_for_their_own_marketplace():
    queue = Queue(now=NOW, sqp_daily_budget=20)
    asked = [Asked(MYI_UNSUPPRESSED_INVENTORY, "EU", m) for m in ("UK", "DE", "UK")]
    assert place(queue, *asked) == [NOW, NOW, NOW + timedelta(minutes=30)]


def test_the_budget_of_sqp_goes_on_the_next_day():
    queue = Queue(now=NOW, sqp_daily_budget=2)
    times = place(queue, *[Asked(SQP)] * 3, submitted=[NOW - timedelta(hours=23)])
    assert times == [NOW, NOW + timedelta(hours=1), NOW + timedelta(days=1)]


def test_a_type_without_a_quota_never_waits():
    queue = Queue(now=NOW, sqp_daily_budget=0)
    assert place(queue, *[Asked(MARKET_BASKET)] * 50) == [NOW] * 50
