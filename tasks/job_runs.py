"""One row of chalkola.job_runs for each flow run, written by the flow's state hooks.

No hook runs when a process is killed. Such a row stays RUNNING until the next run, or maintenance,
sees that nobody holds its lock any more and closes it as FAILED.
"""

from __future__ import annotations

import json
import logging
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.client.schemas.objects import FlowRun, State
from prefect.runtime import flow_run as current_flow_run
from sqlalchemy.exc import SQLAlchemyError

from tasks.connections import Connections, connections
from tasks.database.engine import DatabaseError
from tasks.database.queries import queries
from tasks.errors import ChalkolaError, InputError
from tasks.sentry import report_failure

logger = logging.getLogger(__name__)


def job_started(flow: Flow[..., Any], flow_run: FlowRun, _state: State[Any]) -> None:
    """Open the run's row, and close those of dead runs."""
    _quietly(_start, flow.name, flow_run.id)


def job_ended(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Close the run's row as SUCCESS or FAILED; a failure goes to Sentry."""
    _quietly(_end, flow_run.id, state)
    if state.is_failed():
        problem = state.result(raise_on_failure=False)
        if _is_news(problem):
            report_failure(problem, {"flow": flow.name, "flow_run": flow_run.name})


def _is_news(problem: object) -> bool:
    """Whether nobody has been told yet, and it is no mistake of the person who asked."""
    if isinstance(problem, ChalkolaError):
        return not problem.is_reported and not isinstance(problem, InputError)
    return isinstance(problem, BaseException)


#: For `@flow(**JOB_HOOKS)`.
JOB_HOOKS: dict[str, Any] = {
    "on_running": [job_started],
    "on_completion": [job_ended],
    "on_failure": [job_ended],
    "on_crashed": [job_ended],
    "on_cancellation": [job_ended],
}


def _quietly(write: Any, *values: Any) -> None:
    # A hook must not fail the run whose fate it records: no database is the run's own error.
    try:
        write(connections(), *values)
    except (ChalkolaError, DatabaseError, SQLAlchemyError) as exc:
        logger.warning("job_runs was not written: %s", exc)


def _start(conns: Connections, name: str, flow_run_id: UUID) -> None:
    close_dead_runs(conns)
    conns.locks.try_lock(_lock_name(flow_run_id))
    _write(conns, "start", job_name=name, flow_run_id=flow_run_id)


def _end(conns: Connections, flow_run_id: UUID, state: State[Any]) -> None:
    is_success = state.is_completed()
    message = None if is_success else " ".join((state.message or state.name or "").split())
    _write(
        conns,
        "end",
        flow_run_id=flow_run_id,
        status="SUCCESS" if is_success else "FAILED",
        error_message=message,
    )
    conns.locks.unlock(_lock_name(flow_run_id))


def record_result(*, rows: int, counts: dict[str, int]) -> None:
    """Note on the current flow run's row how many rows it loaded and what became of its reports."""
    if current_flow_run.id is None:
        return
    values = {"flow_run_id": current_flow_run.id, "rows": rows, "metadata": json.dumps(counts)}
    _write(connections(), "result", **values)


def close_dead_runs(conns: Connections) -> int:
    """Close the RUNNING rows whose process is gone as FAILED; returns how many there were."""
    with conns.engine.connect() as connection:
        running = list(connection.execute(queries("job_runs")["running"]).scalars())
    closed = 0
    for flow_run_id in running:
        with conns.locks.hold(_lock_name(flow_run_id)) as is_dead:
            if is_dead:
                _write(
                    conns,
                    "end",
                    flow_run_id=flow_run_id,
                    status="FAILED",
                    error_message="the process that ran it died",
                )
                closed += 1
    return closed


def _write(conns: Connections, name: str, **values: Any) -> None:
    with conns.engine.begin() as connection:
        connection.execute(queries("job_runs")[name], values)


def _lock_name(flow_run_id: UUID) -> str:
    return f"job_run:{flow_run_id}"
