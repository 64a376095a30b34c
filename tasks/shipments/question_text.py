"""A question in words: labels of its choices, and the table that explains them, as markdown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalkola_spapi.marketplaces import find_marketplace
from tasks.shipments.approvals import Question
from tasks.shipments.questions import exceeds_limit

Option = Mapping[str, Any]


def labels(question: Question) -> dict[str, str]:
    """Give readable choice -> option id(s), the recommended one first."""
    make = _placement_label if question.gate == "placement" else _transport_label
    found: dict[str, str] = {}
    for option in question.shown["options"]:
        if option.get("problem"):
            continue
        label = make(option, question.shown)
        # Two options may read alike; what is chosen must be told apart.
        found[label if label not in found else f"{label} [{option['id']}]"] = option["id"]
    return found


def markdown(question: Question) -> str:
    """Give the question as markdown, for the Prefect form, the artifact and the terminal."""
    body = _placement_text if question.gate == "placement" else _transport_text
    return body(question)


def local(time: str | None, marketplace: str) -> str:
    """Give a time in the marketplace's own words."""
    if time is None:
        return "-"
    zone: ZoneInfo = find_marketplace(marketplace).zone
    return f"{datetime.fromisoformat(time).astimezone(zone):%a %d %b %Y %H:%M %Z}"


def _money(amount: str | None, currency: str) -> str:
    return "own carrier's price" if amount is None else f"{amount} {currency}"


def places(option: Option) -> str:
    """Give where an option's shipments go: `2 shipments to PHX6, FTW1`."""
    shipments = _count(len(option["shipments"]), "shipment")
    known = [one["fc"] or one["city"] for one in option["shipments"]]
    if not all(known):
        return f"{shipments} to centres of Amazon's choice"
    return f"{shipments} to {', '.join(known)}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


# -- placement -------------------------------------------------------------------------------------


def _placement_label(option: Option, shown: Mapping[str, Any]) -> str:
    currency = shown["currency"]
    if option["landed_total"] is None:
        transport = "transport without a price" if option["transport"] else "transport quoted later"
        total = f"placement {option['placement']['net']} {currency}, {transport}"
    else:
        total = f"total {option['landed_total']} {currency}"
    return f"{total}, {places(option)}"


def _placement_text(question: Question) -> str:
    shown = question.shown
    lines = [
        f"### {shown['name']}: choose the placement",
        "",
        (
            f"{shown['units']} units in {_count(shown['boxes'], 'box').replace('boxs', 'boxes')}, "
            f"marketplace {shown['marketplace']}. All money in {shown['currency']}. "
            "Confirming a placement cannot be undone; nothing is confirmed until you approve."
        ),
        "",
        (
            "| **total** | per unit | fees | discounts | cheapest transport | shipments "
            "| offered until |"
        ),
        "|---|---|---|---|---|---|---|",
        *(_placement_row(option, shown) for option in shown["options"]),
        "",
        *_limit_lines(shown),
        *(f"- {places(option)}: `{option['id']}`" for option in shown["options"]),
        "",
    ]
    return "\n".join(lines)


def _placement_row(option: Option, shown: Mapping[str, Any]) -> str:
    transport = option["transport"]
    said = option["problem"] or "quoted once the placement is confirmed"
    if transport is not None:
        cost = "price not Amazon's" if transport["cost"] is None else transport["cost"]
        said = f"{cost} ({transport['way']})"
    mark = " (recommended)" if option["id"] == shown["recommended"] else ""
    cells = [
        f"**{option['landed_total'] or 'open'}**{mark}",
        option["per_unit"] or "-",
        option["fees"],
        option["discounts"],
        said,
        places(option),
        local(option["expires_at"], shown["marketplace"]),
    ]
    return f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |"


def _limit_lines(shown: Mapping[str, Any]) -> list[str]:
    if shown["spend_limit"] is None:
        return []
    limit = f"Spend limit: {shown['spend_limit']['amount']} {shown['currency']}."
    over = [o for o in shown["options"] if exceeds_limit(dict(shown), o["landed_total"])]
    if not over:
        return [limit, ""]
    return [f"**{limit} {len(over)} of {len(shown['options'])} options exceed it.**", ""]


# -- transportation --------------------------------------------------------------------------------


def _transport_label(option: Option, shown: Mapping[str, Any]) -> str:
    return f"{_money(option['cost'], shown['currency'])}, {option['way']}"


def _transport_text(question: Question) -> str:
    shown = question.shown
    placement = shown["placement"]
    lines = [
        f"### {shown['name']}: choose the carrier",
        "",
        (
            f"The placement is confirmed for {placement['net']} {shown['currency']} net. All money "
            f"in {shown['currency']}. A partnered carrier charges once you approve."
        ),
        "",
        (
            "| carrier | transport | **landed total** | per unit | quote holds until "
            "| cancel free until |"
        ),
        "|---|---|---|---|---|---|",
        *(_transport_row(option, shown) for option in shown["options"]),
        "",
        *_limit_lines(shown),
        "Each shipment:",
        "",
        "| shipment to | units | carrier | cost | delivery window | option |",
        "|---|---|---|---|---|---|",
        *(_quote_row(option, quote, shown) for option, quote in _quotes(shown)),
        "",
        *_load_lines(shown),
    ]
    return "\n".join(lines)


def loads(shown: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give where each shipment of freight goes, and what the carriers are told of it."""
    of = shown.get("loads", {})
    return [
        (_place(one), _load(of[one["shipment_id"]], shown["currency"]))
        for one in shown.get("shipments", [])
        if one["shipment_id"] in of
    ]


def _load(load: Mapping[str, Any], currency: str) -> str:
    said = _count(load["pallets"], "pallet")
    declared = load["declared_value"]
    return said if declared is None else f"{said}, declared value {declared} {currency}"


def _load_lines(shown: Mapping[str, Any]) -> list[str]:
    lines = [f"- {place}: {load}" for place, load in loads(shown)]
    return ["Pallets and declared value, divided by units:", "", *lines, ""] if lines else []


def _place(shipment: Option) -> str:
    return shipment["fc"] or shipment["city"] or "chosen by Amazon"


def _transport_row(option: Option, shown: Mapping[str, Any]) -> str:
    place = shown["marketplace"]
    mark = " (recommended)" if option["id"] == shown["recommended"] else ""
    cells = [
        f"{option['way']}{mark}",
        option["cost"] or "own carrier's price",
        f"**{option['landed_total'] or 'open'}**",
        option["per_unit"] or "-",
        local(option["expires_at"], place),
        local(option["voidable_until"], place),
    ]
    return f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |"


def _quotes(shown: Mapping[str, Any]) -> list[tuple[Option, Option]]:
    return [(option, quote) for option in shown["options"] for quote in option["quotes"]]


def _quote_row(option: Option, quote: Option, shown: Mapping[str, Any]) -> str:
    place = next(one for one in shown["shipments"] if one["shipment_id"] == quote["shipment_id"])
    window = option["windows"].get(quote["shipment_id"])
    if window is not None:
        start, end = (local(window[name], shown["marketplace"]) for name in ("start", "end"))
        mark = "" if window["availability"] == "AVAILABLE" else f" ({window['availability']})"
        when = f"{start} to {end}{mark}"
    else:
        when = "shown once this carrier is chosen" if quote["needs_window"] else "not needed"
    cells = [
        _place(place),
        place["units"] or "-",
        f"{quote['carrier_name'] or quote['carrier_code']}, {quote['mode']}",
        quote["cost"] or "own carrier's price",
        when,
        f"`{quote['option_id']}`",
    ]
    return f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |"
