"""The tables of the tab-delimited reports: stock, restocking, listings.

Each holds things as they stood when its newest report was made. Headers are matched whatever their
case, blanks and dashes; a column that Amazon leaves out is NULL.
https://developer-docs.amazon.com/sp-api/docs/report-type-values-fba
https://developer-docs.amazon.com/sp-api/docs/report-type-values-inventory
"""

from __future__ import annotations

from tasks.documents.table import Column, Kind, ReportTable, snake

_SNAPSHOT_SCOPE = ("account", "marketplace_id")


def _column(
    header: str, kind: Kind = "text", *, name: str = "", aliases: tuple[str, ...] = ()
) -> Column:
    return Column(name or snake(header), (header,), kind, aliases=aliases)


def _counts(*headers: str) -> tuple[Column, ...]:
    return tuple(_column(header, "count") for header in headers)


#: Grain: account, marketplace, SKU. afn_* is what Amazon holds; in Europe and the Far East the sums
#: hold afn_fulfillable_quantity_remote, too: units of other marketplaces.
MYI_INVENTORY = ReportTable(
    name="fba_myi_inventory",
    scope=_SNAPSHOT_SCOPE,
    columns=(
        Column("sku", ("sku",), is_key=True, aliases=("seller-sku", "msku")),
        _column("fnsku"),
        _column("asin"),
        _column("product-name"),
        _column("condition"),
        _column("your-price", "number"),
        _column("mfn-listing-exists"),
        *_counts("mfn-fulfillable-quantity"),
        _column("afn-listing-exists"),
        *_counts(
            "afn-warehouse-quantity",
            "afn-fulfillable-quantity",
            "afn-unsellable-quantity",
            "afn-reserved-quantity",
            "afn-total-quantity",
        ),
        _column("per-unit-volume", "number"),
        *_counts(
            "afn-inbound-working-quantity",
            "afn-inbound-shipped-quantity",
            "afn-inbound-receiving-quantity",
            "afn-researching-quantity",
            "afn-reserved-future-supply",
            "afn-future-supply-buyable",
            "afn-fulfillable-quantity-local",
            "afn-fulfillable-quantity-remote",
            "afn-fc-transfer-quantity",
        ),
        _column("store"),
    ),
)

#: Grain: account, marketplace, SKU. Dates and alerts are Amazon's words: their form depends on the
#: country.
RESTOCK = ReportTable(
    name="restock_recommendations",
    scope=_SNAPSHOT_SCOPE,
    columns=(
        Column("sku", ("Merchant SKU",), is_key=True, aliases=("SKU", "MSKU", "seller-sku")),
        _column("Country"),
        _column("Product Name"),
        _column("FNSKU"),
        _column("ASIN"),
        _column("Condition"),
        _column("Supplier"),
        _column("Supplier part no.", name="supplier_part_number"),
        _column("Currency code"),
        _column("Price", "number"),
        _column("Sales last 30 days", "number"),
        *_counts(
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
        ),
        _column("Fulfilled by"),
        _column(
            "Total Days of Supply (including units from open shipments)",
            "number",
            name="total_days_of_supply",
            aliases=("Total Days of Supply",),
        ),
        _column(
            "Days of Supply at Amazon Fulfillment Network",
            "number",
            name="days_of_supply_at_amazon",
            aliases=("Days of Supply",),
        ),
        _column("Alert"),
        Column(
            "recommended_replenishment_quantity",
            ("Recommended replenishment qty",),
            "count",
            aliases=("Recommended replenishment quantity",),
        ),
        _column("Recommended ship date"),
        _column("Recommended action"),
        _column("Unit storage size"),
    ),
)

#: Grain: account, marketplace, seller SKU: every listing, whoever ships it. Japan's headers are
#: Japanese.
LISTINGS = ReportTable(
    name="merchant_listings",
    scope=_SNAPSHOT_SCOPE,
    columns=(
        Column("seller_sku", ("seller-sku",), is_key=True, aliases=("出品者SKU",)),
        Column("asin", ("asin1",), aliases=("asin",)),
        _column("item-name", aliases=("商品名",)),
        _column("item-description"),
        _column("listing-id", aliases=("出品ID",)),
        _column("price", "number", aliases=("価格",)),
        _column("quantity", "count", aliases=("数量",)),
        _column("open-date", aliases=("出品日",)),
        _column("image-url"),
        _column("item-is-marketplace"),
        _column("product-id-type", aliases=("商品IDタイプ",)),
        _column("zshop-shipping-fee"),
        _column("item-note", aliases=("コンディション説明",)),
        _column("item-condition", aliases=("コンディション",)),
        _column("zshop-category1"),
        _column("zshop-browse-path"),
        _column("zshop-storefront-feature"),
        _column("asin2"),
        _column("asin3"),
        _column("will-ship-internationally", aliases=("国外へ配送可",)),
        _column("expedited-shipping", aliases=("迅速な配送",)),
        _column("zshop-boldface"),
        _column("product-id", aliases=("商品ID",)),
        _column("bid-for-featured-placement"),
        _column("add-delete"),
        _column("pending-quantity", "count", aliases=("在庫数",)),
        _column("fulfillment-channel", aliases=("フルフィルメント・チャンネル",)),
        _column("merchant-shipping-group"),
        _column("points", aliases=("ポイント",)),
        _column("status", aliases=("ステータス",)),
    ),
)
