"""Packing: which items may share boxes, and which boxes there are.

https://developer-docs.amazon.com/sp-api/reference/generatepackingoptions
"""

from chalkola_spapi.client import Intent
from chalkola_spapi.inbound import operations
from chalkola_spapi.inbound.calling import InboundCalls, plan_path
from chalkola_spapi.inbound_models import (
    Box,
    BoxesPage,
    Item,
    ItemsPage,
    ListPackingOptionsResponse,
    PackingOption,
    SetPackingInformationRequest,
)

_MOST_OPTIONS = 20
_MOST_PARTS = 100


class PackingCalls(InboundCalls):
    """The calls for packing options, packing groups and boxes."""

    def generate_packing_options(
        self, inbound_plan_id: str, *, before_send: Intent | None = None
    ) -> str:
        """Have packing options made; gives the operation's id. Quota: 2 requests/s, burst 2."""
        return self._start(
            operations.GENERATE_PACKING_OPTIONS,
            path=plan_path(inbound_plan_id),
            before_send=before_send,
        )

    def list_packing_options(self, inbound_plan_id: str) -> list[PackingOption]:
        """Give a plan's packing options. Quota: 2 requests/s, burst 6, for each page of 20."""
        pages = self._pages(
            operations.LIST_PACKING_OPTIONS,
            ListPackingOptionsResponse,
            path=plan_path(inbound_plan_id),
            page_size=_MOST_OPTIONS,
        )
        return [option for page in pages for option in page.packing_options]

    def confirm_packing_option(
        self, inbound_plan_id: str, *, packing_option_id: str, before_send: Intent | None = None
    ) -> str:
        """Take a packing option; gives the operation's id. Quota: 2 requests/s, burst 2."""
        return self._start(
            operations.CONFIRM_PACKING_OPTION,
            path=plan_path(inbound_plan_id, packingOptionId=packing_option_id),
            before_send=before_send,
        )

    def list_packing_group_items(
        self, inbound_plan_id: str, *, packing_group_id: str
    ) -> list[Item]:
        """Give the items of a group: those that may share boxes.

        Quota: 2 requests/s, burst 30, for each page of 100.
        """
        pages = self._pages(
            operations.LIST_PACKING_GROUP_ITEMS,
            ItemsPage,
            path=plan_path(inbound_plan_id, packingGroupId=packing_group_id),
            page_size=_MOST_PARTS,
        )
        return [item for page in pages for item in page.items]

    def list_packing_group_boxes(self, inbound_plan_id: str, *, packing_group_id: str) -> list[Box]:
        """Give the boxes of a group. Quota: 2 requests/s, burst 30, for each page of 100."""
        pages = self._pages(
            operations.LIST_PACKING_GROUP_BOXES,
            BoxesPage,
            path=plan_path(inbound_plan_id, packingGroupId=packing_group_id),
            page_size=_MOST_PARTS,
        )
        return [box for page in pages for box in page.boxes]

    def set_packing_information(
        self,
        inbound_plan_id: str,
        *,
        request: SetPackingInformationRequest,
        before_send: Intent | None = None,
    ) -> str:
        """Say what is in which box, for all groups; gives the operation's id.

        The boxes' units must equal the plan's for each SKU. Quota: 2 requests/s, burst 2.
        """
        return self._start(
            operations.SET_PACKING_INFORMATION,
            path=plan_path(inbound_plan_id),
            body=request,
            before_send=before_send,
        )
