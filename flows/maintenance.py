"""Keep the state small and honest: old request records, dead runs, stale files.

Scheduled: the deployment maintenance, daily. Safe to run at any time and beside anything.
"""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow
from pydantic import Field

from tasks.job_runs import JOB_HOOKS
from tasks.upkeep.steps import close_dead_job_runs, prune_request_log, remove_stale_files


@flow(name="maintenance", flow_run_name="tidying up", **JOB_HOOKS)
def maintenance(
    request_log_days: Annotated[int, Field(ge=1)] = 30,
    results_days: Annotated[int, Field(ge=1)] = 30,
) -> dict[str, Any]:
    """Tidy up; returns what was removed and closed.

    Args:
        request_log_days: How long a row of chalkola.api_request_log is kept.
        results_days: How long a cached result of Prefect's is kept. The ledger needs none of them.
    """
    return {
        "request_log_rows": prune_request_log(days=request_log_days),
        "dead_job_runs": close_dead_job_runs(),
        "files": remove_stale_files(results_days=results_days),
    }
