"""Content updates: what is in a shipment, changed after transportation was confirmed.

https://developer-docs.amazon.com/sp-api/reference/generateshipmentcontentupdatepreviews
"""

from chalkola_spapi.client import Intent
from chalkola_spapi.inbound import operations
from chalkola_spapi.inbound.calling import InboundCalls, shipment_path
from chalkola_spapi.inbound_models import (
    ContentUpdatePreview,
    GenerateShipmentContentUpdatePreviewsRequest,
    ListShipmentContentUpdatePreviewsResponse,
)

_MOST_PREVIEWS = 20


class ContentUpdateCalls(InboundCalls):
    """The calls for content updates."""

    def generate_shipment_content_update_previews(
        self,
        inbound_plan_id: str,
        *,
        shipment_id: str,
        request: GenerateShipmentContentUpdatePreviewsRequest,
        before_send: Intent | None = None,
    ) -> str:
        """Have a change of contents priced; gives the operation's id.

        Up to 5 % or 6 units of a SKU may change. Quota: 2 requests/s, burst 30.
        """
        return self._start(
            operations.GENERATE_SHIPMENT_CONTENT_UPDATE_PREVIEWS,
            path=shipment_path(inbound_plan_id, shipment_id),
            body=request,
            before_send=before_send,
        )

    def list_shipment_content_update_previews(
        self, inbound_plan_id: str, *, shipment_id: str
    ) -> list[ContentUpdatePreview]:
        """Give a shipment's previews. Quota: 2 requests/s, burst 30, for each page of 20."""
        pages = self._pages(
            operations.LIST_SHIPMENT_CONTENT_UPDATE_PREVIEWS,
            ListShipmentContentUpdatePreviewsResponse,
            path=shipment_path(inbound_plan_id, shipment_id),
            page_size=_MOST_PREVIEWS,
        )
        return [preview for page in pages for preview in page.content_update_previews]

    def get_shipment_content_update_preview(
        self, inbound_plan_id: str, *, shipment_id: str, content_update_preview_id: str
    ) -> ContentUpdatePreview:
        """Give one preview. Quota: 2 requests/s, burst 30."""
        return self._api.call(
            operations.GET_SHIPMENT_CONTENT_UPDATE_PREVIEW,
            path=shipment_path(
                inbound_plan_id, shipment_id, contentUpdatePreviewId=content_update_preview_id
            ),
            answer=ContentUpdatePreview,
        )

    def confirm_shipment_content_update_preview(
        self,
        inbound_plan_id: str,
        *,
        shipment_id: str,
        content_update_preview_id: str,
        before_send: Intent | None = None,
    ) -> str:
        """Take a change at its price; gives the operation's id. Quota: 2 requests/s, burst 30."""
        return self._start(
            operations.CONFIRM_SHIPMENT_CONTENT_UPDATE_PREVIEW,
            path=shipment_path(
                inbound_plan_id, shipment_id, contentUpdatePreviewId=content_update_preview_id
            ),
            before_send=before_send,
        )
