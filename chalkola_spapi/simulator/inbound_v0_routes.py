"""What is left of Fulfillment Inbound v0 over HTTP: labels, bills of lading, what was received.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-inbound-api-v0-reference

Shipments are named by their confirmation id (FBA...), and exist here once they have one.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from chalkola_spapi.simulator.inbound import labels
from chalkola_spapi.simulator.inbound.paging import pack, unpack
from chalkola_spapi.simulator.inbound.plan import Plan
from chalkola_spapi.simulator.inbound.shipment import Shipment
from chalkola_spapi.simulator.inbound.v0_answers import (
    describe_items,
    describe_shipment,
    prep_instructions,
    v0_status,
)
from chalkola_spapi.simulator.inbound_answers import reading
from chalkola_spapi.simulator.inbound_item_routes import publish_pdf
from chalkola_spapi.simulator.messages import Answer, Call, Request, invalid_input, not_found
from chalkola_spapi.simulator.state import State

_ROOT = "/fba/inbound/v0"
_SHIPMENT = f"{_ROOT}/shipments/{{shipmentId}}"
_PAGE = 50
_MOST_PRODUCTS = 50

Entry = dict[str, object]


def get_labels(state: State, request: Request) -> Answer:
    query = labels.read_label_request(request.call)
    plan, shipment = _shipment(state, request)
    content = labels.shipment_labels(plan, shipment, query)
    if shipment.journey.printed_at is None:
        shipment.journey.printed_at = state.clock.now()
    return _download(state, request, plan, content)


def get_bill_of_lading(state: State, request: Request) -> Answer:
    plan, shipment = _shipment(state, request)
    return _download(state, request, plan, labels.bill_of_lading(plan, shipment))


def get_shipments(state: State, request: Request) -> Answer:
    now = state.clock.now()

    def entries(call: Call) -> list[Entry]:
        statuses, ids = call.many("ShipmentStatusList"), call.many("ShipmentIdList")
        if call.one("QueryType") == "SHIPMENT" and not statuses and not ids:
            raise invalid_input("Data is invalid. Please check.", details="no status and no id")
        return [
            describe_shipment(shipment, now)
            for shipment in _changed(state, request.account, call, now=now)
            if (not ids or shipment.confirmation_id in ids)
            and (not statuses or v0_status(shipment, now) in _v0(statuses))
        ]

    return _page(request, entries, "ShipmentData", {"SHIPMENT", "DATE_RANGE"})


def get_shipment_items(state: State, request: Request) -> Answer:
    now = state.clock.now()

    def entries(call: Call) -> list[Entry]:
        return [
            item
            for shipment in _changed(state, request.account, call, now=now)
            for item in describe_items(shipment, now)
        ]

    return _page(request, entries, "ItemData", {"DATE_RANGE"})


def get_shipment_items_by_shipment_id(state: State, request: Request) -> Answer:
    _, shipment = _shipment(state, request)
    items = describe_items(shipment, state.clock.now())
    return Answer.json(200, {"payload": {"ItemData": items}})


def get_prep_instructions(state: State, request: Request) -> Answer:
    call = request.call
    mskus, asins = call.many("SellerSKUList"), call.many("ASINList")
    country_code = call.one("ShipToCountryCode")
    allowed = state.sellers.marketplaces(request.account)
    ids = [one.id for one in allowed if one.country_code == country_code]
    if not ids or len(mskus) > _MOST_PRODUCTS or len(asins) > _MOST_PRODUCTS:
        raise invalid_input("Data is invalid. Please check.")
    products = [state.inbound.products.find(request.account, ids[0], msku) for msku in mskus]
    return Answer.json(200, {"payload": prep_instructions(products, asins)})


def _shipment(state: State, request: Request) -> tuple[Plan, Shipment]:
    wanted = request.parts["shipmentId"]
    if not wanted.startswith("FBA"):
        raise invalid_input("Data is invalid. Please check.", details="shipmentId is invalid")
    for plan, shipment in state.inbound.confirmed(request.account):
        if shipment.confirmation_id == wanted:
            return plan, shipment
    raise not_found("The shipment was not found.")


def _changed(state: State, account: str, call: Call, *, now: datetime) -> Sequence[Shipment]:
    marketplace_id = call.one("MarketplaceId") or ""
    state.sellers.check(account, [marketplace_id])
    after, before = _moment(call, "LastUpdatedAfter"), _moment(call, "LastUpdatedBefore")
    is_range = call.one("QueryType") == "DATE_RANGE"
    if is_range and (after is None or before is None):
        raise invalid_input("Data is invalid. Please check.", details="the range is not given")
    return [
        shipment
        for plan, shipment in state.inbound.confirmed(account)
        for changed_at in [shipment.journey.changed_at(now) or now]
        if plan.marketplace.id == marketplace_id
        and (after is None or after <= changed_at)
        and (before is None or changed_at <= before)
    ]


def _page(
    request: Request,
    entries: Callable[[Call], list[Entry]],
    member: str,
    query_types: set[str],
) -> Answer:
    """A page of 50. A token remembers the query, and is sent with QueryType NEXT_TOKEN."""
    call, start = request.call, 0
    if call.one("QueryType") == "NEXT_TOKEN":
        query, start = _continued(call)
        call = Call(call.method, call.path, query)
    if call.one("QueryType") not in query_types:
        raise invalid_input("Data is invalid. Please check.", details="QueryType is invalid")
    found = entries(call)
    payload: dict[str, object] = {member: found[start : start + _PAGE]}
    if len(found) > start + _PAGE:
        payload["NextToken"] = pack({"query": call.query, "start": start + _PAGE})
    return Answer.json(200, {"payload": payload})


def _continued(call: Call) -> tuple[tuple[tuple[str, str], ...], int]:
    try:
        content = unpack(call.one("NextToken") or "")
        query, start = content["query"], content["start"]
    except (ValueError, KeyError) as exc:
        raise invalid_input("Data is invalid. Please check.", details="NextToken") from exc
    if not isinstance(query, list) or not isinstance(start, int):
        raise invalid_input("Data is invalid. Please check.", details="NextToken")
    return tuple((str(name), str(value)) for name, value in query), start


def _moment(call: Call, name: str) -> datetime | None:
    text = call.one(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise invalid_input("Data is invalid. Please check.", details=name) from exc
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _v0(statuses: Sequence[str]) -> set[str]:
    """The statuses asked for. Amazon lets ask for READY_TO_SHIP and answers WORKING."""
    return {"WORKING" if status == "READY_TO_SHIP" else status for status in statuses}


def _download(state: State, request: Request, plan: Plan, content: bytes) -> Answer:
    url = publish_pdf(state, request.account, content, marketplace_id=plan.marketplace.id)
    return Answer.json(200, {"payload": {"DownloadURL": url}})


OPERATIONS = (
    reading("getLabels", f"{_SHIPMENT}/labels", get_labels, burst=30),
    reading("getBillOfLading", f"{_SHIPMENT}/billOfLading", get_bill_of_lading, burst=30),
    reading("getShipments", f"{_ROOT}/shipments", get_shipments, burst=30),
    reading("getShipmentItems", f"{_ROOT}/shipmentItems", get_shipment_items, burst=30),
    reading(
        "getShipmentItemsByShipmentId",
        f"{_SHIPMENT}/items",
        get_shipment_items_by_shipment_id,
        burst=30,
    ),
    reading("getPrepInstructions", f"{_ROOT}/prepInstructions", get_prep_instructions, burst=30),
)
