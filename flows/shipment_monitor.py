"""Shipments on their way: statuses, received against shipped, and the free-void deadline.

Scheduled: the deployment shipment-monitor, every hour.
"""

from __future__ import annotations

from typing import Any

from prefect import flow

from tasks.job_runs import JOB_HOOKS
from tasks.shipments.following import announce_deadlines, follow_shipments, report


@flow(name="shipment-monitor", **JOB_HOOKS)
def shipment_monitor() -> dict[str, Any]:
    """Look once at every shipment that is on its way; returns what was found.

    Raises:
        FollowError: some shipments could not be read; the others are stored.
    """
    announced = announce_deadlines()
    return report(follow_shipments(), announced)
