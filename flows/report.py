"""Any report of the guide, and any other: plan, create, wait, download, parse, upsert.

Grain of what it loads: that of the report's table; a type without a table is kept raw.
Here and now: `chalkola report pull`. Scheduled: the deployments restock, sales-and-traffic and
those of Brand Analytics.
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
from tasks.reports.plan import plan_report

#: The choices of the form: the types that are loaded, by the names of `chalkola report types`.
LoadedType = Literal[
    "SEARCH_CATALOG_PERFORMANCE",
    "MARKET_BASKET",
    "REPEAT_PURCHASE",
    "SEARCH_TERMS",
    "SALES_TRAFFIC",
    "FBA_INVENTORY",
    "RESTOCK_INVENTORY",
    "ALL_LISTINGS",
    "SQP",
]


def _run_name() -> str:
    given = flow_run.parameters
    places = ", ".join(given.get("marketplaces") or ["all marketplaces"])
    return f"{places} · {given['report_type']} {given.get('start') or 'newest'}"


@flow(
    name="report",
    flow_run_name=_run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=MAX_CHAINS),  # type: ignore[arg-type]
    **JOB_HOOKS,
)
def report(
    report_type: Annotated[LoadedType, Field(title="loaded into a table")]
    | Annotated[str, Field(title="any of Amazon's names", pattern="^[A-Za-z0-9_-]+$")],
    marketplaces: list[MarketplaceCode] = [],  # noqa: B006 -- Prefect shows it and never changes it
    start: date | None = None,
    end: date | None = None,
    options: dict[str, str] = {},  # noqa: B006
    refresh: bool = False,
    wait_minutes: Annotated[float, Field(ge=0)] = 30,
) -> dict[str, Any]:
    """Pull a report; returns each report and the counts by status.

    Safe to run twice, and after an interruption: nothing is asked for again.

    Args:
        report_type: One that is loaded, or any of Amazon's (GET_...): that is kept as it came.
        marketplaces: Empty: every marketplace of every account.
        start: First day of the first period (a week begins on Sunday). None: the newest published
            one, or things as they stand. Stock, restock and listings take no dates.
        end: Last day of the last period; each period is a report of its own. None: one period.
        options: Amazon's reportOptions, such as {"reportPeriod": "MONTH"}; of sales and traffic
            {"dateGranularity": "WEEK", "asinGranularity": "SKU"}; of the catalog performance
            {"asins": "B0..."}.
        refresh: Ask Amazon again for what is loaded already.
        wait_minutes: How long to wait for each report, after it was asked for. One that is still
            queued then is collected by the harvest.

    Raises:
        InputError: something that was asked for is wrong; nothing was requested.
        IncompleteError: some reports failed; the others are loaded.
    """
    plan = plan_report(
        report_type=report_type,
        marketplaces=marketplaces,
        start=start,
        end=end,
        options=options,
        refresh=refresh,
    )
    return collect(plan["request_ids"], wait_minutes=wait_minutes, database_id=plan["database_id"])
