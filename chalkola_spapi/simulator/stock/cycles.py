"""How stock comes and goes: cycles of five to eight weeks, each with one delivery.

Stock is sold down by the orders of `sales`, while the next delivery is announced, shipped and
received: three eighths of it on the first day, an eighth on each of the next four, the rest when
the next cycle begins. What is out of stock is ordered and not sold.
"""

from dataclasses import dataclass
from functools import lru_cache

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.stock.catalogue import Item
from chalkola_spapi.simulator.stock.sales import units_of_days, usual_daily_units

ANNOUNCED_DAYS, SHIPPED_DAYS, RECEIVING_DAYS = 21, 14, 5


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle of a SKU. Days are ordinals, `first` is its first.

    stock: the units to sell at the beginning of each day. sold: those sold on it.
    """

    first: int
    stock: tuple[int, ...]
    sold: tuple[int, ...]
    arriving: int

    def stages(self, day: int) -> tuple[int, int, int]:
        """Units of the delivery that are announced, shipped, and being received."""
        remaining = self.first + len(self.stock) - day
        if remaining > ANNOUNCED_DAYS:
            return 0, 0, 0
        if remaining > SHIPPED_DAYS:
            return self.arriving, 0, 0
        if remaining > RECEIVING_DAYS:
            return 0, self.arriving, 0
        return 0, 0, self.arriving - _received(self.arriving, remaining)

    def is_receiving(self, day: int) -> bool:
        """Whether units of the delivery arrived at the beginning of a day."""
        return self.first + len(self.stock) - day <= RECEIVING_DAYS

    def staged_on(self, day: int) -> int | None:
        """The day on which the delivery last moved on; None before it is announced."""
        end = self.first + len(self.stock)
        steps = [end - days for days in (ANNOUNCED_DAYS, SHIPPED_DAYS, RECEIVING_DAYS)]
        return max((step for step in steps if step <= day), default=None)


def cycle_of(seed: int, marketplace_id: str, *, item: Item, day: int) -> Cycle:
    """The cycle that a day lies in."""
    key = noise.key(seed, marketplace_id, item.asin, "stock")
    length, shift = _rhythm(key)
    return _cycle(seed, marketplace_id, item, key, (day + shift) // length)


@lru_cache(maxsize=20_000)
def _cycle(seed: int, marketplace_id: str, item: Item, key: int, number: int) -> Cycle:
    length, shift = _rhythm(key)
    first = number * length - shift
    orders = units_of_days(seed, marketplace_id, item=item, first=first, count=length)
    usual = usual_daily_units(seed, marketplace_id, item) * length
    start, next_start = (
        6 + int(usual * (0.95 + 0.4 * noise.uniform(key, 10 + which)))
        for which in (number, number + 1)
    )
    before, last = orders[:-RECEIVING_DAYS], orders[-RECEIVING_DAYS:]
    # So much that the next cycle begins with its stock.
    arriving = max(0, next_start - max(0, start - sum(before)) + sum(last))
    stock, sold = [], []
    for age, ordered in enumerate(orders):
        remaining = length - age
        start += _received(arriving, remaining) - _received(arriving, remaining + 1)
        stock.append(start)
        sold.append(min(start, ordered))
        start -= sold[-1]
    return Cycle(first, tuple(stock), tuple(sold), arriving)


def _rhythm(key: int) -> tuple[int, int]:
    """How long a SKU's cycles are, and by how many days they are shifted."""
    length = 36 + int(22 * noise.uniform(key, 0))
    return length, int(length * noise.uniform(key, 1))


def _received(arriving: int, remaining: int) -> int:
    """What has been received of a delivery when so many days remain of the cycle."""
    if remaining > RECEIVING_DAYS:
        return 0
    return arriving * (3 + RECEIVING_DAYS - remaining) // 8
