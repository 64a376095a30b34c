"""What v2024-03-20 of Fulfillment Inbound has not taken over: labels, and what was received.

Its shipment ids are v2024-03-20's shipment confirmation ids (FBA...), never sh... ones.
https://developer-docs.amazon.com/sp-api/reference/fulfillment-inbound-v0
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import SecretStr

from chalkola_spapi.client import SpApi
from chalkola_spapi.inbound_v0_models import (
    GetDownloadUrlResponse,
    GetShipmentItemsResponse,
    GetShipmentsResponse,
    InboundShipmentInfo,
    InboundShipmentItem,
)
from chalkola_spapi.operations import (
    GET_BILL_OF_LADING,
    GET_LABELS,
    GET_SHIPMENT_ITEMS,
    GET_SHIPMENT_ITEMS_BY_SHIPMENT_ID,
    GET_SHIPMENTS,
    Operation,
)
from chalkola_spapi.paging import follow
from chalkola_spapi.wire import Query

AnswerT = TypeVar("AnswerT", GetShipmentsResponse, GetShipmentItemsResponse)


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelsRequest:
    """Which labels, on which pages; see `label_pages`.

    `package_labels_to_print` are box ids (FBA...U000001); without them all of the shipment's are
    given. PALLET wants `number_of_pallets`; what is not partnered wants `page_size` (at most
    1000) and `page_start_index`.
    """

    page_type: str
    label_type: str
    number_of_packages: int | None = None
    package_labels_to_print: Sequence[str] | None = None
    number_of_pallets: int | None = None
    page_size: int | None = None
    page_start_index: int | None = None

    def as_query(self) -> Query:
        """Give it under Amazon's names."""
        return {
            "PageType": self.page_type,
            "LabelType": self.label_type,
            "NumberOfPackages": self.number_of_packages,
            "PackageLabelsToPrint": self.package_labels_to_print,
            "NumberOfPallets": self.number_of_pallets,
            "PageSize": self.page_size,
            "PageStartIndex": self.page_start_index,
        }


class FulfillmentInboundV0Api:
    """The old inbound API of one account; every method raises what `SpApi.call` raises."""

    def __init__(self, api: SpApi) -> None:
        self._api = api

    def get_labels(self, shipment_confirmation_id: str, *, request: LabelsRequest) -> SecretStr:
        """Give the address of a PDF of labels, good for 15 seconds; see `pdfs.download_pdf`.

        Quota: 2 requests/s, burst 30.
        """
        answer = self._api.call(
            GET_LABELS,
            path={"shipmentId": shipment_confirmation_id},
            query=request.as_query(),
            answer=GetDownloadUrlResponse,
        )
        return answer.payload.download_url

    def get_bill_of_lading(self, shipment_confirmation_id: str) -> SecretStr:
        """Give the address of a PDF, good for 15 seconds, for partnered LTL once it is confirmed.

        Quota: 2 requests/s, burst 30.
        """
        answer = self._api.call(
            GET_BILL_OF_LADING,
            path={"shipmentId": shipment_confirmation_id},
            answer=GetDownloadUrlResponse,
        )
        return answer.payload.download_url

    def get_shipments(
        self,
        marketplace_id: str,
        *,
        shipment_ids: Sequence[str] | None = None,
        shipment_statuses: Sequence[str] | None = None,
        last_updated_after: datetime | None = None,
        last_updated_before: datetime | None = None,
    ) -> Iterator[InboundShipmentInfo]:
        """Give shipments by id, by status, or by the time of their last change.

        With a time Amazon reads the times alone. Quota: 2 requests/s, burst 30, for each page.

        Raises:
            ValueError: nothing says which ones.
        """
        by_date = last_updated_after is not None or last_updated_before is not None
        if not (by_date or shipment_ids or shipment_statuses):
            raise ValueError("name shipments, statuses or times")
        query: Query = {
            "QueryType": "DATE_RANGE" if by_date else "SHIPMENT",
            "MarketplaceId": marketplace_id,
            "ShipmentIdList": shipment_ids or None,
            "ShipmentStatusList": shipment_statuses or None,
            "LastUpdatedAfter": last_updated_after,
            "LastUpdatedBefore": last_updated_before,
        }
        pages = self._pages(GET_SHIPMENTS, GetShipmentsResponse, query)
        return (shipment for page in pages for shipment in page.payload.shipment_data)

    def get_shipment_items(
        self, marketplace_id: str, *, last_updated_after: datetime, last_updated_before: datetime
    ) -> Iterator[InboundShipmentItem]:
        """Give the items, with what was received, of shipments that changed between two times.

        Quota: 2 requests/s, burst 30, for each page.
        """
        query: Query = {
            "QueryType": "DATE_RANGE",
            "MarketplaceId": marketplace_id,
            "LastUpdatedAfter": last_updated_after,
            "LastUpdatedBefore": last_updated_before,
        }
        pages = self._pages(GET_SHIPMENT_ITEMS, GetShipmentItemsResponse, query)
        return (item for page in pages for item in page.payload.item_data)

    def get_shipment_items_by_shipment_id(
        self, shipment_confirmation_id: str, *, marketplace_id: str
    ) -> list[InboundShipmentItem]:
        """Give one shipment's items, with what was received of each.

        Quota: 2 requests/s, burst 30. Further pages come by getShipmentItems.
        """
        first = self._api.call(
            GET_SHIPMENT_ITEMS_BY_SHIPMENT_ID,
            path={"shipmentId": shipment_confirmation_id},
            query={"MarketplaceId": marketplace_id},
            answer=GetShipmentItemsResponse,
        )
        items = list(first.payload.item_data)
        if first.next_token:
            query = _next_page(marketplace_id, first.next_token)
            for page in self._pages(GET_SHIPMENT_ITEMS, GetShipmentItemsResponse, query):
                items += page.payload.item_data
        return items

    def _pages(
        self, operation: Operation, answer: type[AnswerT], query: Query
    ) -> Iterator[AnswerT]:
        def ask(token: str | None) -> AnswerT:
            page_query = _next_page(str(query["MarketplaceId"]), token) if token else query
            return self._api.call(operation, query=page_query, answer=answer)

        return follow(ask, operation=operation, account=self._api.account.name)


def _next_page(marketplace_id: str, token: str) -> Query:
    return {"QueryType": "NEXT_TOKEN", "MarketplaceId": marketplace_id, "NextToken": token}
