"""The rules that Brand Analytics reports have in common: marketplace, options, period.

https://developer-docs.amazon.com/sp-api/docs/report-type-values-analytics
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalkola_spapi.simulator.marketplaces import MARKETPLACES
from chalkola_spapi.simulator.publication import (
    Period,
    PublicationCalendar,
    first_day,
    is_period,
    last_day,
)
from chalkola_spapi.simulator.report_specification import ReportSpecification

UNAVAILABLE = "The requested data is unavailable. Please try a different date range."
ONE_MARKETPLACE = "This report type supports only one marketplaceId per report."
SEVERAL_PERIODS = "Requests cannot span multiple periods."
_BOUNDS: dict[Period, str] = {
    "WEEK": "dataStartTime must be a Sunday and dataEndTime a Saturday when reportPeriod=WEEK",
    "MONTH": "dataStartTime must be the first day of a month and dataEndTime its last day "
    "when reportPeriod=MONTH",
    "QUARTER": "dataStartTime must be the first day of a quarter and dataEndTime its last day "
    "when reportPeriod=QUARTER",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What a report type takes: kinds of period, options beside reportPeriod, several periods."""

    periods: frozenset[Period]
    calendar: PublicationCalendar
    options: frozenset[str] = frozenset()
    may_span: bool = False

    def problem(self, specification: ReportSpecification, *, at: datetime) -> str | None:
        """Why Amazon would not fill a request at `at`; None if it would."""
        if len(specification.marketplace_ids) != 1:
            return ONE_MARKETPLACE
        period = period_of(specification)
        if period not in self.periods:
            return missing_option("reportPeriod")
        unknown = specification.options.keys() - self.options - {"reportPeriod"}
        if unknown:
            return f"Error in report request: unknown reportOption {', '.join(sorted(unknown))}."
        return bounds_problem(specification, period, may_span=self.may_span) or publication_problem(
            specification, period, calendar=self.calendar, at=at
        )


def missing_option(names: str) -> str:
    """Amazon's text where options are not given."""
    return (
        f"Error in report request: This report type requires the {names} reportOption to be "
        "specified. Please review the document for this report type on GitHub, provide a value "
        "for this reportOption in your request, and try again."
    )


def period_of(specification: ReportSpecification) -> Period | None:
    """The kind of period asked for; None for none that Amazon knows."""
    period = specification.options.get("reportPeriod")
    return period if is_period(period) else None


def days_of(specification: ReportSpecification) -> tuple[date, date]:
    """The first and the last day; Amazon ignores the time of day."""
    return specification.data_start_time.date(), specification.data_end_time.date()


def periods_of(specification: ReportSpecification) -> list[tuple[date, date]]:
    """The first and the last day of each period asked for."""
    period = period_of(specification)
    day, end = days_of(specification)
    found = []
    while period is not None and day <= end:
        found.append((day, last_day(period, day)))
        day = last_day(period, day) + timedelta(days=1)
    return found


def bounds_problem(
    specification: ReportSpecification, period: Period, *, may_span: bool = False
) -> str | None:
    """What is wrong with the days asked for."""
    first, last = days_of(specification)
    if first != first_day(period, first) or last != last_day(period, last):
        return _BOUNDS[period]
    return None if may_span or last == last_day(period, first) else SEVERAL_PERIODS


def publication_problem(
    specification: ReportSpecification,
    period: Period,
    *,
    calendar: PublicationCalendar,
    at: datetime,
) -> str | None:
    """Amazon's text for what is not published at `at`."""
    marketplace = MARKETPLACES[specification.marketplace_ids[0]]
    _, last = days_of(specification)
    return UNAVAILABLE if at < calendar.published_at(marketplace, period, last=last) else None


def described(specification: ReportSpecification) -> dict[str, object]:
    """The reportSpecification that such a document begins with."""
    first, last = days_of(specification)
    return {
        "reportType": specification.report_type,
        "reportOptions": specification.options,
        "dataStartTime": first.isoformat(),
        "dataEndTime": last.isoformat(),
        "marketplaceIds": list(specification.marketplace_ids),
    }
