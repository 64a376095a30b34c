"""The FBA Inventory API v1 over HTTP: getInventorySummaries.

https://developer-docs.amazon.com/sp-api/docs/fbainventory-api-v1-reference
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalkola_spapi.simulator.marketplaces import MARKETPLACES, Marketplace
from chalkola_spapi.simulator.messages import Answer, Call, Request, invalid_input
from chalkola_spapi.simulator.operations import Operation
from chalkola_spapi.simulator.page_tokens import make_token, read_token
from chalkola_spapi.simulator.report_specification import parse_moment
from chalkola_spapi.simulator.state import State
from chalkola_spapi.simulator.stock.stock import StockView
from chalkola_spapi.simulator.stock.summaries import summary

PAGE_SIZE = 50
_SKU_LIMIT = 50
# 18 months, in days.
_OLDEST = timedelta(days=548)


@dataclass(frozen=True, slots=True)
class _Query:
    marketplace: Marketplace
    has_details: bool
    changed_since: datetime | None
    skus: frozenset[str] | None

    def identity(self) -> dict[str, str | None]:
        """What a token is good for."""
        since = None if self.changed_since is None else self.changed_since.isoformat()
        return {"granularityId": self.marketplace.id, "startDateTime": since}

    def select(self, view: StockView) -> list[str]:
        """The SKUs in question, sorted."""
        skus = view.skus(self.marketplace)
        if self.changed_since is not None:
            levels = ((sku, view.levels(self.marketplace, sku)) for sku in skus)
            return [sku for sku, one in levels if one.on_hand_updated_at > self.changed_since]
        return skus if self.skus is None else [sku for sku in skus if sku in self.skus]


def get_inventory_summaries(state: State, request: Request) -> Answer:
    now = state.clock.now()
    query = _read_query(request.call, now=now)
    state.sellers.check(request.account, [query.marketplace.id])
    after, began_at = _place(request.call, query, now=now)
    # A walk sees the orders and deliveries of its beginning, so that its pages fit together.
    view = state.stock.view(began_at)
    skus = [sku for sku in query.select(view) if sku > after]
    page = skus[:PAGE_SIZE]
    details = query.has_details
    content: dict[str, object] = {
        "payload": {
            "granularity": {
                "granularityType": "Marketplace",
                "granularityId": query.marketplace.id,
            },
            "inventorySummaries": [
                summary(view, query.marketplace, sku, details=details) for sku in page
            ],
        },
    }
    if len(skus) > PAGE_SIZE:
        token = make_token(query.identity(), after=page[-1], since=began_at, now=now)
        content["pagination"] = {"nextToken": token}
    return Answer.json(200, content)


def _place(call: Call, query: _Query, *, now: datetime) -> tuple[str, datetime]:
    token = call.one("nextToken")
    return ("", now) if not token else read_token(token, query.identity(), now=now)


def _read_query(call: Call, *, now: datetime) -> _Query:
    changed_since = _changed_since(call, now=now)
    return _Query(
        marketplace=_marketplace(call),
        has_details=(call.one("details") or "").lower() == "true",
        changed_since=changed_since,
        skus=None if changed_since is not None else _skus(call),
    )


def _marketplace(call: Call) -> Marketplace:
    granularity_id = call.one("granularityId")
    if call.one("granularityType") != "Marketplace" or not granularity_id:
        raise invalid_input("granularityType must be Marketplace, with its id as granularityId")
    if call.many("marketplaceIds") != [granularity_id]:
        raise invalid_input("marketplaceIds must hold the granularityId and nothing else")
    if granularity_id not in MARKETPLACES:
        raise invalid_input(f"Invalid granularityId {granularity_id}")
    return MARKETPLACES[granularity_id]


def _changed_since(call: Call, *, now: datetime) -> datetime | None:
    text = call.one("startDateTime")
    if text is None:
        return None
    # A plus sign that was not encoded reaches a server as a space.
    moment = parse_moment(text[:11] + text[11:].replace(" ", "+"))
    if moment is None:
        raise invalid_input("startDateTime must be a date-time in ISO 8601 format")
    if moment < now - _OLDEST:
        raise invalid_input("startDateTime must be no earlier than 18 months ago")
    return moment


def _skus(call: Call) -> frozenset[str] | None:
    skus = call.many("sellerSkus")
    if len(skus) > _SKU_LIMIT:
        raise invalid_input("sellerSkus must hold at most 50 values")
    one = call.one("sellerSku")
    return frozenset(skus or ([one] if one else [])) or None


OPERATIONS = (
    Operation(
        "getInventorySummaries",
        "GET",
        "/fba/inventory/v1/summaries",
        2,
        2,
        get_inventory_summaries,
    ),
)
