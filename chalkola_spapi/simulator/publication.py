"""When Brand Analytics has a period ready: days, weeks, months and quarters, and their publication.

https://developer-docs.amazon.com/sp-api/docs/report-type-values-analytics
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeGuard, get_args

from chalkola_spapi.simulator.marketplaces import Marketplace

Period = Literal["DAY", "WEEK", "MONTH", "QUARTER"]

# Amazon promises nothing; a week has been seen two days after its Saturday, longer ones in three.
_LAG = {
    "DAY": timedelta(hours=47),
    "WEEK": timedelta(hours=47),
    "MONTH": timedelta(hours=72),
    "QUARTER": timedelta(hours=72),
}


def is_period(text: object) -> TypeGuard[Period]:
    return text in get_args(Period)


def first_day(period: Period, day: date) -> date:
    """The first day of the period that holds `day`; weeks begin on Sunday."""
    if period == "DAY":
        return day
    if period == "WEEK":
        return day - timedelta(days=(day.weekday() + 1) % 7)
    month = day.month if period == "MONTH" else day.month - (day.month - 1) % 3
    return date(day.year, month, 1)


def last_day(period: Period, day: date) -> date:
    """The last day of the period that holds `day`."""
    start = first_day(period, day)
    if period in {"DAY", "WEEK"}:
        return start + timedelta(days=0 if period == "DAY" else 6)
    # 31 days for each month always reach into the month after the last.
    beyond = start + timedelta(days=31 if period == "MONTH" else 93)
    return beyond.replace(day=1) - timedelta(days=1)


class PublicationCalendar:
    """Publication times: the usual lag after the local end of a period, and scripted slips."""

    def __init__(self) -> None:
        self._slips: list[tuple[str | None, Period | None, timedelta]] = []

    def slip(
        self,
        by: timedelta,
        *,
        marketplace: str | None = None,
        period: Period | None = None,
    ) -> None:
        """Publish later by `by`: in one marketplace or all, one kind of period or all."""
        self._slips.append((marketplace, period, by))

    def published_at(self, marketplace: Marketplace, period: Period, *, last: date) -> datetime:
        """When the period ending with the day `last` is published, in UTC."""
        midnight = datetime.combine(last + timedelta(days=1), time(), marketplace.zone)
        slips = (
            by
            for whose, which, by in self._slips
            if whose in {None, marketplace.id} and which in {None, period}
        )
        # Hours are counted in UTC: a change to summer time does not shift them.
        return midnight.astimezone(UTC) + sum(slips, _LAG[period])

    def clear(self) -> None:
        self._slips.clear()
