"""The rows of one ASIN in an SQP report: its part of the demand, from impression to purchase."""

import math
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.marketplaces import MARKETPLACES
from chalkola_spapi.simulator.report_scripts import SqpChanges
from chalkola_spapi.simulator.sqp_market import (
    Query,
    Totals,
    dollars,
    first_day_of,
    list_price,
    queries,
    totals,
    weeks_of,
)
from chalkola_spapi.simulator.story import NO_STORY, Episode, Story

Row = dict[str, object]


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


@dataclass(frozen=True, slots=True)
class _Counts:
    """How often: impressions, clicks, cart adds, purchases, of all ASINs and of this one."""

    total: tuple[int, int, int, int]
    asin: tuple[int, int, int, int]


def asin_rows(cell: Cell, asin: str, *, changes: SqpChanges) -> list[Row]:
    """The rows of an ASIN, the best query first; 20 to 60 of them."""
    figures = totals(cell.seed, cell.marketplace_id, first=cell.first, last=cell.last)
    market = queries(cell.seed, cell.marketplace_id)
    found = [
        (market[place], _volume(figures[place], changes), counts)
        for place in _places(cell.seed, cell.marketplace_id, asin)
        if (counts := _counts(cell, asin, market[place], figures[place], changes)) is not None
    ]
    found.sort(key=lambda one: (*(-count for count in reversed(one[2].asin)), one[0].text))
    return [
        _row(cell, asin, rank, query=query, volume=volume, counts=counts, changes=changes)
        for rank, (query, volume, counts) in enumerate(found, start=1)
    ]


@lru_cache(maxsize=4096)
def _places(seed: int, marketplace_id: str, asin: str) -> tuple[int, ...]:
    """Which queries an ASIN is found by: the much searched ones more often."""
    key = noise.key(seed, marketplace_id, asin)
    count = len(queries(seed, marketplace_id))
    drawn = sorted(
        range(count),
        key=lambda place: math.log(1 - noise.uniform(key, place)) * (place + 12),
        reverse=True,
    )
    return tuple(drawn[: 24 + int(noise.uniform(key, -2) * 37)])


def _volume(figures: Totals, changes: SqpChanges) -> int:
    return round(figures.volume * changes.restate)


def _counts(
    cell: Cell, asin: str, query: Query, figures: Totals, changes: SqpChanges
) -> _Counts | None:
    """None where the ASIN was not seen for the query; a twentieth of the weeks, just so."""
    key = noise.key(cell.seed, query.key, asin)
    weeks = weeks_of(cell.first, cell.last)
    if cell.is_week and noise.uniform(key, weeks[0][0]) < 0.05:
        return None
    base, episode = _base(key), cell.story.of(asin)
    seen = changes.restate * sum(
        impressions * base * _drift(key, week) * _reach(episode, key, week)
        for impressions, (week, _) in zip(figures.weekly_impressions, weeks, strict=True)
    )
    total = tuple(
        round(figure * changes.restate)
        for figure in (figures.impressions, figures.clicks, figures.carts, figures.purchases)
    )
    usual = (query.click_rate, query.cart_rate, query.purchase_rate)
    told = episode.rates(cell.last.toordinal())
    rates = (usual[0] * told[0], usual[1] * told[1], usual[2] * told[2])
    mine = _funnel(key + weeks[0][0], seen, rates=rates)
    asin_counts = _clamped(mine, total)
    if asin_counts[0] == 0:
        return None
    return _Counts((total[0], total[1], total[2], total[3]), asin_counts)


def _reach(episode: Episode, key: int, week: int) -> float:
    """How much of the usual an ASIN is seen for a query; the queries come one after another."""
    day = first_day_of(week)
    return episode.reach(day) if noise.uniform(key, -5) < episode.queries(day) else 0.0


def _base(key: int) -> float:
    """The usual part of an ASIN in the impressions of a query.

    Small enough that a brand of some forty ASINs does not own more than the whole market.
    """
    return 0.0005 + 0.035 * noise.uniform(key) ** 3


@lru_cache(maxsize=32_768)
def usual_weekly_purchases(seed: int, marketplace_id: str, asin: str) -> float:
    """What of an ASIN is bought after a search, in an ordinary week."""
    market = queries(seed, marketplace_id)
    total = 0.0
    for place in _places(seed, marketplace_id, asin):
        query = market[place]
        seen = query.weekly_volume * query.impressions_a_search
        rate = query.click_rate * query.cart_rate * query.purchase_rate
        total += seen * rate * _base(noise.key(seed, query.key, asin))
    return total


