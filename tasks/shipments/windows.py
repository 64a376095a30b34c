"""Delivery windows, for shipments whose carrier wants one confirmed first.

The window is the first available one that starts on or after the ready day. It is chosen before the
question is put, so that a person sees what would be confirmed.
https://developer-docs.amazon.com/sp-api/reference/confirmdeliverywindowoptions
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalkola_spapi.inbound_models import DeliveryWindowOption
from tasks.shipments import pacing
from tasks.shipments.errors import OptionsError
from tasks.shipments.offers import Window
from tasks.shipments.operations import Intent, Started, Write
from tasks.shipments.quotes import Choice
from tasks.shipments.work import Work

CONFIRM = "confirmDeliveryWindowOptions"
#: Best first; BLOCKED ones are never taken.
USABLE = ("AVAILABLE", "DISCOUNTED", "CONGESTED")


def needed_windows(work: Work, choice: Choice) -> dict[str, Window]:
    """Give shipment -> the window that would be confirmed, where the choice wants one.

    Raises:
        OptionsError: a shipment has no window that can be used.
    """
    return {
        quote.shipment_id: _window(work, quote.shipment_id)
        for quote in choice.quotes
        if quote.needs_window
    }


def still_open(work: Work, window: Window) -> bool:
    """Whether Amazon still offers a window as it was shown."""
    if window.valid_until <= work.now():
        return False
    found = {one.option_id: one for one in _usable(work, window.shipment_id)}
    now_offered = found.get(window.option_id)
    return now_offered is not None and (now_offered.start, now_offered.end) == (
        window.start,
        window.end,
    )


def confirm_windows(work: Work, windows: Mapping[str, Window]) -> None:
    """Confirm the windows that a person has seen."""
    for window in windows.values():
        work.operations.do(_confirm(work, window))


def _window(work: Work, shipment_id: str) -> Window:
    usable = _usable(work, shipment_id)
    if not usable:
        work.operations.do(_generate(work, shipment_id))
        for _ in pacing.shown_looks(work.conns):
            usable = _usable(work, shipment_id)
            if usable:
                break
    if not usable:
        raise OptionsError(
            f"{work.shipment.plan_name}: Amazon offers no delivery window for shipment "
            f"{shipment_id} from {work.ready_on()} on that is not blocked; try again later, or "
            "with a later ready date"
        )
    return min(usable, key=lambda one: (USABLE.index(one.availability), one.start, one.option_id))


def _usable(work: Work, shipment_id: str) -> list[Window]:
    """Give the windows of a shipment that can be confirmed and start late enough."""
    zone, ready = work.request.place.zone, work.ready_on()
    options = work.inbound.list_delivery_window_options(work.plan_id, shipment_id=shipment_id)
    return [
        _of(option, shipment_id)
        for option in options
        if option.availability_type in USABLE
        and option.valid_until > work.now()
        and option.start_date.astimezone(zone).date() >= ready
    ]


def _of(option: DeliveryWindowOption, shipment_id: str) -> Window:
    return Window(
        option_id=option.delivery_window_option_id,
        shipment_id=shipment_id,
        start=option.start_date,
        end=option.end_date,
        valid_until=option.valid_until,
        availability=option.availability_type,
    )


def _generate(work: Work, shipment_id: str) -> Write:
    def send(intent: Intent) -> Started:
        return Started(
            work.inbound.generate_delivery_window_options(
                work.plan_id, shipment_id=shipment_id, before_send=intent
            )
        )

    def find(_since: datetime) -> dict[str, Any] | None:
        return {} if _usable(work, shipment_id) else None

    return Write(
        "generateDeliveryWindowOptions", shipment_id, send, find, is_once=False, reads_back=False
    )


def _confirm(work: Work, window: Window) -> Write:
    def send(intent: Intent) -> Started:
        return Started(
            work.inbound.confirm_delivery_window_options(
                work.plan_id,
                shipment_id=window.shipment_id,
                delivery_window_option_id=window.option_id,
                before_send=intent,
            )
        )

    def find(_since: datetime) -> dict[str, Any] | None:
        shipment = work.inbound.get_shipment(work.plan_id, shipment_id=window.shipment_id)
        selected = shipment.selected_delivery_window
        is_ours = selected is not None and selected.delivery_window_option_id == window.option_id
        return {} if is_ours else None

    return Write(CONFIRM, f"{window.shipment_id} {window.option_id}", send, find)
