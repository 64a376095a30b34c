"""What becomes of shipments on their way: statuses, received units, and when cancelling costs.

https://developer-docs.amazon.com/sp-api/reference/getshipmentitemsbyshipmentid
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalkola_spapi.errors import ApiStatusError
from tasks.shipments.ledger import Shipment
from tasks.shipments.work import Work

logger = logging.getLogger(__name__)

#: A person is told this long before cancelling stops being free; pallets have an hour in all.
ANNOUNCE_BEFORE = timedelta(hours=6)
#: Amazon has counted what it will count.
COUNTED = frozenset({"CLOSED"})


@dataclass(frozen=True)
class Followed:
    """One shipment of Amazon's, as it stands; `missing` is shipped less received, once CLOSED."""

    name: str
    confirmation_id: str
    status: str
    was: str
    shipped: int
    received: int
    is_counted: bool

    @property
    def missing(self) -> int:
        return self.shipped - self.received if self.is_counted else 0

    def row(self) -> dict[str, Any]:
        """Give it as a line of a table."""
        return {
            "shipment": self.name,
            "confirmation id": self.confirmation_id,
            "status": self.status,
            "before": self.was,
            "shipped": self.shipped,
            "received": self.received,
            "discrepancy": f"{-self.missing:+d}" if self.missing else "",
        }


def follow(work: Work) -> list[Followed]:
    """Read the statuses and received units of a shipment, store them, and give what was found."""
    return [
        _follow(work, row)
        for row in work.ledger.rows("destinations", shipment_id=work.shipment.id)
        if row["shipment_confirmation_id"]
    ]


def _follow(work: Work, row: dict[str, Any]) -> Followed:
    shipment = work.inbound.get_shipment(work.plan_id, shipment_id=row["amazon_shipment_id"])
    status = shipment.status or row["status"]
    shipped, received = _received(work, row)
    work.ledger.write(
        "set_destination_status",
        shipment_id=work.shipment.id,
        amazon_shipment_id=row["amazon_shipment_id"],
        status=status,
    )
    return Followed(
        name=work.shipment.plan_name,
        confirmation_id=row["shipment_confirmation_id"],
        status=status,
        was=row["status"],
        shipped=shipped,
        received=received,
        is_counted=status in COUNTED,
    )


def _received(work: Work, row: dict[str, Any]) -> tuple[int, int]:
    """Store and give the units shipped and received of one shipment."""
    try:
        items = work.v0.get_shipment_items_by_shipment_id(
            row["shipment_confirmation_id"], marketplace_id=work.request.place.marketplace_id
        )
    except ApiStatusError as exc:
        logger.warning("%s: received units: %s", row["shipment_confirmation_id"], exc)
        return row["units"] or 0, 0
    for item in items:
        work.ledger.write(
            "put_received",
            shipment_id=work.shipment.id,
            amazon_shipment_id=row["amazon_shipment_id"],
            msku=item.seller_sku,
            quantity_shipped=item.quantity_shipped,
            quantity_received=item.quantity_received or 0,
        )
    return (
        sum(item.quantity_shipped for item in items),
        sum(item.quantity_received or 0 for item in items),
    )


def is_due(shipment: Shipment, *, now: datetime) -> bool:
    """Whether a person should hear now that cancelling is soon no longer free."""
    until = shipment.free_void_until
    return until is not None and now < until <= now + ANNOUNCE_BEFORE


def announce_once(work: Work) -> bool:
    """Note that the deadline was told; False if it had been."""
    return work.ledger.write_first("announce_free_void", id=work.shipment.id) is not None
