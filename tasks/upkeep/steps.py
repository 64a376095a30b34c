"""Maintenance's and the watch's Prefect tasks."""

from __future__ import annotations

from typing import Any

from prefect import get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event

from tasks.connections import connections
from tasks.database.migrations import require_migrated
from tasks.database.request_log import prune
from tasks.job_runs import close_dead_runs
from tasks.upkeep.attention import Attention, Limits, attention
from tasks.upkeep.tidying import tidy_files


@task(cache_policy=NO_CACHE)
def prune_request_log(*, days: int) -> int:
    """Delete api_request_log's older rows; returns how many."""
    conns = connections()
    require_migrated(conns.engine)
    return prune(conns.engine, older_than_days=days)


@task(cache_policy=NO_CACHE)
def close_dead_job_runs() -> int:
    """Close the rows of runs whose process died as FAILED; returns how many."""
    return close_dead_runs(connections())


@task(cache_policy=NO_CACHE)
def remove_stale_files(*, results_days: int) -> dict[str, int]:
    """Remove stale files under this machine's CHALKOLA_HOME; gives how many of each kind."""
    return tidy_files(connections(), results_days=results_days)


@task(cache_policy=NO_CACHE)
def look_for_attention(limits: Limits) -> list[dict[str, Any]]:
    """Find what needs a person, and emit an event for each."""
    conns = connections()
    require_migrated(conns.engine)
    found = attention(conns, limits)
    for one in found:
        get_run_logger().warning("%s", one.message)
        _emit(one)
    if found:
        create_table_artifact(
            key="attention",
            table=[one.to_dict() for one in found],
            description="What needs a person.",
        )
    return [one.to_dict() for one in found]


def _emit(one: Attention) -> None:
    emit_event(
        event=one.event,
        resource={"prefect.resource.id": one.resource_id, "prefect.resource.name": one.subject},
        payload={"message": one.message},
    )
