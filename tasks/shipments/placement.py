"""Placement: what Amazon offers, and the one that is confirmed, which cannot be undone.

https://developer-docs.amazon.com/sp-api/reference/confirmplacementoption
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalkola_spapi.errors import ApiStatusError, SpApiError
from chalkola_spapi.inbound_models import PlacementOption
from tasks.shipments import pacing
from tasks.shipments.errors import OptionsError, ShipmentError
from tasks.shipments.offers import Placement
from tasks.shipments.operations import Intent, Started, Write
from tasks.shipments.packing import incentives
from tasks.shipments.plan import units_of
from tasks.shipments.work import Work

logger = logging.getLogger(__name__)

CONFIRM = "confirmPlacementOption"


@dataclass(frozen=True)
class Destination:
    """Where one shipment of an option goes; the fulfilment centre may not be known yet."""

    shipment_id: str
    fc: str | None
    city: str | None
    units: int | None


def offered_placements(work: Work) -> list[Placement]:
    """Give the placement options that can be confirmed now, made if there are none.

    Raises:
        OptionsError: Amazon offers none.
    """
    found = open_placements(work)
    if found:
        return found
    work.operations.do(_generate(work))
    for _ in pacing.shown_looks(work.conns):
        found = open_placements(work)
        if found:
            return found
    raise OptionsError(f"{work.shipment.plan_name}: Amazon offers no placement option")


def all_placements(work: Work) -> list[Placement]:
    """Give every placement option, expired and accepted ones among them."""
    currency = work.request.place.currency
    options = work.inbound.list_placement_options(work.plan_id)
    return [_placement(option, currency) for option in options]


def open_placements(work: Work) -> list[Placement]:
    """Give the placement options that can be confirmed now."""
    return [one for one in all_placements(work) if one.is_open(work.now())]


def accepted_placement(work: Work) -> Placement | None:
    """Give the placement that is confirmed already."""
    return next((one for one in all_placements(work) if one.status == "ACCEPTED"), None)


def destinations(work: Work, shipment_ids: Sequence[str]) -> list[Destination]:
    """Give where the shipments of an option go, as far as Amazon says it."""
    return [_destination(work, shipment_id) for shipment_id in shipment_ids]


def units_by_shipment(work: Work, shipment_ids: Sequence[str]) -> dict[str, int]:
    """Give shipment -> units."""
    return {
        shipment_id: units_of(
            work.inbound.list_shipment_items(work.plan_id, shipment_id=shipment_id)
        ).total()
        for shipment_id in shipment_ids
    }


def confirm_placement(work: Work, placement: Placement) -> None:
    """Confirm a placement that a person has approved; its fee is owed from here on.

    Raises:
        ShipmentError: Amazon has accepted another one.
    """
    work.operations.do(_confirm(work, placement))
    work.ledger.write(
        "set_placement",
        id=work.shipment.id,
        placement_option_id=placement.option_id,
        fee=placement.fee,
        discount=placement.discount,
        currency=placement.currency,
    )
    work.ledger.advance(work.shipment, "PLACEMENT_CONFIRMED")


def _placement(option: PlacementOption, currency: str) -> Placement:
    codes = {one.value.code for one in (*option.fees, *option.discounts)}
    if len(codes) > 1:
        raise OptionsError(
            f"placement {option.placement_option_id} counts in several currencies "
            f"({', '.join(sorted(codes))}), which cannot be compared"
        )
    return Placement(
        option_id=option.placement_option_id,
        shipment_ids=option.shipment_ids,
        fee=incentives(option.fees),
        discount=incentives(option.discounts),
        currency=codes.pop() if codes else currency,
        status=option.status,
        expires_at=option.expiration,
    )


def _destination(work: Work, shipment_id: str) -> Destination:
    try:
        shipment = work.inbound.get_shipment(work.plan_id, shipment_id=shipment_id)
        units = units_by_shipment(work, [shipment_id])[shipment_id]
    except ApiStatusError as exc:
        logger.info("shipment %s cannot be read yet: %s", shipment_id, exc)
        return Destination(shipment_id, None, None, None)
    to = shipment.destination
    city = to.address.city if to.address else None
    return Destination(shipment_id, to.warehouse_id, city, units)


def _generate(work: Work) -> Write:
    def send(intent: Intent) -> Started:
        return Started(work.inbound.generate_placement_options(work.plan_id, before_send=intent))

    def find(_since: datetime) -> dict[str, Any] | None:
        return {} if open_placements(work) else None

    return Write("generatePlacementOptions", "", send, find, is_once=False, reads_back=False)


def _confirm(work: Work, placement: Placement) -> Write:
    def send(intent: Intent) -> Started:
        return Started(
            work.inbound.confirm_placement_option(
                work.plan_id, placement_option_id=placement.option_id, before_send=intent
            )
        )

    def find(_since: datetime) -> dict[str, Any] | None:
        accepted = accepted_placement(work)
        if accepted is None:
            return None
        if accepted.option_id != placement.option_id:
            raise ShipmentError(
                f"{work.shipment.plan_name}: Amazon has accepted the placement "
                f"{accepted.option_id}, not the approved {placement.option_id}"
            )
        # The shipments of the plan follow the acceptance, sometimes a moment later.
        return {} if work.inbound.get_inbound_plan(work.plan_id).shipments else None

    return Write(CONFIRM, placement.option_id, send, find)


def is_refusal(exc: SpApiError) -> bool:
    """Whether an error is about the option itself, not about the connection."""
    return isinstance(exc, ApiStatusError)
