"""Whether Amazon would fill a Search Query Performance request: its rules, and its texts.

https://developer-docs.amazon.com/sp-api/docs/report-type-values-analytics
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from chalkola_spapi.simulator.marketplaces import MARKETPLACES
from chalkola_spapi.simulator.publication import (
    Period,
    PublicationCalendar,
    first_day,
    is_period,
    last_day,
)
from chalkola_spapi.simulator.report_scripts import SqpChanges
from chalkola_spapi.simulator.report_specification import ReportSpecification
from chalkola_spapi.simulator.sqp_document import SqpRequest, render
from chalkola_spapi.simulator.verdicts import CLIENT_ERROR, NO_DATA, Verdict, done, fatal

SQP = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"
ASIN_LIMIT_CHARACTERS = 200
MISSING_OPTION = (
    "Error in report request: This report type requires the reportPeriod, asin reportOption to "
    "be specified. Please review the document for this report type on GitHub, provide a value "
    "for this reportOption in your request, and try again."
)
UNAVAILABLE = "The requested data is unavailable. Please try a different date range."
ONE_MARKETPLACE = "This report type supports only one marketplaceId per report."
TOO_LONG = "The asin reportOption must not be longer than 200 characters."
SEVERAL_PERIODS = "Requests cannot span multiple periods."
_BOUNDS = {
    "WEEK": "dataStartTime must be a Sunday and dataEndTime a Saturday when reportPeriod=WEEK",
    "MONTH": "dataStartTime must be the first day of a month and dataEndTime its last day "
    "when reportPeriod=MONTH",
    "QUARTER": "dataStartTime must be the first day of a quarter and dataEndTime its last day "
    "when reportPeriod=QUARTER",
}
_ASIN = re.compile(r"[A-Z0-9]{10}")


@dataclass(frozen=True, slots=True)
class SqpRules:
    """What differs between brands and moods of Amazon's.

    ASINs that start with one of `foreign` belong to another brand, with one of `without_data`
    they have no rows. `is_terse`: every FATAL has Amazon's one general text.
    """

    seed: int
    calendar: PublicationCalendar
    foreign: tuple[str, ...] = ("B00FOREI",)
    without_data: tuple[str, ...] = ("B00NODAT",)
    is_terse: bool = False

    def judge(
        self, specification: ReportSpecification, *, changes: SqpChanges, at: datetime
    ) -> Verdict:
        """How the report ends if Amazon takes it up at `at`."""
        problem = self._problem(specification, at=at)
        if problem is not None:
            return fatal(CLIENT_ERROR if self.is_terse else problem)
        request = SqpRequest(specification, changes)
        asins = [asin for asin in request.asins if not asin.startswith(self.without_data)]
        if not asins:
            return NO_DATA
        return done(partial(render, request, asins=asins, seed=self.seed))

    def _problem(self, specification: ReportSpecification, *, at: datetime) -> str | None:
        if len(specification.marketplace_ids) != 1:
            return ONE_MARKETPLACE
        period = specification.options.get("reportPeriod")
        asins = specification.options.get("asin", "")
        if not is_period(period) or not asins.strip():
            return MISSING_OPTION
        return (
            self._asin_problem(asins)
            or _bounds_problem(specification, period)
            or self._publication_problem(specification, period, at=at)
        )

    def _asin_problem(self, asins: str) -> str | None:
        if len(asins) > ASIN_LIMIT_CHARACTERS:
            return TOO_LONG
        # Whose an ASIN is, Amazon never says.
        is_known = all(
            _ASIN.fullmatch(asin) and not asin.startswith(self.foreign) for asin in asins.split()
        )
        return None if is_known else CLIENT_ERROR

    def _publication_problem(
        self, specification: ReportSpecification, period: Period, *, at: datetime
    ) -> str | None:
        marketplace = MARKETPLACES[specification.marketplace_ids[0]]
        _, last = _days(specification)
        published_at = self.calendar.published_at(marketplace, period, last=last)
        return UNAVAILABLE if at < published_at else None


def _days(specification: ReportSpecification) -> tuple[date, date]:
    """Amazon ignores the time of day."""
    return specification.data_start_time.date(), specification.data_end_time.date()


def _bounds_problem(specification: ReportSpecification, period: Period) -> str | None:
    first, last = _days(specification)
    if first != first_day(period, first) or last != last_day(period, last):
        return _BOUNDS[period]
    return None if last == last_day(period, first) else SEVERAL_PERIODS
