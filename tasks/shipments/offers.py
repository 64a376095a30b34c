"""What Amazon offers, as it is shown, compared and stored: placements, quotes, delivery windows.

Money is compared only within one currency; a quote without a cost (own carrier) is unknown, not 0.
https://developer-docs.amazon.com/sp-api/docs/fulfillment-inbound-api-v2024-03-20-use-case-guide
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

PARTNERED = "AMAZON_PARTNERED_CARRIER"
OWN_CARRIER = "USE_YOUR_OWN_CARRIER"
NEEDS_WINDOW = "CONFIRMED_DELIVERY_WINDOW"


def plain(value: Any) -> Any:
    """Give a value as JSON holds it: money as exact text, times with their offset."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def sha256_of(shown: Mapping[str, Any]) -> str:
    """Give the hash of what was shown."""
    text = json.dumps(plain(shown), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _decimal(text: Any) -> Decimal | None:
    return None if text is None else Decimal(text)


@dataclass(frozen=True)
class Placement:
    """A placement option; fee and discount are totals of the plan, not per unit."""

    option_id: str
    shipment_ids: tuple[str, ...]
    fee: Decimal
    discount: Decimal
    currency: str
    status: str
    expires_at: datetime | None

    @property
    def net(self) -> Decimal:
        return self.fee - self.discount

    def is_open(self, now: datetime) -> bool:
        return self.status == "OFFERED" and (self.expires_at is None or self.expires_at > now)

    def to_plain(self) -> dict[str, Any]:
        return {**plain(asdict(self)), "net": str(self.net)}

    @classmethod
    def of_plain(cls, given: Mapping[str, Any]) -> Self:
        return cls(
            option_id=given["option_id"],
            shipment_ids=tuple(given["shipment_ids"]),
            fee=Decimal(given["fee"]),
            discount=Decimal(given["discount"]),
            currency=given["currency"],
            status=given["status"],
            expires_at=_time(given["expires_at"]),
        )

    def differs_from(self, shown: Placement) -> str | None:
        """Say what is no longer as it was shown: shipments, fees and discounts bind."""
        if sorted(self.shipment_ids) != sorted(shown.shipment_ids):
            return "its shipments changed"
        for name in ("fee", "discount", "currency"):
            was, is_now = getattr(shown, name), getattr(self, name)
            if was != is_now:
                return f"its {name} changed from {was} to {is_now}"
        return None


@dataclass(frozen=True)
class Quote:
    """A transportation option of one shipment; cost is None for an own carrier."""

    option_id: str
    shipment_id: str
    carrier_name: str
    carrier_code: str | None
    mode: str
    solution: str
    cost: Decimal | None
    currency: str | None
    expires_at: datetime | None
    voidable_until: datetime | None
    needs_window: bool

    @property
    def carrier(self) -> str:
        return self.carrier_name or self.carrier_code or "carrier without a name"

    def is_open(self, now: datetime) -> bool:
        return self.expires_at is None or self.expires_at > now

    def to_plain(self) -> dict[str, Any]:
        found: dict[str, Any] = plain(asdict(self))
        return found

    @classmethod
    def of_plain(cls, given: Mapping[str, Any]) -> Self:
        return cls(
            option_id=given["option_id"],
            shipment_id=given["shipment_id"],
            carrier_name=given["carrier_name"],
            carrier_code=given["carrier_code"],
            mode=given["mode"],
            solution=given["solution"],
            cost=_decimal(given["cost"]),
            currency=given["currency"],
            expires_at=_time(given["expires_at"]),
            voidable_until=_time(given["voidable_until"]),
            needs_window=given["needs_window"],
        )

    @property
    def way(self) -> tuple[str, str, str]:
        """Who carries it and how: what a yes to this quote binds beside the cost."""
        return (self.solution, self.mode, self.carrier)


@dataclass(frozen=True)
class Window:
    """A delivery window that can be confirmed."""

    option_id: str
    shipment_id: str
    start: datetime
    end: datetime
    valid_until: datetime
    availability: str

    def to_plain(self) -> dict[str, Any]:
        found: dict[str, Any] = plain(asdict(self))
        return found

    @classmethod
    def of_plain(cls, given: Mapping[str, Any]) -> Self:
        return cls(
            option_id=given["option_id"],
            shipment_id=given["shipment_id"],
            start=datetime.fromisoformat(given["start"]),
            end=datetime.fromisoformat(given["end"]),
            valid_until=datetime.fromisoformat(given["valid_until"]),
            availability=given["availability"],
        )
