"""Changes of a shipment's contents after its transport was bought: preview first, then confirm.

https://developer-docs.amazon.com/sp-api/reference/generateshipmentcontentupdatepreviews

A product may change by 5 % or 6 units, whichever is more.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from chalkola_spapi.simulator.inbound.desk import Desk
from chalkola_spapi.simulator.inbound.goods import Box, Item, key_of, make_box, new_id, totals
from chalkola_spapi.simulator.inbound.money import Charge, Money
from chalkola_spapi.simulator.inbound.operation import Operation
from chalkola_spapi.simulator.inbound.plan import Plan
from chalkola_spapi.simulator.inbound.plan_requests import (
    GenerateShipmentContentUpdatePreviewsRequest,
)
from chalkola_spapi.simulator.inbound.problems import Problem, bad_request, error, unprocessable
from chalkola_spapi.simulator.inbound.products import Product
from chalkola_spapi.simulator.inbound.scripts import InboundScript
from chalkola_spapi.simulator.inbound.shipment import ContentUpdate, Shipment
from chalkola_spapi.simulator.inbound.transport import load_of, number_boxes
from chalkola_spapi.simulator.inbound.transport_options import TransportOption, quote

LIFETIME = timedelta(hours=1)
_TOLERATED_PART, _TOLERATED_UNITS = 0.05, 6


def preview_contents(
    desk: Desk,
    plan: Plan,
    shipment_id: str,
    request: GenerateShipmentContentUpdatePreviewsRequest,
) -> Operation:
    """generateShipmentContentUpdatePreviews: adds a preview, which lives an hour."""
    name = "generateShipmentContentUpdatePreviews"
    shipment = plan.shipment(shipment_id)
    clash = desk.admit(plan, name, subject=shipment_id)
    selected = shipment.selected
    if selected is None:
        raise unprocessable(name, "before transportation is confirmed")
    products = {item.key.msku: item.product for item in shipment.items}
    problems = _foreign(request, shipment, products) or _changes(request, shipment, products)

    def effect(script: InboundScript, at: datetime) -> None:
        items = _items(request, products)
        boxes = [
            make_box(box, products=products, package_id=box.package_id if place == 0 else None)
            for box in request.boxes
            for place in range(box.quantity)
        ]
        known = {box.package_id: box.box_id for box in shipment.boxes}
        boxes = [replace(box, box_id=known.get(box.package_id)) for box in boxes]
        offer = _offer(desk, plan, shipment, selected, boxes=boxes, script=script, at=at)
        update = ContentUpdate(
            preview_id=new_id("cu"),
            items=tuple(items),
            boxes=tuple(boxes),
            requested=request.wire(),
            transport=offer,
            expires_at=at + LIFETIME,
        )
        shipment.updates.append(update)

    return desk.begin(plan, name, subject=shipment_id, effect=effect, problems=[*clash, *problems])


def confirm_contents(desk: Desk, plan: Plan, shipment_id: str, preview_id: str) -> Operation:
    """confirmShipmentContentUpdatePreview: the contents change, the difference is charged."""
    name = "confirmShipmentContentUpdatePreview"
    shipment = plan.shipment(shipment_id)
    clash = desk.admit(plan, name, subject=shipment_id)
    update = find_update(shipment, preview_id)
    if update.expires_at <= desk.now:
        raise bad_request("The content update preview has expired.")

    def effect(_script: InboundScript, at: datetime) -> None:
        shipment.items, shipment.boxes = list(update.items), list(update.boxes)
        number_boxes(shipment)
        shipment.updates.clear()
        old = shipment.selected
        if old is not None and old.quote is not None and update.transport.quote is not None:
            cost = update.transport.quote.cost
            difference = Money(round(cost.amount - old.quote.cost.amount, 2), cost.code)
            plan.charges.append(Charge("content update", shipment_id, difference, at))
            kept = replace(old.quote, cost=cost)
            shipment.selected = replace(old, quote=kept)

    return desk.begin(plan, name, subject=shipment_id, effect=effect, problems=clash)


def find_update(shipment: Shipment, preview_id: str) -> ContentUpdate:
    """A preview of a shipment.

    Raises:
        RefusedError: 400, there is none of this id.
    """
    found = next((one for one in shipment.updates if one.preview_id == preview_id), None)
    if found is None:
        text = "The requested contentUpdatePreviewId does not exist for the given shipment."
        raise bad_request(text)
    return found


def _offer(
    desk: Desk,
    plan: Plan,
    shipment: Shipment,
    selected: TransportOption,
    *,
    boxes: list[Box],
    script: InboundScript,
    at: datetime,
) -> TransportOption:
    """The chosen carrier's offer for other boxes; own carriers quote nothing."""
    if selected.quote is None:
        return selected
    price = quote(
        replace(load_of(plan, shipment), boxes=boxes),
        mode=selected.mode,
        code=selected.carrier_code,
        at=at,
        factor=script.price_factor,
        seed=desk.seed,
    )
    return replace(selected, quote=replace(price, voidable_until=selected.quote.voidable_until))


def _items(
    request: GenerateShipmentContentUpdatePreviewsRequest, products: dict[str, Product]
) -> list[Item]:
    return [Item(key_of(one), products[one.msku], one.quantity) for one in request.items]


def _foreign(
    request: GenerateShipmentContentUpdatePreviewsRequest,
    shipment: Shipment,
    products: dict[str, Product],
) -> list[Problem]:
    mskus = {item.msku for box in request.boxes for item in box.items}
    mskus |= {item.msku for item in request.items}
    packages = {box.package_id for box in request.boxes if box.package_id}
    unknown = sorted(packages - {box.package_id for box in shipment.boxes})
    return [
        *(error(f"{one} is not part of this shipment.") for one in sorted(mskus - products.keys())),
        *(error(f"The package {one} is not part of this shipment.") for one in unknown),
    ]


def _changes(
    request: GenerateShipmentContentUpdatePreviewsRequest,
    shipment: Shipment,
    products: dict[str, Product],
) -> list[Problem]:
    asked = totals(_items(request, products))
    boxed = totals(
        Item(key_of(item), products[item.msku], item.quantity * box.quantity)
        for box in request.boxes
        for item in box.items
    )
    if asked != boxed:
        text = f"Shipment {shipment.shipment_id} did not contain expected items and/or quantities."
        return [error(text)]
    now = totals(shipment.items)
    return [
        error(f"The quantity of {key.msku} may change by 5 % or 6 units, not from {now[key]}.")
        for key in now | asked
        if abs(asked[key] - now[key]) > max(_TOLERATED_UNITS, now[key] * _TOLERATED_PART)
    ]
