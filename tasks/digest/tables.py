"""The page's tables: what moved, what came and went, what could be had, how long stock lasts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tasks.digest import words
from tasks.digest.figures import (
    STEPS,
    Appeared,
    Change,
    Cover,
    Freshness,
    MarketplaceDigest,
    Opportunity,
    QueryChange,
    change_of,
)

#: A column that ends in # holds numbers.
OVERVIEW = (
    "",
    "period from",
    "ASINs#",
    "impressions#",
    "clicks#",
    "purchases#",
    "share of purchases#",
)
COVER_ROWS = 10
_MOVERS = ("query", "our clicks#", "change#", "we sold#", "searches#", "share of clicks#")
_APPEARED = ("query", "ASIN", "its clicks#", "it sold#", "searches#")
_OPPORTUNITIES = ("query", "ASIN", "its share of clicks#", "of purchases#", "searches#", "why")
_COVERS = ("ASIN", "sellable#", "on its way#", "in AWD#", "a day#", "weeks#", "ends about", "hint")
_REASONS = {
    "low_visibility": "sells as well as others once it is seen: show it more often",
    "low_click": "sells once clicked, but is clicked less than others: image, title, rating",
    "price": "sells once clicked, but is clicked less than others, and is dearer",
}
_HINTS = {
    "out_of_stock": "sold out",
    "reorder_now": "reorder now",
    "reorder_soon": "reorder soon",
    "await_inbound": "await what comes",
    "overstock": "more than half a year",
    "not_selling": "no sales in the loaded days",
    "velocity_unknown": "sales are not loaded",
    "ok": "",
}
_FRESHNESS = ("data", "newest", "expected", "")


def overview(one: MarketplaceDigest) -> list[str]:
    """A marketplace's row in the table of all."""
    now = one.loaded[-1]
    return [
        one.code,
        str(one.period.start),
        f"{now.answered} of {now.expected}",
        *(_counted(change_of(one.counts(step))) for step in STEPS),
        words.share(change_of(one.shares("purchases"), is_count=False).now),
    ]


def tables(one: MarketplaceDigest) -> list[dict[str, Any]]:
    """The tables of a marketplace, in the order in which they matter."""
    before = f"the {one.noun} before"
    no_before = f"{before} is not loaded" if not one.has_previous else "none beyond chance"
    found = []
    if one.is_loaded:
        found += [
            _table("Search queries", "Up: most clicks gained", _MOVERS, _movers(one.up), no_before),
            _table("", "Down: most clicks lost", _MOVERS, _movers(one.down), no_before),
            _appeared("New for an ASIN", one.new, no_before),
            _appeared("Lost by an ASIN", one.lost, no_before),
            _table(
                "Opportunities",
                "Much searched, bought well, and little of it ours",
                _OPPORTUNITIES,
                [_opportunity(o) for o in one.opportunities],
                "none with enough clicks to tell",
            ),
        ]
    return [
        *found,
        _table("Stock", _cover_caption(one.covers), _COVERS, _covers(one.covers), "not loaded"),
        _table("Data", "How fresh it is", _FRESHNESS, [_fresh(f) for f in one.freshness], "none"),
    ]


def _table(
    heading: str, caption: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], empty: str
) -> dict[str, Any]:
    return {
        "heading": heading,
        "caption": caption,
        "columns": columns,
        "rows": rows,
        "empty": empty,
    }


def _counted(change: Change) -> str:
    now = words.count(change.now)
    return now if change.percent is None else f"{now} ({words.percent(change.percent)})"


def _movers(changes: Sequence[QueryChange]) -> list[list[str]]:
    return [
        [
            one.query,
            words.count(one.clicks.now),
            words.percent(one.clicks.percent or 0),
            words.few(one.purchases.now),
            words.count(one.volume),
            f"{words.share(one.share.before)} → {words.share(one.share.now)}",
        ]
        for one in changes
    ]


def _appeared(caption: str, appeared: Appeared, empty: str) -> dict[str, Any]:
    rows = [
        [q.query, q.asin, words.few(q.clicks), words.few(q.purchases), words.count(q.volume)]
        for q in appeared.queries
    ]
    more = f": {len(rows)} of {appeared.of_all:,}" if appeared.of_all > len(rows) else ""
    return _table("", caption + more, _APPEARED, rows, empty)


def _opportunity(one: Opportunity) -> list[str]:
    return [
        one.query,
        one.asin,
        words.share(one.click_share),
        words.share(one.purchase_share),
        words.count(one.volume),
        _REASONS.get(one.reason, one.reason),
    ]


def _cover_caption(covers: Sequence[Cover]) -> str:
    more = f": {COVER_ROWS} of {len(covers):,}" if len(covers) > COVER_ROWS else ""
    return f"What lasts least{more}"


def _covers(covers: Sequence[Cover]) -> list[list[str]]:
    return [
        [
            one.asin,
            words.count(one.sellable),
            words.count(one.incoming),
            words.count(one.awd),
            "not known" if one.units_a_day is None else f"{one.units_a_day:.1f}",
            "" if one.weeks is None else f"{one.weeks:.1f}",
            "" if one.runs_out_on is None else words.short_day(one.runs_out_on),
            _HINTS.get(one.hint, one.hint) + (f" ({words.FEW} sales)" if one.is_small else ""),
        ]
        for one in covers[:COVER_ROWS]
    ]


def _fresh(one: Freshness) -> list[str]:
    expected = "" if one.expected is None else str(one.expected)
    name = one.name.replace("_", " ")
    return [name, words.newest(one.newest), expected, "late" if one.is_late else ""]
