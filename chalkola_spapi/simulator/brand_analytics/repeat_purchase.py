"""The document of a Repeat Purchase report: how many customers came back for each ASIN.

https://github.com/amzn/selling-partner-api-models/blob/main/schemas/reports/sellingPartnerRepeatPurchaseReport.json
"""

from datetime import date

import msgspec

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.brand_analytics.rules import described, periods_of
from chalkola_spapi.simulator.marketplaces import MARKETPLACES, Marketplace
from chalkola_spapi.simulator.report_specification import ReportSpecification
from chalkola_spapi.simulator.stock.catalogue import Item
from chalkola_spapi.simulator.stock.sales import units_of_days
from chalkola_spapi.simulator.stock.stock import StockView


def repeat_purchase(view: StockView, specification: ReportSpecification) -> bytes:
    """The document as UTF-8 JSON: a row for each period and ASIN that was ordered."""
    marketplace = MARKETPLACES[specification.marketplace_ids[0]]
    items = {item.asin: item for item in view.listed(marketplace)}.values()
    rows = (
        _row(view.seed, marketplace, item, first, last)
        for first, last in periods_of(specification)
        for item in items
    )
    document = {
        "reportSpecification": described(specification),
        "dataByAsin": [row for row in rows if row is not None],
    }
    return msgspec.json.encode(document)


def _row(
    seed: int, marketplace: Marketplace, item: Item, first: date, last: date
) -> dict[str, object] | None:
    units = sum(
        units_of_days(
            seed,
            marketplace.id,
            item=item,
            first=first.toordinal(),
            count=(last - first).days + 1,
        )
    )
    if units == 0:
        return None
    key = noise.key(item.key, marketplace.id, first, last, "repeat")
    orders = max(1, int(units * 0.92))
    customers = max(1, int(orders * 0.97))
    repeating = int(customers * (0.01 + 0.12 * noise.uniform(key)))
    revenue = repeating * item.price(marketplace, last) * 1.1
    return {
        "startDate": first.isoformat(),
        "endDate": last.isoformat(),
        "asin": item.asin,
        "orders": orders,
        "uniqueCustomers": customers,
        "repeatCustomersPctTotal": round(repeating / customers, 4),
        "repeatPurchaseRevenue": {
            "amount": round(revenue, 0 if marketplace.currency == "JPY" else 2),
            "currencyCode": marketplace.currency,
        },
        "repeatPurchaseRevenuePctTotal": round(
            min(1.0, revenue / (units * item.price(marketplace, last))), 4
        ),
    }
