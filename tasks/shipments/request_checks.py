"""What is wrong with a request beyond its fields: sums, dates, currencies, limits.

Works on the plain JSON too, so that one message names everything, whatever else is wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from chalkola_spapi.marketplaces import Marketplace, UnknownMarketplaceError, find_marketplace
from tasks.shipments.request import Box, ShipmentRequest

#: Where a province is part of every address.
WITH_STATES = frozenset({"US", "CA", "MX", "AU"})
UNITS_A_SKU = 10_000
#: Amazon's limits of a parcel box, unless one item alone is bigger; the server is the judge.
BOX_LB, BOX_IN = 50, 25
LB_OF_KG, IN_OF_CM = 2.20462, 0.393701


def structural_problems(raw: Mapping[str, Any]) -> list[str]:
    """Name what contradicts itself in a request; fields that cannot be read are passed over."""
    return [
        *_ready_date(raw),
        *_quantities(raw),
        *_owners(raw),
        *_address(raw),
        *_freight(raw),
        *_currencies(raw),
    ]


def date_problems(request: ShipmentRequest, *, now: datetime) -> list[str]:
    """Name the dates that have passed in the marketplace's zone."""
    today = now.astimezone(request.place.zone).date()
    problems = []
    if request.ready_to_ship_on is not None and request.ready_to_ship_on < today:
        problems.append(f"ready_to_ship_on: {request.ready_to_ship_on} has passed (today {today})")
    problems += [
        f"items[{number}].expiration: {item.expiration} has passed (today {today})"
        for number, item in enumerate(request.items)
        if item.expiration is not None and item.expiration <= today
    ]
    return problems


def box_warnings(request: ShipmentRequest) -> list[str]:
    """Name the boxes that Amazon takes only for a single oversize item."""
    if request.is_freight:
        return []
    return [
        f"boxes[{number}]: {text}; Amazon takes that only for a single oversize item"
        for number, box in enumerate(request.boxes)
        for text in _over_limits(box)
    ]


def _over_limits(box: Box) -> Iterator[str]:
    weight_lb = float(box.weight.value) * (LB_OF_KG if box.weight.unit == "KG" else 1)
    sides = (box.dimensions.length, box.dimensions.width, box.dimensions.height)
    longest_in = float(max(sides)) * (IN_OF_CM if box.dimensions.unit == "CM" else 1)
    if weight_lb > BOX_LB + 0.8:  # 23 kg, as Europe rounds it, is no offence
        yield f"{box.weight.value} {box.weight.unit} is over {BOX_LB} lb (23 kg)"
    if longest_in > BOX_IN:
        yield f"a side of {max(sides)} {box.dimensions.unit} is over {BOX_IN} in (63.5 cm)"


# -- on plain JSON -------------------------------------------------------------------------------


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [v for v in value if isinstance(v, Mapping)] if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _marketplace(raw: Mapping[str, Any]) -> Marketplace | None:
    try:
        return find_marketplace(str(raw.get("marketplace", "")))
    except UnknownMarketplaceError:
        return None


def _ready_date(raw: Mapping[str, Any]) -> Iterator[str]:
    given = [n for n in ("ready_to_ship_days", "ready_to_ship_on") if raw.get(n) is not None]
    if len(given) != 1:
        which = "both are given" if given else "none is given"
        yield f"ready_to_ship_days, ready_to_ship_on: {which}; give one of them"


def _quantities(raw: Mapping[str, Any]) -> Iterator[str]:
    items = _list(raw.get("items"))
    names = [str(item.get("msku")) for item in items]
    for msku, count in Counter(names).items():
        if count > 1:
            yield f"items: {msku} appears {count} times; name each MSKU once"
    planned: Counter[str] = Counter()
    for name, item in zip(names, items, strict=True):
        planned[name] += _count(item.get("quantity")) or 0
    for msku, units in planned.items():
        if units > UNITS_A_SKU:
            yield f"items: {msku}: Amazon takes at most {UNITS_A_SKU:,} units of an MSKU in a plan"
    packed = _packed(raw)
    if packed is not None and items:
        yield from _unequal(planned, packed)


def _unequal(planned: Counter[str], packed: Counter[str]) -> Iterator[str]:
    for msku in sorted({*planned, *packed}):
        if msku not in planned:
            yield f"boxes: {msku} is packed but is not among the items"
        elif planned[msku] != packed[msku]:
            yield f"boxes: {msku}: {packed[msku]} packed, {planned[msku]} among the items"


def _packed(raw: Mapping[str, Any]) -> Counter[str] | None:
    """MSKU -> units in all boxes; None where a number cannot be read."""
    packed: Counter[str] = Counter()
    boxes = _list(raw.get("boxes"))
    for box in boxes:
        boxes_alike = _count(box.get("quantity"))
        for content in _list(box.get("items")):
            units = _count(content.get("quantity"))
            if units is None or boxes_alike is None:
                return None
            packed[str(content.get("msku"))] += units * boxes_alike
    return packed if boxes else None


def _owners(raw: Mapping[str, Any]) -> Iterator[str]:
    place = _marketplace(raw)
    for number, item in enumerate(_list(raw.get("items"))):
        if place is not None and place.code == "US":
            for name in ("label_owner", "prep_owner"):
                if item.get(name) == "AMAZON":
                    yield f"items[{number}].{name}: AMAZON is not accepted in the US"
        if item.get("prep_types") and not item.get("prep_category"):
            yield f"items[{number}].prep_types: prep_category is missing beside it"


def _address(raw: Mapping[str, Any]) -> Iterator[str]:
    address = _mapping(raw.get("source_address"))
    if address.get("country_code") in WITH_STATES and not address.get("state_or_province"):
        yield f"source_address.state_or_province: needed in {address['country_code']}"


def _freight(raw: Mapping[str, Any]) -> Iterator[str]:
    if _mapping(raw.get("shipping")).get("mode") != "ltl":
        return
    for name in ("pallets", "freight"):
        if not raw.get(name):
            yield f"{name}: needed for shipping.mode ltl"


def _currencies(raw: Mapping[str, Any]) -> Iterator[str]:
    place = _marketplace(raw)
    limit = _mapping(raw.get("spend_limit"))
    declared = _mapping(_mapping(raw.get("freight")).get("declared_value"))
    for name, money in (("spend_limit", limit), ("freight.declared_value", declared)):
        given = money.get("currency") or money.get("code")
        if place is not None and given and given != place.currency:
            yield f"{name}.currency: {given}, but {place.code} counts in {place.currency}"
