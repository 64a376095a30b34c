"""Transport: quotes for every shipment of a placement, and the one confirmation that buys.

https://developer-docs.amazon.com/sp-api/reference/generatetransportationoptions
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalkola_spapi.simulator.inbound.desk import Desk
from chalkola_spapi.simulator.inbound.goods import Pallet, new_id
from chalkola_spapi.simulator.inbound.money import Charge
from chalkola_spapi.simulator.inbound.operation import Operation
from chalkola_spapi.simulator.inbound.placement import find_placement
from chalkola_spapi.simulator.inbound.plan import Plan
from chalkola_spapi.simulator.inbound.problems import (
    Problem,
    bad_request,
    error,
    input_problem,
    warning,
)
from chalkola_spapi.simulator.inbound.scripts import InboundScript
from chalkola_spapi.simulator.inbound.shipment import Shipment, Transport
from chalkola_spapi.simulator.inbound.shipment_requests import (
    GenerateTransportationOptionsRequest,
    ShipmentTransportationConfiguration,
    TransportationSelection,
)
from chalkola_spapi.simulator.inbound.transport_options import (
    VOID_WINDOW,
    WINDOW,
    Load,
    TransportOption,
    offer_transport,
)

_Choice = tuple[Shipment, TransportOption, TransportationSelection]


def generate_transport(
    desk: Desk, plan: Plan, request: GenerateTransportationOptionsRequest
) -> Operation:
    """Offers for all shipments of one placement option, in place of their earlier ones."""
    name = "generateTransportationOptions"
    clash = desk.admit(plan, name, subject=plan.plan_id)
    option = find_placement(plan, request.placement_option_id)
    if plan.is_paid:
        raise bad_request("Transportation was already confirmed for this inbound plan.")
    if option.status(desk.now) == "EXPIRED":
        raise bad_request("The placement option has expired.")
    configurations = request.shipment_transportation_configurations
    if any(one.shipment_id not in option.shipment_ids for one in configurations):
        text = "The requested shipmentId does not exist under the provided placement option."
        raise bad_request(text)
    problems = _generation_problems(plan, option.shipment_ids, configurations)

    def effect(script: InboundScript, at: datetime) -> None:
        for one in configurations:
            shipment = plan.shipment(one.shipment_id)
            shipment.transport = _transport(one)
            shipment.options = (
                []
                if script.no_options
                else offer_transport(
                    load_of(plan, shipment),
                    at=at,
                    price_factor=script.price_factor,
                    seed=desk.seed,
                )
            )

    return desk.begin(
        plan, name, subject=option.option_id, effect=effect, problems=[*clash, *problems]
    )


def confirm_transport(
    desk: Desk, plan: Plan, selections: Sequence[TransportationSelection]
) -> Operation:
    """Buy one option for each shipment, once and for all: what partners quoted is due."""
    name = "confirmTransportationOptions"
    clash = desk.admit(plan, name, subject=plan.plan_id)
    if plan.is_paid or plan.has_done(name):
        raise bad_request("Transportation was already confirmed for this inbound plan.")
    choices = [_choice(plan, selection) for selection in selections]
    problems = _confirmation_problems(plan, choices, now=desk.now)

    def effect(_script: InboundScript, at: datetime) -> None:
        plan.is_paid = True
        for shipment, option, selection in choices:
            _book(plan, shipment, option, at=at)
            if selection.contact_information and shipment.transport:
                contact = selection.contact_information
                shipment.transport = replace(shipment.transport, contact=contact)

    return desk.begin(plan, name, subject=plan.plan_id, effect=effect, problems=[*clash, *problems])


def load_of(plan: Plan, shipment: Shipment) -> Load:
    """What carriers see of a shipment, once its transport was described."""
    transport = shipment.transport
    if transport is None:
        raise ValueError("the shipment's transport is not known yet")
    return Load(
        shipment_id=shipment.shipment_id,
        marketplace=plan.marketplace,
        center=shipment.center,
        boxes=shipment.boxes,
        pallets=transport.pallets,
        has_contact=transport.contact is not None,
        has_freight=transport.freight is not None,
        pick_up_at=transport.ready_at,
    )


def _transport(configuration: ShipmentTransportationConfiguration) -> Transport:
    # Amazon drops the seconds.
    ready_at = configuration.ready_to_ship_window.start.replace(second=0, microsecond=0)
    return Transport(
        ready_at=ready_at,
        contact=configuration.contact_information,
        freight=configuration.freight_information,
        pallets=tuple(Pallet(new_id("pk"), one) for one in configuration.pallets or ()),
    )


def _generation_problems(
    plan: Plan,
    shipment_ids: Sequence[str],
    configurations: Sequence[ShipmentTransportationConfiguration],
) -> list[Problem]:
    given = [one.shipment_id for one in configurations]
    if sorted(given) != sorted(shipment_ids):
        text = "Transportation must be configured once for each shipment of the placement option."
        return [error(text)]
    if not plan.packed and not plan.placement:
        text = "No placement option was confirmed."
        return [input_problem("FBA_INB_0344", text, resource=one) for one in given]
    problems = [
        input_problem("FBA_INB_0352", "Freight information is missing.", resource=one.shipment_id)
        for one in configurations
        if one.pallets and one.freight_information is None
    ]
    bare = [one.shipment_id for one in configurations if not one.pallets]
    if bare:
        ids = ", ".join(bare)
        text = (
            "Since pallet and freight info has not been provided, we may not be able to produce "
            "PCP-LTL options as part of GenerateTransportationOptions for the following shipment "
            f"IDs: [{ids}]"
        )
        problems.append(warning(text))
    return problems


def _choice(plan: Plan, selection: TransportationSelection) -> _Choice:
    shipment = plan.shipment(selection.shipment_id)
    wanted = selection.transportation_option_id
    option = next((one for one in shipment.options if one.option_id == wanted), None)
    if option is None:
        text = "The requested transportationOptionId does not exist under the associated shipment."
        raise bad_request(text)
    return shipment, option, selection


def _confirmation_problems(
    plan: Plan, choices: Sequence[_Choice], *, now: datetime
) -> list[Problem]:
    given = [shipment.shipment_id for shipment, _, _ in choices]
    if not plan.placement:
        text = "No placement option was confirmed."
        return [input_problem("FBA_INB_0344", text, resource=one) for one in given]
    if sorted(given) != sorted(plan.placement.shipment_ids):
        text = "One transportation option must be selected for each shipment of the inbound plan."
        return [error(text)]
    problems = [problem for choice in choices for problem in _option_problems(choice, now=now)]
    return problems + _mixed([option for _, option, _ in choices])


def _option_problems(choice: _Choice, *, now: datetime) -> list[Problem]:
    shipment, option, selection = choice
    problems = []
    if not shipment.boxes:
        problems.append(error(f"No boxes are known of shipment {shipment.shipment_id}."))
    if option.quote is not None and option.quote.expires_at <= now:
        text = f"The quote of transportation option {option.option_id} has expired."
        problems.append(error(text))
    window = shipment.window
    if WINDOW in option.preconditions and (window is None or window.end <= now):
        text = (
            f"A delivery window must be confirmed for shipment {shipment.shipment_id} ({WINDOW})."
        )
        problems.append(error(text))
    contact = selection.contact_information or (shipment.transport and shipment.transport.contact)
    if option.is_partnered and contact is None:
        text = f"Contact information is missing for shipment {shipment.shipment_id}."
        problems.append(error(text))
    return problems


def _mixed(options: Sequence[TransportOption]) -> list[Problem]:
    """Small parcels of a plan go with one carrier; modes mix only if all of them are partners'."""
    parcels = {
        (one.carrier_code, one.solution) for one in options if one.mode == "GROUND_SMALL_PARCEL"
    }
    if len(parcels) > 1:
        text = "ERROR: All small parcel shipments of an inbound plan must use the same carrier."
        return [Problem("FBA_INB_0354", text)]
    modes = {one.mode for one in options}
    if len(modes) > 1 and not all(one.is_partnered for one in options):
        return [error("Shipping modes can only be mixed with Amazon partnered carriers.")]
    return []


