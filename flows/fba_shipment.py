"""An FBA shipment: from the request over two approvals to the labels, safe with money.

Grain of what it writes: one row of chalkola.fba_shipments for each name, one of
fba_shipment_destinations for each shipment that Amazon makes of it.
Here and now: `chalkola shipment create REQUEST.json`. Or the deployment fba-shipment and its form.
"""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.runtime import flow_run

from tasks.job_runs import JOB_HOOKS
from tasks.shipments.request import ShipmentRequest
from tasks.shipments.run import ShipmentRun
from tasks.shipments.steps import (
    configure_packing,
    create_plan,
    fetch_labels,
    pack_shipments,
    place,
    prepare_items,
    record_destinations,
    transport_by,
)


def _run_name() -> str:
    request = flow_run.parameters.get("request")
    name = request.get("name") if isinstance(request, dict) else getattr(request, "name", None)
    return f"shipment {name}"


@flow(name="fba-shipment", flow_run_name=_run_name, **JOB_HOOKS)
def fba_shipment(request: ShipmentRequest) -> dict[str, Any]:
    """Create a shipment, or go on with the one of this name; returns how it stands.

    Waits twice for a person: for the placement, which cannot be undone, and for the carriers, which
    cost money. Safe to run twice, and after an interruption: nothing is created or confirmed twice.

    Args:
        request: What to send, from where, in which boxes.

    Raises:
        RequestError: something about the request is wrong; nothing was created.
        ShipmentError, SpApiError: it cannot go on; the same request goes on from here.
    """
    with ShipmentRun(request) as run:
        if not run.is_over:
            prepare_items(run.name)
            create_plan(run.name)
            configure_packing(run.name)
            place(run.name)
            pack_shipments(run.name)
            transport_by(run.name)
            record_destinations(run.name)
            fetch_labels(run.name)
    return run.summary()
