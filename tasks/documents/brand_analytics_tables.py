"""The tables of Brand Analytics' reports beside Search Query Performance.

https://developer-docs.amazon.com/sp-api/docs/report-type-values-analytics
https://github.com/amzn/selling-partner-api-models/tree/main/schemas/reports
"""

from __future__ import annotations

from tasks.documents.table import Column, ReportTable, fields, key, money

_PERIOD_FIELDS = ("startDate", "endDate")

#: Grain: account, marketplace, period, ASIN, ASIN bought with it. combination_pct is a fraction.
MARKET_BASKET = ReportTable(
    name="market_basket",
    source="dataByAsin",
    period_fields=_PERIOD_FIELDS,
    columns=(
        *key("asin", "purchasedWithAsin"),
        *fields("count", ["purchasedWithRank"]),
        *fields("number", ["combinationPct"]),
    ),
)

#: Grain: account, marketplace, period, ASIN. *_pct_total are fractions.
REPEAT_PURCHASE = ReportTable(
    name="repeat_purchase",
    source="dataByAsin",
    period_fields=_PERIOD_FIELDS,
    columns=(
        *key("asin"),
        *fields("count", ["orders", "uniqueCustomers"]),
        *fields("number", ["repeatCustomersPctTotal"]),
        *money("repeatPurchaseRevenue"),
        *fields("number", ["repeatPurchaseRevenuePctTotal"]),
    ),
)


def _stage(group: str, name: str, *, price: str, others: tuple[Column, ...]) -> tuple[Column, ...]:
    shipping = (f"{days}Shipping{name}Count" for days in ("sameDay", "oneDay", "twoDay"))
    count = f"{name[0].lower()}{name[1:]}Count"
    return (
        *fields("count", [count], within=[group]),
        *others,
        *money(price, within=[group]),
        *fields("count", shipping, within=[group]),
    )


#: Grain: account, marketplace, period, ASIN: the funnel from impression to purchase in search.
SEARCH_CATALOG_PERFORMANCE = ReportTable(
    name="search_catalog_performance",
    source="dataByAsin",
    period_fields=_PERIOD_FIELDS,
    asin_column="asin",
    columns=(
        *key("asin"),
        *_stage("impressionData", "Impression", price="impressionMedianPrice", others=()),
        *_stage(
            "clickData",
            "Click",
            price="clickedMedianPrice",
            others=fields("number", ["clickRate"], within=["clickData"]),
        ),
        *_stage("cartAddData", "CartAdd", price="cartAddedMedianPrice", others=()),
        *_stage(
            "purchaseData",
            "Purchase",
            price="purchaseMedianPrice",
            others=(
                *money("searchTrafficSales", within=["purchaseData"]),
                *fields("number", ["conversionRate"], within=["purchaseData"]),
            ),
        ),
    ),
)

#: Grain: account, marketplace, period, department, search term, clicked ASIN: the three that are
#: most clicked for each term, of all sellers. Millions of rows.
SEARCH_TERMS = ReportTable(
    name="search_terms",
    source="dataByDepartmentAndSearchTerm",
    columns=(
        *key("departmentName", "searchTerm", "clickedAsin"),
        *fields("count", ["searchFrequencyRank", "clickShareRank"]),
        *fields("number", ["clickShare", "conversionShare"]),
    ),
)
