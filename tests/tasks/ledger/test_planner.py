"""Which ASINs have to be asked for, and in which reports."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from chalkola_spapi.periods import ReportPeriod, period_of
from chalkola_spapi.report_types import SQP
from tasks.ledger.ledger import Ledger, Slice, identity
from tasks.ledger.planner import Wanted, coverage, plan_reports

WEEK = period_of(ReportPeriod.WEEK, date(2026, 1, 25))
US = Slice("NA", SQP, "ATVPDKIKX0DER", WEEK)
CA = Slice("NA", SQP, "A2EUQ1WTGCTBG2", WEEK)


def asins(count, first=1):
    return tuple(f"B0CHALK{number:03d}" for number in range(first, first + count))


@pytest.fixture
def plan(engine):
    def run(*wanted, refresh=False):
        return plan_reports(engine, wanted, refresh=refresh)

    return run


@pytest.fixture
def move(engine):
    """Sets the state of requests, as a run would have; a run that has ended finishes its plans."""

    def run(ids, state, *, has_ended=True):
        with engine.begin() as connection:
            connection.execute(
                sa.text("UPDATE chalkola.report_requests SET state = :state WHERE id = ANY(:ids)"),
                {"state": state, "ids": ids},
            )
        if has_ended:
            Ledger(engine).finish_plans(ids)

    return run


def batches(engine, ids):
    return [request.asins for request in Ledger(engine).read(ids)]


def test_forty_asins_are_three_reports_in_order(engine, plan):
    ids = plan(Wanted(US, asins(40)))
    assert batches(engine, ids) == [asins(18), asins(18, 19), asins(4, 37)]


def test_a_plan_is_written_once(plan):
    assert plan(Wanted(US, asins(20))) == plan(Wanted(US, asins(20)))


def test_the_newest_period_and_then_the_marketplace_come_first(engine, plan):
    older = Slice("NA", SQP, US.marketplace_id, period_of(ReportPeriod.WEEK, date(2026, 1, 18)))
    ids = plan(Wanted(older, asins(1)), Wanted(US, asins(1)), Wanted(CA, asins(1)))
    labels = [request.slice.label for request in Ledger(engine).read(ids)]
    assert labels == ["CA · WEEK 2026-01-25", "US · WEEK 2026-01-25", "US · WEEK 2026-01-18"]


@pytest.mark.parametrize(
    "state", ["planned", "submitting", "submitted", "done", "loaded", "no_data"]
)
def test_what_is_answered_or_pending_is_not_asked_for_again(engine, plan, move, state):
    ids = plan(Wanted(US, asins(2)))
    move(ids, state)
    with engine.connect() as connection:
        found = coverage(connection, Wanted(US, asins(3)), refresh=False)
    assert (found.request_ids, found.missing) == (tuple(ids), asins(1, 3))


def test_what_was_fatal_is_asked_for_again(engine, plan, move):
    ids = plan(Wanted(US, asins(2)))
    move(ids, "fatal")
    again = plan(Wanted(US, asins(2)))
    assert [request.attempt for request in Ledger(engine).read(ids + again)] == [1, 2]


def test_another_account_marketplace_or_period_covers_nothing(engine, plan, move):
    move(plan(Wanted(US, asins(1))), "loaded")
    month = period_of(ReportPeriod.MONTH, date(2026, 1, 1))
    for other in (
        CA,
        Slice("US", SQP, US.marketplace_id, WEEK),
        Slice("NA", SQP, US.marketplace_id, month),
    ):
        with engine.connect() as connection:
            assert coverage(connection, Wanted(other, asins(1)), refresh=False).missing


def test_refresh_asks_for_what_is_loaded_but_not_for_what_is_pending(plan, move):
    loaded = plan(Wanted(US, asins(18)))
    move(loaded, "loaded")
    pending = plan(Wanted(US, asins(2, 19)))
    ids = plan(Wanted(US, asins(20)), refresh=True)
    assert set(pending) < set(ids)
    assert not set(loaded) & set(ids)


def test_an_interrupted_refresh_goes_on_and_a_finished_one_begins_anew(plan, move):
    wanted = Wanted(US, asins(40))
    move(plan(wanted), "loaded")
    first = plan(wanted, refresh=True)
    move(first[:2], "loaded", has_ended=False)
    assert sorted(plan(wanted, refresh=True)) == sorted(first)
    move(first, "loaded")
    assert not set(plan(wanted, refresh=True)) & set(first)


def test_an_identity_knows_no_order_of_asins():
    assert identity(US, ("B", "A")) == identity(US, ("A", "B"))
    assert identity(US, ("A", "B")) != identity(CA, ("A", "B"))
