"""The document of a Market Basket report: what is bought together with each ASIN.

https://github.com/amzn/selling-partner-api-models/blob/main/schemas/reports/sellingPartnerMarketBasketAnalysisReport.json
"""

from datetime import date

import msgspec

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.brand_analytics.rules import described, periods_of
from chalkola_spapi.simulator.marketplaces import MARKETPLACES
from chalkola_spapi.simulator.report_specification import ReportSpecification
from chalkola_spapi.simulator.stock.catalogue import Item
from chalkola_spapi.simulator.stock.stock import StockView

_MOST = 3
_OTHERS = 400


def market_basket(view: StockView, specification: ReportSpecification) -> bytes:
    """The document as UTF-8 JSON: up to three rows for each period and ASIN."""
    marketplace = MARKETPLACES[specification.marketplace_ids[0]]
    items = list({item.asin: item for item in view.listed(marketplace)}.values())
    document = {
        "reportSpecification": described(specification),
        "dataByAsin": [
            row
            for first, last in periods_of(specification)
            for item in items
            for row in _rows(item, items, marketplace.id, first, last)
        ],
    }
    return msgspec.json.encode(document)


def _rows(
    item: Item, items: list[Item], marketplace_id: str, first: date, last: date
) -> list[dict[str, object]]:
    key = noise.key(item.key, marketplace_id, first, last)
    with_ = dict.fromkeys(_partner(items, key, place) for place in range(_MOST))
    share = 0.02 + 0.3 * noise.uniform(key, 50) ** 2
    return [
        {
            "startDate": first.isoformat(),
            "endDate": last.isoformat(),
            "asin": item.asin,
            "purchasedWithAsin": asin,
            "purchasedWithRank": rank,
            "combinationPct": round(share / rank, 4),
        }
        for rank, asin in enumerate((one for one in with_ if one != item.asin), start=1)
    ]


def _partner(items: list[Item], key: int, place: int) -> str:
    """One of the seller's own ASINs, more often than another's."""
    draw = noise.uniform(key, 2 * place + 1)
    if noise.uniform(key, 2 * place) < 0.6:
        return items[int(draw * len(items))].asin
    return f"B0OTHER{int(draw * _OTHERS):03d}"
