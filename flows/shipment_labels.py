"""The labels of a shipment, downloaded from Amazon again.

Here and now: `chalkola shipment labels NAME --again`. Or the deployment shipment-labels.
"""

from __future__ import annotations

from typing import Any

from prefect import flow

from tasks.job_runs import JOB_HOOKS
from tasks.shipments.afterwards import fetch_labels_again


@flow(name="shipment-labels", flow_run_name="labels {name}", **JOB_HOOKS)
def shipment_labels(name: str) -> dict[str, Any]:
    """Replace the stored labels by what Amazon gives now; returns their paths.

    Args:
        name: The shipment's name, or its inbound plan id.

    Raises:
        ShipmentError: there are none before the transportation is confirmed.
    """
    return fetch_labels_again(name)
