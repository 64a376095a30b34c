"""One request, taken as far as it goes now: the engine under every flow that collects reports."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from prefect import Task, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.transactions import CommitMode, transaction
from prefect.utilities.annotations import quote

from chalkola_spapi.errors import DocumentError
from tasks.connections import Connections, connections
from tasks.documents.transaction import CopyFileError
from tasks.ledger.ledger import BudgetExhaustedError, ReportRequest
from tasks.reports.canary import is_released
from tasks.reports.raw_documents import unchanged_document
from tasks.reports.steps import (
    create_report,
    download_report,
    parse,
    submitter,
    upsert,
    wait_for_report,
)
from tasks.sqp.document import DocumentMismatchError, MalformedDocumentError

DOWNLOADS = 3
#: A place in the budget comes by the database's clock, of which ours may be ahead by this much.
CLOCK_SKEW = timedelta(seconds=2)
LOOK_AGAIN_S = 0.5
#: The cached steps, run whatever the cache remembers.
ANEW: dict[Task[..., Any], Callable[..., Any]] = {
    step: step.with_options(refresh_cache=True) for step in (create_report, download_report, parse)
}


@task(task_run_name="{label}", cache_policy=NO_CACHE)
def batch(
    request_id: int,
    label: str,
    *,
    wait_minutes: float,
    database_id: str,
    follows: bool = False,
    not_before: datetime | None = None,
) -> str:
    """Take one request as far as it goes now; returns the state that it reached.

    Waiting ends `wait_minutes` after the report's own submission. A request that another process is
    working on is watched until it is finished or that time has passed. One that `follows` its
    slice's canary is asked for only if that has shown that Amazon has the data. None is asked for
    `not_before` its place in the budget: who asks too early takes a token of createReport for it.
    """
    conns = connections()
    if follows and not is_released(conns, conns.ledger.get(request_id)):
        get_run_logger().info("%s: held back: its period has not shown any data yet", label)
        return "planned"
    _await_place(conns, label, not_before)
    with (
        _owned(conns, request_id, wait_minutes) as (request, is_ours),
        # What a step caches counts at once, not only when the whole batch has succeeded.
        transaction(commit_mode=CommitMode.EAGER),
    ):
        reached = _life(conns, request, label, wait_minutes, database_id) if is_ours else request
    return reached.state


def _await_place(conns: Connections, label: str, place: datetime | None) -> None:
    now = conns.now()
    if place is not None and place > now:
        until = f"{place:%H:%M} UTC"
        get_run_logger().info("%s: waits until %s for the daily budget", label, until)
        time.sleep((place + CLOCK_SKEW - now).total_seconds())


def _life(
    conns: Connections, request: ReportRequest, label: str, wait_minutes: float, database_id: str
) -> ReportRequest:
    """Step by step; gives the request as it is when nothing is left to do now."""
    is_left = True
    while is_left:
        request, is_left = _step(conns, request, label, wait_minutes, database_id)
    return request


def _step(
    conns: Connections, request: ReportRequest, label: str, wait_minutes: float, database_id: str
) -> tuple[ReportRequest, bool]:
    """Do the next thing; gives the request as it is then, and whether anything is left to do."""
    if request.state in {"planned", "submitting"}:
        return _create(conns, request, label, database_id)
    if request.state == "submitted":
        until = _deadline(conns, request, wait_minutes)
        request = wait_for_report(_as_it_is(request), label, until=until).unwrap()
        return request, request.state == "done"
    if request.state == "done":
        return _collect(conns, request, label, database_id)
    return request, False


def _as_it_is(value: Any) -> Any:
    # Quoted: else Prefect looks into every part of it for another task's future. It unwraps it.
    return quote(value)


def _create(
    conns: Connections, request: ReportRequest, label: str, database_id: str
) -> tuple[ReportRequest, bool]:
    """Ask for the report; nothing is left to do when the day's budget was used up meanwhile."""
    key = f"{database_id}-{request.identity}-{request.attempt}"
    try:
        create_report(_as_it_is(request), label, key=key)
        created = conns.ledger.get(request.id)
        # The ledger is right: a database that was set back knows not what the cache remembers.
        if created.report_id is None:
            ANEW[create_report](_as_it_is(created), label, key=key)
            created = conns.ledger.get(request.id)
    except BudgetExhaustedError as exc:
        get_run_logger().info("%s: %s", label, exc)
        return conns.ledger.get(request.id), False
    return created, True


