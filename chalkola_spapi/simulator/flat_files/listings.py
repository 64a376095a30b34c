"""All listings, GET_MERCHANT_LISTINGS_ALL_DATA: a row for each SKU, whoever ships it.

Beside the items that Amazon ships, some have a SKU that the seller ships, and one SKU is a draft
without an ASIN. What Amazon ships has no quantity here, and is inactive while it is out of stock.
Japan's columns are others: their headers are Japanese, and the ASIN is the product id.
https://developer-docs.amazon.com/sp-api/docs/report-type-values-inventory
"""

from datetime import datetime, timedelta

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.flat_files.writer import FlatFile, money
from chalkola_spapi.simulator.marketplaces import Marketplace
from chalkola_spapi.simulator.stock.catalogue import Item
from chalkola_spapi.simulator.stock.stock import StockView

Row = dict[str, object]

DRAFT_SKU = "CM-DRAFT-0001"
_COLUMNS = (
    "item-name",
    "item-description",
    "listing-id",
    "seller-sku",
    "price",
    "quantity",
    "open-date",
    "image-url",
    "item-is-marketplace",
    "product-id-type",
    "zshop-shipping-fee",
    "item-note",
    "item-condition",
    "zshop-category1",
    "zshop-browse-path",
    "zshop-storefront-feature",
    "asin1",
    "asin2",
    "asin3",
    "will-ship-internationally",
    "expedited-shipping",
    "zshop-boldface",
    "product-id",
    "bid-for-featured-placement",
    "add-delete",
    "pending-quantity",
    "fulfillment-channel",
    "merchant-shipping-group",
    "status",
)
_JAPANESE = {
    "item-name": "商品名",
    "listing-id": "出品ID",
    "seller-sku": "出品者SKU",
    "price": "価格",
    "quantity": "数量",
    "open-date": "出品日",
    "product-id-type": "商品IDタイプ",
    "item-note": "コンディション説明",
    "item-condition": "コンディション",
    "will-ship-internationally": "国外へ配送可",
    "expedited-shipping": "迅速な配送",
    "product-id": "商品ID",
    "pending-quantity": "在庫数",
    "fulfillment-channel": "フルフィルメント・チャンネル",
    "merchant-shipping-group": "merchant-shipping-group",
    "points": "ポイント",
    "status": "ステータス",
}
_DATE_FORMATS = {"NA": "%Y-%m-%d %H:%M:%S %Z", "EU": "%d/%m/%Y %H:%M:%S %Z"}
_NEW = 11
_SELLER_SHIPS_EVERY = 9


def all_listings(view: StockView, marketplace: Marketplace) -> FlatFile:
    """The report of a marketplace, at the moment of the view."""
    rows: list[Row] = []
    for place, item in enumerate(view.listed(marketplace)):
        rows.append(_amazon_ships(view, marketplace, item))
        if place % _SELLER_SHIPS_EVERY == 0:
            rows.append(_seller_ships(view, marketplace, item, is_active=place % 2 == 0))
    if rows:
        rows.append({"seller-sku": DRAFT_SKU, "item-name": "Chalkola", "status": "Incomplete"})
    is_japanese = marketplace.country_code == "JP"
    columns = tuple(_JAPANESE) if is_japanese else _COLUMNS
    heads = tuple(_JAPANESE.values()) if is_japanese else _COLUMNS
    return FlatFile(
        columns=heads,
        rows=[[row.get(column, "") for column in columns] for row in rows],
        names=frozenset({"item-name", "item-description", "商品名"}),
        prices=frozenset({"price", "価格"}),
        line_end="\n",
    )


def _amazon_ships(view: StockView, marketplace: Marketplace, item: Item) -> Row:
    in_stock = view.levels(marketplace, item.sku).fulfillable + view.remote(marketplace, item.sku)
    return _listed(view, marketplace, item, sku=item.sku) | {
        "fulfillment-channel": _channel(marketplace),
        "status": "Active" if in_stock else "Inactive",
    }


def _seller_ships(view: StockView, marketplace: Marketplace, item: Item, *, is_active: bool) -> Row:
    return _listed(view, marketplace, item, sku=f"{item.sku}-MFN") | {
        "quantity": 12 if is_active else 0,
        "pending-quantity": 0,
        "fulfillment-channel": "DEFAULT",
        "merchant-shipping-group": "Default Template",
        "status": "Active" if is_active else "Inactive",
    }


def _listed(view: StockView, marketplace: Marketplace, item: Item, *, sku: str) -> Row:
    key = noise.key(item.key, marketplace.id, sku)
    return {
        "item-name": item.name(marketplace),
        "item-description": item.description(marketplace),
        "listing-id": f"{key % 10_000:04d}{'ABCDEFGH'[key % 8]}{key // 10_000 % 1_000_000:06d}",
        "seller-sku": sku,
        "price": money(marketplace, item.price(marketplace, view.today(marketplace))),
        "open-date": _opened(marketplace, key),
        "item-is-marketplace": "y",
        "product-id-type": 1,
        "item-condition": _NEW,
        "asin1": item.asin,
        "will-ship-internationally": 1,
        "product-id": item.asin,
        "points": 0,
    }


def _channel(marketplace: Marketplace) -> str:
    own = {"JP": "AMAZON_JP", "AU": "AMAZON_AU"}
    return own.get(marketplace.country_code, f"AMAZON_{marketplace.region}")


def _opened(marketplace: Marketplace, key: int) -> str:
    since = datetime(2021, 1, 1, tzinfo=marketplace.zone)
    opened = since + timedelta(seconds=key % (3 * 365 * 86400))
    return opened.strftime(_DATE_FORMATS.get(marketplace.region, "%Y/%m/%d %H:%M:%S %Z"))