def _book(plan: Plan, shipment: Shipment, option: TransportOption, *, at: datetime) -> None:
    if option.quote is not None:
        quote = replace(option.quote, voidable_until=at + VOID_WINDOW[option.mode])
        option = replace(option, quote=quote)
        plan.charges.append(Charge("transportation", shipment.shipment_id, quote.cost, at))
    shipment.options = [
        option if one.option_id == option.option_id else one for one in shipment.options
    ]
    shipment.selected = option
    shipment.journey.is_partnered = option.is_partnered
    shipment.confirmation_id = f"FBA{secrets.token_hex(5).upper()[:9]}"
    if option.is_partnered and option.mode == "FREIGHT_LTL":
        shipment.reference_id = str(10**9 + secrets.randbelow(9 * 10**9))
    number_boxes(shipment)


def number_boxes(shipment: Shipment) -> None:
    """Give boxes without a box id the next ones: FBA...U000001 and on."""
    numbers = [int(box.box_id[-6:]) for box in shipment.boxes if box.box_id]
    following = max(numbers, default=0)
    boxes = []
    for box in shipment.boxes:
        if box.box_id is None:
            following += 1
            box_id = f"{shipment.confirmation_id}U{following:06d}"
            boxes.append(replace(box, box_id=box_id))
        else:
            boxes.append(box)
    shipment.boxes = boxes
