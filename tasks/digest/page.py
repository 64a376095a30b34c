"""A digest as one HTML file that needs nothing else: style, charts and numbers are in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tasks.digest import tables, words
from tasks.digest.charts import HEIGHT, WIDTH, Chart, Series, draw_svg
from tasks.digest.digest import Digest
from tasks.digest.figures import (
    SMALL,
    STEPS,
    AsinCounts,
    Change,
    Fact,
    MarketplaceDigest,
    Todo,
    change_of,
)
from tasks.digest.palette import DAY, NIGHT, custom_properties
from tasks.digest.reading import COMPARABLE

TODO_ROWS = 6


#: What is said of a marketplace, made once for the page of its own and for that of all.
Part = dict[str, Any]


def render(digest: Digest, parts: Mapping[str, Part], *, made_at: datetime) -> str:
    """Give the page. Whatever shoppers typed is escaped. `parts`: by marketplace code."""
    template = _environment().get_template("page.html.j2")
    return template.render(
        title=digest.title,
        subtitle=digest.subtitle,
        pages=[parts[one.code] for one in digest.marketplaces],
        all_todos=[(place, _todo(todo)) for place, todo in digest.todos],
        overview_columns=tables.OVERVIEW,
        overview_rows=[tables.overview(one) for one in digest.marketplaces],
        todo_rows=TODO_ROWS,
        small=SMALL,
        few=words.FEW,
        comparable=f"{COMPARABLE:.0%}",
        day=custom_properties(DAY),
        night=custom_properties(NIGHT),
        made_at=f"{made_at:%Y-%m-%d %H:%M} UTC",
    )


def render_chart(chart: Chart) -> str:
    """Give a page that holds one chart and its numbers."""
    template = _environment().get_template("chart.html.j2")
    return template.render(
        chart=_chart(chart, width=720, height=320),
        day=custom_properties(DAY),
        night=custom_properties(NIGHT),
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("tasks.digest"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def part(one: MarketplaceDigest) -> Part:
    """Draw and write all that a page says of a marketplace."""
    return {
        "code": one.code,
        "heading": f"{one.noun.capitalize()} of {words.when(one.period)}",
        "coverage": _coverage(one),
        "facts": [_fact(one, fact) for fact in one.facts],
        "todos": [("", _todo(todo)) for todo in one.todos],
        "tiles": _tiles(one) if one.is_loaded else [],
        "charts": [_chart(chart) for chart in charts(one)],
        "tables": tables.tables(one),
    }


def _coverage(one: MarketplaceDigest) -> str:
    now = one.loaded[-1]
    if not now.answered:
        return f"Search Query Performance of this {one.noun} is not loaded."
    text = f"{now.answered:,} of {words.plural(now.expected, 'ASIN')} loaded."
    if not one.has_previous:
        before = one.loaded[-2].gap if len(one.loaded) > 1 else "not loaded"
        text += f" The {one.noun} before is {before}: nothing is compared with it."
    return text


def _todo(todo: Todo) -> dict[str, Any]:
    return {
        "title": todo.title,
        "text": todo.text,
        "command": todo.command,
        "by": todo.by,
        "is_overdue": todo.is_overdue,
        "when": words.urgency(todo),
    }


def _fact(one: MarketplaceDigest, fact: Fact) -> dict[str, Any]:
    values = [_shown(counts, fact.shows) for counts in one.asins[fact.asin]]
    is_rate = fact.shows == "conversion"
    what = "Bought of 100 clicks" if is_rate else "Impressions"
    chart = Chart(
        title=f"{what} of {fact.asin} in each {one.noun}",
        starts=[loaded.period.start for loaded in one.loaded],
        series=[Series(what.lower(), values)],
        shown=words.rate_axis if is_rate else words.axis,
        gaps=one.gaps,
    )
    return {
        "kind": fact.kind,
        "title": fact.title,
        "text": fact.text,
        "name": one.names.get(fact.asin),
        "chart": _chart(chart) if one.has_trend else None,
    }


def _shown(counts: AsinCounts | None, what: str) -> float | None:
    if counts is None:
        return None
    return float(counts.impressions) if what == "impressions" else counts.conversion


def _tiles(one: MarketplaceDigest) -> list[dict[str, Any]]:
    shares = [
        _tile(
            f"Share of {step}", words.share, change_of(one.shares(step), is_count=False), one.noun
        )
        for step in STEPS
    ]
    bought, ordered = change_of(one.counts("purchases")), change_of(one.units())
    return [
        *shares,
        _tile("Purchases after a search", words.count, bought, one.noun),
        _tile("Units ordered in all", words.count, ordered, one.noun),
    ]


def _tile(
    name: str, shown: Callable[[float | None], str], change: Change, noun: str
) -> dict[str, Any]:
    """A number, and each comparison with its tone; all of these are better when they are more."""
    lines = [
        (words.against_before(change, noun), _tone(change.now, change.before)),
        (words.against_mean(change, noun), _tone(change.now, change.mean)),
    ]
    if change.now is None:
        lines = [("Sales and Traffic has not all of its days", "")]
    return {
        "name": name,
        "value": shown(change.now),
        "mark": words.mark(change.now) if change.is_count else "",
        "lines": [(line, tone) for line, tone in lines if line],
    }


def _tone(now: float | None, then: float | None) -> str:
    if now is None or then is None or now == then:
        return ""
    return "good" if now > then else "bad"


def charts(one: MarketplaceDigest) -> list[Chart]:
    """What is drawn of a marketplace; nothing where less than two periods can be compared."""
    if not one.has_trend:
        return []
    starts = [loaded.period.start for loaded in one.loaded]
    shares = [Series(step, one.shares(step)) for step in STEPS]
    bought = [Series("purchases", one.counts("purchases"))]
    seen = [Series("impressions", one.counts("impressions"))]
    return [
        Chart("Our share of each step", starts, shares, words.share_axis, one.gaps),
        Chart("Our purchases after a search", starts, bought, words.axis, one.gaps, is_bars=True),
        Chart("Our impressions", starts, seen, words.axis, one.gaps, is_bars=True),
    ]


def _chart(chart: Chart, *, width: int = WIDTH, height: int = HEIGHT) -> dict[str, Any]:
    rows = [
        [start, *(words.cell(series.values[place], chart.shown) for series in chart.series)]
        for place, start in enumerate(chart.starts)
    ]
    return {
        "title": chart.title,
        "description": chart.description,
        # Drawn from numbers and our own names alone: nothing of it was typed by others.
        "svg": Markup(draw_svg(chart, width=width, height=height)),  # noqa: S704
        "names": [series.name for series in chart.series],
        "rows": rows,
    }
