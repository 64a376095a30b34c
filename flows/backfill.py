"""Search Query Performance of years: a day's budget at a time, the newest period first.

Here and now: `chalkola sqp backfill`. From the UI: the deployment backfill. Either is enough once:
the catch-up goes on with it until nothing is missing.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from prefect import flow
from prefect.runtime import flow_run
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from tasks.coverage.steps import collect_gaps, plan_backfill
from tasks.job_runs import JOB_HOOKS
from tasks.marketplaces import MarketplaceCode
from tasks.reports.collection import MAX_CHAINS


def _run_name() -> str:
    given = flow_run.parameters
    return f"{given['period']} {given['first'] or 'of a year'} to {given['last'] or 'the newest'}"


@flow(
    name="backfill",
    flow_run_name=_run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=MAX_CHAINS),  # type: ignore[arg-type]
    **JOB_HOOKS,
)
def backfill(
    first: date | None = None,
    last: date | None = None,
    period: Literal["WEEK", "MONTH", "QUARTER"] = "WEEK",
    marketplaces: list[MarketplaceCode] = [],  # noqa: B006 -- Prefect shows it and never changes it
    wait_minutes: Annotated[float, Field(ge=0)] = 30,
    canary: bool = False,
) -> dict[str, Any]:
    """Ask for every tracked ASIN of many periods; returns what became of today's reports.

    Safe to run again, and after an interruption: nothing is asked for twice.

    Args:
        first: A day in the first period. None: a year ago.
        last: A day in the last period. None: the newest published one.
        period: Length of the periods.
        marketplaces: Empty: every marketplace that has tracked ASINs.
        wait_minutes: How long to wait for each report, after it was asked for.
        canary: Ask for one batch of each marketplace and period first, for the rest when it has
            loaded. A FATAL that is asked for again by itself then does not fail the run.

    Raises:
        InputError: something that was asked for is wrong; nothing was requested.
        IncompleteError: some reports failed; the others are loaded.
    """
    plan = plan_backfill(
        period=period, first=first, last=last, marketplaces=list(marketplaces), canary=canary
    )
    return collect_gaps(plan, wait_minutes=wait_minutes, canary=canary)
