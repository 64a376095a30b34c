"""Delivery windows are generated for a shipment, and one of them is confirmed.

https://developer-docs.amazon.com/sp-api/reference/confirmdeliverywindowoptions
"""

from datetime import datetime

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.inbound.desk import Desk
from chalkola_spapi.simulator.inbound.operation import Operation
from chalkola_spapi.simulator.inbound.plan import Plan
from chalkola_spapi.simulator.inbound.problems import bad_request, input_problem
from chalkola_spapi.simulator.inbound.scripts import InboundScript
from chalkola_spapi.simulator.inbound.window_options import WindowOption, offer_windows


def generate_windows(desk: Desk, plan: Plan, shipment_id: str) -> Operation:
    """generateDeliveryWindowOptions: replaces them; until one is confirmed."""
    name = "generateDeliveryWindowOptions"
    shipment = plan.shipment(shipment_id)
    clash = desk.admit(plan, name, subject=shipment_id)
    if shipment.window is not None:
        raise bad_request("A delivery window was already confirmed for this shipment.")

    def effect(script: InboundScript, at: datetime) -> None:
        transport = shipment.transport
        windows = offer_windows(
            plan.marketplace,
            ready_at=at if transport is None else transport.ready_at,
            is_abroad=shipment.source.country_code != plan.marketplace.country_code,
            is_blocked=script.is_blocked,
            at=at,
            key=noise.key(desk.seed, shipment.center.code),
        )
        shipment.windows = [] if script.no_options else windows

    return desk.begin(plan, name, subject=shipment_id, effect=effect, problems=clash)


def confirm_window(desk: Desk, plan: Plan, shipment_id: str, option_id: str) -> Operation:
    """confirmDeliveryWindowOptions: also again, for another one, while the old is editable."""
    name = "confirmDeliveryWindowOptions"
    shipment = plan.shipment(shipment_id)
    clash = desk.admit(plan, name, subject=shipment_id)
    option = next((one for one in shipment.windows if one.option_id == option_id), None)
    if option is None:
        text = "The requested deliveryWindowOptionId does not exist for the specified shipment."
        raise bad_request(text)
    _check_open(option, shipment.window, now=desk.now)
    problems = []
    if shipment.journey.confirmed_at is None:
        text = "No placement option was confirmed."
        problems = [input_problem("FBA_INB_0344", text, resource=shipment_id)]

    def effect(_script: InboundScript, _at: datetime) -> None:
        shipment.window = option

    return desk.begin(plan, name, subject=shipment_id, effect=effect, problems=[*clash, *problems])


def _check_open(option: WindowOption, old: WindowOption | None, *, now: datetime) -> None:
    if option.availability == "BLOCKED":
        raise bad_request("The delivery window is blocked.")
    # A confirmed window keeps the others open for a change, whatever they said.
    if old is None and option.valid_until <= now:
        raise bad_request("The delivery window option has expired.")
    if old is not None and old.editable_until <= now:
        raise bad_request("The confirmed delivery window can no longer be edited.")
