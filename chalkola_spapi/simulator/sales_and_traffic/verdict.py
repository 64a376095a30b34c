"""How a Sales and Traffic report ends: which marketplace, granularities and days it takes.

https://developer-docs.amazon.com/sp-api/docs/report-type-values-analytics
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from chalkola_spapi.simulator.brand_analytics.rules import ONE_MARKETPLACE
from chalkola_spapi.simulator.marketplaces import MARKETPLACES
from chalkola_spapi.simulator.publication import Period, first_day, is_period, last_day
from chalkola_spapi.simulator.report_lifecycle import Report
from chalkola_spapi.simulator.report_specification import ReportSpecification
from chalkola_spapi.simulator.sales_and_traffic.document import SalesRequest, render
from chalkola_spapi.simulator.stock.stock import Stock
from chalkola_spapi.simulator.verdicts import CLIENT_ERROR, NO_DATA, Verdict, done, fatal

SALES_AND_TRAFFIC = "GET_SALES_AND_TRAFFIC_REPORT"
_DATES = {"DAY", "WEEK", "MONTH"}
_ASINS = {"PARENT", "CHILD", "SKU"}
# Two years, with a leap day.
_OLDEST = timedelta(days=731)


@dataclass(frozen=True, slots=True)
class SalesRules:
    """A day is there once it is over in the marketplace."""

    stock: Stock

    def judge(self, report: Report, at: datetime) -> Verdict:
        """How the report ends if Amazon takes it up at `at`."""
        specification = report.specification
        if len(specification.marketplace_ids) != 1:
            return fatal(ONE_MARKETPLACE)
        period = specification.options.get("dateGranularity", "DAY")
        asins = specification.options.get("asinGranularity", "PARENT")
        if period not in _DATES or asins not in _ASINS or not is_period(period):
            return fatal(CLIENT_ERROR)
        first, last = _widened(specification, period)
        marketplace = MARKETPLACES[specification.marketplace_ids[0]]
        today = at.astimezone(marketplace.zone).date()
        if first < today - _OLDEST or first >= today:
            return NO_DATA
        request = SalesRequest(
            specification=specification,
            period=period,
            asins=asins,
            first=first,
            last=min(last, today - timedelta(days=1)),
        )
        return done(partial(render, request, self.stock.view(at)))


def _widened(specification: ReportSpecification, period: Period) -> tuple[date, date]:
    """The days asked for, to the whole weeks or months that they lie in."""
    first, last = specification.data_start_time.date(), specification.data_end_time.date()
    return first_day(period, first), last_day(period, last)
