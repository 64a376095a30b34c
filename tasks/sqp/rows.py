"""The rows of a Search Query Performance document, as Amazon's model has them, to lines for COPY.

Numbers are msgspec.Raw: never parsed and never printed again, so that they stay exact.
https://github.com/amzn/selling-partner-api-models/blob/main/schemas/reports/sellingPartnerSearchQueryPerformanceReport.json
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import msgspec
from msgspec import Raw, Struct

from tasks.documents.copy_text import copy_text
from tasks.documents.errors import unknown_shape

NULL = Raw(b"null")


class Money(Struct, gc=False, rename="camel"):
    """An amount in a currency; either may be missing where nobody clicked."""

    amount: Raw = NULL
    currency_code: str | None = None


class SearchQueryData(Struct, gc=False, rename="camel"):
    """The query, its rank (1 is best) and its volume."""

    search_query: str
    search_query_score: Raw = NULL
    search_query_volume: Raw = NULL


class ImpressionData(Struct, gc=False, rename="camel"):
    """How often the query's results, and the ASIN among them, were shown."""

    total_query_impression_count: Raw = NULL
    asin_impression_count: Raw = NULL
    asin_impression_share: Raw = NULL


class ClickData(Struct, gc=False, rename="camel"):
    """The clicks, of the query and of the ASIN."""

    total_click_count: Raw = NULL
    total_click_rate: Raw = NULL
    asin_click_count: Raw = NULL
    asin_click_share: Raw = NULL
    total_median_click_price: Money | None = None
    asin_median_click_price: Money | None = None
    total_same_day_shipping_click_count: Raw = NULL
    total_one_day_shipping_click_count: Raw = NULL
    total_two_day_shipping_click_count: Raw = NULL


class CartAddData(Struct, gc=False, rename="camel"):
    """What was put into carts, of the query and of the ASIN."""

    total_cart_add_count: Raw = NULL
    total_cart_add_rate: Raw = NULL
    asin_cart_add_count: Raw = NULL
    asin_cart_add_share: Raw = NULL
    total_median_cart_add_price: Money | None = None
    asin_median_cart_add_price: Money | None = None
    total_same_day_shipping_cart_add_count: Raw = NULL
    total_one_day_shipping_cart_add_count: Raw = NULL
    total_two_day_shipping_cart_add_count: Raw = NULL


class PurchaseData(Struct, gc=False, rename="camel"):
    """What was bought, of the query and of the ASIN."""

    total_purchase_count: Raw = NULL
    total_purchase_rate: Raw = NULL
    asin_purchase_count: Raw = NULL
    asin_purchase_share: Raw = NULL
    total_median_purchase_price: Money | None = None
    asin_median_purchase_price: Money | None = None
    total_same_day_shipping_purchase_count: Raw = NULL
    total_one_day_shipping_purchase_count: Raw = NULL
    total_two_day_shipping_purchase_count: Raw = NULL


class Row(Struct, gc=False, rename="camel"):
    """One ASIN and one search query in one period."""

    start_date: str
    end_date: str
    asin: str
    search_query_data: SearchQueryData
    impression_data: ImpressionData
    click_data: ClickData
    cart_add_data: CartAddData
    purchase_data: PurchaseData


def _stage_columns(total: str, stage: str) -> tuple[str, ...]:
    """The eleven columns of one stage; the guide's plural names the counts."""
    prices = [
        f"{whose}_median_{stage}_price_{part}"
        for whose in ("total", "asin")
        for part in ("amount", "currency_code")
    ]
    days = [f"total_{day}_day_shipping_{stage}_count" for day in ("same", "one", "two")]
    counts = [f"total_{total}", f"total_{stage}_rate", f"asin_{total}", f"asin_{stage}_share"]
    return (*counts, *prices, *days)


# In the order in which copy_line writes them.
METRIC_COLUMNS = (
    "search_query_score",
    "search_query_volume",
    "total_impressions",
    "asin_impressions",
    "asin_impression_share",
    *_stage_columns("clicks", "click"),
    *_stage_columns("cart_adds", "cart_add"),
    *_stage_columns("purchases", "purchase"),
)

# What a number, a null, a tab and an upper-case currency are made of; true, false, strings, arrays
# and objects hold something else.
_METRIC_CHARACTERS = b"0123456789.+-e\tnulABCDEFGHIJKLMNOPQRSTUVWXYZ"


