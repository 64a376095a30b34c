"""Many requests side by side: within the budget, one thread a batch, with artifacts."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from prefect import allow_failure, get_run_logger
from prefect.artifacts import (
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.futures import PrefectFuture, as_completed

from chalkola_spapi.report_types import SQP
from tasks.asins.suppression import suppress_failing
from tasks.connections import Connections, connections
from tasks.errors import ChalkolaError
from tasks.job_runs import record_result
from tasks.ledger.fatal import RETRY
from tasks.ledger.ledger import ReportRequest
from tasks.ledger.outcomes import BAD, Outcome, outcome, summary
from tasks.reports.batch import batch
from tasks.reports.canary import Canaries, canaries
from tasks.reports.places import is_soon, places
from tasks.reports.steps import judge_fatal
from tasks.sentry import report_failure

#: The most batches at once; the pool must hold every chain, or waiting ones block later creates.
MAX_CHAINS = 64
#: Each is a request to the server, which the end of every single batch would be a lot of.
PROGRESS_EVERY_S = 2.0


class IncompleteError(ChalkolaError):
    """Some reports failed; what worked is kept. `summary` holds every report."""

    is_reported = True

    def __init__(self, result: dict[str, Any], bad: list[Outcome]) -> None:
        self.summary = result
        first = bad[0]
        rest = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
        super().__init__(f"{first.marketplace} {first.period}: {first.message}{rest}")


def collect(
    request_ids: list[int],
    *,
    wait_minutes: float,
    database_id: str,
    canary: bool = False,
    finishes_plans: bool = True,
) -> dict[str, Any]:
    """Take every request as far as it goes now; returns the summary of all of them.

    With `canary` one batch of each marketplace and period goes first, and a FATAL that is asked for
    again by itself does not fail the run: nobody is needed.
    Without `finishes_plans` a command that was interrupted can still go on with its plan.
    Must be called in a flow whose task runner has MAX_CHAINS threads.

    Raises:
        IncompleteError: some reports failed; the others are loaded.
    """
    outcomes = advance(
        request_ids, wait_minutes=wait_minutes, database_id=database_id, canary=canary
    )
    if finishes_plans:
        connections().ledger.finish_plans(request_ids)
    return conclude(outcomes, heals_itself={RETRY} if canary else set())


def advance(
    request_ids: list[int], *, wait_minutes: float, database_id: str, canary: bool = False
) -> list[Outcome]:
    """Take every request as far as it goes now; gives what became of each, failed ones too.

    See `collect`; the plans are not finished.
    """
    conns = connections()
    requests = conns.ledger.read(request_ids)
    was_open = {r.id for r in requests if r.is_pending}
    failures = _follow(
        _submit(
            conns,
            [r for r in requests if r.is_pending],
            wait_minutes=wait_minutes,
            database_id=database_id,
            canary=canary,
        )
    )
    for request_id, problem in failures.items():
        conns.ledger.record_problem(request_id, problem)
    _judge_again(conns, was_open)
    suppress_failing(conns.engine)
    requests = conns.ledger.read(request_ids)
    # Looked up again: another process may have used the budget that was left.
    now = conns.now()
    at = places(conns, requests, now=now)
    planned = {one: place for one, place in at.items() if place is None or place > now}
    if canary:
        planned |= canaries(conns, _canary_types(requests)).held
    return [
        outcome(
            r,
            failure=failures.get(r.id),
            is_new=r.id in was_open,
            planned_at=planned.get(r.id, conns.now()),
        )
        for r in requests
    ]


def _submit(
    conns: Connections,
    requests: list[ReportRequest],
    *,
    wait_minutes: float,
    database_id: str,
    canary: bool,
) -> dict[PrefectFuture[str], int]:
    """Start a chain for each request that is due now; those that follow a canary wait for it."""
    chosen = canaries(conns, _canary_types(requests)) if canary else Canaries({}, {})
    # Canaries first: into the budget, and into the threads, of which followers only wait for them.
    requests = sorted(requests, key=lambda r: r.id in chosen.follows)
    now = conns.now()
    at = places(conns, [r for r in requests if r.id not in chosen.held], now=now)
    labels = batch_labels(requests)
    futures: dict[int, PrefectFuture[str]] = {}
    for r in requests:
        if r.id in chosen.held or not is_soon(r, at.get(r.id, now), now=now):
            continue
        leader = futures.get(chosen.follows.get(r.id, 0))
        futures[r.id] = batch.submit(
            r.id,
            labels[r.id],
            wait_minutes=wait_minutes,
            database_id=database_id,
            follows=r.id in chosen.follows,
            not_before=at.get(r.id),
            return_state=False,
            wait_for=[allow_failure(leader)] if leader else None,
        )
    return {future: request_id for request_id, future in futures.items()}


def _canary_types(requests: Iterable[ReportRequest]) -> list[ReportRequest]:
    """Reports of which a slice has several: the others have nobody to wait for."""
    return [request for request in requests if request.report_type == SQP]


def _judge_again(conns: Connections, request_ids: Iterable[int]) -> None:
    """A FATAL that came before the slice's other reports had loaded may mean something else."""
    for request in conns.ledger.read(list(request_ids)):
        if request.state == "fatal":
            judge_fatal(conns, request, request.message or "")


