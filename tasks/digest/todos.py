"""What needs doing, the most urgent first: empty and emptying shelves, late data, what waits."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from tasks.digest import words
from tasks.digest.figures import MEAN_OF, Cover, Freshness, Loaded, Todo, Waiting

#: A shelf that empties within so many days is told of.
LOOK_AHEAD = timedelta(days=28)
#: So many are named where many are meant.
NAMED = 5
_SOLD_OUT, _WAITING, _SOON, _AWAITED, _LATE = range(5)
_ACTIONS = {
    "resume": ("stopped and waits to go on", "resume"),
    "approve_placement": ("waits for its placement to be approved", "show"),
    "approve_transportation": ("waits for its transport to be approved", "show"),
    "ship": ("is ready to be handed over", "show"),
    "check_shortfall": ("was closed with fewer units than were sent", "show"),
}


def todos(
    *,
    covers: Sequence[Cover],
    shipments: Sequence[Waiting],
    freshness: Sequence[Freshness],
    loaded: Sequence[Loaded],
    today: date,
) -> list[Todo]:
    """Give what a marketplace needs. `today`: its own calendar day."""
    found = [
        *_stock(covers, today),
        *map(_shipment, shipments),
        *_late(freshness),
        *_missing(loaded[-1 - MEAN_OF :]),
    ]
    return sorted(found, key=lambda one: one.order)


def _stock(covers: Sequence[Cover], today: date) -> Iterator[Todo]:
    awaited = []
    for cover in covers:
        if cover.is_sold_out:
            text = f"Nothing to sell; {words.coming(cover)}."
            yield Todo(_SOLD_OUT, f"{cover.asin} is sold out", text, by=today, is_overdue=True)
        elif cover.runs_out_on is None or cover.runs_out_on > today + LOOK_AHEAD:
            continue
        elif cover.hint == "await_inbound":
            awaited.append((cover.runs_out_on, cover.asin))
        else:
            yield _runs_out(cover, cover.runs_out_on)
    if awaited:
        yield _awaited(sorted(awaited))


def _runs_out(cover: Cover, end: date) -> Todo:
    text = (
        f"{words.plural(cover.sellable, 'unit')} to sell at {cover.units_a_day or 0:.1f} a day"
        f"{f' ({words.FEW} sales)' if cover.is_small else ''}; {words.coming(cover)}."
    )
    if cover.reorder:
        text += f" For eight weeks {cover.reorder:,} more are needed."
    return Todo(_SOON, f"{cover.asin} runs out", text, by=end)


def _awaited(ends: Sequence[tuple[date, str]]) -> Todo:
    """One line for all that have enough on its way: it only has to arrive in time."""
    names = ", ".join(f"{asin} ({words.short_day(end)})" for end, asin in ends[:NAMED])
    more = f" and {len(ends) - NAMED} more" if len(ends) > NAMED else ""
    run = "runs" if len(ends) == 1 else "run"
    title = f"{words.plural(len(ends), 'ASIN')} {run} out unless stock arrives in time"
    return Todo(_AWAITED, title, f"Enough is on its way for {names}{more}.", by=ends[0][0])


def _shipment(one: Waiting) -> Todo:
    what, verb = _ACTIONS[one.action]
    reason = " ".join((one.reason or "").split())
    until = f" What was offered expires at {words.newest(one.until)}." if one.until else ""
    return Todo(
        _WAITING,
        f"Shipment {one.name} {what}",
        f"{reason}{until}".strip(),
        by=one.until.date() if one.until else None,
        command=f"chalkola shipment {verb} {shlex.quote(one.name)}",
    )


def _late(freshness: Sequence[Freshness]) -> Iterator[Todo]:
    for one in freshness:
        if one.is_late:
            expected = f"; {one.expected} should be there" if one.expected else ""
            text = f"Newest: {words.newest(one.newest)}{expected}."
            yield Todo(_LATE, f"{one.name.replace('_', ' ')} is late", text)


def _missing(loaded: Sequence[Loaded]) -> Iterator[Todo]:
    """One line for what is missing of the newest period, and of those that it is compared with."""
    parts = [
        f"{one.period.start}: {one.answered:,} of {words.plural(one.expected, 'ASIN')}"
        for one in loaded
        if one.gap is not None or (one is loaded[-1] and one.answered < one.expected)
    ]
    if parts:
        title = "Search Query Performance is not whole"
        yield Todo(_LATE, title, f"{'; '.join(parts)}.", command="chalkola sqp catch-up")
