"""The demand behind the SQP data: what is searched in a marketplace, week by week.

Weeks are counted from Sunday 0001-01-07's; a period's figures are those of its weeks, each by
the share of its days, so that months and quarters are the sum of their weeks.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.marketplaces import MARKETPLACES
from chalkola_spapi.simulator.sqp_words import queries_in

# Searches of the most searched query in an ordinary week, in thousands; the day of the year on
# which school begins; the price of a dollar.
_MARKETS = {
    "US": (42.0, 225, 1.0),
    "CA": (5.5, 235, 1.37),
    "MX": (6.0, 232, 18.0),
    "GB": (12.0, 240, 0.79),
    "DE": (14.0, 228, 0.93),
    "FR": (8.0, 240, 0.93),
    "IT": (6.5, 250, 0.93),
    "ES": (6.0, 248, 0.93),
    "AE": (1.6, 235, 3.67),
    "AU": (3.2, 25, 1.52),
    "JP": (9.0, 90, 150.0),
}
_FIRST_SUNDAY = date(1, 1, 7)
_EPOCH_WEEK = 105_607
_CHRISTMAS = 345


@dataclass(frozen=True, slots=True)
class Query:
    """A search query in a marketplace, and how its searchers behave."""

    text: str
    key: int
    weekly_volume: float
    impressions_a_search: float
    click_rate: float
    cart_rate: float
    purchase_rate: float
    price: float
    growth_a_year: float
    season: float


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of a query in a period, over all ASINs, before rounding; weekly impressions."""

    volume: float
    impressions: float
    clicks: float
    carts: float
    purchases: float
    weekly_impressions: tuple[float, ...]


def list_price(seed: int, asin: str) -> float:
    """What an ASIN costs, in dollars."""
    return 6 + 22 * noise.uniform(noise.key(seed, asin, "price"))


def dollars(marketplace_id: str, amount: float) -> float:
    """What costs `amount` dollars, in the marketplace's currency and manner."""
    country = MARKETPLACES[marketplace_id].country_code
    local = amount * _MARKETS[country][2]
    if country == "JP":
        return int(round(local, -1))
    return round(math.floor(local) + 0.99, 2)


@lru_cache(maxsize=64)
def queries(seed: int, marketplace_id: str) -> tuple[Query, ...]:
    """All queries of a marketplace."""
    marketplace = MARKETPLACES[marketplace_id]
    scale = _MARKETS[marketplace.country_code][0] * 1000
    return tuple(
        _query(noise.key(seed, marketplace_id, text), text, place=place, scale=scale)
        for place, text in enumerate(queries_in(marketplace.language))
    )


def _query(key: int, text: str, *, place: int, scale: float) -> Query:
    draws = noise.uniforms(key, 8)
    return Query(
        text=text,
        key=key,
        weekly_volume=scale / (place + 2) ** 0.85 * (0.4 + 1.6 * draws[0]),
        impressions_a_search=14 + 22 * draws[1],
        click_rate=0.012 + 0.03 * draws[2],
        cart_rate=0.12 + 0.18 * draws[3],
        purchase_rate=0.3 + 0.3 * draws[4],
        price=7 + 18 * draws[5],
        growth_a_year=0.25 * draws[6] - 0.05,
        season=0.5 + draws[7],
    )


@lru_cache(maxsize=256)
def weeks_of(first: date, last: date) -> tuple[tuple[int, float], ...]:
    """The weeks (Sunday to Saturday) that a period touches, each with the share of its days."""
    days: dict[int, int] = {}
    for offset in range((last - first).days + 1):
        week = (first + timedelta(days=offset) - _FIRST_SUNDAY).days // 7
        days[week] = days.get(week, 0) + 1
    return tuple((week, count / 7) for week, count in days.items())


def first_day_of(week: int) -> int:
    """The ordinal of a week's Sunday."""
    return _FIRST_SUNDAY.toordinal() + 7 * week


@lru_cache(maxsize=512)
def totals(seed: int, marketplace_id: str, *, first: date, last: date) -> tuple[Totals, ...]:
    """The totals of every query of a marketplace, in the order of `queries`."""
    weeks = weeks_of(first, last)
    seasons = [season(marketplace_id, week) for week, _ in weeks]
    return tuple(_totals(query, weeks, seasons) for query in queries(seed, marketplace_id))


def _totals(query: Query, weeks: tuple[tuple[int, float], ...], seasons: list[float]) -> Totals:
    volumes = [
        share * _weekly_volume(query, week, season)
        for (week, share), season in zip(weeks, seasons, strict=True)
    ]
    impressions = [volume * query.impressions_a_search for volume in volumes]
    clicks = sum(impressions) * query.click_rate
    carts = clicks * query.cart_rate
    return Totals(
        volume=sum(volumes),
        impressions=sum(impressions),
        clicks=clicks,
        carts=carts,
        purchases=carts * query.purchase_rate,
        weekly_impressions=tuple(impressions),
    )


def _weekly_volume(query: Query, week: int, season: float) -> float:
    trend = math.pow(1 + query.growth_a_year, (week - _EPOCH_WEEK) / 52)
    jitter = 0.9 + 0.2 * noise.uniform(query.key, week)
    return query.weekly_volume * trend * (1 + query.season * season) * jitter


def season(marketplace_id: str, week: int) -> float:
    """How far above an ordinary week: up to 0.8 when school begins, 0.6 before Christmas."""
    school = _MARKETS[MARKETPLACES[marketplace_id].country_code][1]
    day = (_FIRST_SUNDAY + timedelta(days=7 * week)).timetuple().tm_yday
    return 0.8 * _bump(day, school, 21) + 0.6 * _bump(day, _CHRISTMAS, 16)


def _bump(day: int, peak: int, width: float) -> float:
    away = min(abs(day - peak), 365 - abs(day - peak))
    return math.exp(-((away / width) ** 2))
