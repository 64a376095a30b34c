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

from tasks.collection import MAX_CHAINS, collect
from tasks.job_runs import JOB_HOOKS
from tasks.plan import plan_sqp

MarketplaceCode = Literal["US", "CA", "MX", "UK", "DE", "FR", "IT", "ES", "UAE", "AU", "JP"]


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
    marketplaces: Annotated[
        list[MarketplaceCode],
        Field(description="Empty: every marketplace that has tracked ASINs."),
    ] = [],  # noqa: B006 -- Prefect shows it in the form and never changes it
    period: Literal["WEEK", "MONTH", "QUARTER"] = "WEEK",
    start: Annotated[
        date | None,
        Field(description="First day of the period. Empty: the newest one that is published."),
    ] = None,
    asins: Annotated[
        list[str],
        Field(
            description="B0... for every marketplace, or US:B0... for one. Empty: the tracked ones."
        ),
    ] = [],  # noqa: B006
    refresh: Annotated[
        bool, Field(description="Ask Amazon again for what is loaded already.")
    ] = False,
    wait_minutes: Annotated[
        float, Field(ge=0, description="How long to wait for each report after it was asked for.")
    ] = 30,
) -> dict[str, Any]:
    """Pull one period of Search Query Performance; returns each report and the counts by status.

    Safe to run twice, and after an interruption: nothing is asked for again.

    Raises:
        InputError: something that was asked for is wrong; nothing was requested.
        IncompleteError: some reports failed; the others are loaded.
    """
    plan = plan_sqp(
        marketplaces=marketplaces, period=period, start=start, asins=asins, refresh=refresh
    )
    return collect(plan["request_ids"], wait_minutes=wait_minutes, database_id=plan["database_id"])
