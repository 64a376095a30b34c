"""What is done to a single shipment: its name, its source, its tracking numbers, appointments.

https://developer-docs.amazon.com/sp-api/reference/updateshipmenttrackingdetails
"""

from datetime import datetime, timedelta

from chalkola_spapi.simulator.inbound.desk import Desk
from chalkola_spapi.simulator.inbound.operation import Operation
from chalkola_spapi.simulator.inbound.plan import Plan
from chalkola_spapi.simulator.inbound.plan_requests import AddressInput
from chalkola_spapi.simulator.inbound.problems import bad_request, unprocessable
from chalkola_spapi.simulator.inbound.scripts import InboundScript
from chalkola_spapi.simulator.inbound.self_ship import COUNTRIES, SelfShip
from chalkola_spapi.simulator.inbound.shipment_requests import TrackingDetailsInput
from chalkola_spapi.simulator.inbound.tracking import VALIDATION_H, Tracking, tracking_problems


def rename_shipment(desk: Desk, plan: Plan, shipment_id: str, *, name: str) -> None:
    """updateShipmentName: at any time."""
    plan.shipment(shipment_id).name = name
    desk.note(plan, "updateShipmentName", subject=shipment_id)


def move_source(desk: Desk, plan: Plan, shipment_id: str, address: AddressInput) -> Operation:
    """updateShipmentSourceAddress: until carriers are confirmed; withdraws transport options."""
    name = "updateShipmentSourceAddress"
    shipment = plan.shipment(shipment_id)
    clash = desk.admit(plan, name, subject=shipment_id)
    if plan.is_paid:
        raise unprocessable(name, "after transportation was confirmed")

    def effect(_script: InboundScript, _at: datetime) -> None:
        shipment.source = address
        shipment.options = []

    return desk.begin(plan, name, subject=shipment_id, effect=effect, problems=clash)


def track(desk: Desk, plan: Plan, shipment_id: str, details: TrackingDetailsInput) -> Operation:
    """updateShipmentTrackingDetails: of an own carrier, once transport is confirmed; replaces."""
    name = "updateShipmentTrackingDetails"
    shipment = plan.shipment(shipment_id)
    clash = desk.admit(plan, name, subject=shipment_id)
    selected = shipment.selected
    if selected is None:
        raise unprocessable(name, "before transportation is confirmed")
    if selected.is_partnered:
        raise unprocessable(name, "on a shipment of an Amazon partnered carrier")
    problems = tracking_problems(
        details, boxes=shipment.boxes, is_freight=selected.mode == "FREIGHT_LTL"
    )

    def effect(_script: InboundScript, at: datetime) -> None:
        validated_at = at + timedelta(hours=VALIDATION_H / desk.speed)
        shipment.tracking = Tracking(details, validated_at)
        shipment.journey.tracked_at = shipment.journey.tracked_at or at

    return desk.begin(plan, name, subject=shipment_id, effect=effect, problems=[*clash, *problems])


def self_ship(plan: Plan, shipment_id: str) -> SelfShip:
    """The self-ship appointments of a shipment.

    Raises:
        RefusedError: 400, unless the plan is for MX or AE and its placement is confirmed.
    """
    shipment = plan.shipment(shipment_id)
    if plan.marketplace.country_code not in COUNTRIES:
        raise bad_request("Self-ship appointments are not available in this marketplace.")
    if shipment.journey.confirmed_at is None:
        raise bad_request("No placement option was confirmed.")
    return shipment.self_ship


def begin_appointment(desk: Desk, plan: Plan, shipment_id: str, name: str) -> Operation:
    """An operation about appointments that has nothing more to do."""
    return desk.begin(plan, name, subject=shipment_id, effect=lambda _script, _at: None)
