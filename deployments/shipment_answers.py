"""An approval by command: stored, then followed until the waiting run has taken it up."""

from __future__ import annotations

from typing import Any

from deployments.console import err
from tasks.connections import Connections
from tasks.shipments.answers import approve, outcome_of
from tasks.shipments.approvals import Gate
from tasks.shipments.decisions import StaleError
from tasks.shipments.errors import ShipmentError
from tasks.shipments.ledger import Shipment
from tasks.shipments.work import Work


def approve_and_wait(
    conns: Connections, shipment: Shipment, gate: Gate, choice: str, *, over_limit: bool
) -> dict[str, Any]:
    """Store an approval and give what became of it.

    Raises:
        ShipmentError: what was approved has expired or changed; the run asks again.
    """
    work = Work.on(shipment.plan_name)
    given = approve(work, gate, choice, over_limit=over_limit)
    if given.stale is not None:
        raise ShipmentError(_stale(shipment, gate, given.stale))
    if not is_running(conns, shipment):
        err.print(
            f"No run is waiting for it now; the approval is kept, and "
            f"`chalkola shipment resume {shipment.plan_name!r}` goes on with it."
        )
        return _said(work, gate, "stored")
    outcome = outcome_of(work, given.question, is_alive=lambda: is_running(conns, shipment))
    if outcome in {"expired", "changed", "refused"}:
        raise ShipmentError(f"{shipment.plan_name}: {outcome}; fresh options are being asked")
    return _said(work, gate, outcome or "stored")


def _stale(shipment: Shipment, gate: Gate, stale: StaleError) -> str:
    follows = (
        "fresh options are made and asked"
        if gate == "placement"
        else "fresh quotes are made, and asked unless carrier and mode are the same for no more"
    )
    return f"{shipment.plan_name}: {stale.outcome}: {stale.text}; {follows}"


def _said(work: Work, gate: Gate, outcome: str) -> dict[str, Any]:
    name = work.shipment.plan_name
    return {
        "name": name,
        "gate": gate,
        "outcome": outcome,
        "status": work.ledger.get(name).status,
    }


def is_running(conns: Connections, shipment: Shipment) -> bool:
    """Whether a run holds the shipment."""
    with conns.locks.hold(shipment.lock_name) as is_free:
        return not is_free
