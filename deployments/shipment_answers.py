"""An approval by command: stored, then followed until the waiting run has taken it up."""

from __future__ import annotations

from typing import Any

from deployments.console import err
from tasks.connections import Connections
from tasks.shipments.answers import Given, approve, outcome_of
from tasks.shipments.approvals import Gate
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
        raise ShipmentError(_stale(conns, work, given))
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


def _stale(conns: Connections, work: Work, given: Given) -> str:
    """Say what lapsed, and what the run made of it: it may have found the same for no more."""
    shipment, stale = work.shipment, given.stale
    if stale is None:
        raise AssertionError("only what lapsed or changed is told so")
    said = f"{shipment.plan_name}: {stale.outcome}: {stale.text}"
    if not is_running(conns, shipment):
        return f"{said}; `chalkola shipment resume {shipment.plan_name!r}` makes fresh options"
    outcome = outcome_of(work, given.question, is_alive=lambda: is_running(conns, shipment))
    if outcome == "accepted":
        return f"{said}; fresh quotes of the same carrier and mode for no more were confirmed"
    return f"{said}; fresh options are asked, see `chalkola shipment show {shipment.plan_name!r}`"


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
