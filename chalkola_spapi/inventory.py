"""FBA inventory: how many of each SKU Amazon has, and in what state.

https://developer-docs.amazon.com/sp-api/reference/fbainventory-v1
"""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus

from chalkola_spapi.client import SpApi
from chalkola_spapi.errors import ApiStatusError, NextTokenExpiredError
from chalkola_spapi.fields import Many, MaybeTime
from chalkola_spapi.operations import GET_INVENTORY_SUMMARIES
from chalkola_spapi.responses import Model
from chalkola_spapi.wire import Query


class ReservedQuantity(Model):
    """Units that are spoken for, and by what."""

    total_reserved_quantity: int | None = None
    pending_customer_order_quantity: int | None = None
    pending_transshipment_quantity: int | None = None
    fc_processing_quantity: int | None = None


class ResearchingQuantityEntry(Model):
    """Units that Amazon looks for.

    `name` is researchingQuantityInShortTerm, ...InMidTerm or ...InLongTerm: 1-10, 11-20 and more
    days.
    """

    name: str
    quantity: int


class ResearchingQuantity(Model):
    """Units that Amazon has mislaid."""

    total_researching_quantity: int | None = None
    researching_quantity_breakdown: Many[ResearchingQuantityEntry] = ()


class UnfulfillableQuantity(Model):
    """Units that cannot be sold, and why."""

    total_unfulfillable_quantity: int | None = None
    customer_damaged_quantity: int | None = None
    warehouse_damaged_quantity: int | None = None
    distributor_damaged_quantity: int | None = None
    carrier_damaged_quantity: int | None = None
    defective_quantity: int | None = None
    expired_quantity: int | None = None


class InventoryDetails(Model):
    """Units by their state."""

    fulfillable_quantity: int | None = None
    inbound_working_quantity: int | None = None
    inbound_shipped_quantity: int | None = None
    inbound_receiving_quantity: int | None = None
    reserved_quantity: ReservedQuantity | None = None
    researching_quantity: ResearchingQuantity | None = None
    unfulfillable_quantity: UnfulfillableQuantity | None = None


class InventorySummary(Model):
    """One SKU in one condition, with its total: inbound, reserved and unfulfillable units too.

    Without details there is no `inventory_details`. In the EU it is the marketplace's own stock.
    """

    asin: str | None = None
    fn_sku: str | None = None
    seller_sku: str | None = None
    condition: str | None = None
    inventory_details: InventoryDetails | None = None
    last_updated_time: MaybeTime = None
    product_name: str | None = None
    total_quantity: int | None = None
    stores: Many[str] = ()


class Granularity(Model):
    """What the numbers are for: a marketplace and its id."""

    granularity_type: str | None = None
    granularity_id: str | None = None


class GetInventorySummariesResult(Model):
    """What a page holds."""

    granularity: Granularity
    inventory_summaries: tuple[InventorySummary, ...]


class Pagination(Model):
    """Where the next page is."""

    next_token: str | None = None


class GetInventorySummariesResponse(Model):
    """One page, about 50 SKUs; its token stands beside the payload, not in it."""

    payload: GetInventorySummariesResult
    pagination: Pagination | None = None

    @property
    def summaries(self) -> tuple[InventorySummary, ...]:
        """The page's SKUs."""
        return self.payload.inventory_summaries

    @property
    def next_token(self) -> str | None:
        """What asks for the next page, for 30 seconds; None on the last one."""
        return (self.pagination.next_token or None) if self.pagination else None


class InventoryApi:
    """The FBA Inventory API of one account; every method raises what `SpApi.call` raises."""

    def __init__(self, api: SpApi) -> None:
        self._api = api

    def get_inventory_summaries(
        self,
        marketplace_id: str,
        *,
        details: bool = True,
        seller_skus: Sequence[str] | None = None,
        start_date_time: datetime | None = None,
        next_token: str | None = None,
    ) -> GetInventorySummariesResponse:
        """Give one page of a marketplace's SKUs; the next one with the page's `next_token`.

        A token lives 30 seconds and wants the same other arguments. Up to 50 `seller_skus`, which
        Amazon ignores beside `start_date_time`: that lists the SKUs whose stock on hand has
        changed since, at most 18 months back, and not all of them. A SKU that never had stock is
        missing. Quota: 2 requests/s, burst 2.

        Raises:
            NextTokenExpiredError: Amazon refused the token; start again without one.
        """
        query: Query = {
            "granularityType": "Marketplace",
            "granularityId": marketplace_id,
            "marketplaceIds": [marketplace_id],
            "details": details,
            "sellerSkus": seller_skus,
            "startDateTime": start_date_time,
            "nextToken": next_token,
        }
        try:
            return self._api.call(
                GET_INVENTORY_SUMMARIES, query=query, answer=GetInventorySummariesResponse
            )
        except ApiStatusError as exc:
            # Amazon took the same arguments before: it is the token that it now refuses.
            if next_token is not None and exc.status == HTTPStatus.BAD_REQUEST:
                raise NextTokenExpiredError(
                    str(exc), operation=exc.operation, account=exc.account, answer=exc.answer
                ) from exc
            raise
