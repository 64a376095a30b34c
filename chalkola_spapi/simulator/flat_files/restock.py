"""The restock report, GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT: a row for each SKU.

Amazon translates its headers for some accounts; here they are English everywhere.
https://developer-docs.amazon.com/sp-api/docs/report-type-values-fba
"""

from datetime import date, timedelta

from chalkola_spapi.simulator.flat_files.writer import FlatFile, money
from chalkola_spapi.simulator.marketplaces import Marketplace
from chalkola_spapi.simulator.stock.sales import units_of_days
from chalkola_spapi.simulator.stock.stock import StockView

_COLUMNS = (
    "Country",
    "Product Name",
    "FNSKU",
    "Merchant SKU",
    "ASIN",
    "Condition",
    "Supplier",
    "Supplier part no.",
    "Currency code",
    "Price",
    "Sales last 30 days",
    "Units Sold Last 30 Days",
    "Total Units",
    "Inbound",
    "Available",
    "FC transfer",
    "FC Processing",
    "Customer Order",
    "Unfulfillable",
    "Working",
    "Shipped",
    "Receiving",
    "Fulfilled by",
    "Total Days of Supply (including units from open shipments)",
    "Days of Supply at Amazon Fulfillment Network",
    "Alert",
    "Recommended replenishment qty",
    "Recommended ship date",
    "Recommended action",
    "Unit storage size",
)
_DAYS = 30
_WANTED_DAYS_OF_SUPPLY = 60


def restock_recommendations(view: StockView, marketplace: Marketplace) -> FlatFile:
    """The report of a marketplace, at the moment of the view."""
    return FlatFile(
        columns=_COLUMNS,
        rows=[_row(view, marketplace, sku) for sku in view.skus(marketplace)],
        names=frozenset({"Product Name"}),
        prices=frozenset({"Price", "Sales last 30 days"}),
    )


def _row(view: StockView, marketplace: Marketplace, sku: str) -> tuple[object, ...]:
    item, levels = view.items[sku], view.levels(marketplace, sku)
    today = view.today(marketplace)
    sold = _sold(view, marketplace, sku, today=today)
    price = item.price(marketplace, today)
    supply = levels.fulfillable * _DAYS // sold if sold else 365
    wanted = max(0, sold * _WANTED_DAYS_OF_SUPPLY // _DAYS - levels.total)
    alert = "out_of_stock" if levels.fulfillable == 0 else "low_stock" if supply < 14 else ""
    return (
        marketplace.country_code,
        item.name(marketplace),
        item.fnsku(marketplace),
        sku,
        item.asin,
        "New",
        "",
        "",
        marketplace.currency,
        money(marketplace, price),
        money(marketplace, sold * price),
        sold,
        levels.total,
        levels.inbound,
        levels.fulfillable,
        levels.pending_transshipment,
        levels.fc_processing,
        levels.pending_customer_order,
        levels.unfulfillable,
        levels.inbound_working,
        levels.inbound_shipped,
        levels.inbound_receiving,
        "Amazon",
        levels.total * _DAYS // sold if sold else 365,
        supply,
        alert,
        wanted,
        _day(marketplace, today + timedelta(days=min(supply // 2, 90))) if wanted else "",
        "Create shipment" if wanted else "No action required",
        f"{0.012 * item.pack:.4f} ft3",
    )


def _sold(view: StockView, marketplace: Marketplace, sku: str, *, today: date) -> int:
    first = today.toordinal() - _DAYS
    return sum(
        units_of_days(view.seed, marketplace.id, item=view.items[sku], first=first, count=_DAYS)
    )


def _day(marketplace: Marketplace, day: date) -> str:
    return day.strftime("%m/%d/%Y" if marketplace.region == "NA" else "%d/%m/%Y")
