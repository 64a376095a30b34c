"""Stock in Amazon Warehousing and Distribution, and the shipments on their way to it.

Grain of what it loads: account, SKU (chalkola.awd_inventory_levels), and every change of one
(chalkola.awd_inventory_history); account, shipment (chalkola.awd_inbound_shipments) and its SKUs.
Here and now: `chalkola inventory sync`. Scheduled: the deployment awd, every 4 hours.
"""

from __future__ import annotations

from typing import Any

from prefect import flow

from tasks.job_runs import JOB_HOOKS
from tasks.stock.awd import conclude_awd, plan_awd, sync_awd


@flow(name="awd", flow_run_name="AWD of every account", **JOB_HOOKS)
def awd() -> dict[str, Any]:
    """Bring the AWD stock of every North American account up to date. Safe to run twice.

    Raises:
        SpApiError: a list broke off; what it holds was not changed.
    """
    return conclude_awd([sync_awd(account) for account in plan_awd()])
