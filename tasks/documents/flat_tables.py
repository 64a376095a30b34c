"""The tables of the tab-delimited reports: stock, restocking, listings.

Each holds things as they stood when its newest report was made. Headers are matched whatever their
case, blanks and dashes, in the languages that sellers have met; a column that Amazon leaves out is
NULL.
https://developer-docs.amazon.com/sp-api/docs/report-type-values-fba
https://developer-docs.amazon.com/sp-api/docs/report-type-values-inventory
"""

from __future__ import annotations

from tasks.documents.table import Column, Kind, ReportTable, snake

_SNAPSHOT_SCOPE = ("account", "marketplace_id")
# German, French, Italian, Spanish, Japanese: the language of the seller's account, not the country.
_SELLER_SKU = ("Händler-SKU", "sku-vendeur", "SKU venditore", "SKU del vendedor", "出品者SKU")


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
        _column("your-price", "money"),
        _column("mfn-listing-exists"),
        *_counts("mfn-fulfillable-quantity"),
        _column("afn-listing-exists"),
        *_counts(
            "afn-warehouse-quantity",
        ),
        # Without it there would be no telling what can be sold from what cannot.
        Column("afn_fulfillable_quantity", ("afn-fulfillable-quantity",), "count", is_needed=True),
        *_counts(
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
        Column(
            "sku",
            ("Merchant SKU",),
            is_key=True,
            aliases=("SKU", "MSKU", "seller-sku", *_SELLER_SKU),
        ),
        _column("Country", aliases=("Country/Region Code",)),
        _column("Product Name"),
        _column("FNSKU"),
        _column("ASIN"),
        _column("Condition"),
        _column("Supplier"),
        _column("Supplier part no.", name="supplier_part_number"),
        _column("Currency code"),
        _column("Price", "money"),
        _column("Sales last 30 days", "money"),
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
            aliases=("Recommended replenishment quantity", "Recommended ship-in quantity"),
        ),
        _column("Recommended ship date", aliases=("Recommended ship-in date",)),
        _column("Recommended action"),
        _column("Unit storage size"),
    ),
)

#: Grain: account, marketplace, seller SKU: every listing, whoever ships it. Japan's ASIN stands in
#: product_id.
LISTINGS = ReportTable(
    name="merchant_listings",
    scope=_SNAPSHOT_SCOPE,
    columns=(
        Column("seller_sku", ("seller-sku",), is_key=True, aliases=_SELLER_SKU),
        Column("asin", ("asin1",), aliases=("asin", "ASIN 1")),
        _column(
            "item-name",
            aliases=(
                "Artikelbezeichnung",
                "nom-produit",
                "Nome dell'articolo",
                "Título del producto",
                "商品名",
            ),
        ),
        _column("item-description"),
        _column("listing-id", aliases=("出品ID",)),
        _column("price", "money", aliases=("Preis", "prix", "Prezzo", "Precio", "価格")),
        _column("quantity", "count", aliases=("Menge", "quantité", "Quantità", "Cantidad", "数量")),
        _column(
            "open-date",
            aliases=("Erstellungsdatum", "Data di creazione", "Fecha de creación", "出品日"),
        ),
        _column("image-url"),
        _column("item-is-marketplace"),
        _column(
            "product-id-type",
            aliases=(
                "Produkt-ID-Typ",
                "type-id-produit",
                "Tipo di identificativo del prodotto",
                "Tipo de identificador de producto",
                "商品IDタイプ",
            ),
        ),
        _column("zshop-shipping-fee"),
        _column("item-note", aliases=("コンディション説明",)),
        _column(
            "item-condition",
            aliases=(
                "Artikelzustand",
                "état-produit",
                "Condizione dell'articolo",
                "Estado del producto",
                "コンディション",
            ),
        ),
        _column("zshop-category1"),
        _column("zshop-browse-path"),
        _column("zshop-storefront-feature"),
        _column("asin2", aliases=("ASIN 2",)),
        _column("asin3", aliases=("ASIN 3",)),
        _column("will-ship-internationally", aliases=("国外へ配送可",)),
        _column("expedited-shipping", aliases=("迅速な配送",)),
        _column("zshop-boldface"),
        _column(
            "product-id",
            aliases=(
                "Produkt-ID",
                "id-produit",
                "Identificativo del prodotto",
                "Identificador del producto",
                "商品ID",
            ),
        ),
        _column("bid-for-featured-placement"),
        _column("add-delete"),
        _column("pending-quantity", "count", aliases=("在庫数",)),
        _column(
            "fulfillment-channel",
            aliases=(
                "fulfilment-channel",
                "Versender",
                "canal-traitement",
                "Canale di gestione",
                "Canal de gestión logística",
                "フルフィルメント・チャンネル",
            ),
        ),
        _column("merchant-shipping-group"),
        _column("points", aliases=("ポイント",)),
        _column("status", aliases=("état", "statut", "stato", "estado", "ステータス")),
    ),
)
