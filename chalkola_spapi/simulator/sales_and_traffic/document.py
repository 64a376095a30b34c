"""The document of a Sales and Traffic report: by date over all items, by ASIN over all dates.

Both parts add up to the same; sales are the orders that the stock moves by. Only the US, where
the seller sells to businesses, has the B2B figures.
https://github.com/amzn/selling-partner-api-models/blob/main/schemas/reports/sellerSalesAndTrafficReport.json
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from chalkola_spapi.simulator.brand_analytics.rules import described
from chalkola_spapi.simulator.marketplaces import MARKETPLACES, Marketplace
from chalkola_spapi.simulator.publication import Period, first_day
from chalkola_spapi.simulator.report_specification import ReportSpecification
from chalkola_spapi.simulator.sales_and_traffic.figures import Figures, daily_figures
from chalkola_spapi.simulator.sales_and_traffic.metrics import (
    sales_by_asin,
    sales_by_date,
    traffic_by_asin,
    traffic_by_date,
)
from chalkola_spapi.simulator.stock.catalogue import Item
from chalkola_spapi.simulator.stock.stock import StockView

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class SalesRequest:
    """A request that Amazon would fill, over the days from `first` to `last`."""

    specification: ReportSpecification
    period: Period
    asins: str
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=offset) for offset in range(count)]


def render(request: SalesRequest, view: StockView) -> bytes:
    """The document as UTF-8 JSON."""
    marketplace = MARKETPLACES[request.specification.marketplace_ids[0]]
    figures = [
        (item, _figures(request, view, marketplace, item)) for item in view.listed(marketplace)
    ]
    document = {
        "reportSpecification": described(request.specification),
        "salesAndTrafficByDate": _by_date(request, marketplace, [days for _, days in figures]),
        "salesAndTrafficByAsin": _by_asin(request, marketplace, figures),
    }
    return msgspec.json.encode(document)


def _figures(
    request: SalesRequest, view: StockView, marketplace: Marketplace, item: Item
) -> list[Figures]:
    return daily_figures(
        view.seed,
        marketplace.id,
        item=item,
        prices=[item.price(marketplace, day) for day in request.days],
        first=request.first.toordinal(),
    )


def _by_date(
    request: SalesRequest, marketplace: Marketplace, figures: Iterable[list[Figures]]
) -> list[Row]:
    items = list(figures)
    sums: dict[date, Figures] = {}
    for place, day in enumerate(request.days):
        start = first_day(request.period, day)
        sums[start] = sum((one[place] for one in items), sums.get(start, Figures()))
    return [
        {
            "date": start.isoformat(),
            "salesByDate": sales_by_date(total, marketplace),
            "trafficByDate": traffic_by_date(total, marketplace, offers=len(items)),
        }
        for start, total in sums.items()
    ]


def _by_asin(
    request: SalesRequest, marketplace: Marketplace, figures: list[tuple[Item, list[Figures]]]
) -> list[Row]:
    sums: dict[tuple[str, ...], Figures] = {}
    for item, days in figures:
        names = _names(item, request.asins)
        sums[names] = sum(days, sums.get(names, Figures()))
    whole = sum(sums.values(), Figures())
    return [
        {
            **dict(zip(("parentAsin", "childAsin", "sku"), names, strict=False)),
            "salesByAsin": sales_by_asin(total, marketplace),
            "trafficByAsin": traffic_by_asin(total, whole, marketplace),
        }
        for names, total in sums.items()
        if total.sessions or total.units
    ]


def _names(item: Item, granularity: str) -> tuple[str, ...]:
    names = (item.parent_asin, item.asin, item.sku)
    return names[: {"PARENT": 1, "CHILD": 2, "SKU": 3}[granularity]]