def _collect(
    conns: Connections, request: ReportRequest, label: str, database_id: str
) -> tuple[ReportRequest, bool]:
    """Document to table; something is left when the report turned out to be somebody else's."""
    try:
        parsed = _parsed(conns, request, label, database_id)
    except DocumentMismatchError as exc:
        if not request.is_adopted:
            raise
        submitter(conns).disown(request, str(exc))
        return conns.ledger.get(request.id), True
    try:
        state = upsert(_as_it_is(request), label, _as_it_is(parsed))
    except CopyFileError:  # not what the cache remembers any more
        request = conns.ledger.get(request.id)
        parsed = _parsed(conns, request, label, database_id, is_cached=False)
        state = upsert(_as_it_is(request), label, _as_it_is(parsed))
    return replace(request, state=state), False


def _parsed(
    conns: Connections,
    request: ReportRequest,
    label: str,
    database_id: str,
    *,
    is_cached: bool = True,
) -> dict[str, Any]:
    """Give the COPY-ready file; a broken document is downloaded at most twice more."""
    for left in reversed(range(DOWNLOADS)):
        again = not is_cached or left < DOWNLOADS - 1
        try:
            return _download_and_parse(conns, request, label, database_id, again=again)
        except (DocumentError, MalformedDocumentError) as exc:
            if not left or not getattr(exc, "is_retryable", True):
                raise
            get_run_logger().warning("%s: %s; downloading it again", label, exc)
            request = conns.ledger.get(request.id)  # a broken document may have named its charset
    raise AssertionError("the last download returns or raises")


def _download_and_parse(
    conns: Connections, request: ReportRequest, label: str, database_id: str, *, again: bool
) -> dict[str, Any]:
    same = {
        "request": _as_it_is(request),
        "label": label,
        "key": f"{database_id}-{request.account}-{request.report_id}",
    }
    # Loaded before, and to be loaded again: Amazon may not hold it any more.
    kept = None if again else unchanged_document(conns, request)
    if kept is None:
        raw = _fresh(download_report, lambda got: [got["path"]], again=again, **same)
    else:
        raw = kept.to_dict()
    parsed: dict[str, Any] = _fresh(parse, _paths_of, again=again, raw=raw, **same)
    return parsed


def _paths_of(parsed: dict[str, Any]) -> list[str]:
    return [table["path"] for table in parsed["tables"].values()]


def _fresh(
    step: Task[..., dict[str, Any]],
    paths_of: Callable[[dict[str, Any]], list[str]],
    *,
    again: bool,
    **parameters: Any,
) -> dict[str, Any]:
    """Run a cached step; anew where a file of it is gone (another machine, or tidied)."""
    result: dict[str, Any] = (ANEW[step] if again else step)(**parameters)
    if not all(Path(path).is_file() for path in paths_of(result)):
        result = ANEW[step](**parameters)
    return result


@contextmanager
def _owned(
    conns: Connections, request_id: int, wait_minutes: float
) -> Iterator[tuple[ReportRequest, bool]]:
    """Hold the request; gives it as it is then, and whether it is held.

    It is not when another process has finished it, or still holds it at the end.
    """
    name = f"request:{request_id}"
    started = conns.now()
    while not conns.locks.try_lock(name):
        request = conns.ledger.get(request_id)
        until = _deadline(conns, request, wait_minutes, started=started)
        if not request.is_pending or conns.now() >= until:
            yield request, False
            return
        time.sleep(LOOK_AGAIN_S)
    try:
        yield conns.ledger.get(request_id), True
    finally:
        conns.locks.unlock(name)


def _deadline(
    conns: Connections,
    request: ReportRequest,
    wait_minutes: float,
    *,
    started: datetime | None = None,
) -> datetime:
    return (request.submitting_at or started or conns.now()) + timedelta(minutes=wait_minutes)
