"""Deciding against a shipment: the plan is voided at Amazon, and read again to prove it.

https://developer-docs.amazon.com/sp-api/reference/cancelinboundplan
"""

from __future__ import annotations

import time
from typing import Any, Literal

from tasks.connections import Connections
from tasks.shipments.answers import store, unanswered
from tasks.shipments.approvals import Answer, Approvals
from tasks.shipments.errors import ShipmentBusyError, ShipmentError
from tasks.shipments.ledger import VOIDED, Shipment, ShipmentLedger, Status
from tasks.shipments.plan import is_voided, void_plan
from tasks.shipments.question_text import local
from tasks.shipments.work import Work, held

Against = Literal["cancel", "reject"]

WAIT_S = 180.0
LOOK_EVERY_S = 0.25
STATUS_OF: dict[str, Status] = {"reject": "REJECTED", "cancel": "CANCELLED"}


def is_free_of_charge(work: Work) -> bool:
    """Whether cancelling costs nothing now; own carriers never charge for it."""
    until = work.shipment.free_void_until
    return until is None or work.now() < until


def refuse_charges(work: Work) -> None:
    """Return if cancelling is free.

    Raises:
        ShipmentError: it is no longer, and since when.
    """
    until = work.shipment.free_void_until
    if until is not None and not is_free_of_charge(work):
        raise ShipmentError(
            f"{work.shipment.plan_name}: cancelling is no longer free since "
            f"{local(until.isoformat(), work.request.marketplace)}; the carrier may charge "
            f"{work.shipment.transportation_cost} {work.shipment.transportation_currency}. "
            "Nothing was cancelled; repeat with --accept-charges to cancel all the same"
        )


def refuse_decision(work: Work, decision: Against, *, accept_charges: bool = False) -> None:
    """Return if a shipment can be decided against.

    Raises:
        ShipmentError: it would cost, or is too late to be rejected.
    """
    if decision == "reject":
        refuse_confirmed(work)
    elif not accept_charges:
        refuse_charges(work)


def refuse_confirmed(work: Work) -> None:
    """Return if the carriers are not confirmed yet: from then on a shipment is cancelled.

    Raises:
        ShipmentError: they are.
    """
    if work.shipment.has_reached("TRANSPORTATION_CONFIRMED"):
        raise ShipmentError(
            f"{work.shipment.plan_name}: nothing is left to reject, its transportation is "
            f"confirmed; `chalkola shipment cancel {work.shipment.plan_name!r}` voids it"
        )


def decide_against(
    conns: Connections, name: str, decision: Against, *, reason: str | None
) -> Shipment:
    """Void a shipment, by the run that waits for an answer or, without one, here; gives its row.

    Raises:
        ShipmentBusyError: a run works on it just now and is not waiting.
        ShipmentError: Amazon did not show the plan as voided.
    """
    work = Work.on(name)
    if work.shipment.status in VOIDED:
        return work.shipment
    try:
        with held(conns, work.shipment.plan_name):
            return _void_here(Work.on(name), decision, reason)
    except ShipmentBusyError:
        return void_by_the_run(conns, work, decision, reason=reason)


def _void_here(work: Work, decision: Against, reason: str | None) -> Shipment:
    approvals = Approvals(work.ledger, work.shipment)
    question = approvals.open()
    if question is not None:
        approvals.answer(question, Answer(decision, reason=reason), by="command")
    void_plan(work)
    if question is not None:
        approvals.conclude(question, "rejected", reason)
    work.ledger.void(work.shipment, STATUS_OF[decision], reason=reason)
    return work.ledger.get(work.shipment.plan_name)


def void_by_the_run(
    conns: Connections, work: Work, decision: Against, *, reason: str | None
) -> Shipment:
    """Answer the run that waits, which then voids the shipment; gives its row.

    Raises:
        ShipmentBusyError: a run works on it just now and is not waiting.
        ShipmentError: Amazon did not show the plan as voided.
    """
    try:
        question = unanswered(work)
    except ShipmentError as exc:
        raise ShipmentBusyError(
            f"{work.shipment.plan_name}: a run works on it just now and is not waiting for an "
            "answer; try again in a moment"
        ) from exc
    store(work, question, Answer(decision, reason=reason))
    return _ended(conns, work)


def _ended(conns: Connections, work: Work) -> Shipment:
    ledger = ShipmentLedger(conns.engine)
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        shipment = ledger.get(work.shipment.plan_name)
        if shipment.status in VOIDED:
            return shipment
        if shipment.status == "FAILED":
            raise ShipmentError(f"{shipment.plan_name}: {shipment.error_message}")
        time.sleep(LOOK_EVERY_S)
    raise ShipmentError(
        f"{work.shipment.plan_name}: the answer is stored, but the run has not voided the plan "
        "yet; see `chalkola shipment show`"
    )


def ended_view(work: Work) -> dict[str, Any]:
    """Give how a shipment that was decided against stands, and what Amazon shows of it."""
    shipment = work.shipment
    return {
        "name": shipment.plan_name,
        "status": shipment.status,
        "reason": shipment.rejection_reason,
        "proof": proof(work),
    }


def proof(work: Work) -> str:
    """Say what Amazon shows of the plan now."""
    if work.shipment.inbound_plan_id is None:
        return "there was no plan at Amazon"
    shown = "VOIDED" if is_voided(work) else "not voided"
    return f"Amazon shows the plan {work.plan_id} as {shown}"
