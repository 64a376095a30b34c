"""The report types that are asked for, and what their options must look like.

https://developer-docs.amazon.com/sp-api/docs/report-type-values
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from chalkola_spapi.periods import Period, ReportPeriod
from chalkola_spapi.reports import CreateReportSpecification

SQP = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"
SEARCH_CATALOG_PERFORMANCE = "GET_BRAND_ANALYTICS_SEARCH_CATALOG_PERFORMANCE_REPORT"
MARKET_BASKET = "GET_BRAND_ANALYTICS_MARKET_BASKET_REPORT"
REPEAT_PURCHASE = "GET_BRAND_ANALYTICS_REPEAT_PURCHASE_REPORT"
SEARCH_TERMS = "GET_BRAND_ANALYTICS_SEARCH_TERMS_REPORT"
SALES_AND_TRAFFIC = "GET_SALES_AND_TRAFFIC_REPORT"
MYI_UNSUPPRESSED_INVENTORY = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"
RESTOCK_RECOMMENDATIONS = "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT"
MERCHANT_LISTINGS_ALL = "GET_MERCHANT_LISTINGS_ALL_DATA"

ASIN_OPTION_LIMIT = 200

_LAST_SECOND = timedelta(hours=23, minutes=59, seconds=59)
_ASIN = re.compile(r"[A-Z0-9]{10}", re.ASCII)


class AsinError(ValueError):
    """The text is no ASIN; the message says what was given."""


def check_asin(text: str) -> str:
    """Give the ASIN in capitals, without the blanks around it.

    Raises:
        AsinError: it is not ten letters and digits.
    """
    asin = text.strip().upper()
    if _ASIN.fullmatch(asin) is None:
        raise AsinError(
            f"asin: {text[:40]!r} is no ASIN: ten letters and digits, such as B0CHALK123"
        )
    return asin


def pack_asins(asins: Sequence[str], *, limit: int = ASIN_OPTION_LIMIT) -> list[tuple[str, ...]]:
    """Give the batches of ASINs whose option, joined by blanks, holds at most `limit` characters.

    In their order, each once: 18 ASINs of ten characters a report.

    Raises:
        AsinError: one alone is longer than `limit`.
    """
    batches: list[list[str]] = []
    room = 0
    for asin in dict.fromkeys(asins):
        if len(asin) > limit:
            raise AsinError(f"asin: {asin[:40]!r} is longer than {limit} characters")
        if len(asin) + 1 > room:
            batches.append([])
            room = limit + 1  # the first of a batch has no blank before it
        batches[-1].append(asin)
        room -= len(asin) + 1
    return [tuple(batch) for batch in batches]


def sqp_options(period: Period, asins: Sequence[str]) -> dict[str, str]:
    """Give the options of a Search Query Performance report.

    Raises:
        AsinError: no ASIN, or more than fit into one report.
    """
    option = " ".join(asins)
    if not 0 < len(option) <= ASIN_OPTION_LIMIT:
        raise AsinError(
            f"asin: {len(asins)} ASINs make {len(option)} characters; "
            f"a report takes 1 to {ASIN_OPTION_LIMIT}"
        )
    return {"reportPeriod": period.report_period.value, "asin": option}


def sqp_specification(
    *, marketplace_id: str, period: Period, asins: Sequence[str]
) -> CreateReportSpecification:
    """Ask for Search Query Performance of one marketplace, one period and one batch of ASINs.

    Raises:
        AsinError: no ASIN, or more than fit into one report.
    """
    options = sqp_options(period, asins)
    return report_specification(SQP, marketplace_id=marketplace_id, period=period, options=options)


def report_specification(
    report_type: str, *, marketplace_id: str, period: Period, options: Mapping[str, str]
) -> CreateReportSpecification:
    """Ask for one report of one marketplace.

    Amazon reads only the calendar dates: the first and the last day go out as midnight UTC. A
    snapshot has no dates; a range lasts to the end of its last day.
    """
    start, end = _times(period)
    return CreateReportSpecification(
        report_type=report_type,
        marketplace_ids=(marketplace_id,),
        report_options=dict(options) or None,
        data_start_time=start,
        data_end_time=end,
    )


def _times(period: Period) -> tuple[datetime | None, datetime | None]:
    if period.report_period is ReportPeriod.SNAPSHOT:
        return None, None
    if period.report_period is ReportPeriod.RANGE:
        return _midnight(period.start), _midnight(period.end) + _LAST_SECOND
    return _midnight(period.start), _midnight(period.end)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
