"""A plan as /_control/state shows it: beyond what Amazon tells, its writes and charges."""

from datetime import datetime

from chalkola_spapi.simulator.inbound.plan import Plan
from chalkola_spapi.simulator.inbound.shipment import Shipment


def describe_plan(plan: Plan, now: datetime) -> dict[str, object]:
    """All of a plan: Amazon's members, then writes (oldest first), charges, whole shipments."""
    return {
        "account": plan.account,
        **plan.describe(now),
        "items": [item.describe() for item in plan.contents],
        "writes": [write.describe() for write in plan.writes],
        "charges": [charge.describe() for charge in plan.charges],
        "shipments": [_describe_shipment(shipment, now) for shipment in plan.sent],
    }


def _describe_shipment(shipment: Shipment, now: datetime) -> dict[str, object]:
    selected = shipment.selected
    return {
        **shipment.describe(now),
        "items": [item.describe() for item in shipment.items],
        "boxes": [box.describe() for box in shipment.boxes],
        "transportationOption": None if selected is None else selected.describe(),
    }
