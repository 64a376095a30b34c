"""In a process of its own for prefect_share: the flow, the same without Prefect, or the floor."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import httpx
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.transactions import CommitMode, transaction

from benchmarks.documents import asins_of
from chalkola_spapi.periods import ReportPeriod, period_of
from flows.sqp import sqp
from tasks.connections import Connections, connections
from tasks.ledger.planner import plan_reports
from tasks.reports.collection import MAX_CHAINS
from tasks.reports.kinds import load_parsed, parse_report
from tasks.reports.raw_documents import download
from tasks.reports.steps import submitter
from tasks.sqp.request import check_sqp

WARM_UP = 3
COMPLETED = {"task_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
NEWEST = date(2026, 1, 25)


def ours(batches: int, *, week: int) -> None:
    """The flow as it is."""
    start = NEWEST - timedelta(weeks=week)
    result = sqp(marketplaces=["US"], start=start, asins=asins_of(batches), wait_minutes=10)
    assert result["counts"]["loaded"] == batches, result["counts"]


def bare(batches: int, *, week: int) -> None:
    """The same steps with the same number of threads, without Prefect."""
    conns = connections()
    start = period_of(ReportPeriod.WEEK, NEWEST - timedelta(weeks=week)).start
    wanted = check_sqp(
        conns, marketplaces=["US"], period="WEEK", start=start, asins=asins_of(batches)
    )
    conns.open_database(["NA"])
    ids = plan_reports(conns.engine, wanted, refresh=False)
    with ThreadPoolExecutor(MAX_CHAINS) as pool:
        list(pool.map(lambda request_id: _chain(conns, request_id), ids))


def _chain(conns: Connections, request_id: int) -> None:
    with conns.locks.hold(f"request:{request_id}"):
        _life(conns, request_id)


def _life(conns: Connections, request_id: int) -> None:
    submitter(conns).submit(conns.ledger.get(request_id))
    request = conns.ledger.get(request_id)
    report = conns.reports(request.account).get_report(request.report_id or "")
    request = conns.ledger.record_status(request, report)
    raw = download(conns, request)
    parsed = parse_report(request, raw, folder=conns.folder("parsed"))
    load_parsed(conns.engine, request, parsed)
    for one in parsed.paths:
        one.unlink()


def _key(_context: Any, given: dict[str, Any]) -> str:
    return f"floor-{given['name']}-{given['number']}-{given['run']}"


@task(task_run_name="{name} - {number}", cache_key_fn=_key)
def kept(number: int, *, name: str, run: int) -> str:
    """A task that does nothing, and whose result is kept, as three of ours are."""
    return f"{name} {number} {run}"


@task(task_run_name="{name} - {number}", cache_policy=NO_CACHE)
def passing(number: int, *, name: str, run: int) -> str:
    """A task that does nothing, and whose result is not kept."""
    return f"{name} {number} {run}"


@task(
    task_run_name="{name} - {number}",
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=[1, 5],
    retry_condition_fn=lambda *_: False,
)
def repeatable(number: int, *, name: str, run: int) -> str:
    """A task that does nothing, and could be run again, as one of ours could."""
    return f"{name} {number} {run}"


@task(task_run_name="batch {number}", cache_policy=NO_CACHE)
def chain(number: int, *, run: int) -> str:
    """Five task runs after one another, whose results are kept at once, as ours are."""
    with transaction(commit_mode=CommitMode.EAGER):
        kept(number, name="create", run=run)
        passing(number, name="wait", run=run)
        kept(number, name="download", run=run)
        kept(number, name="parse", run=run)
        return repeatable(number, name="upsert", run=run)


@flow(name="floor", task_runner=ThreadPoolTaskRunner(max_workers=MAX_CHAINS))  # type: ignore[arg-type]
def floor_flow(batches: int, run: int) -> int:
    """As many task runs as the flow has, of the same kinds."""
    futures = [chain.submit(number, run=run) for number in range(batches)]
    return len([future.result() for future in futures])


def floor(batches: int, *, week: int) -> None:
    """What Prefect itself takes."""
    assert floor_flow(batches, week) == batches


def main() -> None:
    """For each kind that is named: warm up, then print what `prefect_share.Run` holds."""
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    batches, tasks, week = map(int, sys.argv[1:4])
    # As in every command of ours: a flow would wait a second for its heartbeat.
    with temporary_settings(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        for place, kind in enumerate(sys.argv[4:]):
            print(json.dumps(_measured(kind, batches, tasks, week=week + 2 * place)))


def _measured(kind: str, batches: int, tasks: int, *, week: int) -> list[float]:
    run = {"ours": ours, "long": ours, "bare": bare, "floor": floor}[kind]
    with _recorded(kind, WARM_UP * tasks):
        run(WARM_UP, week=week + 1)
    started, cpu = time.perf_counter(), time.process_time()
    with _recorded(kind, batches * tasks):
        run(batches, week=week)
        took, cpu_s = time.perf_counter() - started, time.process_time() - cpu
    all_in_all = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [took, all_in_all, cpu_s, peak]


@contextmanager
def _recorded(kind: str, tasks: int) -> Iterator[None]:
    """At the end wait until the server has recorded every task run of the block.

    Its work is part of Prefect's cost whenever it is done, and must not fall on the next run.
    A long run outruns the server, which drops what it cannot hold; nothing comes after it.
    """
    if kind in {"bare", "long"}:
        yield
        return
    planning = 1 if kind == "ours" else 0
    expected = _completed() + tasks + planning
    yield
    while _completed() < expected:
        time.sleep(0.05)


def _completed() -> int:
    url = f"{os.environ['PREFECT_API_URL']}/task_runs/count"
    return int(httpx.post(url, json=COMPLETED).raise_for_status().json())


if __name__ == "__main__":
    main()
