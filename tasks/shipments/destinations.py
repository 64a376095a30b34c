"""What Amazon made of the plan: where each shipment goes, with whom, and what is in its boxes.

https://developer-docs.amazon.com/sp-api/reference/getshipment
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from chalkola_spapi.inbound_models import Box as AmazonBox
from chalkola_spapi.inbound_models import Item, Shipment
from tasks.shipments import pacing
from tasks.shipments.errors import ShipmentError
from tasks.shipments.offers import Quote, plain
from tasks.shipments.plan import units_of
from tasks.shipments.request import Box
from tasks.shipments.transport import all_quotes
from tasks.shipments.work import Work


def record_destinations(work: Work) -> None:
    """Store each shipment with its confirmation id, destination, carrier, boxes and items.

    Raises:
        ShipmentError: Amazon's units do not add up to the plan's, or an id is missing.
    """
    plan = work.inbound.get_inbound_plan(work.plan_id)
    quotes = _selected_quotes(work)
    units = 0
    for summary in plan.shipments:
        shipment = _confirmed(work, summary.shipment_id)
        units += _record(work, shipment, quotes.get(shipment.selected_transportation_option_id))
    work.ledger.write("set_free_void_until", id=work.shipment.id)
    if units != work.request.total_units:
        raise ShipmentError(
            f"{work.shipment.plan_name}: Amazon's shipments hold {units} units, the plan "
            f"{work.request.total_units}"
        )


def _selected_quotes(work: Work) -> dict[str | None, Quote]:
    option_id = work.shipment.placement_option_id
    if option_id is None:
        raise ShipmentError(f"{work.shipment.plan_name}: no placement is stored")
    return {quote.option_id: quote for quote in all_quotes(work, option_id)}


def _confirmed(work: Work, shipment_id: str) -> Shipment:
    """Give a shipment once it has its confirmation id, which Amazon may show late."""
    for _ in pacing.looks(work.conns, for_s=pacing.READ_BACK_S):
        shipment = work.inbound.get_shipment(work.plan_id, shipment_id=shipment_id)
        if shipment.shipment_confirmation_id is not None:
            return shipment
    raise ShipmentError(
        f"{work.shipment.plan_name}: Amazon shows no confirmation id for shipment {shipment_id} yet"
    )


def _record(work: Work, shipment: Shipment, quote: Quote | None) -> int:
    """Store one shipment; returns its units."""
    items = work.inbound.list_shipment_items(work.plan_id, shipment_id=shipment.shipment_id)
    boxes = work.inbound.list_shipment_boxes(work.plan_id, shipment_id=shipment.shipment_id)
    units = units_of(items)
    work.ledger.write(
        "put_destination",
        shipment_id=work.shipment.id,
        amazon_shipment_id=shipment.shipment_id,
        shipment_confirmation_id=shipment.shipment_confirmation_id,
        amazon_reference_id=shipment.amazon_reference_id,
        status=shipment.status or "WORKING",
        units=units.total(),
        boxes=sum(box.quantity or 1 for box in boxes),
        **_place(shipment),
        **_carrier(shipment, quote),
        **_window(shipment),
    )
    rows = list(_item_rows(work.request.boxes, items, boxes))
    work.ledger.replace_items(work.shipment, shipment.shipment_id, rows)
    for msku, count in units.items():
        work.ledger.write(
            "put_received",
            shipment_id=work.shipment.id,
            amazon_shipment_id=shipment.shipment_id,
            msku=msku,
            quantity_shipped=count,
            quantity_received=0,
        )
    return sum(row["quantity"] for row in rows)


def _place(shipment: Shipment) -> dict[str, Any]:
    to = shipment.destination
    address = to.address.model_dump(mode="json", exclude_none=True) if to.address else None
    return {
        "destination_fc": to.warehouse_id,
        "destination_address": None if address is None else json.dumps(plain(address)),
    }


def _carrier(shipment: Shipment, quote: Quote | None) -> dict[str, Any]:
    return {
        "transportation_option_id": shipment.selected_transportation_option_id,
        "carrier_name": quote.carrier if quote else None,
        "carrier_code": quote.carrier_code if quote else None,
        "shipping_mode": quote.mode if quote else None,
        "shipping_solution": quote.solution if quote else None,
        "transportation_cost": quote.cost if quote else None,
        "transportation_currency": quote.currency if quote else None,
        "quote_expires_at": quote.expires_at if quote else None,
        "voidable_until": quote.voidable_until if quote else None,
    }


def _window(shipment: Shipment) -> dict[str, Any]:
    window = shipment.selected_delivery_window
    return {
        "delivery_window_option_id": window.delivery_window_option_id if window else None,
        "delivery_window_start": window.start_date if window else None,
        "delivery_window_end": window.end_date if window else None,
    }


def _item_rows(
    ours: Sequence[Box], items: Sequence[Item], boxes: Sequence[AmazonBox]
) -> Iterator[dict[str, Any]]:
    """Give a row for each box and MSKU; where Amazon tells no contents, one for each MSKU."""
    in_boxes = [(box, item) for box in boxes for item in box.items]
    if sum(i.quantity * (b.quantity or 1) for b, i in in_boxes) != sum(i.quantity for i in items):
        yield from (_row(item, item.quantity, None, None) for item in items)
        return
    names = _BoxNames(ours)
    for box in boxes:
        name = names.of(box)
        for item in box.items:
            yield _row(item, item.quantity * (box.quantity or 1), box.box_id, name)


def _row(item: Item, quantity: int, box_id: str | None, name: str | None) -> dict[str, Any]:
    return {
        "box_id": box_id,
        "box_name": name,
        "msku": item.msku,
        "fnsku": item.fnsku,
        "asin": item.asin,
        "quantity": quantity,
        "prep_owner": _prep_owner(item),
        "label_owner": item.label_owner,
        "expiration": item.expiration,
        "manufacturing_lot_code": item.manufacturing_lot_code,
    }


def _prep_owner(item: Item) -> str:
    """Give who prepares an item: whoever does one of its instructions beside labelling."""
    owners = [
        instruction.prep_owner
        for instruction in item.prep_instructions
        if instruction.prep_owner and instruction.prep_type != "ITEM_LABELING"
    ]
    return next((owner for owner in owners if owner != "NONE"), "NONE")


class _BoxNames:
    """Our names of boxes, told by contents, dimensions and weight; None where two names fit."""

    def __init__(self, ours: Sequence[Box]) -> None:
        self._names: dict[tuple[object, ...], set[str | None]] = {}
        for box in ours:
            self._names.setdefault(box_key(box), set()).add(box.name)

    def of(self, box: AmazonBox) -> str | None:
        names = self._names.get(amazon_box_key(box), set())
        return next(iter(names)) if len(names) == 1 else None


def box_key(box: Box) -> tuple[object, ...]:
    """Give what tells our boxes apart: contents, sides and weight."""
    sides = box.dimensions
    return (
        frozenset(box.contents.items()),
        tuple(sorted((sides.length, sides.width, sides.height))),
        sides.unit,
        box.weight.value,
        box.weight.unit,
    )


def amazon_box_key(box: AmazonBox) -> tuple[object, ...]:
    """Give the same of a box as Amazon tells it."""
    contents: Counter[str] = Counter()
    for item in box.items:
        contents[item.msku] += item.quantity
    sides, weight = box.dimensions, box.weight
    return (
        frozenset(contents.items()),
        tuple(sorted((sides.length, sides.width, sides.height))) if sides else None,
        sides.unit_of_measurement if sides else None,
        weight.value if weight else None,
        weight.unit if weight else None,
    )
