"""Whose a call is and which marketplaces it is about, as far as the call tells."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from chalkola_spapi.simulator.documents import FOLDER
from chalkola_spapi.simulator.lwa import seller_id
from chalkola_spapi.simulator.messages import Call
from chalkola_spapi.simulator.state import State

_MARKETPLACE_MEMBERS = ("marketplaceIds", "destinationMarketplaces", "marketplaceId")


@dataclass(frozen=True, slots=True)
class Subject:
    """What the filters of a fault look at."""

    account: str | None = None
    marketplaces: frozenset[str] = frozenset()

    def meets(self, *, account: str | None, marketplace: str | None) -> bool:
        """Whether a filter by seller id or refresh token, and by marketplace, lets it pass."""
        is_account = account is None or self.account in {account, seller_id(account)}
        return is_account and (marketplace is None or marketplace in self.marketplaces)


def token_subject(call: Call) -> Subject:
    """The subject of a call to the token endpoint."""
    refresh_token = call.form().get("refresh_token")
    return Subject(None if refresh_token is None else seller_id(refresh_token))


def download_subject(state: State, call: Call) -> Subject:
    """The subject of a download: the document's."""
    return _document_subject(state, call.path.removeprefix(FOLDER))


def operation_subject(state: State, call: Call, parts: Mapping[str, str]) -> Subject:
    """The subject of an operation: by its parameters, or by the report or document it names."""
    account = state.lwa.peek(call.headers.get("x-amz-access-token"))
    if "reportDocumentId" in parts:
        return Subject(account, _document_subject(state, parts["reportDocumentId"]).marketplaces)
    if "reportId" in parts:
        report = state.reports.peek(account or "", parts["reportId"])
        ids = () if report is None else report.specification.marketplace_ids
        return Subject(account, frozenset(ids))
    if "inboundPlanId" in parts:
        plan = state.inbound.peek(parts["inboundPlanId"])
        return Subject(account, frozenset() if plan is None else frozenset({plan.marketplace.id}))
    named = call.many("marketplaceIds") or call.many("marketplaceId") or call.many("MarketplaceId")
    return Subject(account, frozenset(named or _ids_in(call.body)))


def _document_subject(state: State, document_id: str) -> Subject:
    document = state.documents.peek(document_id)
    return Subject() if document is None else Subject(document.account, document.marketplaces)


def _ids_in(body: bytes) -> list[str]:
    try:
        content = json.loads(body)
        ids = next(content[name] for name in _MARKETPLACE_MEMBERS if name in content)
    except (ValueError, TypeError, StopIteration):
        return []
    ids = [ids] if isinstance(ids, str) else ids
    return [id_ for id_ in ids if isinstance(id_, str)] if isinstance(ids, list) else []
