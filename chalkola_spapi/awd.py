"""Amazon Warehousing and Distribution: bulk stock in the US, upstream of FBA.

https://developer-docs.amazon.com/sp-api/reference/awd-v2024-05-09
"""

from collections.abc import Iterator
from datetime import datetime

from chalkola_spapi import operations
from chalkola_spapi.awd_models import (
    InboundEligibility,
    InboundOrder,
    InboundOrderCreationData,
    InboundOrderReference,
    InboundPackages,
    InboundShipment,
    InboundShipmentSummary,
    InventoryListing,
    InventorySummary,
    ShipmentLabelPageTypes,
    ShipmentLabels,
    ShipmentListing,
    TransportationDetails,
)
from chalkola_spapi.client import Intent, SpApi
from chalkola_spapi.operations import LIST_AWD_INBOUND_SHIPMENTS, LIST_AWD_INVENTORY
from chalkola_spapi.paging import follow
from chalkola_spapi.responses import NoAnswer
from chalkola_spapi.wire import Query

_MOST_RESULTS = 200


class AwdApi:
    """The AWD API of one account; every method raises what `SpApi.call` raises.

    A write is sent once: an `UnknownOutcomeError` says that Amazon may have acted. An order that
    is not in the state that a write wants is an `ApiStatusError` (409).
    """

    def __init__(self, api: SpApi) -> None:
        self._api = api

    def list_inventory(
        self, *, sku: str | None = None, details: str = "SHOW", sort_order: str | None = None
    ) -> Iterator[InventorySummary]:
        """Give the merchant's SKUs, page by page.

        `details` is SHOW or HIDE, `sort_order` ASCENDING or DESCENDING. Quota: 2 requests/s,
        burst 2, for each page of 200.
        """
        query: Query = {
            "sku": sku,
            "details": details,
            "sortOrder": sort_order,
            "maxResults": _MOST_RESULTS,
        }

        def ask(token: str | None) -> InventoryListing:
            page_query = {**query, "nextToken": token}
            return self._api.call(LIST_AWD_INVENTORY, query=page_query, answer=InventoryListing)

        pages = follow(ask, operation=LIST_AWD_INVENTORY, account=self._api.account.name)
        return (summary for page in pages for summary in page.inventory)

    def list_inbound_shipments(
        self,
        *,
        shipment_status: str | None = None,
        updated_after: datetime | None = None,
        updated_before: datetime | None = None,
        sort_by: str | None = None,
        sort_order: str | None = None,
    ) -> Iterator[InboundShipmentSummary]:
        """Give the merchant's shipments to AWD, page by page.

        `sort_by` is UPDATED_AT or CREATED_AT, `sort_order` ASCENDING or DESCENDING. Quota:
        1 request/s, burst 1, for each page of 200.
        """
        query: Query = {
            "sortBy": sort_by,
            "sortOrder": sort_order,
            "shipmentStatus": shipment_status,
            "updatedAfter": updated_after,
            "updatedBefore": updated_before,
            "maxResults": _MOST_RESULTS,
        }

        def ask(token: str | None) -> ShipmentListing:
            return self._api.call(
                LIST_AWD_INBOUND_SHIPMENTS,
                query={**query, "nextToken": token},
                answer=ShipmentListing,
            )

        pages = follow(ask, operation=LIST_AWD_INBOUND_SHIPMENTS, account=self._api.account.name)
        return (shipment for page in pages for shipment in page.shipments)

    def get_inbound_shipment(
        self, shipment_id: str, *, sku_quantities: str = "SHOW"
    ) -> InboundShipment:
        """Give a shipment; `sku_quantities` is SHOW or HIDE. Quota: 2 requests/s, burst 2."""
        return self._api.call(
            operations.GET_AWD_INBOUND_SHIPMENT,
            path={"shipmentId": shipment_id},
            query={"skuQuantities": sku_quantities},
            answer=InboundShipment,
        )

    def get_inbound_shipment_labels(
        self, shipment_id: str, *, page_type: str | None = None, format_type: str | None = None
    ) -> ShipmentLabels:
        """Give the state of a shipment's labels, and their address once they are GENERATED.

        The only `page_type` is PLAIN_PAPER, the only `format_type` PDF. Quota: 1 request/s,
        burst 2.
        """
        return self._api.call(
            operations.GET_AWD_INBOUND_SHIPMENT_LABELS,
            path={"shipmentId": shipment_id},
            query={"pageType": page_type, "formatType": format_type},
            answer=ShipmentLabels,
        )

    def get_label_page_types(self, shipment_id: str) -> ShipmentLabelPageTypes:
        """Give the pages that a shipment's labels can have. Quota: 1 request/s, burst 2."""
        return self._api.call(
            operations.GET_AWD_LABEL_PAGE_TYPES,
            path={"shipmentId": shipment_id},
            answer=ShipmentLabelPageTypes,
        )

    def update_inbound_shipment_transport_details(
        self,
        shipment_id: str,
        *,
        details: TransportationDetails,
        before_send: Intent | None = None,
    ) -> None:
        """Say who carries a shipment. Quota: 1 request/s, burst 1."""
        self._api.call(
            operations.UPDATE_AWD_INBOUND_SHIPMENT_TRANSPORT_DETAILS,
            path={"shipmentId": shipment_id},
            body=details,
            answer=NoAnswer,
            before_send=before_send,
        )

    def check_inbound_eligibility(self, packages: InboundPackages) -> InboundEligibility:
        """Give whether packages could come in; it asks only. Quota: 1 request/s, burst 1."""
        return self._api.call(
            operations.CHECK_AWD_INBOUND_ELIGIBILITY, body=packages, answer=InboundEligibility
        )

    def create_inbound(
        self, order: InboundOrderCreationData, *, before_send: Intent | None = None
    ) -> str:
        """Draft an order; gives its id. Quota: 1 request/s, burst 1."""
        created = self._api.call(
            operations.CREATE_AWD_INBOUND,
            body=order,
            answer=InboundOrderReference,
            before_send=before_send,
        )
        return created.order_id

    def get_inbound(self, order_id: str) -> InboundOrder:
        """Give an order as it stands. Quota: 2 requests/s, burst 2."""
        return self._api.call(
            operations.GET_AWD_INBOUND, path={"orderId": order_id}, answer=InboundOrder
        )

    def update_inbound(
        self, order_id: str, *, order: InboundOrder, before_send: Intent | None = None
    ) -> None:
        """Change a draft, given whole. Quota: 1 request/s, burst 1.

        Repeated where the answer is lost: the same draft twice is the same draft.
        """
        self._api.call(
            operations.UPDATE_AWD_INBOUND,
            path={"orderId": order_id},
            body=order,
            answer=NoAnswer,
            before_send=before_send,
        )

    def confirm_inbound(self, order_id: str, *, before_send: Intent | None = None) -> None:
        """Confirm a draft. Quota: 1 request/s, burst 1."""
        self._api.call(
            operations.CONFIRM_AWD_INBOUND,
            path={"orderId": order_id},
            answer=NoAnswer,
            before_send=before_send,
        )

    def cancel_inbound(self, order_id: str, *, before_send: Intent | None = None) -> None:
        """Cancel an order and its shipment. Quota: 1 request/s, burst 1."""
        self._api.call(
            operations.CANCEL_AWD_INBOUND,
            path={"orderId": order_id},
            answer=NoAnswer,
            before_send=before_send,
        )