def conclude(
    outcomes: Sequence[Outcome], *, heals_itself: AbstractSet[str] = frozenset()
) -> dict[str, Any]:
    """Sum up a run's reports, and leave them as an artifact.

    Raises:
        IncompleteError: some failed, and what follows of them is not among `heals_itself`.
    """
    result = summary(list(outcomes))
    record_result(rows=sum(o.rows for o in outcomes if o.is_new), counts=result["counts"])
    if outcomes:
        create_table_artifact(
            key="reports",
            table=[_table_row(o) for o in outcomes],
            description="What became of each report of this run.",
        )
    bad = [o for o in outcomes if o.status in BAD and o.next_action not in heals_itself]
    if bad:
        raise IncompleteError(result, bad)
    return result


def _table_row(one: Outcome) -> dict[str, Any]:
    return {
        "marketplace": one.marketplace,
        "period": one.period,
        "report": one.report_id or "",
        "status": one.status,
        "ASINs": one.asins,
        "rows": one.rows,
        "changed": one.rows_written,
        "removed": one.rows_removed,
        "note": one.message or (f"from {one.next_at}" if one.next_at else ""),
    }


def batch_labels(requests: list[ReportRequest]) -> dict[int, str]:
    """Name each request as people know it: `US · WEEK 2026-01-25 · batch 2/3`."""
    by_slice: defaultdict[str, list[int]] = defaultdict(list)
    for request in requests:
        by_slice[request.slice.label].append(request.id)
    return {
        request_id: f"{label} · batch {number}/{len(ids)}"
        for label, ids in by_slice.items()
        for number, request_id in enumerate(ids, start=1)
    }


def _follow(futures: Mapping[PrefectFuture[str], int]) -> dict[int, str]:
    """Wait for all batches, showing progress; returns request id -> what its batch raised."""
    failures: dict[int, str] = {}
    if not futures:
        return failures
    progress = _Progress(len(futures))
    for done, future in enumerate(as_completed(list(futures)), start=1):
        progress.show(done)
        # Without it the state is asked of the server, which may not have heard of the end yet.
        future.wait()
        if future.state.is_failed() or future.state.is_crashed():
            failures[futures[future]] = _reason(future, futures[future])
    return failures


class _Progress:
    """How many reports are finished, on the run's page: told every other second, and at the end."""

    def __init__(self, of: int) -> None:
        self._of = of
        self._told_at = time.monotonic()
        self._id = create_progress_artifact(0.0, key="progress", description=self._text(0))

    def show(self, done: int) -> None:
        now = time.monotonic()
        if done < self._of and now - self._told_at < PROGRESS_EVERY_S:
            return
        self._told_at = now
        update_progress_artifact(
            self._id,  # type: ignore[arg-type]  # it is given here and now
            progress=100 * done / self._of,
            description=self._text(done),
        )

    def _text(self, done: int) -> str:
        return f"{done} of {self._of} reports finished for now"


def _reason(future: PrefectFuture[str], request_id: int) -> str:
    exc = future.result(raise_on_failure=False)
    _report(exc, connections().ledger.get(request_id))
    reason = " ".join(str(exc).split()) or type(exc).__name__
    get_run_logger().error("%s", reason)
    return reason


def _report(exc: Any, request: ReportRequest) -> None:
    """Tell Sentry, unless it is a FATAL that is asked for again by itself."""
    if isinstance(exc, BaseException) and request.next_action != RETRY:
        tags = {
            "account": request.account,
            "marketplace": request.slice.marketplace.code,
            "report_type": request.report_type,
            "report_id": request.report_id,
        }
        report_failure(exc, tags)
