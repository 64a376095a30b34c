"""A question in words: labels of its choices, and the tables that explain them, as markdown.

Prefect's dialog is narrow: hence two tables whose rows have the same numbers, not a wide one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from chalkola_spapi.marketplaces import find_marketplace
from tasks.shipments.approvals import Question
from tasks.shipments.questions import exceeds_limit

Option = Mapping[str, Any]

_CENT = Decimal("0.01")


def labels(question: Question) -> dict[str, str]:
    """Give readable choice -> option id(s), the recommended one first."""
    make = _placement_label if question.gate == "placement" else _transport_label
    found: dict[str, str] = {}
    for number, option in enumerate(question.shown["options"], start=1):
        if not option.get("problem"):
            # The number of its row; it also tells apart options that read alike.
            found[f"{number}: {make(option, question.shown)}"] = option["id"]
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


def cents(amount: str | None) -> str | None:
    """Give an amount with its cents: 18.90; what has more decimals keeps them."""
    if amount is None:
        return None
    value = Decimal(amount)
    is_short = value == value.quantize(_CENT)
    return f"{value:.2f}" if is_short else str(value)


def _money(amount: str | None, currency: str) -> str:
    return "own carrier's price" if amount is None else f"{cents(amount)} {currency}"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> list[str]:
    """Give a markdown table whose first column numbers the rows, a blank line after it."""
    return [
        f"| # | {' | '.join(columns)} |",
        f"|{'---|' * (len(columns) + 1)}",
        *(
            f"| {' | '.join((cell or '-').replace('|', '/') for cell in (str(number), *row))} |"
            for number, row in enumerate(rows, start=1)
        ),
        "",
    ]


def places(option: Option) -> str:
    """Give where an option's shipments go: `2 shipments to PHX6, FTW1`."""
    shipments = _count(len(option["shipments"]), "shipment")
    known = [one["fc"] or one["city"] for one in option["shipments"]]
    if not all(known):
        return f"{shipments} to centres of Amazon's choice"
    return f"{shipments} to {', '.join(known)}"


def _count(number: int, what: str, several: str | None = None) -> str:
    return f"{number} {what if number == 1 else several or f'{what}s'}"


# -- placement -------------------------------------------------------------------------------------


def _placement_label(option: Option, shown: Mapping[str, Any]) -> str:
    currency = shown["currency"]
    if option["landed_total"] is None:
        transport = "transport without a price" if option["transport"] else "transport quoted later"
        total = f"placement {cents(option['placement']['net'])} {currency}, {transport}"
    else:
        total = f"total {cents(option['landed_total'])} {currency}"
    return f"{total}, {places(option)}"


def _placement_text(question: Question) -> str:
    shown = question.shown
    options, zone = shown["options"], shown["marketplace"]
    lines = [
        f"### {shown['name']}: choose the placement",
        "",
        (
            f"{_count(shown['units'], 'unit')} in {_count(shown['boxes'], 'box', 'boxes')}, "
            f"marketplace {zone}. All money in {shown['currency']}. Row 1 is recommended: the "
            "cheapest in all. A placement cannot be undone; nothing is confirmed until you approve."
        ),
        "",
        *_table(
            ("**total**", "per unit", "fees", "discounts", "transport"),
            (_placement_money(option) for option in options),
        ),
        *_limit_lines(shown),
        *_table(
            ("shipments", "cheapest transport", "offered until"),
            ((places(o), _carried(o), local(o["expires_at"], zone)) for o in options),
        ),
        *(f"{number}. `{option['id']}`" for number, option in enumerate(options, start=1)),
        "",
    ]
    return "\n".join(lines)


def _placement_money(option: Option) -> tuple[str | None, ...]:
    transport = option["transport"]
    return (
        f"**{cents(option['landed_total']) or 'open'}**",
        option["per_unit"],
        cents(option["fees"]),
        cents(option["discounts"]),
        cents(transport["cost"]) or "own carrier's" if transport else None,
    )


