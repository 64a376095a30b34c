"""How the Brand Analytics reports beside Search Query Performance end.

https://developer-docs.amazon.com/sp-api/docs/report-type-values-analytics
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from chalkola_spapi.simulator.brand_analytics import search_terms
from chalkola_spapi.simulator.brand_analytics.catalog_performance import catalog_performance
from chalkola_spapi.simulator.brand_analytics.market_basket import market_basket
from chalkola_spapi.simulator.brand_analytics.repeat_purchase import repeat_purchase
from chalkola_spapi.simulator.brand_analytics.rules import Rules
from chalkola_spapi.simulator.publication import Period, PublicationCalendar
from chalkola_spapi.simulator.report_lifecycle import Report
from chalkola_spapi.simulator.report_specification import ReportSpecification
from chalkola_spapi.simulator.stock.stock import Stock, StockView
from chalkola_spapi.simulator.verdicts import CLIENT_ERROR, NO_DATA, Verdict, done, fatal

SEARCH_CATALOG_PERFORMANCE = "GET_BRAND_ANALYTICS_SEARCH_CATALOG_PERFORMANCE_REPORT"
MARKET_BASKET = "GET_BRAND_ANALYTICS_MARKET_BASKET_REPORT"
REPEAT_PURCHASE = "GET_BRAND_ANALYTICS_REPEAT_PURCHASE_REPORT"
SEARCH_TERMS = "GET_BRAND_ANALYTICS_SEARCH_TERMS_REPORT"
TYPES = (SEARCH_CATALOG_PERFORMANCE, MARKET_BASKET, REPEAT_PURCHASE, SEARCH_TERMS)

ASIN_LIMIT_CHARACTERS = 200
TOO_LONG = "The asins reportOption must not be longer than 200 characters."
_ASIN = re.compile(r"[A-Z0-9]{10}")
_ALL: frozenset[Period] = frozenset({"DAY", "WEEK", "MONTH", "QUARTER"})
_LONG: frozenset[Period] = frozenset({"WEEK", "MONTH", "QUARTER"})

Table = Callable[[StockView, ReportSpecification], bytes]
_TABLES: dict[str, Table] = {MARKET_BASKET: market_basket, REPEAT_PURCHASE: repeat_purchase}


@dataclass(slots=True)
class BrandAnalytics:
    """The brand's reports. `foreign`, `without_data` and `is_terse` are those of SQP.

    search_terms: how many rows a Search Terms report has, unless its script says.
    """

    stock: Stock
    calendar: PublicationCalendar
    foreign: tuple[str, ...]
    without_data: tuple[str, ...]
    is_terse: bool
    search_terms: int
    _rules: dict[str, Rules] = field(init=False)

    def __post_init__(self) -> None:
        calendar = self.calendar
        self._rules = {
            SEARCH_CATALOG_PERFORMANCE: Rules(_LONG, calendar, frozenset({"asins"})),
            MARKET_BASKET: Rules(_ALL, calendar, may_span=True),
            REPEAT_PURCHASE: Rules(_LONG, calendar, may_span=True),
            SEARCH_TERMS: Rules(_ALL, calendar),
        }

    def judge(self, report: Report, at: datetime) -> Verdict:
        """How a report of one of `TYPES` ends if Amazon takes it up at `at`."""
        specification = report.specification
        problem = self._problem(specification, at=at)
        if problem is not None:
            return fatal(CLIENT_ERROR if self.is_terse else problem)
        view = self.stock.view(at)
        if specification.report_type == SEARCH_CATALOG_PERFORMANCE:
            return self._catalog_performance(view, report)
        if specification.report_type == SEARCH_TERMS:
            scripted = report.script.search_terms
            rows = self.search_terms if scripted is None else scripted
            return done(partial(_search_terms, view, specification, rows))
        return done(partial(_TABLES[specification.report_type], view, specification))

    def _problem(self, specification: ReportSpecification, *, at: datetime) -> str | None:
        problem = self._rules[specification.report_type].problem(specification, at=at)
        asins = specification.options.get("asins")
        if problem is not None or asins is None:
            return problem
        if len(asins) > ASIN_LIMIT_CHARACTERS:
            return TOO_LONG
        is_known = all(
            _ASIN.fullmatch(asin) and not asin.startswith(self.foreign) for asin in asins.split()
        )
        return None if is_known else CLIENT_ERROR

    def _catalog_performance(self, view: StockView, report: Report) -> Verdict:
        """All of the brand's ASINs, or those asked for."""
        wanted = report.specification.options.get("asins", "").split()
        asins = [
            asin
            for asin in dict.fromkeys(wanted or (item.asin for item in view.items.values()))
            if not asin.startswith(self.without_data)
        ]
        if not asins:
            return NO_DATA
        make = partial(catalog_performance, view, report.specification, asins, report.script.sqp)
        return done(make)


def _search_terms(
    view: StockView, specification: ReportSpecification, rows: int
) -> Iterator[bytes]:
    return search_terms.pieces(view, specification, rows=rows)
