"""A digest in a few lines: for a terminal, a message, and as Markdown for Prefect's UI."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence

from tasks.digest import words
from tasks.digest.charts import Chart, draw_file
from tasks.digest.digest import Digest
from tasks.digest.figures import STEPS, MarketplaceDigest, QueryChange, Todo, change_of
from tasks.digest.page import charts

#: So many of a kind are named; the page names all.
MOST = 5
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")


def lines(digest: Digest) -> Iterator[str]:
    """What matters most, a line for each."""
    yield f"{digest.title}. {digest.subtitle}"
    for place, todo in digest.todos[:MOST]:
        yield f"  to do     {place}: {_todo(todo)}"
    for one in digest.marketplaces:
        for fact in one.facts[:MOST]:
            yield f"  happened  {one.code}: {fact.title}. {fact.text}"
    for one in digest.marketplaces:
        yield f"  numbers   {one.code}: {_numbers(one)}"


def message(digest: Digest, page: str) -> str:
    """The text of a message; `page` says where the whole is."""
    return "\n".join([*lines(digest), f"  page      {page}"])


def markdown(digest: Digest, page: str) -> str:
    """The short version as Markdown. What others wrote shows as they wrote it."""
    parts = [f"# {digest.title}"]
    if digest.todos:
        found = [f"- **{place}** {escaped(_todo(todo))}" for place, todo in digest.todos[:MOST]]
        more = len(digest.todos) - MOST
        parts += ["## What needs doing", "\n".join(found + [f"- {more} more"] * (more > 0))]
    for one in digest.marketplaces:
        parts += [f"## {one.code}: {one.noun} of {words.when(one.period)}", *_marketplace(one)]
    # One marketplace alone: an artifact is read from the database as a whole.
    if len(digest.marketplaces) == 1:
        parts += [_picture(chart) for chart in charts(digest.marketplaces[0])[:1]]
    else:
        keys = (artifact_key(one.code) for one in digest.marketplaces)
        parts.append(f"With a chart each: the artifacts {', '.join(f'`{key}`' for key in keys)}.")
    parts.append(f"The whole page, with charts: `{page}`")
    return "\n\n".join(parts) + "\n"


def artifact_key(name: str) -> str:
    return f"digest-{name.lower()}"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _marketplace(one: MarketplaceDigest) -> Iterator[str]:
    if one.facts:
        yield "\n".join(f"- **{escaped(f.title)}**: {escaped(f.text)}" for f in one.facts[:MOST])
    if not one.is_loaded:
        yield f"Search Query Performance of this {one.noun} is not loaded."
        return
    yield _table(["", "now", f"the {one.noun} before", "the mean before"], _rows(one))
    for title, changes in (("Up", one.up), ("Down", one.down)):
        if changes:
            yield f"**{title}**: {'; '.join(_mover(change) for change in changes[:MOST])}."


def _picture(chart: Chart) -> str:
    """An image that needs no address: Prefect's UI shows it."""
    content = base64.b64encode(draw_file(chart, "svg", width=700, height=300)).decode()
    return f"![{escaped(chart.description)}](data:image/svg+xml;base64,{content})"


def _rows(one: MarketplaceDigest) -> list[list[str]]:
    rows = []
    for step in STEPS:
        share = change_of(one.shares(step), is_count=False)
        shown = (words.share(share.now), words.share(share.before), words.share(share.mean))
        rows.append([f"our share of {step}", *shown])
    bought, ordered = change_of(one.counts("purchases")), change_of(one.units())
    for name, change in (("purchases after a search", bought), ("units ordered in all", ordered)):
        shown = (words.few(change.now), words.few(change.before), words.count(change.mean))
        rows.append([name, *shown])
    return rows


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    divider = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, divider, *rows))


def _mover(change: QueryChange) -> str:
    return f"{escaped(change.query)} ({words.percent(change.clicks.percent or 0)} clicks)"


def _todo(todo: Todo) -> str:
    when = words.urgency(todo)
    return f"{todo.title}{f' {when}' if when else ''}. {todo.text}".strip()


def _numbers(one: MarketplaceDigest) -> str:
    if not one.is_loaded:
        return f"{one.noun} from {one.period.start}: not loaded"
    bought = change_of(one.counts("purchases"))
    share = change_of(one.shares("purchases"), is_count=False)
    return (
        f"{words.few(bought.now)} purchases after a search "
        f"({words.against_before(bought, one.noun)}), {words.share(share.now)} of all"
    )
