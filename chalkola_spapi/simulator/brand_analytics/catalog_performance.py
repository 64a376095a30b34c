"""The document of a Search Catalog Performance report: a row for each ASIN.

Its counts are those of Search Query Performance over all queries of the ASIN, and a tenth more:
queries that are too rare to be listed there.
https://github.com/amzn/selling-partner-api-models/blob/main/schemas/reports/sellingPartnerSearchCatalogPerformanceReport.json
"""

from collections.abc import Sequence

import msgspec

from chalkola_spapi.simulator.brand_analytics.rules import days_of, described
from chalkola_spapi.simulator.marketplaces import MARKETPLACES
from chalkola_spapi.simulator.report_scripts import SqpChanges
from chalkola_spapi.simulator.report_specification import ReportSpecification
from chalkola_spapi.simulator.sqp_forms import Cell, Row
from chalkola_spapi.simulator.sqp_market import dollars, list_price
from chalkola_spapi.simulator.sqp_rows import asin_rows
from chalkola_spapi.simulator.stock.stock import StockView

_STEPS = (("impressionData", "asinImpressionCount"), ("clickData", "asinClickCount"))
_LATER_STEPS = (("cartAddData", "asinCartAddCount"), ("purchaseData", "asinPurchaseCount"))


def catalog_performance(
    view: StockView,
    specification: ReportSpecification,
    asins: Sequence[str],
    changes: SqpChanges,
) -> bytes:
    """The document as UTF-8 JSON. An ASIN that nobody saw has no row."""
    first, last = days_of(specification)
    cell = Cell(view.seed, specification.marketplace_ids[0], first, last, view.story)
    rows = (_row(cell, asin, changes) for asin in asins if asin not in changes.without_asins)
    document = {
        "reportSpecification": described(specification),
        "dataByAsin": [row for row in rows if row is not None],
    }
    return msgspec.json.encode(document)


def _row(cell: Cell, asin: str, changes: SqpChanges) -> Row | None:
    counts = [0, 0, 0, 0]
    for row in asin_rows(cell, asin, changes=changes):
        for step, (section, name) in enumerate(_STEPS + _LATER_STEPS):
            counts[step] += _count(row, section, name)
    if counts[0] == 0:
        return None
    seen, clicked, added, bought = (count + count // 10 for count in counts)
    told = cell.story.of(asin).price(cell.last.toordinal())
    price = dollars(cell.marketplace_id, list_price(cell.seed, asin) * told)
    currency = MARKETPLACES[cell.marketplace_id].currency

    def money(amount: float) -> Row:
        return {"amount": round(amount, 2), "currencyCode": currency}

    return {
        "startDate": cell.first.isoformat(),
        "endDate": cell.last.isoformat(),
        "asin": asin,
        "impressionData": {
            "impressionCount": seen,
            "impressionMedianPrice": money(price),
            **_shipping("Impression", seen),
        },
        "clickData": {
            "clickCount": clicked,
            "clickRate": round(clicked / seen, 4),
            "clickedMedianPrice": money(price),
            **_shipping("Click", clicked),
        },
        "cartAddData": {
            "cartAddCount": added,
            "cartAddedMedianPrice": money(price),
            **_shipping("CartAdd", added),
        },
        "purchaseData": {
            "purchaseCount": bought,
            "searchTrafficSales": money(bought * price),
            "conversionRate": round(bought / clicked, 4) if clicked else 0.0,
            "purchaseMedianPrice": money(price),
            **_shipping("Purchase", bought),
        },
    }


def _count(row: Row, section: str, name: str) -> int:
    content = row[section]
    if not isinstance(content, dict):
        raise TypeError(f"a row's {section} is a map")
    return int(content[name])


def _shipping(name: str, count: int) -> dict[str, int]:
    return {
        f"sameDayShipping{name}Count": int(count * 0.1),
        f"oneDayShipping{name}Count": int(count * 0.3),
        f"twoDayShipping{name}Count": int(count * 0.4),
    }
