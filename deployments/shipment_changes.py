"""What a command changes of a shipment: by the run that waits for it, else by a flow run here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from deployments.foreground import run_in_foreground
from deployments.shipment_answers import is_running
from tasks.connections import Connections
from tasks.shipments.cancellation import Against, ended_view, refuse_decision, void_by_the_run
from tasks.shipments.ledger import VOIDED, Shipment
from tasks.shipments.work import Work


def decide(
    conns: Connections,
    shipment: Shipment,
    decision: Against,
    *,
    reason: str | None,
    accept_charges: bool = False,
) -> dict[str, Any]:
    """Void a shipment; gives its status and what Amazon shows.

    Raises:
        ShipmentError: it would cost, is too late, or Amazon does not show the plan as voided.
    """
    work = Work.on(shipment.plan_name)
    if shipment.status in VOIDED:
        return ended_view(work)
    refuse_decision(work, decision, accept_charges=accept_charges)
    if is_running(conns, shipment):
        # The waiting run is a flow run already: answering it takes no second one.
        void_by_the_run(conns, work, decision, reason=reason)
        return ended_view(Work.on(shipment.plan_name))

    def run() -> dict[str, Any]:
        from flows.shipment_cancel import shipment_cancel

        result: dict[str, Any] = shipment_cancel(
            shipment.plan_name, decision, reason, accept_charges
        )
        return result

    return _ran(conns, run)


def track(
    conns: Connections, shipment: Shipment, lines: Sequence[tuple[str, str]]
) -> list[dict[str, Any]]:
    """Tell Amazon the tracking ids; gives each with Amazon's word on it."""

    def run() -> dict[str, Any]:
        from flows.shipment_tracking import shipment_tracking
        from tasks.shipments.tracking import TrackedBox

        boxes = [TrackedBox(box=box, tracking_id=tracking_id) for box, tracking_id in lines]
        result: dict[str, Any] = shipment_tracking(shipment.plan_name, boxes)
        return result

    boxes: list[dict[str, Any]] = _ran(conns, run)["boxes"]
    return boxes


def fetch_labels_again(conns: Connections, shipment: Shipment) -> None:
    """Download every label anew."""

    def run() -> dict[str, Any]:
        from flows.shipment_labels import shipment_labels

        result: dict[str, Any] = shipment_labels(shipment.plan_name)
        return result

    _ran(conns, run)


def _ran(conns: Connections, run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    return run_in_foreground(conns, run, is_quiet=True)
