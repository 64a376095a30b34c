"""Shipments on their way into AWD: one every nine days, and those of confirmed orders.

A shipment moves on by its age alone, and is received in fifths.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.clock import Clock
from chalkola_spapi.simulator.messages import not_found
from chalkola_spapi.simulator.stock.stock import Stock

Status = Literal[
    "CREATED", "SHIPPED", "IN_TRANSIT", "DELIVERED", "RECEIVING", "CLOSED", "CANCELLED"
]

_STAGES: tuple[tuple[int, Status], ...] = (
    (0, "CREATED"),
    (3, "SHIPPED"),
    (6, "IN_TRANSIT"),
    (18, "DELIVERED"),
    (19, "RECEIVING"),
    (24, "CLOSED"),
)
_RECEIVING_DAYS = 5
_EVERY_DAYS = 9
_HISTORY_DAYS = 180
_SKUS = 3
_REGIONS = ("us-west", "us-east", "us-southcentral")
ORIGIN = {
    "name": "Chalkola Supplies",
    "addressLine1": "100 Marker Way",
    "city": "Ontario",
    "stateOrRegion": "CA",
    "postalCode": "91761",
    "countryCode": "US",
}
DESTINATION = {
    "name": "Amazon Warehousing and Distribution IUSP",
    "addressLine1": "1700 Sherwin Ave",
    "city": "Bakersfield",
    "stateOrRegion": "CA",
    "postalCode": "93308",
    "countryCode": "US",
}


@dataclass(slots=True)
class Shipment:
    """A shipment into AWD. `units` by SKU; `containers` as the API writes them."""

    shipment_id: str
    order_id: str
    created_at: datetime
    region: str
    units: Mapping[str, int]
    containers: list[dict[str, object]]
    origin: Mapping[str, object] = field(default_factory=lambda: ORIGIN)
    account: str | None = None
    external_reference: str | None = None
    cancelled_at: datetime | None = None

    def stage(self, now: datetime) -> tuple[Status, datetime]:
        """The status, and since when."""
        if self.cancelled_at is not None:
            return "CANCELLED", self.cancelled_at
        passed = [one for one in _STAGES if self.created_at + timedelta(days=one[0]) <= now]
        days, status = passed[-1] if passed else _STAGES[0]
        return status, self.created_at + timedelta(days=days)

    def received(self, now: datetime) -> dict[str, int]:
        """The units of each SKU that have been received."""
        status, since = self.stage(now)
        if status == "CLOSED":
            return dict(self.units)
        fifths = 1 + (now - since).days if status == "RECEIVING" else 0
        return {sku: units * fifths // (_RECEIVING_DAYS + 1) for sku, units in self.units.items()}

    def outstanding(self, now: datetime) -> dict[str, int]:
        """The units of each SKU that are still to be received."""
        if self.cancelled_at is not None:
            return {}
        received = self.received(now)
        return {sku: units - received[sku] for sku, units in self.units.items()}


class Shipments:
    """All shipments: the seller's history is every account's, an order's is its account's."""

    def __init__(self, *, clock: Clock, seed: int, stock: Stock) -> None:
        self._clock = clock
        self._seed = seed
        self._stock = stock
        self._made: dict[str, Shipment] = {}
        self._tracking: dict[tuple[str, str], list[dict[str, object]]] = {}

    def add(self, shipment: Shipment) -> None:
        self._made[shipment.shipment_id] = shipment

    def all(self, account: str | None, *, at: datetime) -> list[Shipment]:
        """The shipments that an account sees, created by `at`."""
        mine = [one for one in self._made.values() if account is None or one.account == account]
        return [one for one in [*self._history(at), *mine] if one.created_at <= at]

    def find(self, account: str, shipment_id: str) -> Shipment:
        """A shipment of the account.

        Raises:
            RefusedError: 404 NotFound.
        """
        for shipment in self.all(account, at=self._clock.now()):
            if shipment.shipment_id == shipment_id:
                return shipment
        raise not_found(f"Shipment {shipment_id} was not found.")

    def track(self, account: str, shipment_id: str, details: list[dict[str, object]]) -> None:
        """Note who carries a shipment of the account; the last word counts."""
        self._tracking[account, shipment_id] = details

    def tracking(self, account: str, shipment_id: str) -> list[dict[str, object]]:
        """Who carries a shipment, as far as the account has said."""
        return self._tracking.get((account, shipment_id), [])

    def inbound(self, *, at: datetime) -> dict[str, int]:
        """The units of each SKU that are on their way into AWD."""
        total: dict[str, int] = {}
        for shipment in self.all(None, at=at):
            for sku, units in shipment.outstanding(at).items():
                total[sku] = total.get(sku, 0) + units
        return total

    def clear(self) -> None:
        self._made.clear()
        self._tracking.clear()

    def _history(self, at: datetime) -> Iterator[Shipment]:
        last = at.toordinal() // _EVERY_DAYS
        skus = sorted(self._stock.catalogue.items)
        for number in range(last - _HISTORY_DAYS // _EVERY_DAYS, last + 1):
            yield self._usual(number, skus)

    def _usual(self, number: int, skus: list[str]) -> Shipment:
        key = noise.key(self._seed, "awd", number)
        day = date.fromordinal(number * _EVERY_DAYS)
        hours = timedelta(hours=8 + int(10 * noise.uniform(key)))
        picked = dict.fromkeys(
            skus[int(noise.uniform(key, step) * len(skus))] for step in range(1, 1 + _SKUS)
        )
        cases = {sku: 4 + int(12 * noise.uniform(key, 20 + at)) for at, sku in enumerate(picked)}
        pack = self._stock.catalogue.items
        return Shipment(
            shipment_id=f"STAR-{letters(12, key, 's')}",
            order_id=f"awd-{letters(12, key, 'o').lower()}",
            created_at=datetime.combine(day, datetime.min.time(), UTC) + hours,
            region=_REGIONS[number % len(_REGIONS)],
            units={sku: count * 2 * pack[sku].pack for sku, count in cases.items()},
            containers=[
                _case(sku, units=2 * pack[sku].pack, count=count) for sku, count in cases.items()
            ],
        )


def letters(count: int, *parts: object) -> str:
    """Letters and digits that are always the same for the same parts."""
    text = "\x1f".join(map(str, parts))
    return base64.b32encode(hashlib.blake2b(text.encode(), digest_size=10).digest()).decode()[
        :count
    ]


def _case(sku: str, *, units: int, count: int) -> dict[str, object]:
    return {
        "count": count,
        "distributionPackage": {
            "type": "CASE",
            "contents": {"products": [{"sku": sku, "quantity": units}]},
            "measurements": {
                "weight": {"unitOfMeasurement": "POUNDS", "weight": round(4 + 0.3 * units, 1)},
                "dimensions": {
                    "height": 12.0,
                    "length": 18.0,
                    "width": 14.0,
                    "unitOfMeasurement": "INCHES",
                },
            },
        },
    }
