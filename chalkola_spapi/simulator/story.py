"""What happens to the seller: a launch, a stock-out and a higher price, for whoever looks for them.

A story is told around one week, its newest: the launch began two weeks before it, stock ran out and
the price rose on its first day. Searches, orders, stock and prices all follow it. Without one every
ASIN lives an ordinary life.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalkola_spapi.simulator.marketplaces import MARKETPLACES
from chalkola_spapi.simulator.publication import PublicationCalendar, first_day

_US = MARKETPLACES["ATVPDKIKX0DER"]
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Episode:
    """What an ASIN goes through, as factors on an ordinary life. Days are ordinals."""

    first: int = 0

    def reach(self, _day: int) -> float:
        """How often it is seen."""
        return 1.0

    def queries(self, _day: int) -> float:
        """Which part of its search queries it is found by."""
        return 1.0

    def rates(self, _day: int) -> tuple[float, float, float]:
        """How often it is clicked when seen, put into the cart when clicked, and then bought."""
        return 1.0, 1.0, 1.0

    def orders(self, _day: int) -> float:
        """How much of it is ordered."""
        return 1.0

    def price(self, _day: int) -> float:
        return 1.0

    def is_sold_out(self, _day: int) -> bool:
        return False


class Launch(Episode):
    """Nobody knows it before its first day; after three weeks it is what it will be."""

    __slots__ = ()

    def reach(self, day: int) -> float:
        return self._grown(day, (0.25, 0.6, 1.0))

    def queries(self, day: int) -> float:
        return self._grown(day, (0.4, 0.65, 1.0))

    def orders(self, day: int) -> float:
        return self.reach(day)

    def _grown(self, day: int, parts: tuple[float, ...]) -> float:
        weeks = (day - self.first) // _WEEK
        return 0.0 if weeks < 0 else parts[min(weeks, len(parts) - 1)]


class StockOut(Episode):
    """For four weeks there is none to sell, and Amazon hardly shows it."""

    __slots__ = ()

    def reach(self, day: int) -> float:
        return 0.12 if self.is_sold_out(day) else 1.0

    def rates(self, day: int) -> tuple[float, float, float]:
        return (0.5, 0.0, 0.0) if self.is_sold_out(day) else (1.0, 1.0, 1.0)

    def orders(self, day: int) -> float:
        return 0.0 if self.is_sold_out(day) else 1.0

    def is_sold_out(self, day: int) -> bool:
        return self.first <= day < self.first + 4 * _WEEK


class PriceRise(Episode):
    """It costs a third more, and fewer of those who see it buy it."""

    __slots__ = ()

    def rates(self, day: int) -> tuple[float, float, float]:
        return (0.75, 0.6, 0.65) if day >= self.first else (1.0, 1.0, 1.0)

    def orders(self, day: int) -> float:
        return 0.3 if day >= self.first else 1.0

    def price(self, day: int) -> float:
        return 1.34 if day >= self.first else 1.0


ORDINARY = Episode()


@dataclass(frozen=True, slots=True)
class Story:
    """Who goes through what. `newest` is the first day of the week around which it is told."""

    newest: date | None = None

    @classmethod
    def at(cls, moment: datetime) -> Story:
        """The story around the newest week that is published in the US at a moment."""
        week = first_day("WEEK", moment.astimezone(_US.zone).date())
        calendar = PublicationCalendar()
        while calendar.published_at(_US, "WEEK", last=week + timedelta(days=6)) > moment:
            week -= timedelta(days=_WEEK)
        return cls(week)

    def of(self, asin: str) -> Episode:
        """What an ASIN goes through."""
        if self.newest is None:
            return ORDINARY
        newest = self.newest.toordinal()
        episodes = {
            LAUNCHED: Launch(newest - 2 * _WEEK),
            SOLD_OUT: StockOut(newest),
            DEARER: PriceRise(newest),
        }
        return episodes.get(asin, ORDINARY)


LAUNCHED, SOLD_OUT, DEARER = "B0CHALK033", "B0CHALK006", "B0CHALK030"
NO_STORY = Story()