def _drift(key: int, week: int) -> float:
    """How an ASIN's share moves: a slow wave of about half a year, and noise."""
    wave = math.sin(week / 4 + 6.3 * noise.uniform(key, -3))
    return (1 + 0.25 * wave) * (0.85 + 0.3 * noise.uniform(key, week + 7))


def _funnel(key: int, seen: float, *, rates: tuple[float, float, float]) -> list[int]:
    """Counts of each stage; rounded by chance, so that small ones are not always 0."""
    counts, figure = [int(seen + 0.5)], seen
    for step, rate in enumerate(rates):
        figure *= rate * (0.6 + 0.9 * noise.uniform(key, 20 + step))
        # Where nothing can be, nothing is by chance.
        counts.append(int(figure + noise.uniform(key, 30 + step)) if figure else 0)
    return counts


def _clamped(mine: list[int], total: tuple[int, ...]) -> tuple[int, int, int, int]:
    """No stage above the one before it, nor above all ASINs together."""
    impressions = min(mine[0], total[0])
    clicks = min(mine[1], total[1], impressions)
    carts = min(mine[2], total[2], clicks)
    return impressions, clicks, carts, min(mine[3], total[3], carts)


def _row(
    cell: Cell,
    asin: str,
    rank: int,
    *,
    query: Query,
    volume: int,
    counts: _Counts,
    changes: SqpChanges,
) -> Row:
    prices = _Prices(cell, asin, query, changes)
    return {
        "startDate": cell.first.isoformat(),
        "endDate": cell.last.isoformat(),
        "asin": asin,
        "searchQueryData": {
            "searchQuery": query.text,
            "searchQueryScore": rank,
            "searchQueryVolume": volume,
        },
        "impressionData": {
            "totalQueryImpressionCount": counts.total[0],
            "asinImpressionCount": counts.asin[0],
            "asinImpressionShare": _share(counts.asin[0], counts.total[0]),
        },
        "clickData": _stage("Click", 1, volume=volume, counts=counts, prices=prices),
        "cartAddData": _stage("CartAdd", 2, volume=volume, counts=counts, prices=prices),
        "purchaseData": _stage("Purchase", 3, volume=volume, counts=counts, prices=prices),
    }


def _stage(name: str, step: int, *, volume: int, counts: _Counts, prices: "_Prices") -> Row:
    """A step of the funnel, in Amazon's names."""
    total, asin = counts.total[step], counts.asin[step]
    small, middle = 0.08 + 0.02 * step, 0.25 + 0.03 * step
    return {
        f"total{name}Count": total,
        f"total{name}Rate": _share(total, volume),
        f"asin{name}Count": asin,
        f"asin{name}Share": _share(asin, total),
        f"totalMedian{name}Price": prices.of_all(step),
        f"asinMedian{name}Price": prices.of_asin(step, count=asin),
        f"totalSameDayShipping{name}Count": int(total * small),
        f"totalOneDayShipping{name}Count": int(total * middle),
        f"totalTwoDayShipping{name}Count": int(total * 0.4),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


class _Prices:
    """Median prices of a row: the query's, and the ASIN's own."""

    def __init__(self, cell: Cell, asin: str, query: Query, changes: SqpChanges) -> None:
        self._marketplace_id = cell.marketplace_id
        self._currency = MARKETPLACES[cell.marketplace_id].currency
        self._is_sparse = changes.null_medians
        week = weeks_of(cell.first, cell.last)[0][0]
        self._all = query.price * (0.95 + 0.1 * noise.uniform(query.key, week + 3))
        drift = 0.97 + 0.06 * noise.uniform(noise.key(cell.seed, asin, "price"), 1 + week // 26)
        told = cell.story.of(asin).price(cell.last.toordinal())
        self._asin = list_price(cell.seed, asin) * drift * told

    def of_all(self, step: int) -> Row:
        return self._money(self._all * (1.02 - 0.02 * step))

    def of_asin(self, step: int, *, count: int) -> Row | None:
        if count == 0 and self._is_sparse:
            return None
        return self._money(self._asin * (1.01 - 0.01 * step))

    def _money(self, amount: float) -> Row:
        return {"amount": dollars(self._marketplace_id, amount), "currencyCode": self._currency}
