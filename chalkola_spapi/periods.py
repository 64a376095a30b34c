"""The days, weeks, months and quarters of Brand Analytics, and when Amazon publishes them.

Calendar dates are the marketplace's own. A week is Sunday to Saturday.
https://developer-docs.amazon.com/sp-api/docs/report-type-values-analytics
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Self

from chalkola_spapi.marketplaces import Marketplace

_DAY = timedelta(days=1)
# Far enough from the ends of the calendar that a neighbouring period always exists.
_YEARS = range(1990, 2200)


class PeriodError(ValueError):
    """A start that is no period's first day, or a period that has not ended."""


class ReportPeriod(StrEnum):
    """How long a period is, in Amazon's words; the last two are ours.

    SNAPSHOT: things as they stand when Amazon makes the report; the period is the day of the
    request. RANGE: whatever days were given.
    """

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    SNAPSHOT = "SNAPSHOT"
    RANGE = "RANGE"


#: The periods that follow one another in the calendar, each published some time after its end.
CALENDAR_PERIODS = (
    ReportPeriod.DAY,
    ReportPeriod.WEEK,
    ReportPeriod.MONTH,
    ReportPeriod.QUARTER,
)

# Seen in the field: what is asked for earlier comes back FATAL.
_PUBLISHED_AFTER = {
    ReportPeriod.DAY: timedelta(hours=47),
    ReportPeriod.WEEK: timedelta(hours=47),
    ReportPeriod.MONTH: timedelta(hours=72),
    ReportPeriod.QUARTER: timedelta(hours=72),
}
_FIRST_DAYS = {
    ReportPeriod.DAY: "on any day",
    ReportPeriod.WEEK: "on a Sunday",
    ReportPeriod.MONTH: "on the 1st",
    ReportPeriod.QUARTER: "on the 1st of January, April, July or October",
}


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A day, week, month or quarter; `end` is its last day. Periods of one length sort by time."""

    report_period: ReportPeriod
    start: date
    end: date

    @property
    def label(self) -> str:
        until = f"..{self.end}" if self.report_period is ReportPeriod.RANGE else ""
        return f"{self.report_period} {self.start}{until}"

    def previous(self) -> Self:
        return self._containing(self.start - _DAY)

    def next(self) -> Self:
        return self._containing(self.end + _DAY)

    def _containing(self, day: date) -> Self:
        start, end = _bounds(self.report_period, day)
        return type(self)(self.report_period, start, end)


def period_containing(report_period: ReportPeriod, day: date) -> Period:
    """Give the period that a calendar day lies in.

    Raises:
        PeriodError: the day is centuries away.
    """
    if day.year not in _YEARS:
        raise PeriodError(f"start: {day} is out of range ({_YEARS.start}-{_YEARS.stop - 1})")
    return Period(report_period, *_bounds(report_period, day))


def period_of(report_period: ReportPeriod, start: date) -> Period:
    """Give the period that starts on a day.

    Raises:
        PeriodError: none does; the message names the nearest starts.
    """
    period = period_containing(report_period, start)
    if period.start != start:
        nearest = f"{period.start} and {period.next().start}"
        raise PeriodError(
            f"start: {start} is a {start:%A}; a {report_period} starts "
            f"{_FIRST_DAYS[report_period]}: the nearest are {nearest}"
        )
    return period


def local_end(period: Period, marketplace: Marketplace) -> datetime:
    """Give the first moment after the period, in the marketplace's zone."""
    return datetime.combine(period.end + _DAY, time.min, tzinfo=marketplace.zone)


def published_at(period: Period, marketplace: Marketplace) -> datetime:
    """Give the time (UTC) when Amazon should have the period's data."""
    # In UTC, because hours added to a local time are hours of its clock, not of the day.
    ended_at = local_end(period, marketplace).astimezone(UTC)
    return ended_at + _PUBLISHED_AFTER.get(period.report_period, timedelta())


def newest_published(
    report_period: ReportPeriod, marketplace: Marketplace, *, now: datetime
) -> Period:
    """Give the last period whose data Amazon should have by now."""
    period = _current(report_period, marketplace, now).previous()
    while published_at(period, marketplace) > now:
        period = period.previous()
    return period


def check_ended(period: Period, marketplace: Marketplace, *, now: datetime) -> None:
    """Refuse a period that still runs: Amazon would answer FATAL, and count it.

    Raises:
        PeriodError: it has not ended; the message names the newest one that has.
    """
    current = _current(period.report_period, marketplace, now)
    if period.start >= current.start:
        raise PeriodError(
            f"start: {period.start}: the {period.report_period} ends on {period.end} "
            f"({marketplace.time_zone}) and has not ended; "
            f"the newest that can be asked for is {current.previous().label}"
        )


def _current(report_period: ReportPeriod, marketplace: Marketplace, now: datetime) -> Period:
    if now.tzinfo is None:
        raise ValueError("now: a time without an offset")
    return period_containing(report_period, now.astimezone(marketplace.zone).date())


def _bounds(report_period: ReportPeriod, day: date) -> tuple[date, date]:
    if report_period is ReportPeriod.WEEK:
        start = day - timedelta(days=day.isoweekday() % 7)
        return start, start + timedelta(days=6)
    if report_period not in {ReportPeriod.MONTH, ReportPeriod.QUARTER}:
        return day, day
    months = 3 if report_period is ReportPeriod.QUARTER else 1
    first = day.replace(day=1, month=(day.month - 1) // months * months + 1)
    # Day 1 and 31 days for each month lie in the month after, whatever their lengths.
    after = (first + timedelta(days=31 * months)).replace(day=1)
    return first, after - _DAY
