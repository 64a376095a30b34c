"""Two processes over one period: no report twice, no deadlock, no duplicate."""

from __future__ import annotations

import json
import time

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    TaskRunFilter,
    TaskRunFilterName,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import StateType


def runs_at_a_batch():
    batches = TaskRunFilter(
        name=TaskRunFilterName(like_="batch"),
        state=TaskRunFilterState(type=TaskRunFilterStateType(any_=[StateType.RUNNING])),
    )
    now = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING]))
    )
    with get_client(sync_client=True) as client:
        found = client.read_task_runs(task_run_filter=batches, flow_run_filter=now)
    return {one.flow_run_id for one in found}


@pytest.fixture
def both(seller, pull_elsewhere):
    """Runs two pulls in two processes at once; gives the counts of each."""

    def run(first, second, *, is_held=True):
        if is_held:
            seller.hold()
        processes = [pull_elsewhere(*codes, **given) for codes, given in (first, second)]
        if is_held:
            ends = time.monotonic() + 120
            running = "SELECT 1 FROM chalkola.job_runs WHERE status = 'RUNNING'"
            while len(seller.rows(running)) < 2:
                assert time.monotonic() < ends
                time.sleep(0.02)
            # Both have planned and work on a batch; the second finds the first at work.
            while len(runs_at_a_batch()) < 2:
                assert time.monotonic() < ends
                time.sleep(0.05)
            seller.release()
        answers = [process.communicate(timeout=60) for process in processes]
        assert [process.returncode for process in processes] == [0, 0], answers
        return [json.loads(out) for out, _ in answers]

    return run


def test_two_pulls_of_one_period_share_their_reports(seller, both):
    pull = (("US", "UK"), {"asins": seller.asins(20)})
    for counts in both(pull, pull):
        assert counts["loaded"] == 4
    assert len(seller.created) == 4
    assert seller.stored() == seller.served()
    assert [run["status"] for run in seller.job_runs()] == ["SUCCESS", "SUCCESS"]


def test_pulls_of_overlapping_asins_ask_for_each_once(seller, both):
    results = both(
        (("US", "UK"), {"asins": seller.asins(20)}),
        (("UK", "US"), {"asins": seller.asins(20, first=11)[::-1]}),
    )
    assert not any(counts["failed"] for counts in results)
    asked = [
        (report.specification.marketplace_ids[0], asin)
        for report in seller.created
        for asin in report.specification.options["asin"].split()
    ]
    assert len(asked) == len(set(asked)) == 60
    assert seller.stored() == seller.served()


def test_two_refreshes_at_once_ask_once(seller, both):
    seller.pull("US", asins=seller.asins(20))
    refresh = (("US",), {"asins": seller.asins(20), "refresh": True})
    for counts in both(refresh, refresh):
        assert counts["loaded"] == 2
    assert len(seller.created) == 4


def test_two_processes_share_the_quotas_and_the_day(seller, both, monkeypatch):
    monkeypatch.setenv("SQP_DAILY_BUDGET", "3")
    first, second = both(
        (("US",), {"asins": seller.asins(40)}),
        (("CA",), {"asins": seller.asins(40)}),
        is_held=False,
    )
    assert first["loaded"] + second["loaded"] == 3
    assert first["planned"] + second["planned"] == 3
    assert seller.calls("createReport") == 3
