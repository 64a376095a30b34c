"""How many units of a SKU lie where, as a function of the time: sold, sent in, received.

Stock comes in cycles of five to eight weeks: it is sold down by the orders of `sales`, while the
next delivery is announced, shipped and received, a sixth of it each day.
"""

from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import get_type_hints

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.marketplaces import Marketplace
from chalkola_spapi.simulator.stock.catalogue import Item
from chalkola_spapi.simulator.stock.sales import units_of_days, usual_daily_units

_ANNOUNCED_DAYS, _SHIPPED_DAYS, _RECEIVING_DAYS = 21, 14, 5
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Levels:
    """The units of a SKU in a marketplace's own fulfilment centres and on their way there.

    `updated_at` is when any quantity changed, `on_hand_updated_at` when one in the centres did.
    """

    fulfillable: int = 0
    inbound_working: int = 0
    inbound_shipped: int = 0
    inbound_receiving: int = 0
    pending_customer_order: int = 0
    pending_transshipment: int = 0
    fc_processing: int = 0
    researching_short: int = 0
    researching_mid: int = 0
    researching_long: int = 0
    customer_damaged: int = 0
    warehouse_damaged: int = 0
    distributor_damaged: int = 0
    carrier_damaged: int = 0
    defective: int = 0
    expired: int = 0
    updated_at: datetime = field(default=_EPOCH)
    on_hand_updated_at: datetime = field(default=_EPOCH)

    @property
    def reserved(self) -> int:
        return self.pending_customer_order + self.pending_transshipment + self.fc_processing

    @property
    def researching(self) -> int:
        return self.researching_short + self.researching_mid + self.researching_long

    @property
    def unfulfillable(self) -> int:
        damaged = self.customer_damaged + self.warehouse_damaged + self.distributor_damaged
        return damaged + self.carrier_damaged + self.defective + self.expired

    @property
    def warehouse(self) -> int:
        return self.fulfillable + self.reserved + self.unfulfillable

    @property
    def inbound(self) -> int:
        return self.inbound_working + self.inbound_shipped + self.inbound_receiving

    @property
    def total(self) -> int:
        """All units; those that Amazon looks for are in none of the sums."""
        return self.warehouse + self.inbound


QUANTITIES = frozenset(
    one.name for one in fields(Levels) if get_type_hints(Levels)[one.name] is int
)


@dataclass(frozen=True, slots=True)
class _Cycle:
    """A cycle: what it began with, its orders day by day, and what arrives until its end."""

    first: int
    start: int
    orders: tuple[int, ...]
    arriving: int

    def stages(self, day: int) -> tuple[int, int, int, int]:
        """Of the delivery: units announced, shipped, being received, received."""
        remaining = self.first + len(self.orders) - day
        if remaining > _ANNOUNCED_DAYS:
            return 0, 0, 0, 0
        if remaining > _SHIPPED_DAYS:
            return self.arriving, 0, 0, 0
        if remaining > _RECEIVING_DAYS:
            return 0, self.arriving, 0, 0
        received = self.arriving * (1 + _RECEIVING_DAYS - remaining) // (1 + _RECEIVING_DAYS)
        return 0, 0, self.arriving - received, received


