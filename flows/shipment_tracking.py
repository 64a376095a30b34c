"""Tracking ids of an own carrier, told to Amazon: one for each box.

Here and now: `chalkola shipment track NAME FILE.csv`. Or the deployment shipment-tracking.
"""

from __future__ import annotations

from typing import Any

from prefect import flow

from tasks.job_runs import JOB_HOOKS
from tasks.shipments.afterwards import send_tracking_ids
from tasks.shipments.tracking import TrackedBox


@flow(name="shipment-tracking", flow_run_name="track {name}", **JOB_HOOKS)
def shipment_tracking(name: str, boxes: list[TrackedBox]) -> dict[str, Any]:
    """Tell Amazon the tracking ids; returns them with Amazon's word on each. Safe to run twice.

    Args:
        name: The shipment's name, or its inbound plan id.
        boxes: Every box of the shipment, by its id or its own name; pallets by the confirmation id.

    Raises:
        RequestError: a box is unknown, named twice, fits several, or has no tracking id.
        ShipmentError: the shipment takes no tracking ids.
    """
    return send_tracking_ids(name, boxes)
