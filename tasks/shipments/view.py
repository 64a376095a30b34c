"""A shipment as it is shown: to a person, and as JSON."""

from __future__ import annotations

from typing import Any

from tasks.connections import Connections
from tasks.shipments.approvals import Approvals, Question
from tasks.shipments.ledger import Shipment, ShipmentLedger
from tasks.shipments.offers import plain
from tasks.shipments.question_text import labels

_DESTINATION = (
    "amazon_shipment_id",
    "shipment_confirmation_id",
    "amazon_reference_id",
    "destination_fc",
    "destination_address",
    "status",
    "transportation_option_id",
    "carrier_name",
    "shipping_mode",
    "shipping_solution",
    "transportation_cost",
    "transportation_currency",
    "voidable_until",
    "delivery_window_start",
    "delivery_window_end",
    "units",
    "boxes",
    "labels_url",
    "tracking_numbers",
)
_OPERATION = (
    "step",
    "subject",
    "attempt",
    "state",
    "intended_at",
    "operation_id",
    "is_adopted",
    "problems",
    "finished_at",
)
_LABEL = ("shipment_confirmation_id", "kind", "page_type", "path", "size_bytes", "sha256")
_RECEIVED = ("amazon_shipment_id", "msku", "quantity_shipped", "quantity_received")


def listed(shipment: Shipment) -> dict[str, Any]:
    """Give a shipment in one line of a list."""
    found: dict[str, Any] = plain(
        {
            "name": shipment.plan_name,
            "inbound_plan_id": shipment.inbound_plan_id,
            "marketplace": shipment.marketplace.code,
            "status": shipment.status,
            "units": shipment.total_units,
            "boxes": shipment.total_boxes,
            "created_at": shipment.created_at,
            "updated_at": shipment.updated_at,
        }
    )
    return found


def shipment_view(conns: Connections, shipment: Shipment) -> dict[str, Any]:
    """Give everything that is known of a shipment; asks Amazon nothing."""
    ledger = ShipmentLedger(conns.engine)
    questions = Approvals(ledger, shipment).all()

    def rows(query: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
        found = ledger.rows(query, shipment_id=shipment.id)
        return [plain({name: row[name] for name in names}) for row in found]

    operations = rows("operations", _OPERATION)
    return {
        "status": shipment.status,
        **listed(shipment),
        "reached_status": shipment.reached_status,
        "account": shipment.account,
        "is_running": not _is_free(conns, shipment),
        "waiting_for": _waiting_for(questions),
        "placement": _placement(shipment),
        "placement_options": _last_options(questions, "placement"),
        "transportation": _transportation(shipment),
        "transportation_options": _last_options(questions, "transportation"),
        "quotes": _last_quotes(questions),
        "shipments": rows("destinations", _DESTINATION),
        "labels": rows("labels", _LABEL),
        "received": rows("received", _RECEIVED),
        "approvals": [_approval(question) for question in questions],
        "operations": operations,
        "problems": [p for one in operations for p in one["problems"] or []],
        "free_void_until": plain(shipment.free_void_until),
        "rejection_reason": shipment.rejection_reason,
        "reason": shipment.rejection_reason,
        "error_message": shipment.error_message,
        "flow_run_id": None if shipment.flow_run_id is None else str(shipment.flow_run_id),
        "request": shipment.request,
    }


def _is_free(conns: Connections, shipment: Shipment) -> bool:
    with conns.locks.hold(shipment.lock_name) as is_free:
        return is_free


def _placement(shipment: Shipment) -> dict[str, Any] | None:
    if shipment.placement_option_id is None:
        return None
    found: dict[str, Any] = plain(
        {
            "id": shipment.placement_option_id,
            "fees": shipment.placement_fee,
            "discounts": shipment.placement_discount,
            "per_unit": shipment.placement_fee_per_unit,
            "currency": shipment.placement_fee_currency,
        }
    )
    return found


def _transportation(shipment: Shipment) -> dict[str, Any] | None:
    if not shipment.has_reached("TRANSPORTATION_CONFIRMED"):
        return None
    found: dict[str, Any] = plain(
        {
            "carrier": shipment.carrier_name,
            "mode": shipment.shipping_mode,
            "cost": shipment.transportation_cost,
            "currency": shipment.transportation_currency,
            "landed_total": _landed(shipment),
            "estimated_ship_date": shipment.estimated_ship_date
            and str(shipment.estimated_ship_date),
        }
    )
    return found


def _landed(shipment: Shipment) -> str | None:
    fee, discount = shipment.placement_fee, shipment.placement_discount
    cost = shipment.transportation_cost
    if fee is None or discount is None or cost is None:
        return None
    return str(fee - discount + cost)


def _last_options(questions: list[Question], gate: str) -> list[dict[str, Any]]:
    """Give the options that were shown last at a gate, each with its label."""
    asked = [question for question in questions if question.gate == gate]
    if not asked:
        return []
    by_id = {option_id: label for label, option_id in labels(asked[-1]).items()}
    recommended = asked[-1].shown["recommended"]
    return [
        {
            **option,
            "label": by_id.get(option["id"]),
            "total": option["landed_total"],
            "is_recommended": option["id"] == recommended,
        }
        for option in asked[-1].shown["options"]
    ]


def _last_quotes(questions: list[Question]) -> list[dict[str, Any]]:
    """Give every quote that was shown last: of all candidate placements, then of the chosen one."""
    asked = {question.gate: question.shown for question in questions}
    if "transportation" in asked:
        quotes = asked["transportation"]["quotes"]
    else:
        options = asked.get("placement", {}).get("options", [])
        quotes = [quote for option in options for quote in option["quotes"]]
    return [{"id": quote["option_id"], **quote} for quote in quotes]


def _waiting_for(questions: list[Question]) -> str | None:
    waiting = [q.gate for q in questions if q.is_open and q.decision is None]
    return waiting[-1] if waiting else None


def _approval(question: Question) -> dict[str, Any]:
    found: dict[str, Any] = plain(
        {
            "gate": question.gate,
            "round": question.round,
            "shown_sha256": question.shown_sha256,
            "shown_at": question.shown_at,
            "expires_at": question.expires_at,
            "decision": question.decision,
            "answer": question.answer,
            "answered_at": question.answered_at,
            "answered_by": question.answered_by,
            "outcome": question.outcome,
            "outcome_text": question.outcome_text,
        }
    )
    return found
