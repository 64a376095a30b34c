"""A loaded report once more, from its kept document: after rows were deleted, or a parser mended.

Grain of what it loads: that of the report's table.
Here and now: `chalkola reports load ID`.
"""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from tasks.job_runs import JOB_HOOKS
from tasks.reports.collection import MAX_CHAINS, collect
from tasks.reports.plan import plan_replay


@flow(
    name="replay",
    flow_run_name="{report}",
    task_runner=ThreadPoolTaskRunner(max_workers=MAX_CHAINS),  # type: ignore[arg-type]
    **JOB_HOOKS,
)
def replay(report: str) -> dict[str, Any]:
    """Load a report again without Amazon; returns it and the counts by status. Safe to run twice.

    What is stored by a newer report stays as it is.

    Args:
        report: Amazon's report id, or the ledger's number.

    Raises:
        InputError: it cannot be loaded again; nothing was changed.
        IncompleteError: its document cannot be loaded.
    """
    plan = plan_replay(report)
    return collect(plan["request_ids"], wait_minutes=0, database_id=plan["database_id"])
