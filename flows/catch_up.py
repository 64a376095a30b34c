"""Notice what is missing and fill it: the last periods first, then the backfills that are open.

Here and now: `chalkola sqp catch-up`. Scheduled: the deployment catch-up, every three hours: a
period whose first report was FATAL gives its share of the day's quota to older ones.
"""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from tasks.coverage.steps import collect_gaps, plan_catch_up
from tasks.job_runs import JOB_HOOKS
from tasks.reports.collection import MAX_CHAINS


@flow(
    name="catch-up",
    flow_run_name="{weeks} weeks, {months} months, {quarters} quarters",
    task_runner=ThreadPoolTaskRunner(max_workers=MAX_CHAINS),  # type: ignore[arg-type]
    **JOB_HOOKS,
)
def catch_up(
    weeks: Annotated[int, Field(ge=0, le=104)] = 8,
    months: Annotated[int, Field(ge=0, le=24)] = 3,
    quarters: Annotated[int, Field(ge=0, le=8)] = 1,
    wait_minutes: Annotated[float, Field(ge=0)] = 30,
    canary: bool = False,
) -> dict[str, Any]:
    """Ask for what is missing of the last periods, newest first; returns what became of it.

    Missing is what was never asked for, and what was loaded and deleted since. At most a day's
    budget is planned; what does not fit now is asked for by the harvest.

    Args:
        weeks: How many published weeks to look back.
        months: How many published months.
        quarters: How many published quarters.
        wait_minutes: How long to wait for each report, after it was asked for.
        canary: Ask for one batch of each marketplace and period first, for the rest when it has
            loaded. A FATAL that is asked for again by itself then does not fail the run.

    Raises:
        IncompleteError: some reports failed; the others are loaded.
    """
    plan = plan_catch_up(weeks=weeks, months=months, quarters=quarters)
    return collect_gaps(plan, wait_minutes=wait_minutes, canary=canary)
