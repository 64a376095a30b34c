"""The FBA Manage Inventory report, GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA: a row for each SKU.

Europe and the Far East have two columns more: what lies in the marketplace itself, and what the
other countries of the European pool hold for it. There afn-fulfillable-quantity is both together,
and so are the sums above it. Headers are English everywhere.
https://developer-docs.amazon.com/sp-api/docs/report-type-values-fba
"""

from chalkola_spapi.simulator.flat_files.writer import FlatFile, money
from chalkola_spapi.simulator.marketplaces import Marketplace
from chalkola_spapi.simulator.stock.stock import StockView

_COLUMNS = (
    "sku",
    "fnsku",
    "asin",
    "product-name",
    "condition",
    "your-price",
    "mfn-listing-exists",
    "mfn-fulfillable-quantity",
    "afn-listing-exists",
    "afn-warehouse-quantity",
    "afn-fulfillable-quantity",
    "afn-unsellable-quantity",
    "afn-reserved-quantity",
    "afn-total-quantity",
    "per-unit-volume",
    "afn-inbound-working-quantity",
    "afn-inbound-shipped-quantity",
    "afn-inbound-receiving-quantity",
    "afn-researching-quantity",
    "afn-reserved-future-supply",
    "afn-future-supply-buyable",
)
_POOL_COLUMNS = ("afn-fulfillable-quantity-local", "afn-fulfillable-quantity-remote")


def manage_inventory(view: StockView, marketplace: Marketplace) -> FlatFile:
    """The report of a marketplace, at the moment of the view."""
    has_pool = marketplace.region != "NA"
    return FlatFile(
        columns=(*_COLUMNS, *(_POOL_COLUMNS if has_pool else ()), "store"),
        rows=[_row(view, marketplace, sku, has_pool) for sku in view.skus(marketplace)],
        names=frozenset({"product-name"}),
        prices=frozenset({"your-price", "per-unit-volume"}),
    )


def _row(view: StockView, marketplace: Marketplace, sku: str, has_pool: bool) -> tuple[object, ...]:
    item, levels = view.items[sku], view.levels(marketplace, sku)
    remote = view.remote(marketplace, sku)
    return (
        sku,
        item.fnsku(marketplace),
        item.asin,
        item.name(marketplace),
        "New",
        money(marketplace, item.price(marketplace, view.today(marketplace))),
        "No",
        "",
        "Yes",
        levels.warehouse + remote,
        levels.fulfillable + remote,
        levels.unfulfillable,
        levels.reserved,
        levels.total + remote,
        f"{0.012 * item.pack:.2f}",
        levels.inbound_working,
        levels.inbound_shipped,
        levels.inbound_receiving,
        levels.researching,
        0,
        0,
        *((levels.fulfillable, remote) if has_pool else ()),
        "",
    )
