"""Deciding against a shipment: its plan is voided at Amazon, and read again to prove it.

Here and now: `chalkola shipment cancel NAME`, `reject NAME`. Or the deployment shipment-cancel.
"""

from __future__ import annotations

from typing import Any, Literal

from prefect import flow

from tasks.job_runs import JOB_HOOKS
from tasks.shipments.afterwards import void_shipment


@flow(name="shipment-cancel", flow_run_name="{decision} {name}", **JOB_HOOKS)
def shipment_cancel(
    name: str,
    decision: Literal["cancel", "reject"] = "cancel",
    reason: str | None = None,
    accept_charges: bool = False,
) -> dict[str, Any]:
    """Void a shipment's plan; returns its status and what Amazon shows. Safe to run twice.

    Args:
        name: The shipment's name, or its inbound plan id.
        decision: reject is for a shipment whose carriers are not confirmed yet.
        reason: Kept with the shipment.
        accept_charges: Cancel though it is no longer free of charge.

    Raises:
        ShipmentError: cancelling is no longer free, or Amazon does not show the plan as voided.
    """
    return void_shipment(name, decision, reason=reason, accept_charges=accept_charges)
