"""Numbers and changes in words: nothing is said that the numbers do not hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from chalkola_spapi.periods import Period
from tasks.digest.figures import SMALL, Change, Cover, Todo

NOT_LOADED = "not loaded"
#: Marks a number that is too small to say much.
FEW = "few"


def count(value: float | None) -> str:
    return NOT_LOADED if value is None else f"{value:,.0f}"


def share(value: float | None) -> str:
    """A share of 1, as a percentage that shows its first digits."""
    if value is None:
        return NOT_LOADED
    return f"{100 * value:.2f} %" if value < 0.1 else f"{100 * value:.1f} %"


def money(value: float | None, currency: str | None) -> str:
    if value is None:
        return NOT_LOADED
    return f"{value:,.0f} {currency}" if currency == "JPY" else f"{value:,.2f} {currency}"


def percent(value: float) -> str:
    """A change, with its sign."""
    return f"{_sign(value)}{abs(100 * value):.0f} %"


def against_before(change: Change, noun: str) -> str:
    """A number against the period before."""
    if change.now is None:
        return NOT_LOADED
    if change.before is None:
        return f"the {noun} before is {NOT_LOADED}"
    if not change.is_count:
        return f"{_points(change.now - change.before)} against the {noun} before"
    if change.percent is None:
        return f"{change.before:,.0f} the {noun} before"
    return f"{percent(change.percent)} against the {noun} before"


def against_mean(change: Change, noun: str) -> str:
    """A number against the mean of up to four periods before."""
    if change.now is None or change.mean is None:
        return ""
    if not change.is_count:
        return f"{_points(change.now - change.mean)} against the mean of the {noun}s before"
    if change.percent_of_mean is None:
        return f"a mean of {change.mean:,.0f} in the {noun}s before"
    return f"{percent(change.percent_of_mean)} against the mean of the {noun}s before"


def change_in_counts(change: Change, noun: str) -> str:
    """Both numbers, and the percentage where there is one: 7,102 against 69,433 (-90 %)."""
    if change.before is None:
        return f"{count(change.now)} (the {noun} before is {NOT_LOADED})"
    what = f"{count(change.now)} against {count(change.before)}"
    return what if change.percent is None else f"{what} ({percent(change.percent)})"


def few(value: float | None) -> str:
    """A count with the mark of a small one."""
    return " ".join(filter(None, (count(value), mark(value))))


def axis(value: float) -> str:
    """A count at an axis."""
    return f"{value:,.0f}"


def rate_axis(value: float) -> str:
    """Of 100."""
    return f"{100 * value:.1f}"


def share_axis(value: float) -> str:
    """A share at an axis."""
    return f"{100 * value:.1f} %"


def cell(value: float | None, shown: Callable[[float], str]) -> str:
    return NOT_LOADED if value is None else shown(value)


def mark(value: float | None) -> str:
    """What marks a small count."""
    return FEW if value is not None and value < SMALL else ""


def when(period: Period) -> str:
    """A period for people: 15-21 November 2026."""
    first, last = period.start, period.end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {last:%B %Y}"  # noqa: RUF001 -- an en dash between numbers
    if first.year == last.year:
        return f"{first.day} {first:%B} – {day(last)}"  # noqa: RUF001
    return f"{day(first)} – {day(last)}"  # noqa: RUF001


def day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def short_day(value: date) -> str:
    return f"{value.day} {value:%b}"


def plural(number: int, noun: str) -> str:
    """A number of things; a query is the one noun that does not end in s alone."""
    many = f"{noun[:-1]}ies" if noun.endswith("query") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else many}"


def coming(cover: Cover) -> str:
    """What is on its way of an ASIN."""
    parts = (
        [f"{cover.incoming:,} units are on their way"] if cover.incoming else ["none is on its way"]
    )
    return " and ".join(parts + ([f"{cover.awd:,} lie in AWD"] if cover.awd else []))


def urgency(todo: Todo) -> str:
    """By when something is to be done."""
    if todo.is_overdue:
        return "now"
    return f"by {short_day(todo.by)}" if todo.by else ""


def newest(value: date | None) -> str:
    """A time or a first day."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return "never loaded" if value is None else str(value)


def _points(value: float) -> str:
    return f"{_sign(value)}{abs(100 * value):.2f} points"


def _sign(value: float) -> str:
    return "+" if value > 0 else "−" if value < 0 else "±"  # noqa: RUF001 -- the minus sign
