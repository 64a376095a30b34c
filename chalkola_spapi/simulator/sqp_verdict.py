"""Whether Amazon would fill a Search Query Performance request: its rules, and its texts.

https://developer-docs.amazon.com/sp-api/docs/report-type-values-analytics
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from chalkola_spapi.simulator.brand_analytics.rules import (
    ONE_MARKETPLACE,
    bounds_problem,
    missing_option,
    period_of,
    publication_problem,
)
from chalkola_spapi.simulator.publication import PublicationCalendar
from chalkola_spapi.simulator.report_scripts import SqpChanges
from chalkola_spapi.simulator.report_specification import ReportSpecification
from chalkola_spapi.simulator.sqp_document import SqpRequest, render
from chalkola_spapi.simulator.story import NO_STORY, Story
from chalkola_spapi.simulator.verdicts import CLIENT_ERROR, NO_DATA, Verdict, done, fatal

SQP = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"
ASIN_LIMIT_CHARACTERS = 200
MISSING_OPTION = missing_option("reportPeriod, asin")
TOO_LONG = "The asin reportOption must not be longer than 200 characters."
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
    story: Story = NO_STORY

    def judge(
        self, specification: ReportSpecification, *, changes: SqpChanges, at: datetime
    ) -> Verdict:
        """How the report ends if Amazon takes it up at `at`."""
        problem = self._problem(specification, at=at)
        if problem is not None:
            return fatal(CLIENT_ERROR if self.is_terse else problem)
        request = SqpRequest(specification, changes, self.story)
        asins = [asin for asin in request.asins if not asin.startswith(self.without_data)]
        if not asins:
            return NO_DATA
        return done(partial(render, request, asins=asins, seed=self.seed))

    def _problem(self, specification: ReportSpecification, *, at: datetime) -> str | None:
        if len(specification.marketplace_ids) != 1:
            return ONE_MARKETPLACE
        period = period_of(specification)
        asins = specification.options.get("asin", "")
        if period is None or period == "DAY" or not asins.strip():
            return MISSING_OPTION
        return (
            self._asin_problem(asins)
            or bounds_problem(specification, period)
            or publication_problem(specification, period, calendar=self.calendar, at=at)
        )

    def _asin_problem(self, asins: str) -> str | None:
        if len(asins) > ASIN_LIMIT_CHARACTERS:
            return TOO_LONG
        # Whose an ASIN is, Amazon never says.
        is_known = all(
            _ASIN.fullmatch(asin) and not asin.startswith(self.foreign) for asin in asins.split()
        )
        return None if is_known else CLIENT_ERROR
