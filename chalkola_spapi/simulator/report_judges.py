"""Who decides how a report ends, for each report type that has data."""

from datetime import timedelta

from chalkola_spapi.simulator.brand_analytics.verdict import TYPES, BrandAnalytics
from chalkola_spapi.simulator.cooldowns import Cooldown
from chalkola_spapi.simulator.flat_files.verdict import TABLES, FlatFileRules
from chalkola_spapi.simulator.publication import PublicationCalendar
from chalkola_spapi.simulator.reports import Judge
from chalkola_spapi.simulator.sales_and_traffic.verdict import SALES_AND_TRAFFIC, SalesRules
from chalkola_spapi.simulator.settings import Settings
from chalkola_spapi.simulator.sqp_verdict import SQP, SqpRules
from chalkola_spapi.simulator.stock.stock import Stock

_PAUSE = timedelta(minutes=30)


def stock_report_cooldown(settings: Settings) -> Cooldown:
    """The pauses between near-real-time reports."""
    pause = _PAUSE / settings.speed
    return Cooldown(pause, window=pause)


def judges(
    settings: Settings, *, stock: Stock, calendar: PublicationCalendar, cooldown: Cooldown
) -> dict[str, Judge]:
    """A judge for each report type."""
    sqp = SqpRules(
        seed=settings.seed,
        calendar=calendar,
        foreign=settings.foreign_asins,
        without_data=settings.asins_without_data,
        is_terse=settings.is_terse,
        story=stock.story,
    )
    brand = BrandAnalytics(
        stock=stock,
        calendar=calendar,
        foreign=settings.foreign_asins,
        without_data=settings.asins_without_data,
        is_terse=settings.is_terse,
        search_terms=settings.search_terms,
    )
    flat = FlatFileRules(stock, cooldown, settings.too_soon)
    return {
        SQP: lambda report, at: sqp.judge(report.specification, changes=report.script.sqp, at=at),
        **dict.fromkeys(TYPES, brand.judge),
        **dict.fromkeys(TABLES, flat.judge),
        SALES_AND_TRAFFIC: SalesRules(stock).judge,
    }
