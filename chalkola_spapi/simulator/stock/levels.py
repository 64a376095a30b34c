"""How many units of a SKU lie where, as a function of the time alone."""

from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import get_type_hints

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.marketplaces import Marketplace
from chalkola_spapi.simulator.stock.catalogue import Item
from chalkola_spapi.simulator.stock.cycles import Cycle, cycle_of
from chalkola_spapi.simulator.stock.sales import usual_daily_units

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


def levels_at(seed: int, marketplace: Marketplace, *, item: Item, at: datetime) -> Levels:
    """The levels at a moment."""
    local = at.astimezone(marketplace.zone)
    day = local.toordinal()
    if item.episode.is_sold_out(day):
        return _sold_out(seed, marketplace, item=item)
    key = noise.key(seed, marketplace.id, item.asin, "levels")
    cycle = cycle_of(seed, marketplace.id, item=item, day=day)
    age = day - cycle.first
    passed = (local.hour * 3600 + local.minute * 60 + local.second) / 86400
    sold_today = int(cycle.sold[age] * passed)
    sold_before = cycle.sold[age - 1] if age else 0
    on_hand = cycle.stock[age] - sold_today
    transshipment = int(on_hand * 0.08 * noise.uniform(key, day // 7))
    processing = int(on_hand * 0.02 * noise.uniform(key, -day // 7))
    working, shipped, receiving = cycle.stages(day)
    moved_at = _moved_at(marketplace, cycle, day=day, sold_today=sold_today)
    staged_on = cycle.staged_on(day)
    staged_at = _EPOCH if staged_on is None else _midnight(marketplace, staged_on)
    levels = Levels(
        fulfillable=on_hand - transshipment - processing,
        inbound_working=working,
        inbound_shipped=shipped,
        inbound_receiving=receiving,
        # Ordered, and not yet on its way.
        pending_customer_order=sold_today + sold_before // 2,
        pending_transshipment=transshipment,
        fc_processing=processing,
        on_hand_updated_at=moved_at,
        updated_at=max(moved_at, staged_at),
    )
    return _with_damage(levels, key, day=day, usual=usual_daily_units(seed, marketplace.id, item))


def _sold_out(seed: int, marketplace: Marketplace, *, item: Item) -> Levels:
    """Nothing to sell; three weeks' orders are on their way."""
    ran_out_at = _midnight(marketplace, item.episode.first)
    coming = int(usual_daily_units(seed, marketplace.id, item) * 21)
    return Levels(inbound_shipped=coming, on_hand_updated_at=ran_out_at, updated_at=ran_out_at)


def _moved_at(marketplace: Marketplace, cycle: Cycle, *, day: int, sold_today: int) -> datetime:
    """When the stock on hand last changed: by an order, or at midnight by a delivery."""
    age = day - cycle.first
    if sold_today:
        part = sold_today / cycle.sold[age]
        return _midnight(marketplace, day) + timedelta(seconds=int(part * 86400))
    if cycle.is_receiving(day):
        return _midnight(marketplace, day)
    back = next((back for back in range(age - 1, -1, -1) if cycle.sold[back]), -1)
    return _midnight(marketplace, cycle.first + back + 1)


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
