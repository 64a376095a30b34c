"""The two tables of the Sales and Traffic report: by day, week or month, and by ASIN.

https://github.com/amzn/selling-partner-api-models/blob/main/schemas/reports/sellerSalesAndTrafficReport.json
"""

from __future__ import annotations

from collections.abc import Iterable

from tasks.documents.table import PERIOD_SCOPE, Column, ReportTable, fields, key, money


def _with_b2b(names: Iterable[str]) -> list[str]:
    return [both for name in names for both in (name, f"{name}B2B")]


_VIEWS = ("browserPageViews", "mobileAppPageViews", "pageViews")
_SESSIONS = ("browserSessions", "mobileAppSessions", "sessions")
_SALES, _TRAFFIC = ["salesByDate"], ["trafficByDate"]

#: Grain: account, marketplace, granularity, first day of the day, week or month. B2B is part of the
#: number beside it, not beyond it. *_percentage are percent, as Amazon sends them.
BY_DATE = ReportTable(
    name="sales_and_traffic_by_date",
    source="salesAndTrafficByDate",
    columns=(
        *key("date", kind="date"),
        *money(*_with_b2b(["orderedProductSales"]), within=_SALES),
        *fields("count", _with_b2b(["unitsOrdered", "totalOrderItems"]), within=_SALES),
        *money(*_with_b2b(["averageSalesPerOrderItem"]), within=_SALES),
        *fields("number", _with_b2b(["averageUnitsPerOrderItem"]), within=_SALES),
        *money(*_with_b2b(["averageSellingPrice"]), within=_SALES),
        *fields("count", ["unitsRefunded"], within=_SALES),
        *fields("number", ["refundRate"], within=_SALES),
        *fields("count", ["claimsGranted"], within=_SALES),
        *money("claimsAmount", "shippedProductSales", within=_SALES),
        *fields("count", ["unitsShipped", "ordersShipped"], within=_SALES),
        *fields("count", _with_b2b([*_VIEWS, *_SESSIONS]), within=_TRAFFIC),
        *fields(
            "number",
            _with_b2b(["buyBoxPercentage", "orderItemSessionPercentage", "unitSessionPercentage"]),
            within=_TRAFFIC,
        ),
        *fields("count", ["averageOfferCount", "averageParentItems"], within=_TRAFFIC),
        *fields("count", ["feedbackReceived", "negativeFeedbackReceived"], within=_TRAFFIC),
        *fields("number", ["receivedNegativeFeedbackRate"], within=_TRAFFIC),
    ),
)

_ASIN_SALES, _ASIN_TRAFFIC = ["salesByAsin"], ["trafficByAsin"]


def _percentage(name: str) -> str:
    """Give sessionPercentage for sessions, but pageViewsPercentage for pageViews."""
    return f"{name.removesuffix('s') if 'ession' in name else name}Percentage"


#: Grain: account, marketplace, granularity, period, ASIN granularity, parent ASIN, child ASIN, SKU.
#: child_asin and sku are '' where the granularity has none. Never sum over ASIN granularities.
BY_ASIN = ReportTable(
    name="sales_and_traffic_by_asin",
    source="salesAndTrafficByAsin",
    scope=(*PERIOD_SCOPE, "asin_granularity"),
    columns=(
        *key("parentAsin"),
        *(
            Column(name, (amazons,), is_key=True, default="")
            for name, amazons in (("child_asin", "childAsin"), ("sku", "sku"))
        ),
        *fields("count", _with_b2b(["unitsOrdered", "totalOrderItems"]), within=_ASIN_SALES),
        *money(*_with_b2b(["orderedProductSales"]), within=_ASIN_SALES),
        *fields("count", _with_b2b([*_SESSIONS, *_VIEWS]), within=_ASIN_TRAFFIC),
        *fields(
            "number",
            _with_b2b(
                [
                    *map(_percentage, [*_SESSIONS, *_VIEWS]),
                    "buyBoxPercentage",
                    "unitSessionPercentage",
                ]
            ),
            within=_ASIN_TRAFFIC,
        ),
    ),
)
