"""What the SQP rows of a query share in a period, whichever the ASIN: made once."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.marketplaces import MARKETPLACES
from chalkola_spapi.simulator.sqp_market import Query, Totals, dollars, queries, totals, weeks_of
from chalkola_spapi.simulator.story import NO_STORY, Story

Row = dict[str, object]
# Impressions, clicks, cart adds, purchases.
Counts = tuple[int, int, int, int]
# Amazon's names at each step of the funnel after the impressions.
_NAMES = tuple(
    (
        f"total{step}Count",
        f"total{step}Rate",
        f"asin{step}Count",
        f"asin{step}Share",
        f"totalMedian{step}Price",
        f"asinMedian{step}Price",
        f"totalSameDayShipping{step}Count",
        f"totalOneDayShipping{step}Count",
        f"totalTwoDayShipping{step}Count",
    )
    for step in ("Click", "CartAdd", "Purchase")
)


@dataclass(frozen=True, slots=True)
class Cell:
    """Where data comes from: seed, marketplace and period. Never from the account."""

    seed: int
    marketplace_id: str
    first: date
    last: date
    story: Story = NO_STORY

    @property
    def is_week(self) -> bool:
        return (self.last - self.first).days == 6

    @property
    def first_week(self) -> int:
        return weeks_of(self.first, self.last)[0][0]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the funnel of a query: its block in a row, into which an ASIN's figures go.

    `own`: the names of these, a count, a share and a median price.
    """

    total: int
    block: Row
    own: tuple[str, str, str]

    def of_asin(self, count: int, price: Row | None) -> Row:
        name, share, median = self.own
        # Twice as fast as {**block, ...}.
        block = self.block.copy()
        block[name], block[share], block[median] = count, share_of(count, self.total), price
        return block


@dataclass(frozen=True, slots=True)
class Form:
    """What the rows of a query share in a period."""

    first: str
    last: str
    query: Query
    volume: int
    weekly_impressions: tuple[float, ...]
    rates: tuple[float, float, float]
    total: Counts
    steps: tuple[Step, ...]


@lru_cache(maxsize=32)
def forms_of(cell: Cell, restate: float) -> tuple[Form, ...]:
    """The forms of a marketplace's queries, in the order of `queries`."""
    market = queries(cell.seed, cell.marketplace_id)
    figures = totals(cell.seed, cell.marketplace_id, first=cell.first, last=cell.last)
    return tuple(
        _form(cell, query, figure, restate) for query, figure in zip(market, figures, strict=True)
    )


def _form(cell: Cell, query: Query, figures: Totals, restate: float) -> Form:
    volume = round(figures.volume * restate)
    total = (
        round(figures.impressions * restate),
        round(figures.clicks * restate),
        round(figures.carts * restate),
        round(figures.purchases * restate),
    )
    price = query.price * (0.95 + 0.1 * noise.uniform(query.key, cell.first_week + 3))
    return Form(
        first=cell.first.isoformat(),
        last=cell.last.isoformat(),
        query=query,
        volume=volume,
        weekly_impressions=figures.weekly_impressions,
        rates=(query.click_rate, query.cart_rate, query.purchase_rate),
        total=total,
        steps=tuple(
            _step(step, total[step], volume=volume, price=money(cell, price * (1.02 - 0.02 * step)))
            for step in (1, 2, 3)
        ),
    )


def _step(step: int, total: int, *, volume: int, price: Row) -> Step:
    small, middle = 0.08 + 0.02 * step, 0.25 + 0.03 * step
    days = (int(total * small), int(total * middle), int(total * 0.4))
    figures = (total, share_of(total, volume), None, None, price, None, *days)
    names = _NAMES[step - 1]
    block: Row = dict(zip(names, figures, strict=True))
    return Step(total, block, own=(names[2], names[3], names[5]))


def share_of(part: int, whole: int) -> float:
    return round(part / whole, 4) if part and whole else 0.0


def money(cell: Cell, amount: float) -> Row:
    currency = MARKETPLACES[cell.marketplace_id].currency
    return {"amount": dollars(cell.marketplace_id, amount), "currencyCode": currency}
