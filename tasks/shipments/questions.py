"""What a person is shown at the two gates: every option with its real total, the cheapest first.

A landed total is the placement's fees less its discounts plus the transport; a transport without a
price (own carrier) leaves the total open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from chalkola_spapi.errors import ApiStatusError, OperationFailedError
from tasks.shipments.errors import AmbiguousBoxesError, OptionsError
from tasks.shipments.later_packing import boxes_by_shipment, is_packed_later
from tasks.shipments.offers import Placement, Quote, Window, plain
from tasks.shipments.placement import destinations, offered_placements
from tasks.shipments.quotes import Choice
from tasks.shipments.transport import freight_loads, offered_choices, quoted
from tasks.shipments.windows import needed_windows
from tasks.shipments.work import Work

CENT = Decimal("0.0001")


def placement_question(work: Work) -> tuple[dict[str, Any], datetime | None]:
    """Give what is shown at the first gate, and when the first option lapses.

    Transport is quoted for every candidate first, one after the other; but for freight that is
    packed later only afterwards, as Amazon knows its boxes only then.

    Raises:
        OptionsError, OperationFailedError, ApiStatusError: no candidate can be transported.
    """
    options, problem = [], None
    make = _packed_later if is_packed_later(work) else _placement_option
    for placement in offered_placements(work):
        try:
            options.append(make(work, placement))
        except (AmbiguousBoxesError, OptionsError, OperationFailedError, ApiStatusError) as exc:
            problem = exc
            options.append(_without_transport(work, placement, str(exc)))
    if problem is not None and all(one["problem"] for one in options):
        raise problem
    # What cannot be transported is shown, with the reason, and cannot be chosen.
    options.sort(key=_landed_rank)
    shown = _frame(work, options)
    expiries = [one["expires_at"] for one in options if one["expires_at"]]
    return shown, min(map(datetime.fromisoformat, expiries), default=None)


def transportation_question(
    work: Work, placement: Placement, *, windows_for: Sequence[str] = ()
) -> tuple[dict[str, Any], datetime | None]:
    """Give what is shown at the second gate, and when the recommended option lapses.

    Delivery windows are made for the recommended option where it wants them, and for the option
    ids in `windows_for`: a person who chose those must see what would be confirmed.
    """
    quotes = quoted(work, placement.option_id, placement.shipment_ids)
    offered = offered_choices(work, quotes, placement.shipment_ids)
    wanted = [offered[0], *(one for one in offered if set(one.option_ids) <= set(windows_for))]
    places = {one.shipment_id: one for one in destinations(work, placement.shipment_ids)}
    options = [
        _transport_option(
            work, placement, choice, needed_windows(work, choice) if choice in wanted else {}
        )
        for choice in offered
    ]
    shown = _frame(work, options) | {
        "placement": placement.to_plain(),
        "shipments": [plain(vars(one)) for one in places.values()],
        "loads": plain(freight_loads(work, placement.shipment_ids)),
        "quotes": [quote.to_plain() for quote in quotes],
    }
    return shown, offered[0].expires_at


def landed(placement: Placement, choice: Choice) -> Decimal | None:
    """Give placement and transport together; None where that has no price, or another currency."""
    if choice.cost is None or choice.currency != placement.currency:
        return None
    return placement.net + choice.cost


def charges(placement: Placement, choice: Choice | None) -> str | None:
    """Give what Amazon charges at the least; an own carrier's price, or one to come, is not in it.

    None where currencies differ, which cannot be added.
    """
    priced = [quote for quote in choice.quotes if quote.cost is not None] if choice else []
    if any(quote.currency != placement.currency for quote in priced):
        return None
    return str(placement.net + sum((q.cost for q in priced if q.cost is not None), Decimal(0)))


def exceeds_limit(shown: Mapping[str, Any], charged: str | None) -> bool:
    """Whether charges are beyond the request's spend limit, or cannot be held against it."""
    limit = shown["spend_limit"]
    return limit is not None and (charged is None or Decimal(charged) > Decimal(limit["amount"]))


def _frame(work: Work, options: list[dict[str, Any]]) -> dict[str, Any]:
    limit = work.request.spend_limit
    return {
        "name": work.request.name,
        "marketplace": work.request.marketplace,
        "currency": work.request.place.currency,
        "units": work.request.total_units,
        "boxes": work.request.total_boxes,
        "spend_limit": None if limit is None else {"amount": f"{limit.amount.normalize():f}"},
        "options": options,
        "recommended": options[0]["id"],
    }


def _landed_rank(option: dict[str, Any]) -> tuple[bool, bool, Decimal, str]:
    total = option["landed_total"]
    return (
        bool(option["problem"]),
        total is None,
        Decimal(total if total is not None else option["placement"]["net"]),
        option["id"],
    )


def _per_unit(work: Work, total: Decimal | None) -> str | None:
    return None if total is None else str((total / work.request.total_units).quantize(CENT))


def _placement_option(work: Work, placement: Placement) -> dict[str, Any]:
    quotes = quoted(work, placement.option_id, placement.shipment_ids)
    best = offered_choices(work, quotes, placement.shipment_ids)[0]
    total = landed(placement, best)
    return _option_row(work, placement, total) | {
        "charges": charges(placement, best),
        "transport": _transport(best),
        "quotes": [quote.to_plain() for quote in quotes],
        "problem": None,
    }


def _packed_later(work: Work, placement: Placement) -> dict[str, Any]:
    boxes_by_shipment(work, placement.shipment_ids)
    return _without_transport(work, placement, None)


def _without_transport(work: Work, placement: Placement, problem: str | None) -> dict[str, Any]:
    row = _option_row(work, placement, None)
    return row | {
        "charges": charges(placement, None),
        "transport": None,
        "quotes": [],
        "problem": problem,
    }


def _option_row(work: Work, placement: Placement, total: Decimal | None) -> dict[str, Any]:
    places = destinations(work, placement.shipment_ids)
    return {
        "id": placement.option_id,
        "placement": placement.to_plain(),
        "shipments": [plain(vars(one)) for one in places],
        "fees": str(placement.fee),
        "discounts": str(placement.discount),
        "landed_total": None if total is None else str(total),
        "per_unit": _per_unit(work, total),
        "expires_at": plain(placement.expires_at),
    }


def _transport(choice: Choice) -> dict[str, Any]:
    return {
        "option_ids": list(choice.option_ids),
        "way": choice.way,
        "cost": None if choice.cost is None else str(choice.cost),
        "currency": choice.currency,
        "expires_at": plain(choice.expires_at),
        "voidable_until": plain(choice.voidable_until),
        "needs_window": choice.needs_window,
    }


def _transport_option(
    work: Work, placement: Placement, choice: Choice, windows: dict[str, Window]
) -> dict[str, Any]:
    total = landed(placement, choice)
    return _transport(choice) | {
        "id": ",".join(choice.option_ids),
        "quotes": [quote.to_plain() for quote in choice.quotes],
        "windows": {key: window.to_plain() for key, window in windows.items()},
        "charges": charges(placement, choice),
        "landed_total": None if total is None else str(total),
        "per_unit": _per_unit(work, total),
    }


def shown_quotes(shown: dict[str, Any]) -> list[Quote]:
    """Give the quotes that a question showed."""
    return [Quote.of_plain(one) for one in shown["quotes"]]


def shown_windows(shown: dict[str, Any]) -> dict[str, Window]:
    """Give the delivery windows that a question showed, by shipment."""
    return {
        shipment_id: Window.of_plain(window)
        for option in shown["options"]
        for shipment_id, window in option["windows"].items()
    }
