"""Years, a day's budget at a time: resumable, newest first, with its end foretold."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, date, datetime, timedelta

import pytest

from chalkola_spapi.marketplaces import MARKETPLACES
from chalkola_spapi.periods import ReportPeriod
from tasks.asins.tracked import TrackedAsin, import_asins
from tasks.connections import connections
from tasks.coverage import backfills
from tasks.errors import InputError

FROM, TO = date(2026, 1, 4), date(2026, 1, 31)  # four weeks


@pytest.fixture
def tracked(seller):
    places = [MARKETPLACES[code].marketplace_id for code in ("US", "UK")]
    asins = seller.asins(2)
    import_asins(seller.engine, [TrackedAsin(place, asin) for place in places for asin in asins])


@pytest.fixture
def backfill(seller, tracked):
    def run(**parameters):
        from flows.backfill import backfill

        given = {"first": FROM, "last": TO, "wait_minutes": 1, **parameters}
        return seller._summary(lambda: backfill(**given))

    return run


def progress(codes=("US", "UK")):
    conns = connections()
    asked = backfills.check_backfill(conns, period="WEEK", first=FROM, last=TO, marketplaces=codes)
    return backfills.progress(conns, backfills.look_at(conns, asked))


def test_every_week_of_every_marketplace_is_loaded(seller, backfill):
    assert backfill()["counts"]["loaded"] == 8
    starts = [row["period_start"] for row in seller.ledger()]
    assert starts == sorted(starts, reverse=True)
    assert (min(starts), max(starts)) == (FROM, date(2026, 1, 25))
    assert seller.stored() == seller.served()
    assert progress().is_complete
    assert seller.rows("SELECT completed_at IS NOT NULL AS done FROM chalkola.sqp_backfills") == [
        {"done": True}
    ]


def test_a_small_budget_loads_the_newest_and_says_when_it_is_complete(
    seller, backfill, monkeypatch
):
    monkeypatch.setenv("SQP_DAILY_BUDGET", "2")
    assert backfill()["counts"]["loaded"] == 4  # two accounts
    assert {row["period_start"] for row in seller.ledger()} == {
        date(2026, 1, 25),
        date(2026, 1, 18),
    }
    done = progress()
    assert (done.expected, done.answered, done.reports_needed) == (16, 8, 4)
    at = datetime.fromisoformat(done.complete_at)
    assert abs(at - datetime.now(UTC) - timedelta(days=1)) < timedelta(minutes=2)


def test_the_next_day_it_goes_on_where_it_stopped(seller, backfill, monkeypatch):
    monkeypatch.setenv("SQP_DAILY_BUDGET", "2")
    backfill()
    assert backfill()["reports"] == []
    seller.execute(
        "UPDATE chalkola.report_requests SET submitting_at = submitting_at - INTERVAL '25 hours'"
    )
    assert backfill()["counts"]["loaded"] == 4
    assert len(seller.created) == len(set(_asked(seller))) == 8
    assert seller.rows("SELECT count(*) AS n FROM chalkola.sqp_backfills") == [{"n": 1}]


def test_the_daily_catch_up_goes_on_with_it(seller, backfill, monkeypatch):
    from flows.catch_up import catch_up

    monkeypatch.setenv("SQP_DAILY_BUDGET", "2")
    backfill()
    monkeypatch.setenv("SQP_DAILY_BUDGET", "100")
    assert catch_up(weeks=0, months=0, quarters=0)["counts"]["loaded"] == 4
    assert progress().is_complete


def test_an_asin_that_is_tracked_since_is_filled_in_alone(seller, backfill):
    backfill()
    import_asins(seller.engine, [TrackedAsin(MARKETPLACES["US"].marketplace_id, "B0NEWASIN1")])
    assert backfill()["counts"]["loaded"] == 4
    assert seller.options().count("B0NEWASIN1") == 4


def test_what_failed_for_good_is_asked_for_once_more_by_a_new_backfill(seller, backfill):
    seller.script(fate="FATAL", fatal_text="reportOptions: no", times=1)
    assert backfill(marketplaces=["US"])["counts"] == {
        **dict.fromkeys(("no_data", "pending", "planned", "failed"), 0),
        "loaded": 3,
        "fatal": 1,
    }
    assert progress(("US",)).failed == 2
    assert backfill(marketplaces=["US"])["counts"]["loaded"] == 1


KILLED = """
import sys
from datetime import date
from prefect.settings import PREFECT_RESULTS_LOCAL_STORAGE_PATH, temporary_settings
from flows.backfill import backfill
with temporary_settings(updates={PREFECT_RESULTS_LOCAL_STORAGE_PATH: sys.argv[1]}):
    backfill(first=date(2026, 1, 4), last=date(2026, 1, 31), wait_minutes=1)
"""


def test_killed_and_started_again_it_asks_for_nothing_twice(seller, backfill, flow_forker):
    from prefect.settings import PREFECT_RESULTS_LOCAL_STORAGE_PATH

    seller.fault("getReport", "delay", delay_s=0.3, times=None)
    results = str(PREFECT_RESULTS_LOCAL_STORAGE_PATH.value())
    process = flow_forker.start(KILLED, results, environment=os.environ)
    ends = time.monotonic() + 40
    while len(seller.created) < 3 and time.monotonic() < ends:
        time.sleep(0.01)
    process.close()
    seller.state.faults.clear()
    backfill()
    assert len(seller.created) == len(set(_asked(seller))) == 8
    assert seller.stored() == seller.served()
    assert progress().is_complete


def _asked(seller):
    return [
        (r.specification.marketplace_ids[0], str(r.specification.data_start_time), asin)
        for r in seller.created
        for asin in r.specification.options["asin"].split()[:1]
    ]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"first": date(2027, 6, 1)}, "from: 2027-06-01: the newest published"),
        ({"first": TO, "last": FROM}, "to: 2026-01-04 lies before 2026-01-31"),
        ({"marketplaces": ["XX"]}, "marketplace: "),
        ({"first": date(1800, 1, 1)}, "from: 1800-01-01 is out of range"),
    ],
)
def test_wrong_dates_are_refused_before_anything_is_written(seller, tracked, given, text):
    asked = {"period": "WEEK", "first": FROM, "last": TO, "marketplaces": ["US"]} | given
    with pytest.raises(InputError, match=text):
        backfills.check_backfill(connections(), **asked)


def test_days_stand_for_the_periods_that_contain_them(seller, tracked):
    asked = backfills.check_backfill(
        connections(), period="MONTH", first=date(2025, 1, 15), last=None, marketplaces=[]
    )
    assert (asked.report_period, asked.first) == (ReportPeriod.MONTH, date(2025, 1, 1))
    assert [m.code for m in asked.marketplaces] == ["UK", "US"]


def test_the_command_prints_one_object_and_the_end(seller, tracked, command_forker):
    main = "from deployments.cli import main; main()"
    given = ["--from", "2026-01-04", "--to", "2026-01-31", "--dry-run", "--json"]
    done = command_forker.run(main, "sqp", "backfill", *given, environment=os.environ)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["backfill"]
    assert (found["expected"], found["reports_needed"], found["is_complete"]) == (16, 8, False)
    assert seller.rows("SELECT * FROM chalkola.sqp_backfills") == []
