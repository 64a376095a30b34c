"""kill -9 at any moment, then the same pull: complete data, and no report asked for twice."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

DEADLINE_S = 60


def wait_until(is_so):
    ends = time.monotonic() + DEADLINE_S
    while not is_so():
        assert time.monotonic() < ends, "it never came so far"
        time.sleep(0.01)


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


# The call whose answer is late when the process is killed, and whether it refreshes.
MOMENTS = [
    ("lwa", False),
    ("createReport", False),
    ("createReport", True),
    ("getReport", False),
    ("getReportDocument", True),
    ("document", False),
]


@pytest.mark.parametrize(("operation", "is_refresh"), MOMENTS)
def test_killed_at_any_call_it_goes_on(seller, pull_elsewhere, operation, is_refresh):
    before = 2 if is_refresh else 0
    if is_refresh:
        seller.pull("US", asins=seller.asins(20))
    calls = seller.calls(operation)
    # The second call of each kind hangs, when the first report may be loaded already.
    nth = 1 if operation == "lwa" else 2
    seller.fault(operation, "delay", delay_s=20, nth=nth)
    process = pull_elsewhere("US", asins=seller.asins(20), refresh=is_refresh)
    wait_until(lambda: seller.calls(operation) >= calls + nth)
    kill(process)
    seller.state.faults.clear()

    result = seller.pull("US", asins=seller.asins(20), refresh=is_refresh)

    assert result["counts"]["loaded"] == 2
    assert len(seller.created) == before + 2
    assert seller.stored() == seller.served()
    runs = [(run["status"], run["error_message"]) for run in seller.job_runs()]
    assert runs[-2] == ("FAILED", "the process that ran it died")
    assert runs[-1] == ("SUCCESS", None)


def test_killed_before_amazon_acted_it_asks_again(seller, pull_elsewhere):
    seller.script(times=None)
    seller.fault("createReport", "close_before", times=None)
    process = pull_elsewhere("US", asins=seller.asins(2))
    wait_until(lambda: seller.calls("createReport") >= 1)
    kill(process)
    seller.state.faults.clear()
    assert seller.pull("US", asins=seller.asins(2))["counts"]["loaded"] == 1
    assert len(seller.created) == 1


def test_killed_within_the_load_nothing_is_half_loaded(seller, pull_elsewhere):
    import sqlalchemy as sa

    with seller.engine.connect() as holder, holder.begin():
        # The load waits here, with its rows copied or not: it holds nothing that can be seen.
        holder.execute(sa.text("LOCK TABLE chalkola.sqp_data IN SHARE MODE"))
        process = pull_elsewhere("US", asins=seller.asins(2))
        waiting = (
            "SELECT 1 FROM pg_locks WHERE NOT granted AND relation::REGCLASS::TEXT LIKE '%sqp%'"
        )
        wait_until(lambda: seller.rows(waiting))
        kill(process)
    assert seller.stored() == {}
    assert seller.pull("US", asins=seller.asins(2))["counts"]["loaded"] == 1
    assert len(seller.created) == 1
    assert seller.stored() == seller.served()


def test_a_parsed_file_that_was_altered_is_made_again(seller, pull_elsewhere):
    import sqlalchemy as sa

    with seller.engine.connect() as holder, holder.begin():
        holder.execute(sa.text("LOCK TABLE chalkola.sqp_data IN SHARE MODE"))
        process = pull_elsewhere("US", asins=seller.asins(2))
        waiting = (
            "SELECT 1 FROM pg_locks WHERE NOT granted AND relation::REGCLASS::TEXT LIKE '%sqp%'"
        )
        wait_until(lambda: seller.rows(waiting))
        kill(process)
    altered = list(Path(os.environ["CHALKOLA_HOME"]).rglob("parsed/**/*.copy*"))
    assert altered
    for path in altered:
        path.write_text("not what it was\n")
    assert seller.pull("US", asins=seller.asins(2))["counts"]["loaded"] == 1
    assert seller.stored() == seller.served()


def test_killed_at_random_moments_it_ends_complete(seller, pull_elsewhere):
    seller.script(queue_s=100, processing_s=200, times=None)
    for seconds in (0.4, 0.8, 1.2):
        process = pull_elsewhere("US", "UK", asins=seller.asins(40))
        time.sleep(seconds)
        kill(process)
    result = seller.pull("US", "UK", asins=seller.asins(40))
    assert result["counts"]["loaded"] == 6
    assert len(seller.created) == 6
    assert seller.stored() == seller.served()


def test_a_harvest_takes_up_what_was_killed(seller, pull_elsewhere):
    seller.fault("getReport", "delay", delay_s=20)
    process = pull_elsewhere("US", asins=seller.asins(20))
    wait_until(lambda: seller.calls("getReport") >= 1)
    kill(process)
    assert seller.harvest()["counts"]["loaded"] == 2
    assert len(seller.created) == 2


def test_a_refresh_that_harvest_completed_is_gone_on_with(seller, pull_elsewhere):
    seller.pull("US", asins=seller.asins(20))
    seller.fault("getReport", "delay", delay_s=20)
    process = pull_elsewhere("US", asins=seller.asins(20), refresh=True)
    calls = seller.calls("getReport")
    wait_until(lambda: seller.calls("getReport") > calls)
    kill(process)
    seller.harvest()
    assert len(seller.created) == 4
    seller.pull("US", asins=seller.asins(20), refresh=True)
    assert len(seller.created) == 4
    seller.pull("US", asins=seller.asins(20), refresh=True)
    assert len(seller.created) == 6