class _Currencies(dict[str | None, bytes]):
    """Currency codes as COPY reads them, each written once."""

    def __missing__(self, code: str | None) -> bytes:
        cell = b"null" if code is None else copy_text(code).encode()
        if len(cell) == LENGTH_OF_A_CURRENCY:  # what is none must not gather here
            self[code] = cell
        return cell


LENGTH_OF_A_CURRENCY = 3
CURRENCIES = _Currencies({None: b"null"})
NO_PRICE = Money()


def metric_cells(row: Row) -> bytes:
    """The metrics as COPY reads them, in the order of METRIC_COLUMNS; for check_metrics."""
    query, shown = row.search_query_data, row.impression_data
    click, cart, bought = row.click_data, row.cart_add_data, row.purchase_data
    any_click = click.total_median_click_price or NO_PRICE
    own_click = click.asin_median_click_price or NO_PRICE
    any_cart = cart.total_median_cart_add_price or NO_PRICE
    own_cart = cart.asin_median_cart_add_price or NO_PRICE
    any_bought = bought.total_median_purchase_price or NO_PRICE
    own_bought = bought.asin_median_purchase_price or NO_PRICE
    return b"\t".join(
        (
            query.search_query_score,
            query.search_query_volume,
            shown.total_query_impression_count,
            shown.asin_impression_count,
            shown.asin_impression_share,
            click.total_click_count,
            click.total_click_rate,
            click.asin_click_count,
            click.asin_click_share,
            any_click.amount,
            CURRENCIES[any_click.currency_code],
            own_click.amount,
            CURRENCIES[own_click.currency_code],
            click.total_same_day_shipping_click_count,
            click.total_one_day_shipping_click_count,
            click.total_two_day_shipping_click_count,
            cart.total_cart_add_count,
            cart.total_cart_add_rate,
            cart.asin_cart_add_count,
            cart.asin_cart_add_share,
            any_cart.amount,
            CURRENCIES[any_cart.currency_code],
            own_cart.amount,
            CURRENCIES[own_cart.currency_code],
            cart.total_same_day_shipping_cart_add_count,
            cart.total_one_day_shipping_cart_add_count,
            cart.total_two_day_shipping_cart_add_count,
            bought.total_purchase_count,
            bought.total_purchase_rate,
            bought.asin_purchase_count,
            bought.asin_purchase_share,
            any_bought.amount,
            CURRENCIES[any_bought.currency_code],
            own_bought.amount,
            CURRENCIES[own_bought.currency_code],
            bought.total_same_day_shipping_purchase_count,
            bought.total_one_day_shipping_purchase_count,
            bought.total_two_day_shipping_purchase_count,
        )
    )


def check_metrics(run: Mapping[bytes, bytes]) -> None:
    """See that all metrics of many rows are numbers; the rows' keys begin with their ASIN.

    Raises:
        MalformedDocumentError: one of them is no number.
    """
    # All at once: to look at each would take a fifth of the time that writing it takes.
    if b"\t".join(run.values()).translate(None, _METRIC_CHARACTERS):
        for key, cells in run.items():
            _refuse_odd_metrics(key.split(b"\t")[0].decode(), cells)


def _refuse_odd_metrics(asin: str, cells: bytes) -> None:
    """Name the first metric that is no number; an odd currency is only text."""
    if not cells.translate(None, _METRIC_CHARACTERS):
        return
    for column, cell in zip(METRIC_COLUMNS, cells.split(b"\t"), strict=False):
        is_number = not cell.translate(None, b"0123456789.+-eE") or cell == b"null"
        if not is_number and not column.endswith("_currency_code"):
            value = cell[:40].decode(errors="replace")
            raise unknown_shape(f"{column} of {asin} is no number but {value}")


@cache
def known_fields(shape: type[Struct]) -> dict[str, type[Struct] | None]:
    """Amazon's names of a shape's fields, each with the shape of its value if that is an object."""
    return {field.encode_name: _struct_of(field.type) for field in msgspec.structs.fields(shape)}


def _struct_of(kind: object) -> type[Struct] | None:
    candidates = getattr(kind, "__args__", (kind,))
    structs = (item for item in candidates if isinstance(item, type) and issubclass(item, Struct))
    return next(structs, None)
