"""What the calls of the inbound API have in common: operation ids, and pages."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from chalkola_spapi.client import Intent, SpApi
from chalkola_spapi.inbound_models import OperationStarted, Page
from chalkola_spapi.operations import Operation
from chalkola_spapi.paging import follow
from chalkola_spapi.wire import Body, Query

PageT = TypeVar("PageT", bound=Page)


class InboundCalls:
    """Calls of one account."""

    def __init__(self, api: SpApi) -> None:
        self._api = api

    def _start(
        self,
        operation: Operation,
        *,
        path: Mapping[str, str] | None = None,
        query: Query | None = None,
        body: Body | None = None,
        before_send: Intent | None,
    ) -> str:
        """Send a write; gives the id of the operation that it started."""
        started = self._api.call(
            operation,
            path=path,
            query=query,
            body=body,
            answer=OperationStarted,
            before_send=before_send,
        )
        return started.operation_id

    def _pages(
        self,
        operation: Operation,
        answer: type[PageT],
        *,
        path: Mapping[str, str] | None = None,
        page_size: int,
        query: Query | None = None,
    ) -> Iterator[PageT]:
        """Give the pages of a list, each when it is wanted."""

        def ask(token: str | None) -> PageT:
            page_query = {**(query or {}), "pageSize": page_size, "paginationToken": token}
            return self._api.call(operation, path=path, query=page_query, answer=answer)

        return follow(ask, operation=operation, account=self._api.account.name)


def plan_path(inbound_plan_id: str, **more: str) -> dict[str, str]:
    """Give the ids of a path within a plan."""
    return {"inboundPlanId": inbound_plan_id, **more}


def shipment_path(inbound_plan_id: str, shipment_id: str, **more: str) -> dict[str, str]:
    """Give the ids of a path within a shipment."""
    return plan_path(inbound_plan_id, shipmentId=shipment_id, **more)
