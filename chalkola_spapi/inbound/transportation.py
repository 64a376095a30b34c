"""Transportation: who takes the shipments, and for how much.

https://developer-docs.amazon.com/sp-api/reference/generatetransportationoptions
"""

from chalkola_spapi.client import Intent
from chalkola_spapi.inbound import operations
from chalkola_spapi.inbound.calling import InboundCalls, plan_path
from chalkola_spapi.inbound_models import (
    ConfirmTransportationOptionsRequest,
    GenerateTransportationOptionsRequest,
    ListTransportationOptionsResponse,
    TransportationOption,
)

_MOST_OPTIONS = 20


class TransportationCalls(InboundCalls):
    """The calls for transportation options."""

    def generate_transportation_options(
        self,
        inbound_plan_id: str,
        *,
        request: GenerateTransportationOptionsRequest,
        before_send: Intent | None = None,
    ) -> str:
        """Have all shipments of one placement option quoted; gives the operation's id.

        One at a time for each plan, or Amazon fails it with FBA_INB_0115. Quota: 2 requests/s,
        burst 2.
        """
        return self._start(
            operations.GENERATE_TRANSPORTATION_OPTIONS,
            path=plan_path(inbound_plan_id),
            body=request,
            before_send=before_send,
        )

    def list_transportation_options(
        self,
        inbound_plan_id: str,
        *,
        placement_option_id: str | None = None,
        shipment_id: str | None = None,
    ) -> list[TransportationOption]:
        """Give the options of a placement option, or of a shipment.

        Quota: 2 requests/s, burst 6, for each page of 20.

        Raises:
            ValueError: neither is named; Amazon wants one of the two.
        """
        if placement_option_id is None and shipment_id is None:
            raise ValueError("name a placement option or a shipment")
        pages = self._pages(
            operations.LIST_TRANSPORTATION_OPTIONS,
            ListTransportationOptionsResponse,
            path=plan_path(inbound_plan_id),
            page_size=_MOST_OPTIONS,
            query={"placementOptionId": placement_option_id, "shipmentId": shipment_id},
        )
        return [option for page in pages for option in page.transportation_options]

    def confirm_transportation_options(
        self,
        inbound_plan_id: str,
        *,
        request: ConfirmTransportationOptionsRequest,
        before_send: Intent | None = None,
    ) -> str:
        """Buy transportation for all shipments, once in a plan's life; gives the operation's id.

        Charges start here. All small parcel shipments need the same carrier (FBA_INB_0354).
        Quota: 2 requests/s, burst 2.
        """
        return self._start(
            operations.CONFIRM_TRANSPORTATION_OPTIONS,
            path=plan_path(inbound_plan_id),
            body=request,
            before_send=before_send,
        )
