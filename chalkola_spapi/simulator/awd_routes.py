"""Amazon Warehousing and Distribution v2024-05-09 over HTTP: stock and inbound.

https://developer-docs.amazon.com/sp-api/docs/awd-api-v2024-05-09-reference
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from chalkola_spapi.simulator.awd.answers import (
    inventory_summary,
    moment,
    shipment_summary,
    whole_order,
    whole_shipment,
)
from chalkola_spapi.simulator.awd.inventory import US
from chalkola_spapi.simulator.awd.packages import (
    EligibilityBody,
    OrderBody,
    TransportBody,
    refusal,
    why_ineligible,
)
from chalkola_spapi.simulator.awd.shipments import Shipment
from chalkola_spapi.simulator.inbound.pdf import LETTER, write_pdf
from chalkola_spapi.simulator.messages import Answer, Call, RefusedError, Request, invalid_input
from chalkola_spapi.simulator.operations import Operation
from chalkola_spapi.simulator.page_tokens import make_token, read_token
from chalkola_spapi.simulator.report_specification import parse_moment
from chalkola_spapi.simulator.state import State

_ROOT = "/awd/2024-05-09"
_ORDER = f"{_ROOT}/inboundOrders/{{orderId}}"
_SHIPMENT = f"{_ROOT}/inboundShipments/{{shipmentId}}"
_STATUSES = ("CREATED", "SHIPPED", "IN_TRANSIT", "RECEIVING", "DELIVERED", "CLOSED", "CANCELLED")
_TOKEN_LIFETIME = timedelta(hours=1)
_LABEL_LIFETIME = timedelta(seconds=600)
_PAGING = {"nextToken"}

Body = TypeVar("Body", bound=BaseModel)


def list_inventory(state: State, request: Request) -> Answer:
    call = request.call
    details = _choice(call, "details", ("HIDE", "SHOW")) == "SHOW"
    is_descending = _choice(call, "sortOrder", ("ASCENDING", "DESCENDING")) == "DESCENDING"
    after, began_at = _place(state, call)
    levels = state.awd.levels(at=began_at) if _is_in_us(state, request) else {}
    wanted = call.one("sku")
    skus = sorted((sku for sku in levels if wanted in {None, sku}), reverse=is_descending)
    page, token = _page(state, call, skus, after=after, began_at=began_at)
    summaries = [inventory_summary(sku, levels[sku], details=details) for sku in page]
    return Answer.json(200, {"inventory": summaries} | token)


def list_inbound_shipments(state: State, request: Request) -> Answer:
    call = request.call
    is_by_creation = _choice(call, "sortBy", ("UPDATED_AT", "CREATED_AT")) == "CREATED_AT"
    is_ascending = _choice(call, "sortOrder", ("DESCENDING", "ASCENDING")) == "ASCENDING"
    after, began_at = _place(state, call)
    state.awd_orders.settle(request.account)
    keyed = {
        f"{moment(one.created_at if is_by_creation else one.stage(began_at)[1])} "
        f"{one.shipment_id}": one
        for one in state.awd_shipments.all(request.account, at=began_at)
        if _is_in_us(state, request) and _is_wanted(call, one, now=began_at)
    }
    keys = sorted(keyed, reverse=not is_ascending)
    page, token = _page(state, call, keys, after=after, began_at=began_at)
    shipments = [shipment_summary(keyed[key], now=began_at) for key in page]
    return Answer.json(200, {"shipments": shipments} | token)


def get_inbound_shipment(state: State, request: Request) -> Answer:
    shipment = _shipment(state, request)
    content = whole_shipment(
        shipment,
        now=state.clock.now(),
        with_skus=_choice(request.call, "skuQuantities", ("HIDE", "SHOW")) == "SHOW",
        tracking=state.awd_shipments.tracking(request.account, shipment.shipment_id),
    )
    return Answer.json(200, content)


def get_inbound_shipment_labels(state: State, request: Request) -> Answer:
    _choice(request.call, "pageType", ("PLAIN_PAPER",))
    _choice(request.call, "formatType", ("PDF",))
    shipment = _shipment(state, request)
    if shipment.cancelled_at is not None:
        return Answer.json(200, {"labelStatus": "GENERATION_FAILED"})
    cases = [[shipment.shipment_id, sku] for sku in shipment.units]
    document_id = state.documents.add(
        request.account,
        lambda: write_pdf(cases, size=LETTER),
        content_type="application/pdf",
        is_gzip=False,
    )
    url = state.documents.presign(
        state.documents.find(request.account, document_id),
        public_url=state.public_url,
        encoding_header=False,
        lifetime=_LABEL_LIFETIME,
    )
    return Answer.json(200, {"labelStatus": "GENERATED", "labelDownloadURL": url})


def get_label_page_types(state: State, request: Request) -> Answer:
    _shipment(state, request)
    return Answer.json(200, {"labelStatus": "GENERATED", "pageTypes": ["PLAIN_PAPER"]})


def update_inbound_shipment_transport_details(state: State, request: Request) -> Answer:
    body = _read(request.call, TransportBody)
    shipment = _shipment(state, request)
    details = [one.model_dump(exclude_unset=True) for one in body.trackingDetails]
    state.awd_shipments.track(request.account, shipment.shipment_id, details)
    return Answer(204)


def check_inbound_eligibility(state: State, request: Request) -> Answer:
    body = _read(request.call, EligibilityBody)
    known = state.stock.view().items.keys()
    packages = []
    for package in body.packagesToInbound:
        reasons = why_ineligible(package, known=known)
        packages.append(
            {
                "packageQuantity": package.model_dump(exclude_unset=True),
                "status": "INELIGIBLE" if reasons else "ELIGIBLE",
                "ineligibilityReasons": [reason.describe() for reason in reasons],
            }
        )
    is_eligible = all(package["status"] == "ELIGIBLE" for package in packages)
    content = {
        "packagesToInbound": packages,
        "previewedAt": moment(state.clock.now()),
        "status": "ELIGIBLE" if is_eligible else "INELIGIBLE",
    }
    return Answer.json(200, content)


def create_inbound(state: State, request: Request) -> Answer:
    order = state.awd_orders.create(request.account, _read(request.call, OrderBody))
    answer = Answer.json(201, {"orderId": order.order_id})
    return answer.with_headers(Location=f"{_ROOT}/inboundOrders/{order.order_id}")


def get_inbound(state: State, request: Request) -> Answer:
    order = state.awd_orders.find(request.account, request.parts["orderId"])
    return Answer.json(200, whole_order(order, now=state.clock.now()))


def update_inbound(state: State, request: Request) -> Answer:
    body = _read(request.call, OrderBody)
    state.awd_orders.update(request.account, request.parts["orderId"], body)
    return Answer(204)


def confirm_inbound(state: State, request: Request) -> Answer:
    known = state.stock.view().items.keys()
    state.awd_orders.confirm(request.account, request.parts["orderId"], known=known)
    return Answer(204)


def cancel_inbound(state: State, request: Request) -> Answer:
    state.awd_orders.cancel(request.account, request.parts["orderId"])
    return Answer(204)


def _is_in_us(state: State, request: Request) -> bool:
    """Whether the account sells where AWD is; it has nothing in AWD else."""
    return US in state.sellers.marketplaces(request.account)


def _shipment(state: State, request: Request) -> Shipment:
    state.awd_orders.settle(request.account)
    return state.awd_shipments.find(request.account, request.parts["shipmentId"])


def _read(call: Call, model: type[Body]) -> Body:
    if call.media_type() != "application/json":
        message = "The request entity is in an unsupported format."
        raise RefusedError(415, "UnsupportedMediaType", message)
    try:
        return model.model_validate(call.json_object())
    except ValidationError as exc:
        raise refusal(exc) from exc


def _choice(call: Call, name: str, values: Sequence[str]) -> str:
    """A parameter of few values, the first of which is the default."""
    value = call.one(name) or values[0]
    if value not in values:
        raise invalid_input(f"{name} must be one of {', '.join(values)}")
    return value


def _is_wanted(call: Call, shipment: Shipment, *, now: datetime) -> bool:
    status, since = shipment.stage(now)
    wanted = call.one("shipmentStatus")
    if wanted is not None and wanted not in _STATUSES:
        raise invalid_input(f"shipmentStatus must be one of {', '.join(_STATUSES)}")
    after, before = _moment(call, "updatedAfter"), _moment(call, "updatedBefore")
    return (
        wanted in {None, status}
        and (after is None or since >= after)
        and (before is None or since <= before)
    )


def _moment(call: Call, name: str) -> datetime | None:
    text = call.one(name)
    if text is None:
        return None
    # A plus sign that was not encoded reaches a server as a space.
    found = parse_moment(text[:11] + text[11:].replace(" ", "+"))
    if found is None:
        raise invalid_input(f"{name} must be a date-time in ISO 8601 format")
    return found


def _query(call: Call) -> dict[str, str | None]:
    """What a token is good for: the same arguments."""
    return dict(sorted((name, value) for name, value in call.query if name not in _PAGING))


def _place(state: State, call: Call) -> tuple[str | None, datetime]:
    token, now = call.one("nextToken"), state.clock.now()
    if not token:
        return None, now
    return read_token(token, _query(call), now=now, lifetime=_TOKEN_LIFETIME)


def _page(
    state: State, call: Call, keys: Sequence[str], *, after: str | None, began_at: datetime
) -> tuple[Sequence[str], dict[str, object]]:
    """The keys of a page, and the token of the next one if there is one."""
    text = call.one("maxResults") or "25"
    if not text.isdecimal() or not 1 <= int(text) <= 200:
        raise invalid_input("maxResults must be a number from 1 to 200")
    start = keys.index(after) + 1 if after in keys else 0
    end = start + int(text)
    if end >= len(keys):
        return keys[start:], {}
    now = state.clock.now()
    token = make_token(_query(call), after=keys[end - 1], since=began_at, now=now)
    return keys[start:end], {"nextToken": token}


OPERATIONS = (
    Operation("listInventory", "GET", f"{_ROOT}/inventory", 2, 2, list_inventory),
    Operation(
        "listInboundShipments", "GET", f"{_ROOT}/inboundShipments", 1, 1, list_inbound_shipments
    ),
    Operation("getInboundShipment", "GET", _SHIPMENT, 2, 2, get_inbound_shipment),
    Operation(
        "getInboundShipmentLabels", "GET", f"{_SHIPMENT}/labels", 1, 2, get_inbound_shipment_labels
    ),
    Operation(
        "getLabelPageTypes", "GET", f"{_SHIPMENT}/labelPageTypes", 1, 2, get_label_page_types
    ),
    Operation(
        "updateInboundShipmentTransportDetails",
        "PUT",
        f"{_SHIPMENT}/transport",
        1,
        1,
        update_inbound_shipment_transport_details,
    ),
    Operation(
        "checkInboundEligibility",
        "POST",
        f"{_ROOT}/inboundEligibility",
        1,
        1,
        check_inbound_eligibility,
    ),
    Operation("createInbound", "POST", f"{_ROOT}/inboundOrders", 1, 1, create_inbound),
    Operation("getInbound", "GET", _ORDER, 2, 2, get_inbound),
    Operation("updateInbound", "PUT", _ORDER, 1, 1, update_inbound),
    Operation("confirmInbound", "POST", f"{_ORDER}/confirmation", 1, 1, confirm_inbound),
    Operation("cancelInbound", "POST", f"{_ORDER}/cancellation", 1, 1, cancel_inbound),
)
