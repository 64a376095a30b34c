"""FBA stock of every marketplace: a full walk of the API, or the newest MYI report.

Grain of what it loads: account, marketplace, SKU (chalkola.inventory_levels), and every change of
one (chalkola.inventory_history).
Here and now: `chalkola inventory sync`. Scheduled: the deployment inventory, every 4 hours.
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
from tasks.stock.inventory import conclude_inventory, plan_inventory, sync_from_api


def _run_name() -> str:
    return ", ".join(flow_run.parameters.get("marketplaces") or ["all marketplaces"])


@flow(
    name="inventory",
    flow_run_name=_run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=MAX_CHAINS),  # type: ignore[arg-type]
    **JOB_HOOKS,
)
def inventory(
    marketplaces: list[MarketplaceCode] = [],  # noqa: B006 -- Prefect shows it and never changes it
    wait_minutes: Annotated[float, Field(ge=0)] = 30,
) -> dict[str, Any]:
    """Bring the stock of each marketplace up to date; returns what became of each.

    A marketplace is replaced as a whole or not at all: a walk that breaks off, and a report that is
    empty or has failed, change nothing. Safe to run twice.

    Args:
        marketplaces: Empty: every marketplace of every account. North America is walked, the others
            come from a report that Amazon builds once in 30 minutes.
        wait_minutes: How long to wait for each report, after it was asked for. One that is still
            queued then is collected by the harvest.

    Raises:
        InputError: something that was asked for is wrong; nothing was requested.
        SyncIncompleteError: some marketplaces failed; the others are stored.
    """
    plan = plan_inventory(marketplaces=marketplaces)
    walks = [sync_from_api.submit(code) for code in plan["from_api"]]
    reports = advance(
        plan["request_ids"], wait_minutes=wait_minutes, database_id=plan["database_id"]
    )
    return conclude_inventory(walks, plan["from_api"], reports)
