"""The ledger's moves: each only from the states that allow it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from chalkola_spapi.periods import ReportPeriod, period_of
from chalkola_spapi.report_types import SQP
from chalkola_spapi.reports import Report
from tasks.ledger.ledger import (
    BudgetExhaustedError,
    Ledger,
    Slice,
    SubmissionBusyError,
    budget_left,
    budget_time,
)
from tasks.ledger.planner import Wanted, plan_reports

PERIODS = [period_of(ReportPeriod.WEEK, date(2025, 1, 5) + timedelta(weeks=n)) for n in range(40)]
ASINS = tuple(f"B0CHALK{number:03d}" for number in range(40))


@pytest.fixture
def ledger(engine):
    return Ledger(engine)


@pytest.fixture
def planned(engine, ledger):
    def make(*periods, asins=ASINS):
        slices = [Slice("NA", SQP, "ATVPDKIKX0DER", p) for p in periods or PERIODS[:1]]
        return ledger.read(plan_reports(engine, [Wanted(s, asins) for s in slices], refresh=False))

    return make


def test_only_one_report_of_a_slice_is_being_submitted(ledger, planned):
    first, second, _ = planned()
    ledger.begin_submission(first, daily_budget=None)
    with pytest.raises(SubmissionBusyError):
        ledger.begin_submission(second, daily_budget=None)
    ledger.record_submitted(first, "R1")
    ledger.begin_submission(second, daily_budget=None)


def test_a_submitted_request_is_not_submitted_again(ledger, planned):
    first, *_ = planned()
    ledger.begin_submission(first, daily_budget=None)
    ledger.record_submitted(first, "R1")
    with pytest.raises(SubmissionBusyError):
        ledger.begin_submission(first, daily_budget=None)


def test_the_budget_stops_the_one_that_is_too_many(ledger, planned):
    first, second, _ = planned()
    ledger.begin_submission(first, daily_budget=1)
    ledger.record_submitted(first, "R1")
    with pytest.raises(BudgetExhaustedError) as raised:
        ledger.begin_submission(second, daily_budget=1)
    assert ledger.get(second.id).state == "planned"
    frees_at = raised.value.frees_at
    assert abs(frees_at - datetime.now(UTC) - timedelta(days=1)) < timedelta(minutes=1)


def test_the_intent_of_a_repeated_post_is_counted_once(ledger, planned):
    first, *_ = planned()
    for _ in range(3):
        ledger.begin_submission(first, daily_budget=1)
    assert len(ledger.budget_frees("NA", SQP)) == 1


def test_what_was_not_created_gives_its_place_back(ledger, planned):
    first, *_ = planned()
    ledger.begin_submission(first, daily_budget=1)
    ledger.record_not_created(first, message="400")
    assert ledger.budget_frees("NA", SQP) == []
    assert ledger.get(first.id).message == "400"


def test_many_threads_stay_inside_the_budget_and_the_pool(ledger, planned):
    requests = planned(*PERIODS, asins=ASINS[:1])

    def submit(request):
        try:
            ledger.begin_submission(request, daily_budget=7)
        except BudgetExhaustedError:
            return 0
        return 1

    # More threads than the pool has connections: none may wait for a second one.
    with ThreadPoolExecutor(len(requests)) as pool:
        assert sum(pool.map(submit, requests)) == 7


def test_a_problem_is_kept_until_the_report_moves_on(ledger, planned):
    first, *_ = planned()
    ledger.record_problem(first.id, "it broke")
    assert ledger.get(first.id).message == "it broke"
    ledger.begin_submission(first, daily_budget=None)
    ledger.record_submitted(first, "R1")
    assert ledger.get(first.id).message is None


def test_a_report_is_found_by_amazons_id_and_by_ours(ledger, planned):
    first, second, _ = planned()
    ledger.begin_submission(second, daily_budget=None)
    ledger.record_submitted(second, str(first.id))
    assert [found.id for found in ledger.find(str(first.id))] == [first.id, second.id]
    assert [found.id for found in ledger.find(str(second.id))] == [second.id]
    assert ledger.find("no such report") == []


def test_a_request_is_given_with_its_slices_lost_submissions(ledger, planned):
    first, second, _ = planned()
    (elsewhere,) = planned(PERIODS[1], asins=ASINS[:1])
    for request in (first, elsewhere):
        ledger.begin_submission(request, daily_budget=None)
    own, lost = ledger.with_lost(second)
    assert own == second
    assert lost == [ledger.get(first.id)]
    own, lost = ledger.with_lost(first)
    assert lost == [own]
    assert own.asins == first.asins


def test_what_amazon_says_of_a_report_gives_the_request_as_it_is_then(ledger, planned):
    first, *_ = planned()
    ledger.begin_submission(first, daily_budget=None)
    ledger.record_submitted(first, "R1")
    done = Report(
        report_id="R1",
        report_type=SQP,
        created_time=NOW,
        processing_status="DONE",
        report_document_id="D1",
    )
    moved = ledger.record_status(first, done)
    assert moved == ledger.get(first.id)
    assert (moved.state, moved.report_document_id, moved.asins) == ("done", "D1", first.asins)
    ledger.record_fatal(first, kind="x", message="m", next_action="give_up", retry_at=None)
    assert ledger.record_status(first, done).state == "fatal"


NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_budget_times_follow_what_frees_and_then_the_next_days():
    frees = [NOW + timedelta(hours=1), NOW + timedelta(hours=2)]
    times = [budget_time(frees, 3, position, now=NOW) for position in range(5)]
    assert times == [NOW, *frees, NOW + timedelta(days=1), frees[0] + timedelta(days=1)]
    assert budget_left(frees, 3) == 1
    assert budget_left(frees, 1) == 0
    assert budget_time(frees, 0, 0, now=NOW) is None
