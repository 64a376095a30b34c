"""What each report type takes: its periods, its options, and what they may say.

https://developer-docs.amazon.com/sp-api/docs/report-type-values
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from chalkola_spapi.periods import CALENDAR_PERIODS, Period, ReportPeriod
from chalkola_spapi.report_types import (
    ASIN_OPTION_LIMIT,
    MARKET_BASKET,
    MERCHANT_LISTINGS_ALL,
    MYI_UNSUPPRESSED_INVENTORY,
    REPEAT_PURCHASE,
    RESTOCK_RECOMMENDATIONS,
    SALES_AND_TRAFFIC,
    SEARCH_CATALOG_PERFORMANCE,
    SEARCH_TERMS,
    SQP,
    check_asin,
)

DAY, WEEK, MONTH, QUARTER = CALENDAR_PERIODS


class OptionError(ValueError):
    """An option that the report type does not take; the message names what it takes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportRules:
    """One report type.

    `name` is what people may call it. `period_option` says in Amazon's words how long the period
    is; without one the report takes whatever days it is given, or none. `periods`: the first is
    the usual one. `options`: option -> what it may say, the first is said unless told otherwise.
    `asin_option` takes ASINs: the name differs from type to type, and Amazon ignores the wrong one.
    `takes_anything`: other options go out as they are given. `is_snapshot`: it shows things as they
    stand and takes no dates. `goes_back`: of older days Amazon has no data, and says CANCELLED.
    """

    report_type: str
    name: str
    period_option: str | None = None
    periods: tuple[ReportPeriod, ...] = ()
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asin_option: str | None = None
    takes_anything: bool = False
    is_snapshot: bool = False
    goes_back: timedelta | None = None

    def period_of(self, options: Mapping[str, str]) -> ReportPeriod | None:
        """Give how long the period is; None for a type without calendar periods.

        Raises:
            OptionError: a length that this type does not have.
        """
        if self.period_option is None:
            return None
        given = options.get(self.period_option, self.periods[0]).upper()
        if given not in self.periods:
            raise OptionError(
                f"option: {self.period_option}={given} is none of {', '.join(self.periods)}"
            )
        return ReportPeriod(given)

    def options_for(self, period: Period, given: Mapping[str, str]) -> dict[str, str]:
        """Give what goes into reportOptions for one period, checked.

        Raises:
            OptionError: an option or a value that this type does not take.
            AsinError: something in the ASINs' option is no ASIN.
        """
        own = {} if self.period_option is None else {self.period_option: period.report_period.value}
        usual = {name: allowed[0] for name, allowed in self.options.items()}
        asked = {name: self._checked(name, value) for name, value in given.items()}
        return usual | asked | own

    def _checked(self, name: str, value: str) -> str:
        if name == self.period_option or self.takes_anything:
            return value
        if name == self.asin_option:
            return _asins(name, value)
        if name not in self.options:
            raise OptionError(f"option: {name} is none of this report's: {self._names()}")
        allowed = self.options[name]
        if value.upper() not in allowed:
            raise OptionError(f"option: {name}={value} is none of {', '.join(allowed)}")
        return value.upper()

    def _names(self) -> str:
        names = [self.period_option, self.asin_option, *self.options]
        return ", ".join(name for name in names if name) or "it takes none"


def _asins(name: str, value: str) -> str:
    asins = " ".join(check_asin(text) for text in value.replace(",", " ").split())
    if not 0 < len(asins) <= ASIN_OPTION_LIMIT:
        raise OptionError(
            f"option: {name} has {len(asins)} characters; it takes 1 to {ASIN_OPTION_LIMIT}"
        )
    return asins


def _brand_analytics(report_type: str, name: str, *, has_days: bool = False) -> ReportRules:
    return ReportRules(
        report_type=report_type,
        name=name,
        period_option="reportPeriod",
        periods=(WEEK, MONTH, QUARTER, DAY) if has_days else (WEEK, MONTH, QUARTER),
        asin_option={SQP: "asin", SEARCH_CATALOG_PERFORMANCE: "asins"}.get(report_type),
    )


def _snapshot(report_type: str, name: str) -> ReportRules:
    return ReportRules(report_type=report_type, name=name, takes_anything=True, is_snapshot=True)


_ALL = (
    _brand_analytics(SQP, "SQP"),
    _brand_analytics(SEARCH_CATALOG_PERFORMANCE, "SEARCH_CATALOG_PERFORMANCE"),
    _brand_analytics(MARKET_BASKET, "MARKET_BASKET", has_days=True),
    _brand_analytics(REPEAT_PURCHASE, "REPEAT_PURCHASE"),
    _brand_analytics(SEARCH_TERMS, "SEARCH_TERMS", has_days=True),
    ReportRules(
        report_type=SALES_AND_TRAFFIC,
        name="SALES_TRAFFIC",
        period_option="dateGranularity",
        periods=(DAY, WEEK, MONTH),
        # By child: what a customer buys. A parent has no ASIN of its own in stock or SQP.
        options={"asinGranularity": ("CHILD", "PARENT", "SKU")},
        goes_back=timedelta(days=2 * 366),
    ),
    _snapshot(MYI_UNSUPPRESSED_INVENTORY, "FBA_INVENTORY"),
    _snapshot(RESTOCK_RECOMMENDATIONS, "RESTOCK_INVENTORY"),
    _snapshot(MERCHANT_LISTINGS_ALL, "ALL_LISTINGS"),
)

#: The report types that are loaded, by Amazon's names.
REPORT_RULES: Mapping[str, ReportRules] = {rules.report_type: rules for rules in _ALL}
_BY_NAME = {rules.name: rules for rules in _ALL}


def find_rules(text: str) -> ReportRules:
    """Give the rules of a type by Amazon's name or ours; one that is not known takes anything."""
    name = text.strip().upper().replace("-", "_")
    known = REPORT_RULES.get(name) or _BY_NAME.get(name)
    return known or ReportRules(report_type=name, name=name, takes_anything=True)
