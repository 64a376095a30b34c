"""Orders and visits of an item in a marketplace, and how they add up."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.stock.catalogue import Item
from chalkola_spapi.simulator.stock.sales import units_of_days


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of some days; `cents` is what was ordered, in hundredths of the currency."""

    units: int = 0
    order_items: int = 0
    cents: int = 0
    browser_sessions: int = 0
    app_sessions: int = 0
    browser_views: int = 0
    app_views: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        pairs = ((getattr(self, one), getattr(other, one)) for one in _NAMES)
        return Figures(*(mine + its for mine, its in pairs))

    @property
    def sessions(self) -> int:
        return self.browser_sessions + self.app_sessions

    @property
    def views(self) -> int:
        return self.browser_views + self.app_views

    def part(self, share: float) -> "Figures":
        """A share of each count, rounded down: what business customers have of it."""
        return Figures(*(int(getattr(self, one) * share) for one in _NAMES))


_NAMES = tuple(one.name for one in fields(Figures))


def daily_figures(
    seed: int, marketplace_id: str, *, item: Item, prices: Sequence[float], first: int
) -> list[Figures]:
    """The figures of each day from `first`, an ordinal; `prices` has one for each."""
    units = units_of_days(seed, marketplace_id, item=item, first=first, count=len(prices))
    key = noise.key(seed, marketplace_id, item.asin, "visits")
    return [
        _of_day(key, first + place, one, round(price * 100))
        for place, (one, price) in enumerate(zip(units, prices, strict=True))
    ]


def _of_day(key: int, day: int, units: int, cents: int) -> Figures:
    draw = noise.uniform(key, day)
    sessions = int(units * (5 + 6 * draw)) + int(3 * draw)
    browser = int(sessions * (0.3 + 0.2 * draw))
    return Figures(
        units=units,
        order_items=units - int(units * 0.1 * draw),
        cents=units * cents,
        browser_sessions=browser,
        app_sessions=sessions - browser,
        browser_views=int(browser * 1.3),
        app_views=int((sessions - browser) * 1.25),
    )
