"""What happened to an ASIN: it ran out of stock, it was launched, its price moved and told.

Each is said only of periods that are loaded, with the numbers that it stands on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from tasks.digest import words
from tasks.digest.figures import SMALL, AsinCounts, Change, Cover, Fact, Step, change_of

#: A fall that is told of in one breath with an empty shelf.
FALL = -0.5
#: A price that moved, and a conversion that followed it.
PRICE_MOVE = 0.08
CONVERSION_MOVE = 0.2
#: An ASIN that first appeared this many periods ago or less is a launch.
LAUNCH_PERIODS = 4

History = Sequence[AsinCounts | None]


def facts(
    history: Mapping[str, History],
    *,
    covers: Sequence[Cover],
    known_since: Mapping[str, Collection[int]],
    noun: str,
) -> list[Fact]:
    """Find what happened, the biggest first.

    `history`: each ASIN's counts from the oldest period to the newest; None: not loaded.
    `known_since`: the places of the periods for which Amazon has answered about an ASIN.
    """
    found = [
        *_sold_out(history, covers, noun),
        *_launches(history, known_since, noun),
        *_prices(history, noun),
    ]
    return [fact for _, fact in sorted(found, key=lambda one: -one[0])]


def step_change(history: History, step: Step) -> Change:
    return change_of([None if one is None else float(getattr(one, step)) for one in history])


def _sold_out(
    history: Mapping[str, History], covers: Sequence[Cover], noun: str
) -> Iterator[tuple[float, Fact]]:
    for cover in covers:
        asin = cover.asin
        if asin not in history or cover.sellable:
            continue
        seen = step_change(history[asin], "impressions")
        bought = step_change(history[asin], "purchases")
        if not any(_has_fallen(change) for change in (seen, bought)):
            continue
        text = (
            f"No unit is sellable as of {words.short_day(cover.as_of.date())}; "
            f"{words.coming(cover)}. "
            f"Impressions: {words.change_in_counts(seen, noun)}. "
            f"Purchases: {words.change_in_counts(bought, noun)}."
        )
        yield _loss(seen, bought), Fact("sold-out", asin, f"{asin} is sold out", text)


def _has_fallen(change: Change) -> bool:
    falls = (change.percent, change.percent_of_mean)
    return any(fall is not None and fall <= FALL for fall in falls)


def _loss(seen: Change, bought: Change) -> float:
    """What an ASIN's fall is worth, in purchases; impressions count little."""
    return (
        abs((bought.now or 0) - (bought.mean or 0)) + abs((seen.now or 0) - (seen.mean or 0)) / 1000
    )


def _launches(
    history: Mapping[str, History], known_since: Mapping[str, Collection[int]], noun: str
) -> Iterator[tuple[float, Fact]]:
    for asin, counts in history.items():
        places = [place for place, one in enumerate(counts) if one is not None and one.impressions]
        now = counts[-1]
        if not places or now is None or now.impressions < SMALL:
            continue
        first = places[0]
        unseen = sum(place < first for place in known_since.get(asin, ()))
        # Amazon must have said that there was nothing: not asked is not unseen.
        if not unseen or first < len(counts) - LAUNCH_PERIODS:
            continue
        before = f"loaded {noun}" if unseen == 1 else f"{unseen} loaded {noun}s"
        since = [one.impressions for one in counts[first:] if one is not None]
        text = (
            f"First seen {_ago(len(counts) - first - 1, noun)}, and not in the {before} before. "
            f"Impressions: {', '.join(f'{seen:,}' for seen in since)}. "
            f"It is found by {words.plural(now.queries, 'search query')} and was bought "
            f"{now.purchases:,} times after a search."
        )
        grows = " and growing" if since[-1] > since[0] else ""
        yield now.purchases, Fact("launch", asin, f"{asin} is new{grows}", text)


def _ago(periods: int, noun: str) -> str:
    return f"this {noun}" if periods == 0 else f"{words.plural(periods, noun)} ago"


def _prices(history: Mapping[str, History], noun: str) -> Iterator[tuple[float, Fact]]:
    for asin, counts in history.items():
        if len(counts) < 2:
            continue
        before, now = counts[-2], counts[-1]
        if now is None or before is None:
            continue
        told = _price_told(before, now)
        if told is None:
            continue
        move, conversion = told
        text = (
            f"{words.money(now.price, now.currency)} against "
            f"{words.money(before.price, before.currency)} the {noun} before "
            f"({words.percent(move)}){_against_market(now)}. Of 100 clicks "
            f"{100 * (now.conversion or 0):.1f} bought, "
            f"against {100 * (before.conversion or 0):.1f} ({words.percent(conversion)})."
        )
        title = f"{asin} costs {'more' if move > 0 else 'less'} and {_sells(conversion)}"
        lost = abs(before.purchases - now.purchases)
        yield lost, Fact("price", asin, title, text, shows="conversion")


def _price_told(before: AsinCounts, now: AsinCounts) -> tuple[float, float] | None:
    """By how much the price and the conversion moved, if both did, in opposite ways."""
    if not (before.price and now.price and before.conversion) or now.conversion is None:
        return None
    if before.currency != now.currency or before.purchases < SMALL:
        return None
    move = now.price / before.price - 1
    conversion = now.conversion / before.conversion - 1
    is_told = abs(move) >= PRICE_MOVE and abs(conversion) >= CONVERSION_MOVE
    return (move, conversion) if is_told and move * conversion < 0 else None


def _against_market(now: AsinCounts) -> str:
    if not (now.price and now.market_price):
        return ""
    away = now.price / now.market_price - 1
    where = "above" if away > 0 else "below"
    return f", {abs(100 * away):.0f} % {where} the median price of what its searchers click"


def _sells(conversion: float) -> str:
    return "sells better" if conversion > 0 else "sells worse"