def _carried(option: Option) -> str:
    if option["transport"] is None:
        return option["problem"] or "quoted once the placement is confirmed"
    way: str = option["transport"]["way"]
    return way


def _limit_lines(shown: Mapping[str, Any]) -> list[str]:
    if shown["spend_limit"] is None:
        return []
    limit = f"Spend limit: {shown['spend_limit']['amount']} {shown['currency']}."
    over = [o for o in shown["options"] if exceeds_limit(shown, o["charges"])]
    if not over:
        return [limit, ""]
    return [f"**{limit} {len(over)} of {len(shown['options'])} options exceed it.**", ""]


# -- transportation --------------------------------------------------------------------------------


def _transport_label(option: Option, shown: Mapping[str, Any]) -> str:
    return f"{_money(option['cost'], shown['currency'])}, {option['way']}"


def _transport_text(question: Question) -> str:
    shown = question.shown
    options, zone = shown["options"], shown["marketplace"]
    lines = [
        f"### {shown['name']}: choose the carrier",
        "",
        (
            f"The placement is confirmed for {cents(shown['placement']['net'])} net. All money in "
            f"{shown['currency']}. Row 1 is recommended: the cheapest. A partnered carrier charges "
            "once you approve."
        ),
        "",
        *_table(
            ("carrier", "transport", "**landed total**", "per unit"),
            (_transport_money(option) for option in options),
        ),
        *_limit_lines(shown),
        *_table(
            ("quote holds until", "cancel free until"),
            ((local(o["expires_at"], zone), local(o["voidable_until"], zone)) for o in options),
        ),
        *_load_lines(shown),
        *(
            line
            for number, option in enumerate(options, start=1)
            for line in _each_shipment(number, option, shown)
        ),
    ]
    return "\n".join(lines)


def _transport_money(option: Option) -> tuple[str | None, ...]:
    return (
        option["way"],
        cents(option["cost"]) or "own carrier's",
        f"**{cents(option['landed_total']) or 'open'}**",
        option["per_unit"],
    )


def _each_shipment(number: int, option: Option, shown: Mapping[str, Any]) -> list[str]:
    """Give a line for each shipment of an option, with its price, window and option id."""
    lines = [_quote_line(option, quote, shown) for quote in option["quotes"]]
    return [f"{number}: {option['way']}", "", *lines, ""]


def _quote_line(option: Option, quote: Option, shown: Mapping[str, Any]) -> str:
    shipment = next(one for one in shown["shipments"] if one["shipment_id"] == quote["shipment_id"])
    units = f", {_count(shipment['units'], 'unit')}" if shipment["units"] else ""
    carrier = quote["carrier_name"] or quote["carrier_code"] or "carrier without a name"
    return (
        f"- {_place(shipment)}{units}: {carrier}, {_money(quote['cost'], shown['currency'])}"
        f"{_window(option, quote, shown)}, `{quote['option_id']}`"
    )


def _window(option: Option, quote: Option, shown: Mapping[str, Any]) -> str:
    window = option["windows"].get(quote["shipment_id"])
    if window is None:
        asked = "; its delivery window is shown, and asked about, once this carrier is chosen"
        return asked if quote["needs_window"] else ""
    start, end = (local(window[name], shown["marketplace"]) for name in ("start", "end"))
    mark = "" if window["availability"] == "AVAILABLE" else f" ({window['availability']})"
    return f", delivery window {start} to {end}{mark}"


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
    return said if declared is None else f"{said}, declared value {_money(declared, currency)}"


def _load_lines(shown: Mapping[str, Any]) -> list[str]:
    lines = [f"- {place}: {load}" for place, load in loads(shown)]
    return ["Pallets and declared value, divided by units:", "", *lines, ""] if lines else []


def _place(shipment: Option) -> str:
    return shipment["fc"] or shipment["city"] or "chosen by Amazon"
