"""What customers order day by day: the one source of stock movements and sales reports."""

from functools import lru_cache

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.sqp_market import season
from chalkola_spapi.simulator.sqp_rows import usual_weekly_purchases
from chalkola_spapi.simulator.stock.catalogue import Item

# Ordinal 1 (0001-01-01) was a Monday.
_WEEKEND = (6, 7)


# A part of what is bought is found by a search.
_PER_SEARCH_PURCHASE = 3.0


def usual_daily_units(seed: int, marketplace_id: str, item: Item) -> float:
    """What sells on an ordinary day: more than Search Query Performance knows of."""
    weekly = usual_weekly_purchases(seed, marketplace_id, item.asin)
    return 0.2 + _PER_SEARCH_PURCHASE * weekly / 7


@lru_cache(maxsize=20_000)
def units_of_days(
    seed: int, marketplace_id: str, *, item: Item, first: int, count: int
) -> tuple[int, ...]:
    """The units ordered on each of `count` days from `first`.

    Days are ordinals, in the marketplace's own time zone.
    """
    key = noise.key(seed, marketplace_id, item.asin, "orders")
    usual = usual_daily_units(seed, marketplace_id, item)
    days = range(first, first + count)
    orders = item.episode.orders
    return tuple(_units(key, usual * orders(day), marketplace_id, day) for day in days)


def _units(key: int, usual: float, marketplace_id: str, day: int) -> int:
    if usual == 0:
        return 0
    weekday = 1 + (day - 1) % 7
    expected = usual * _season(marketplace_id, day // 7) * (1.2 if weekday in _WEEKEND else 0.92)
    # Rounded by chance: what sells once a week must not be nothing on each day.
    return int(expected * (0.6 + 0.8 * noise.uniform(key, day)) + noise.uniform(key, -day))


@lru_cache(maxsize=4096)
def _season(marketplace_id: str, week: int) -> float:
    return 1 + season(marketplace_id, week)
