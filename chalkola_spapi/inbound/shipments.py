"""Shipments: what is in them, their names, their source and their tracking ids.

Amazon has no list of a plan's shipments: their ids stand in the placement option, and in the plan
once the option is confirmed.
https://developer-docs.amazon.com/sp-api/reference/getshipment
"""

from chalkola_spapi.client import Intent
from chalkola_spapi.inbound import operations
from chalkola_spapi.inbound.calling import InboundCalls, shipment_path
from chalkola_spapi.inbound_models import (
    AddressInput,
    Box,
    BoxesPage,
    DocumentDownload,
    GetDeliveryChallanDocumentResponse,
    Item,
    ItemsPage,
    Pallet,
    PalletsPage,
    Shipment,
    TrackingDetailsInput,
    UpdateShipmentNameRequest,
    UpdateShipmentSourceAddressRequest,
    UpdateShipmentTrackingDetailsRequest,
)
from chalkola_spapi.responses import NoAnswer

_MOST_PARTS = 1000


class ShipmentCalls(InboundCalls):
    """The calls for shipments."""

    def get_shipment(self, inbound_plan_id: str, *, shipment_id: str) -> Shipment:
        """Give a shipment as it stands. Quota: 2 requests/s, burst 6."""
        return self._api.call(
            operations.GET_SHIPMENT,
            path=shipment_path(inbound_plan_id, shipment_id),
            answer=Shipment,
        )

    def update_shipment_name(
        self,
        inbound_plan_id: str,
        *,
        shipment_id: str,
        name: str,
        before_send: Intent | None = None,
    ) -> None:
        """Name a shipment, in at most 100 characters. Quota: 2 requests/s, burst 30.

        Repeated where the answer is lost: the same name set twice is the same name.
        """
        self._api.call(
            operations.UPDATE_SHIPMENT_NAME,
            path=shipment_path(inbound_plan_id, shipment_id),
            body=UpdateShipmentNameRequest(name=name),
            answer=NoAnswer,
            before_send=before_send,
        )

    def list_shipment_items(self, inbound_plan_id: str, *, shipment_id: str) -> list[Item]:
        """Give a shipment's items. Quota: 2 requests/s, burst 30, for each page of 1000."""
        pages = self._pages(
            operations.LIST_SHIPMENT_ITEMS,
            ItemsPage,
            path=shipment_path(inbound_plan_id, shipment_id),
            page_size=_MOST_PARTS,
        )
        return [item for page in pages for item in page.items]

    def list_shipment_boxes(self, inbound_plan_id: str, *, shipment_id: str) -> list[Box]:
        """Give a shipment's boxes. Quota: 2 requests/s, burst 30, for each page of 1000."""
        pages = self._pages(
            operations.LIST_SHIPMENT_BOXES,
            BoxesPage,
            path=shipment_path(inbound_plan_id, shipment_id),
            page_size=_MOST_PARTS,
        )
        return [box for page in pages for box in page.boxes]

    def list_shipment_pallets(self, inbound_plan_id: str, *, shipment_id: str) -> list[Pallet]:
        """Give a shipment's pallets. Quota: 2 requests/s, burst 30, for each page of 1000."""
        pages = self._pages(
            operations.LIST_SHIPMENT_PALLETS,
            PalletsPage,
            path=shipment_path(inbound_plan_id, shipment_id),
            page_size=_MOST_PARTS,
        )
        return [pallet for page in pages for pallet in page.pallets]

    def update_shipment_source_address(
        self,
        inbound_plan_id: str,
        *,
        shipment_id: str,
        address: AddressInput,
        before_send: Intent | None = None,
    ) -> str:
        """Change where a shipment comes from, before transportation is confirmed.

        Gives the operation's id. Quota: 2 requests/s, burst 30.
        """
        return self._start(
            operations.UPDATE_SHIPMENT_SOURCE_ADDRESS,
            path=shipment_path(inbound_plan_id, shipment_id),
            body=UpdateShipmentSourceAddressRequest(address=address),
            before_send=before_send,
        )

    def update_shipment_tracking_details(
        self,
        inbound_plan_id: str,
        *,
        shipment_id: str,
        tracking_details: TrackingDetailsInput,
        before_send: Intent | None = None,
    ) -> str:
        """Say the tracking ids of a carrier of one's own; gives the operation's id.

        Quota: 2 requests/s, burst 2.
        """
        return self._start(
            operations.UPDATE_SHIPMENT_TRACKING_DETAILS,
            path=shipment_path(inbound_plan_id, shipment_id),
            body=UpdateShipmentTrackingDetailsRequest(tracking_details=tracking_details),
            before_send=before_send,
        )

    def get_delivery_challan_document(
        self, inbound_plan_id: str, *, shipment_id: str
    ) -> DocumentDownload:
        """Give India's delivery challan of a partnered shipment. Quota: 2 requests/s, burst 6."""
        answer = self._api.call(
            operations.GET_DELIVERY_CHALLAN_DOCUMENT,
            path=shipment_path(inbound_plan_id, shipment_id),
            answer=GetDeliveryChallanDocumentResponse,
        )
        return answer.document_download
