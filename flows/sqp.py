"""Search Query Performance of one period: plan, create, wait, download, parse, upsert.

Grain of what it loads: account, marketplace, period, ASIN, search query (chalkola.sqp_data).
Here and now: `chalkola sqp pull`. Scheduled: the deployments sqp-weekly and sqp-monthly.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from prefect import flow
from prefect.runtime import flow_run
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from tasks.job_runs import JOB_HOOKS
from tasks.marketplaces import MarketplaceCode
from tasks.reports.collection import MAX_CHAINS, collect
from tasks.reports.plan import plan_sqp


def _run_name() -> str:
    given = flow_run.parameters
    places = ", ".join(given.get("marketplaces") or ["all marketplaces"])
    return f"{places} · {given.get('period', 'WEEK')} {given.get('start') or 'newest'}"


@flow(
    name="sqp",
    flow_run_name=_run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=MAX_CHAINS),  # type: ignore[arg-type]
    **JOB_HOOKS,
)
def sqp(
    marketplaces: list[MarketplaceCode] = [],  # noqa: B006 -- Prefect shows it and never changes it
    period: Literal["WEEK", "MONTH", "QUARTER"] = "WEEK",
    start: date | None = None,
    asins: list[str] = [],  # noqa: B006
    refresh: bool = False,
    wait_minutes: Annotated[float, Field(ge=0)] = 30,
    canary: bool = False,
) -> dict[str, Any]:
    """Pull one period of Search Query Performance; returns each report and the counts by status.

    Safe to run twice, and after an interruption: nothing is asked for again.

    Args:
        marketplaces: Empty: every marketplace that has tracked ASINs.
        period: Length of the period.
        start: First day of the period (a week begins on Sunday). None: the newest published one.
        asins: B0... for every marketplace, or US:B0... for one. Empty: the tracked ones.
        refresh: Ask Amazon again for what is loaded already; restated rows are updated.
        wait_minutes: How long to wait for each report, after it was asked for.
        canary: Ask for one batch of each marketplace and period first, for the rest when it has
            loaded. A FATAL that is asked for again by itself then does not fail the run.

    Raises:
        InputError: something that was asked for is wrong; nothing was requested.
        IncompleteError: some reports failed; the others are loaded.
    """
    plan = plan_sqp(
        marketplaces=marketplaces, period=period, start=start, asins=asins, refresh=refresh
    )
    return collect(
        plan["request_ids"],
        wait_minutes=wait_minutes,
        database_id=plan["database_id"],
        canary=canary,
    )
