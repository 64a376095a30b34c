"""A full walk of getInventorySummaries: every SKU of a marketplace, or nothing.

https://developer-docs.amazon.com/sp-api/reference/getinventorysummaries
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from chalkola_spapi.errors import ContractError, NextTokenExpiredError
from chalkola_spapi.inventory import (
    InventoryApi,
    InventoryDetails,
    InventorySummary,
    ResearchingQuantity,
    ReservedQuantity,
    UnfulfillableQuantity,
)
from tasks.documents.copy_text import copy_text

logger = logging.getLogger(__name__)

#: A token lives 30 seconds: after a longer pause the walk begins anew, this often at most.
MOST_WALKS = 4

#: What a walk's lines hold, in their order.
WALK_COLUMNS = (
    "msku",
    "asin",
    "fnsku",
    "condition",
    "product_name",
    "amazon_updated_at",
    "total_quantity",
    "fulfillable_quantity",
    "inbound_working_quantity",
    "inbound_shipped_quantity",
    "inbound_receiving_quantity",
    "reserved_quantity",
    "reserved_customer_order_quantity",
    "reserved_transshipment_quantity",
    "reserved_fc_processing_quantity",
    "researching_quantity",
    "researching_short_term_quantity",
    "researching_mid_term_quantity",
    "researching_long_term_quantity",
    "unfulfillable_quantity",
    "customer_damaged_quantity",
    "warehouse_damaged_quantity",
    "distributor_damaged_quantity",
    "carrier_damaged_quantity",
    "defective_quantity",
    "expired_quantity",
)
_RESEARCHING = ("ShortTerm", "MidTerm", "LongTerm")


@dataclass(frozen=True)
class Walk:
    """A whole walk: COPY lines of WALK_COLUMNS; `as_of` is when it began.

    `skus` are distinct; `repeated` came more than once, since pages shifted during the walk.
    """

    lines: io.BytesIO
    as_of: datetime
    pages: int
    skus: int
    repeated: int
    restarts: int


def walk_stock(
    inventory: InventoryApi, marketplace_id: str, *, now: Callable[[], datetime]
) -> Walk:
    """Walk a marketplace's stock to its last page, from the beginning where a token has lapsed.

    Quota: 2 requests/s, burst 2, for each page of about 50 SKUs.

    Raises:
        NextTokenExpiredError: tokens lapsed in every walk.
        ContractError: pages that do not fit together; nothing may be concluded from them.
    """
    for restarts in range(MOST_WALKS):
        try:
            return _walk(inventory, marketplace_id, as_of=now(), restarts=restarts)
        except NextTokenExpiredError as exc:
            if restarts == MOST_WALKS - 1:
                raise
            logger.warning("%s: a token has lapsed, walking again: %s", marketplace_id, exc)
    raise AssertionError("the last walk returns or raises")


def _walk(inventory: InventoryApi, marketplace_id: str, *, as_of: datetime, restarts: int) -> Walk:
    lines = io.BytesIO()
    skus: set[str] = set()
    summaries = pages = detailed = 0
    for page in _pages(inventory, marketplace_id):
        pages += 1
        for summary in page:
            lines.write(_line(summary).encode())
            skus.add(summary.seller_sku or "")
            summaries += 1
            detailed += summary.inventory_details is not None
    if summaries and not detailed:
        raise ContractError("getInventorySummaries: no SKU has inventoryDetails: stock unknown")
    lines.seek(0)
    return Walk(lines, as_of, pages, len(skus), summaries - len(skus), restarts)


def _pages(inventory: InventoryApi, marketplace_id: str) -> Iterator[tuple[InventorySummary, ...]]:
    token: str | None = None
    while True:
        page = inventory.get_inventory_summaries(marketplace_id, next_token=token)
        said = page.payload.granularity.granularity_id
        if said not in {None, marketplace_id}:
            raise ContractError(f"getInventorySummaries: asked for {marketplace_id}, got {said}")
        yield page.summaries
        if page.next_token is None:
            return
        if page.next_token == token:
            raise ContractError("getInventorySummaries: a page that names itself as the next one")
        token = page.next_token


def _line(summary: InventorySummary) -> str:
    if not summary.seller_sku:
        raise ContractError("getInventorySummaries: a summary without sellerSku")
    texts = (
        summary.seller_sku,
        summary.asin,
        summary.fn_sku,
        summary.condition,
        summary.product_name,
        summary.last_updated_time.isoformat() if summary.last_updated_time else None,
    )
    quantities = _quantities(summary)
    cells = [
        *("null" if text is None else copy_text(text) for text in texts),
        *("null" if quantity is None else str(quantity) for quantity in quantities),
    ]
    return "\t".join(cells) + "\n"


def _quantities(summary: InventorySummary) -> Iterator[int | None]:
    details = summary.inventory_details or InventoryDetails()
    yield summary.total_quantity
    yield details.fulfillable_quantity
    yield details.inbound_working_quantity
    yield details.inbound_shipped_quantity
    yield details.inbound_receiving_quantity
    reserved = details.reserved_quantity or ReservedQuantity()
    yield reserved.total_reserved_quantity
    yield reserved.pending_customer_order_quantity
    yield reserved.pending_transshipment_quantity
    yield reserved.fc_processing_quantity
    yield from _researching(details)
    unfulfillable = details.unfulfillable_quantity or UnfulfillableQuantity()
    yield unfulfillable.total_unfulfillable_quantity
    yield unfulfillable.customer_damaged_quantity
    yield unfulfillable.warehouse_damaged_quantity
    yield unfulfillable.distributor_damaged_quantity
    yield unfulfillable.carrier_damaged_quantity
    yield unfulfillable.defective_quantity
    yield unfulfillable.expired_quantity


def _researching(details: InventoryDetails) -> Iterator[int | None]:
    researching = details.researching_quantity or ResearchingQuantity()
    yield researching.total_researching_quantity
    by_term = {
        entry.name.removeprefix("researchingQuantityIn"): entry.quantity
        for entry in researching.researching_quantity_breakdown
    }
    for term in _RESEARCHING:
        yield by_term.get(term)
