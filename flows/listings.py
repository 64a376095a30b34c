"""All listings of every marketplace, and the ASINs that they name: what else is asked for.

Grain of what it loads: account, marketplace, seller SKU (chalkola.merchant_listings); marketplace,
ASIN (chalkola.tracked_asins).
Scheduled: the deployment listings, daily.
"""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow
from prefect.runtime import flow_run
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from tasks.job_runs import JOB_HOOKS
from tasks.marketplaces import MarketplaceCode
from tasks.reports.collection import MAX_CHAINS, advance
from tasks.reports.listings import feed_tracked_asins
from tasks.reports.plan import plan_report


def _run_name() -> str:
    return ", ".join(flow_run.parameters.get("marketplaces") or ["all marketplaces"])


@flow(
    name="listings",
    flow_run_name=_run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=MAX_CHAINS),  # type: ignore[arg-type]
    **JOB_HOOKS,
)
def listings(
    marketplaces: list[MarketplaceCode] = [],  # noqa: B006 -- Prefect shows it and never changes it
    refresh: bool = False,
    wait_minutes: Annotated[float, Field(ge=0)] = 30,
) -> dict[str, Any]:
    """Load all listings and track their active ASINs, the best sold first. Safe to run twice.

    Args:
        marketplaces: Empty: every marketplace of every account.
        refresh: Ask Amazon again, though the last report is younger than half an hour.
        wait_minutes: How long to wait for each report, after it was asked for.

    Raises:
        IncompleteError: some reports failed; the other marketplaces are fed.
    """
    plan = plan_report(
        report_type="ALL_LISTINGS",
        marketplaces=marketplaces,
        start=None,
        end=None,
        options={},
        refresh=refresh,
    )
    reports = advance(
        plan["request_ids"], wait_minutes=wait_minutes, database_id=plan["database_id"]
    )
    return feed_tracked_asins(reports)
