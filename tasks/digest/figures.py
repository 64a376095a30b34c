"""The digest's numbers, and what may be said of them. None always means: not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import fmean
from typing import Literal

from chalkola_spapi.marketplaces import Marketplace
from chalkola_spapi.periods import Period

Step = Literal["impressions", "clicks", "cart_adds", "purchases"]
#: Below so many a count is marked as small, and no percentage is made of it.
SMALL = 20
#: The steps that are told of.
STEPS: tuple[Step, ...] = ("impressions", "clicks", "purchases")
#: How many periods before make the mean.
MEAN_OF = 4


@dataclass(frozen=True)
class Counts:
    """A brand's own counts in a period, and all sellers' for the same queries, each query once."""

    impressions: int
    clicks: int
    cart_adds: int
    purchases: int
    total_impressions: int
    total_clicks: int
    total_cart_adds: int
    total_purchases: int
    queries: int

    def own(self, step: Step) -> int:
        count: int = getattr(self, step)
        return count

    def share(self, step: Step) -> float | None:
        """The brand's share, 0 to 1, of the queries that it was seen for."""
        total: int = getattr(self, f"total_{step}")
        return self.own(step) / total if total else None


@dataclass(frozen=True)
class AsinCounts:
    """An ASIN's own counts in a period, over its queries. Prices are weighted by its clicks."""

    impressions: int
    clicks: int
    cart_adds: int
    purchases: int
    queries: int
    price: float | None
    market_price: float | None
    currency: str | None

    @property
    def conversion(self) -> float | None:
        """Purchases of 1 click."""
        return self.purchases / self.clicks if self.clicks >= SMALL else None


@dataclass(frozen=True)
class Loaded:
    """How much of a period is there, in ASINs; is_comparable: enough to be compared with."""

    period: Period
    answered: int
    expected: int
    is_comparable: bool

    @property
    def gap(self) -> str | None:
        """What a chart says in the place of its numbers."""
        if self.is_comparable:
            return None
        return "partly loaded" if self.answered else "not loaded"


@dataclass(frozen=True)
class Sales:
    """What was ordered in a period, from Sales and Traffic: found by a search or not."""

    units: int
    amount: float | None
    currency: str | None
    sessions: int | None


@dataclass(frozen=True)
class Change:
    """A number now, in the period before, and its mean over the loaded ones of the four before."""

    now: float | None
    before: float | None
    mean: float | None = None
    #: Counts are compared as percentages, unless they are small; shares as points.
    is_count: bool = True

    @property
    def percent(self) -> float | None:
        """Against the period before; None where that is not known or too small."""
        return _percent(self.now, self.before)

    @property
    def percent_of_mean(self) -> float | None:
        return _percent(self.now, self.mean)

    @property
    def difference(self) -> float | None:
        if self.now is None or self.before is None:
            return None
        return self.now - self.before


def _percent(now: float | None, before: float | None) -> float | None:
    return (now - before) / before if now is not None and before and before >= SMALL else None


def change_of(series: Sequence[float | None], *, is_count: bool = True) -> Change:
    """Compare the last of a series with those before it; periods that are not loaded are None."""
    *earlier, now = series
    known = [value for value in earlier[-MEAN_OF:] if value is not None]
    before = earlier[-1] if earlier else None
    return Change(now, before, fmean(known) if known else None, is_count)


@dataclass(frozen=True)
class QueryChange:
    """A search query of the brand, now and in the period before."""

    query: str
    volume: int | None
    clicks: Change
    purchases: Change
    share: Change


@dataclass(frozen=True)
class AppearedQuery:
    """A query that an ASIN gained or lost; counts of the period that holds it."""

    query: str
    asin: str
    volume: int | None
    clicks: int
    purchases: int


@dataclass(frozen=True)
class Appeared:
    """The biggest of `of_all` queries of ASINs."""

    queries: Sequence[AppearedQuery] = ()
    of_all: int = 0


@dataclass(frozen=True)
class Opportunity:
    """A query that an ASIN could have more of; score: purchases for 1 % more of its clicks."""

    query: str
    asin: str
    volume: int
    click_share: float | None
    purchase_share: float | None
    score: float | None
    reason: str


@dataclass(frozen=True)
class Cover:
    """The stock of an ASIN, and how long it lasts. None: nobody knows how fast it sells."""

    asin: str
    sellable: int
    incoming: int
    awd: int
    units_a_day: float | None
    weeks: float | None
    runs_out_on: date | None
    reorder: int | None
    hint: str
    is_small: bool
    as_of: datetime

    @property
    def is_sold_out(self) -> bool:
        """Nothing is left of what sold, or of what more is coming of."""
        return self.sellable == 0 and (self.hint == "out_of_stock" or self.incoming > 0)


@dataclass(frozen=True)
class Waiting:
    """A shipment that waits for a person."""

    name: str
    action: str
    until: datetime | None
    reason: str | None


@dataclass(frozen=True)
class Fact:
    """What happened to an ASIN, in words, and what of it is drawn."""

    kind: Literal["sold-out", "launch", "price"]
    asin: str
    title: str
    text: str
    shows: Literal["impressions", "conversion"] = "impressions"


@dataclass(frozen=True)
class Todo:
    """What a person should do. `by`: when it will be too late; is_overdue: it is already."""

    urgency: int
    title: str
    text: str
    by: date | None = None
    is_overdue: bool = False
    command: str | None = None

    @property
    def order(self) -> tuple[int, date, str]:
        """The most urgent sorts first."""
        return self.urgency, self.by or date.max, self.title


@dataclass(frozen=True)
class Freshness:
    """A data set's newest period or time, and whether a newer one should be there."""

    name: str
    newest: date | datetime | None
    expected: date | None
    is_late: bool


@dataclass(frozen=True)
class MarketplaceDigest:
    """All that a page says of a marketplace; the series go from old to new."""

    marketplace: Marketplace
    period: Period
    loaded: Sequence[Loaded]
    brand: Sequence[Counts | None]
    asins: Mapping[str, Sequence[AsinCounts | None]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    facts: Sequence[Fact] = ()
    todos: Sequence[Todo] = ()
    up: Sequence[QueryChange] = ()
    down: Sequence[QueryChange] = ()
    new: Appeared = Appeared()
    lost: Appeared = Appeared()
    opportunities: Sequence[Opportunity] = ()
    covers: Sequence[Cover] = ()
    freshness: Sequence[Freshness] = ()
    sales: Sequence[Sales | None] = ()

    @property
    def code(self) -> str:
        return self.marketplace.code

    @property
    def noun(self) -> str:
        return self.period.report_period.value.lower()

    @property
    def is_loaded(self) -> bool:
        return self.loaded[-1].answered > 0

    @property
    def has_previous(self) -> bool:
        return len(self.loaded) > 1 and self.loaded[-2].is_comparable

    @property
    def has_trend(self) -> bool:
        return sum(one.is_comparable for one in self.loaded) > 1

    @property
    def gaps(self) -> dict[int, str]:
        """What charts say of the periods that have no numbers, by place."""
        return {place: one.gap for place, one in enumerate(self.loaded) if one.gap is not None}

    def counts(self, step: Step) -> list[float | None]:
        return [None if one is None else float(one.own(step)) for one in self.brand]

    def shares(self, step: Step) -> list[float | None]:
        return [None if one is None else one.share(step) for one in self.brand]

    def units(self) -> list[float | None]:
        return [None if one is None else float(one.units) for one in self.sales]
