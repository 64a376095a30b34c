"""Inbound plans: made, found, named, cancelled, and what is in them.

https://developer-docs.amazon.com/sp-api/reference/createinboundplan
"""

from collections.abc import Iterator

from chalkola_spapi.client import Intent
from chalkola_spapi.inbound import operations
from chalkola_spapi.inbound.calling import InboundCalls, plan_path
from chalkola_spapi.inbound_models import (
    Box,
    BoxesPage,
    CreateInboundPlanRequest,
    CreateInboundPlanResponse,
    InboundPlan,
    InboundPlanSummary,
    Item,
    ItemsPage,
    ListInboundPlansResponse,
    Pallet,
    PalletsPage,
    UpdateInboundPlanNameRequest,
)
from chalkola_spapi.operations import LIST_INBOUND_PLANS
from chalkola_spapi.responses import NoAnswer

_MOST_PLANS = 30
_MOST_PARTS = 1000


class PlanCalls(InboundCalls):
    """The calls for plans."""

    def create_inbound_plan(
        self, request: CreateInboundPlanRequest, *, before_send: Intent | None = None
    ) -> CreateInboundPlanResponse:
        """Start a plan; gives its id and the operation's. Quota: 2 requests/s, burst 2.

        Raises:
            UnknownOutcomeError: the plan may exist: look for its name with `list_inbound_plans`.
        """
        return self._api.call(
            operations.CREATE_INBOUND_PLAN,
            body=request,
            answer=CreateInboundPlanResponse,
            before_send=before_send,
        )

    def list_inbound_plans(
        self,
        *,
        status: str | None = None,
        sort_by: str | None = None,
        sort_order: str | None = None,
    ) -> Iterator[InboundPlanSummary]:
        """Give the account's plans, those of other applications and Seller Central among them.

        `status` is ACTIVE, VOIDED or SHIPPED, `sort_by` LAST_UPDATED_TIME or CREATION_TIME,
        `sort_order` ASC or DESC. Quota: 2 requests/s, burst 6, for each page of 30.
        """
        query = {"status": status, "sortBy": sort_by, "sortOrder": sort_order}
        pages = self._pages(
            LIST_INBOUND_PLANS, ListInboundPlansResponse, page_size=_MOST_PLANS, query=query
        )
        return (plan for page in pages for plan in page.inbound_plans)

    def get_inbound_plan(self, inbound_plan_id: str) -> InboundPlan:
        """Give a plan with its options' and shipments' states. Quota: 2 requests/s, burst 6.

        Raises:
            ApiStatusError: also for a plan of Seller Central that is not confirmed yet.
        """
        return self._api.call(
            operations.GET_INBOUND_PLAN, path=plan_path(inbound_plan_id), answer=InboundPlan
        )

    def update_inbound_plan_name(
        self, inbound_plan_id: str, *, name: str, before_send: Intent | None = None
    ) -> None:
        """Name a plan, in at most 40 characters. Quota: 2 requests/s, burst 30.

        Repeated where the answer is lost: the same name set twice is the same name.
        """
        self._api.call(
            operations.UPDATE_INBOUND_PLAN_NAME,
            path=plan_path(inbound_plan_id),
            body=UpdateInboundPlanNameRequest(name=name),
            answer=NoAnswer,
            before_send=before_send,
        )

    def cancel_inbound_plan(
        self, inbound_plan_id: str, *, before_send: Intent | None = None
    ) -> str:
        """Void a plan and all its shipments; gives the operation's id.

        Free for 24 hours after partnered small parcel was confirmed, 1 hour after LTL; Amazon may
        charge for it later. Quota: 2 requests/s, burst 2.
        """
        return self._start(
            operations.CANCEL_INBOUND_PLAN,
            path=plan_path(inbound_plan_id),
            before_send=before_send,
        )

    def list_inbound_plan_items(self, inbound_plan_id: str) -> list[Item]:
        """Give a plan's items. Quota: 2 requests/s, burst 6, for each page of 1000."""
        pages = self._pages(
            operations.LIST_INBOUND_PLAN_ITEMS,
            ItemsPage,
            path=plan_path(inbound_plan_id),
            page_size=_MOST_PARTS,
        )
        return [item for page in pages for item in page.items]

    def list_inbound_plan_boxes(self, inbound_plan_id: str) -> list[Box]:
        """Give a plan's boxes. Quota: 2 requests/s, burst 6, for each page of 1000."""
        pages = self._pages(
            operations.LIST_INBOUND_PLAN_BOXES,
            BoxesPage,
            path=plan_path(inbound_plan_id),
            page_size=_MOST_PARTS,
        )
        return [box for page in pages for box in page.boxes]

    def list_inbound_plan_pallets(self, inbound_plan_id: str) -> list[Pallet]:
        """Give a plan's pallets. Quota: 2 requests/s, burst 6, for each page of 1000."""
        pages = self._pages(
            operations.LIST_INBOUND_PLAN_PALLETS,
            PalletsPage,
            path=plan_path(inbound_plan_id),
            page_size=_MOST_PARTS,
        )
        return [pallet for page in pages for pallet in page.pallets]
