"""Delivery windows: when a shipment of an own carrier may arrive.

https://developer-docs.amazon.com/sp-api/reference/listdeliverywindowoptions

A window is 7 days long, 14 from abroad, and begins within 45 or 75 days. The list is in no order.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.inbound import times
from chalkola_spapi.simulator.inbound.goods import new_id
from chalkola_spapi.simulator.inbound.money import Incentive, local_money
from chalkola_spapi.simulator.marketplaces import Marketplace

Availability = Literal["AVAILABLE", "BLOCKED", "CONGESTED", "DISCOUNTED"]

LIFETIME = timedelta(hours=24)
_SPAN_DAYS = (7, 14)
_WITHIN_DAYS = (45, 75)
_TRANSIT = timedelta(days=2)
# Shares of the windows, and the rest is available.
_BLOCKED, _CONGESTED, _DISCOUNTED = 0.12, 0.25, 0.05
_DISCOUNT_DOLLARS = 12.0


@dataclass(frozen=True, slots=True)
class WindowOption:
    """A span in which the goods arrive."""

    option_id: str
    start: datetime
    end: datetime
    valid_until: datetime
    availability: Availability
    discounts: tuple[Incentive, ...] = ()

    @property
    def editable_until(self) -> datetime:
        return self.start - timedelta(days=1)

    def describe(self) -> dict[str, object]:
        """Amazon's DeliveryWindowOption."""
        content: dict[str, object] = {
            "deliveryWindowOptionId": self.option_id,
            "startDate": times.minutes(self.start),
            "endDate": times.minutes(self.end),
            "validUntil": times.minutes(self.valid_until),
            "availabilityType": self.availability,
        }
        discounts = [discount.describe() for discount in self.discounts]
        return content | ({"discounts": discounts} if discounts else {})

    def describe_selected(self) -> dict[str, object]:
        """Amazon's SelectedDeliveryWindow."""
        return {
            "deliveryWindowOptionId": self.option_id,
            "startDate": times.minutes(self.start),
            "endDate": times.minutes(self.end),
            "availabilityType": self.availability,
            "editableUntil": times.minutes(self.editable_until),
        }


def offer_windows(
    marketplace: Marketplace,
    *,
    ready_at: datetime,
    is_abroad: bool,
    is_blocked: bool,
    at: datetime,
    key: int,
) -> list[WindowOption]:
    """The windows that are offered at `at`; with `is_blocked` none of them is free."""
    span = timedelta(days=_SPAN_DAYS[is_abroad])
    first = max(ready_at, at) + _TRANSIT
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    days = range(_WITHIN_DAYS[is_abroad] - (midnight - at).days)
    windows = [
        WindowOption(
            option_id=new_id("dw"),
            start=midnight + timedelta(days=day),
            end=midnight + timedelta(days=day) + span,
            valid_until=at + LIFETIME,
            availability=availability,
            discounts=_discounts(marketplace) if availability == "DISCOUNTED" else (),
        )
        for day in days
        for availability in [_availability(day, is_blocked=is_blocked, key=key)]
    ]
    return sorted(windows, key=lambda window: noise.uniform(noise.key(key, window.start)))


def _availability(day: int, *, is_blocked: bool, key: int) -> Availability:
    chance = noise.uniform(key, day)
    if is_blocked or chance < _BLOCKED:
        return "BLOCKED"
    if chance < _BLOCKED + _CONGESTED:
        return "CONGESTED"
    return "DISCOUNTED" if chance > 1 - _DISCOUNTED else "AVAILABLE"


def _discounts(marketplace: Marketplace) -> tuple[Incentive, ...]:
    value = local_money(_DISCOUNT_DOLLARS, marketplace=marketplace)
    text = "A discount for deliveries in this window"
    return (Incentive("DISCOUNT", "Placement Services", text, value),)
