"""Placement: into which shipments the plan is split.

https://developer-docs.amazon.com/sp-api/reference/generateplacementoptions
"""

from chalkola_spapi.client import Intent
from chalkola_spapi.inbound import operations
from chalkola_spapi.inbound.calling import InboundCalls, plan_path
from chalkola_spapi.inbound_models import (
    GeneratePlacementOptionsRequest,
    ListPlacementOptionsResponse,
    PlacementOption,
)

_MOST_OPTIONS = 20


class PlacementCalls(InboundCalls):
    """The calls for placement options."""

    def generate_placement_options(
        self,
        inbound_plan_id: str,
        *,
        request: GeneratePlacementOptionsRequest | None = None,
        before_send: Intent | None = None,
    ) -> str:
        """Have placement options made; gives the operation's id.

        Only India takes a `request`. Quota: 2 requests/s, burst 2.
        """
        return self._start(
            operations.GENERATE_PLACEMENT_OPTIONS,
            path=plan_path(inbound_plan_id),
            body=request or GeneratePlacementOptionsRequest(),
            before_send=before_send,
        )

    def list_placement_options(self, inbound_plan_id: str) -> list[PlacementOption]:
        """Give a plan's placement options. Quota: 2 requests/s, burst 6, for each page of 20."""
        pages = self._pages(
            operations.LIST_PLACEMENT_OPTIONS,
            ListPlacementOptionsResponse,
            path=plan_path(inbound_plan_id),
            page_size=_MOST_OPTIONS,
        )
        return [option for page in pages for option in page.placement_options]

    def confirm_placement_option(
        self, inbound_plan_id: str, *, placement_option_id: str, before_send: Intent | None = None
    ) -> str:
        """Take a placement option, which cannot be undone; gives the operation's id.

        Its fee is owed from here on. Quota: 2 requests/s, burst 2.
        """
        return self._start(
            operations.CONFIRM_PLACEMENT_OPTION,
            path=plan_path(inbound_plan_id, placementOptionId=placement_option_id),
            before_send=before_send,
        )