def levels_at(seed: int, marketplace: Marketplace, *, item: Item, at: datetime) -> Levels:
    """The levels at a moment."""
    local = at.astimezone(marketplace.zone)
    day = local.toordinal()
    passed = (local.hour * 3600 + local.minute * 60 + local.second) / 86400
    key = noise.key(seed, marketplace.id, item.asin, "stock")
    cycle = _cycle(seed, marketplace.id, item, key, _place(key, day)[0])
    age = day - cycle.first
    sold_today = int(cycle.orders[age] * passed)
    sold = min(cycle.start, sum(cycle.orders[:age]) + sold_today)
    working, shipped, receiving, received = cycle.stages(day)
    on_hand = cycle.start - sold + received
    transshipment = int(on_hand * 0.08 * noise.uniform(key, day // 7))
    processing = int(on_hand * 0.02 * noise.uniform(key, -day // 7))
    moved_at = _moved_at(marketplace, cycle, day=day, sold_today=sold_today, received=received)
    levels = Levels(
        fulfillable=on_hand - transshipment - processing,
        inbound_working=working,
        inbound_shipped=shipped,
        inbound_receiving=receiving,
        pending_customer_order=min(
            cycle.start, sold_today + (cycle.orders[age - 1] // 2 if age else 0)
        ),
        pending_transshipment=transshipment,
        fc_processing=processing,
        on_hand_updated_at=moved_at,
        updated_at=max(moved_at, _announced_at(marketplace, cycle, day=day)),
    )
    return _with_damage(levels, key, day=day, usual=usual_daily_units(seed, marketplace.id, item))


def _place(key: int, day: int) -> tuple[int, int, int]:
    """The cycle of a day, its first day and its length."""
    length = 36 + int(22 * noise.uniform(key, 0))
    number, age = divmod(day + int(length * noise.uniform(key, 1)), length)
    return number, day - age, length


@lru_cache(maxsize=20_000)
def _cycle(seed: int, marketplace_id: str, item: Item, key: int, number: int) -> _Cycle:
    length = 36 + int(22 * noise.uniform(key, 0))
    first = number * length - int(length * noise.uniform(key, 1))
    orders = units_of_days(seed, marketplace_id, item=item, first=first, count=length)
    usual = usual_daily_units(seed, marketplace_id, item) * length

    def start(which: int) -> int:
        return 6 + int(usual * (0.95 + 0.4 * noise.uniform(key, 10 + which)))

    left = max(0, start(number) - sum(orders))
    return _Cycle(first, start(number), orders, max(0, start(number + 1) - left))


def _moved_at(
    marketplace: Marketplace, cycle: _Cycle, *, day: int, sold_today: int, received: int
) -> datetime:
    """When the stock on hand last changed: by an order, or at midnight by a delivery."""
    age = day - cycle.first
    if sold_today:
        part = sold_today / cycle.orders[age]
        return _midnight(marketplace, day) + timedelta(seconds=int(part * 86400))
    if received:
        return _midnight(marketplace, day)
    earlier = (back for back in range(age - 1, -1, -1) if cycle.orders[back])
    back = next(earlier, None)
    if back is None:
        return _midnight(marketplace, cycle.first)
    return _midnight(marketplace, cycle.first + back + 1)


def _announced_at(marketplace: Marketplace, cycle: _Cycle, *, day: int) -> datetime:
    """When the delivery last moved on, if it has been announced."""
    end = cycle.first + len(cycle.orders)
    steps = [end - days for days in (_ANNOUNCED_DAYS, _SHIPPED_DAYS, _RECEIVING_DAYS)]
    passed = [step for step in steps if step <= day]
    return _midnight(marketplace, max(passed)) if passed else _EPOCH


@lru_cache(maxsize=4096)
def _midnight(marketplace: Marketplace, day: int) -> datetime:
    start = datetime.combine(date.fromordinal(day), datetime.min.time(), marketplace.zone)
    return start.astimezone(UTC)


def _with_damage(levels: Levels, key: int, *, day: int, usual: float) -> Levels:
    """With units that cannot be sold and units that are looked for, others in each month."""
    draws = [noise.uniform(key, 1000 + 10 * (day // 30) + step) ** 3 for step in range(9)]
    scale = 1 + usual / 8
    return replace(
        levels,
        customer_damaged=int(4 * scale * draws[0]),
        warehouse_damaged=int(2 * scale * draws[1]),
        distributor_damaged=int(1.2 * scale * draws[2]),
        carrier_damaged=int(1.2 * scale * draws[3]),
        defective=int(2 * scale * draws[4]),
        expired=int(1.1 * scale * draws[5]),
        researching_short=int(2 * scale * draws[6]),
        researching_mid=int(1.2 * scale * draws[7]),
        researching_long=int(1.2 * scale * draws[8]),
    )
