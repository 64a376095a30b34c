"""The daily budget of SQP reports, and what is left for another day."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from tasks.reports import batch

PASS_TIME = (
    "UPDATE chalkola.report_requests SET submitting_at = submitting_at - INTERVAL '{} seconds'"
)


@pytest.fixture
def budget(monkeypatch):
    return lambda reports: monkeypatch.setenv("SQP_DAILY_BUDGET", str(reports))


@pytest.fixture
def naps(monkeypatch, seller):
    """What batches slept side by side, while time passed in the ledger and nobody waited."""
    slept = []
    turn = threading.Lock()

    def sleep(seconds):
        with turn:
            seller.execute(PASS_TIME.format(max(0, seconds - max(slept, default=0))))
            slept.append(seconds)

    monkeypatch.setattr(batch, "time", SimpleNamespace(sleep=sleep))
    return slept


def test_what_the_budget_does_not_allow_is_planned_with_its_time(seller, budget):
    budget(2)
    result = seller.pull("US", asins=seller.asins(40))
    assert (result["counts"]["loaded"], result["counts"]["planned"]) == (2, 1)
    planned = next(r for r in result["reports"] if r["status"] == "planned")
    at = datetime.fromisoformat(planned["next_at"])
    assert abs(at - datetime.now(UTC) - timedelta(days=1)) < timedelta(minutes=1)
    assert seller.calls("createReport") == 2
    assert seller.job_runs()[0]["status"] == "SUCCESS"


def test_the_most_important_asins_come_inside_the_budget(seller, budget):
    budget(1)
    seller.pull("US", asins=["B0CHALK999", *seller.asins(40)])
    assert "B0CHALK999" in seller.options()[0]


def test_a_day_later_the_planned_report_is_asked_for_by_harvest(seller, budget):
    budget(2)
    seller.pull("US", asins=seller.asins(40))
    assert seller.harvest()["counts"]["planned"] == 1
    seller.execute(PASS_TIME.format(25 * 3600))
    assert seller.harvest()["counts"]["loaded"] == 1
    assert seller.stored() == seller.served()


def test_room_that_comes_within_minutes_is_waited_for(seller, budget, naps):
    budget(2)
    assert seller.pull("US", asins=seller.asins(90))["counts"]["planned"] == 3
    seller.execute(
        "UPDATE chalkola.report_requests AS r"
        " SET submitting_at = now() - INTERVAL '1 day' + n * INTERVAL '4 minutes'"
        " FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM chalkola.report_requests"
        "       WHERE submitting_at IS NOT NULL) AS one WHERE one.id = r.id"
    )
    counts = seller.harvest()["counts"]
    # Each asks once, in its own place: one that came too early would be planned still.
    assert (counts["loaded"], counts["planned"]) == (2, 1)
    assert sorted(naps) == [pytest.approx(242, abs=30), pytest.approx(482, abs=30)]
    assert seller.calls("createReport") == 4


def test_room_that_comes_later_is_left_to_another_run(seller, budget, naps):
    budget(1)
    seller.pull("US", asins=seller.asins(40))
    seller.execute(PASS_TIME.format(24 * 3600 - 1200))
    assert seller.harvest()["counts"]["planned"] == 2
    assert naps == []
    assert seller.calls("createReport") == 1


def test_the_budget_is_the_accounts_not_the_marketplaces(seller, budget):
    budget(1)
    result = seller.pull("US", "CA", "UK", "DE", asins=seller.asins(1))
    assert (result["counts"]["loaded"], result["counts"]["planned"]) == (2, 2)
    assert {r["account"] for r in result["reports"] if r["status"] == "loaded"} == {"NA", "EU"}


def test_a_budget_of_nothing_asks_for_nothing(seller, budget):
    budget(0)
    result = seller.pull("US", asins=seller.asins(1))
    assert result["counts"]["planned"] == 1
    assert result["reports"][0]["next_at"] is None
    assert seller.calls("createReport") == 0


def test_a_throttled_request_is_counted_once(seller, budget):
    budget(1)
    seller.fault("createReport", "status", status=429)
    assert seller.pull("US", asins=seller.asins(1))["counts"]["loaded"] == 1


def test_a_refused_request_does_not_count(seller, budget):
    budget(1)
    seller.fault("createReport", "status", status=400)
    assert seller.pull("US", asins=seller.asins(1))["counts"]["failed"] == 1
    assert seller.pull("US", asins=seller.asins(1))["counts"]["loaded"] == 1


def test_two_runs_that_race_for_the_budget_plan_what_is_left_over(seller, budget):
    budget(3)
    # Both look at the budget before either has logged in.
    seller.fault("lwa", "delay", delay_s=1.0)
    results = {}

    def pull(code):
        results[code] = seller.pull(code, asins=seller.asins(40))

    threads = [threading.Thread(target=pull, args=(code,)) for code in ("US", "CA")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = [results[code]["counts"] for code in ("US", "CA")]
    assert sum(c["loaded"] for c in counts) == 3
    assert sum(c["planned"] for c in counts) == 3
    assert seller.calls("createReport") == 3
    planned = [r for c in results.values() for r in c["reports"] if r["status"] == "planned"]
    assert all(r["next_at"] for r in planned)
