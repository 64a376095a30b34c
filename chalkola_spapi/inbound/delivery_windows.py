"""Delivery windows, for options that want one confirmed first.

https://developer-docs.amazon.com/sp-api/reference/generatedeliverywindowoptions
"""

from chalkola_spapi.client import Intent
from chalkola_spapi.inbound import operations
from chalkola_spapi.inbound.calling import InboundCalls, shipment_path
from chalkola_spapi.inbound_models import DeliveryWindowOption, ListDeliveryWindowOptionsResponse

_MOST_OPTIONS = 100


class DeliveryWindowCalls(InboundCalls):
    """The calls for delivery windows."""

    def generate_delivery_window_options(
        self, inbound_plan_id: str, *, shipment_id: str, before_send: Intent | None = None
    ) -> str:
        """Have a shipment's windows made; gives the operation's id.

        Quota: 2 requests/s, burst 30.
        """
        return self._start(
            operations.GENERATE_DELIVERY_WINDOW_OPTIONS,
            path=shipment_path(inbound_plan_id, shipment_id),
            before_send=before_send,
        )

    def list_delivery_window_options(
        self, inbound_plan_id: str, *, shipment_id: str
    ) -> list[DeliveryWindowOption]:
        """Give a shipment's windows, unsorted, BLOCKED and lapsed ones among them.

        Quota: 2 requests/s, burst 30, for each page of 100.
        """
        pages = self._pages(
            operations.LIST_DELIVERY_WINDOW_OPTIONS,
            ListDeliveryWindowOptionsResponse,
            path=shipment_path(inbound_plan_id, shipment_id),
            page_size=_MOST_OPTIONS,
        )
        return [option for page in pages for option in page.delivery_window_options]

    def confirm_delivery_window_options(
        self,
        inbound_plan_id: str,
        *,
        shipment_id: str,
        delivery_window_option_id: str,
        before_send: Intent | None = None,
    ) -> str:
        """Take a window, after the placement is confirmed; gives the operation's id.

        Quota: 2 requests/s, burst 30.
        """
        return self._start(
            operations.CONFIRM_DELIVERY_WINDOW_OPTIONS,
            path=shipment_path(
                inbound_plan_id, shipment_id, deliveryWindowOptionId=delivery_window_option_id
            ),
            before_send=before_send,
        )
