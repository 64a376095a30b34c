"""Collect what has become ready: reports that were still queued, or whose run was interrupted.

Here and now: `chalkola reports harvest`. Scheduled: the deployment harvest, every 30 minutes.
"""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from tasks.job_runs import JOB_HOOKS
from tasks.reports.collection import MAX_CHAINS, collect
from tasks.reports.plan import plan_harvest


@flow(
    name="harvest",
    flow_run_name="open reports",
    task_runner=ThreadPoolTaskRunner(max_workers=MAX_CHAINS),  # type: ignore[arg-type]
    **JOB_HOOKS,
)
def harvest(retry_fatal: bool = False, canary: bool = False) -> dict[str, Any]:
    """Look once at every open report and load those that are done; returns their summary.

    Args:
        retry_fatal: Ask again for FATAL reports whose time has come, and halve spoiled batches.
        canary: Ask for one planned batch of each marketplace and period first. A FATAL that is
            asked for again by itself then does not fail the run.

    Raises:
        IncompleteError: some reports failed; the others are loaded.
    """
    plan = plan_harvest(retry_fatal=retry_fatal)
    return collect(
        plan["request_ids"],
        wait_minutes=0,
        database_id=plan["database_id"],
        canary=canary,
        finishes_plans=False,
    )
