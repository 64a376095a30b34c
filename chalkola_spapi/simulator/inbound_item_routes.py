"""Fulfillment Inbound v2024-03-20 over HTTP: preparation, labels and compliance of MSKUs.

https://developer-docs.amazon.com/sp-api/reference/listprepdetails

Amazon decodes the MSKUs of a query twice: those with `%`, `+` or `,` must be encoded twice.
"""

from urllib.parse import unquote_plus

from chalkola_spapi.simulator.inbound import labels, times
from chalkola_spapi.simulator.inbound.bodies import read
from chalkola_spapi.simulator.inbound.problems import bad_request
from chalkola_spapi.simulator.inbound.shipment_requests import (
    CreateMarketplaceItemLabelsRequest,
    SetPrepDetailsRequest,
    UpdateItemComplianceDetailsRequest,
)
from chalkola_spapi.simulator.inbound_answers import ROOT, accepted, posting, putting, reading
from chalkola_spapi.simulator.messages import Answer, Call, Request
from chalkola_spapi.simulator.state import State

_ITEMS = f"{ROOT}/items"
_MOST_MSKUS = 100
_LONGEST_MSKU = 255


def list_prep_details(state: State, request: Request) -> Answer:
    marketplace_id = _marketplace(state, request, request.call.one("marketplaceId"))
    find = state.inbound.products.find
    state.inbound.settle()
    details = [
        find(request.account, marketplace_id, msku).describe() for msku in _mskus(request.call)
    ]
    return Answer.json(200, {"mskuPrepDetails": details})


def set_prep_details(state: State, request: Request) -> Answer:
    body = read(SetPrepDetailsRequest, request.call)
    marketplace_id = _marketplace(state, request, body.marketplace_id)
    details = body.msku_prep_details
    return accepted(state.inbound.prepare(request.account, marketplace_id, details))


def create_marketplace_item_labels(state: State, request: Request) -> Answer:
    body = read(CreateMarketplaceItemLabelsRequest, request.call)
    marketplace_id = _marketplace(state, request, body.marketplace_id)
    find = state.inbound.products.find
    products = [find(request.account, marketplace_id, one.msku) for one in body.msku_quantities]
    url = publish_pdf(
        state, request.account, labels.item_labels(body, products), marketplace_id=marketplace_id
    )
    expiration = times.millis(state.clock.now() + labels.LIFETIME)
    download = {"uri": url, "downloadType": "URL", "expiration": expiration}
    return Answer.json(200, {"documentDownloads": [download]})


def list_item_compliance_details(state: State, request: Request) -> Answer:
    marketplace_id = _marketplace(state, request, request.call.one("marketplaceId"))
    details = []
    for msku in _mskus(request.call):
        product = state.inbound.products.find(request.account, marketplace_id, msku)
        taxes = state.inbound.taxes.get((request.account, marketplace_id, msku))
        detail: dict[str, object] = {
            "msku": msku,
            "asin": product.asin,
            "fnsku": product.fnsku,
        }
        details.append(detail if taxes is None else detail | {"taxDetails": taxes.wire()})
    return Answer.json(200, {"complianceDetails": details})


def update_item_compliance_details(state: State, request: Request) -> Answer:
    marketplace_id = _marketplace(state, request, request.call.one("marketplaceId"))
    body = read(UpdateItemComplianceDetailsRequest, request.call)
    key = (request.account, marketplace_id, body.msku)

    def effect(_script: object, _at: object) -> None:
        state.inbound.taxes[key] = body.tax_details

    name = "updateItemComplianceDetails"
    desk = state.inbound.desk
    return accepted(
        desk.begin_alone(request.account, name, marketplace=marketplace_id, effect=effect)
    )


def publish_pdf(state: State, account: str, content: bytes, *, marketplace_id: str) -> str:
    """An address of a PDF that lives 15 seconds."""
    document_id = state.documents.add(
        account,
        lambda: content,
        content_type="application/pdf",
        is_gzip=False,
        marketplaces=frozenset({marketplace_id}),
    )
    document = state.documents.find(account, document_id)
    return state.documents.presign(
        document, public_url=state.public_url, encoding_header=False, lifetime=labels.LIFETIME
    )


def _marketplace(state: State, request: Request, marketplace_id: str | None) -> str:
    if not marketplace_id:
        raise bad_request("The marketplaceId is missing.")
    state.sellers.check(request.account, [marketplace_id])
    return marketplace_id


def _mskus(call: Call) -> list[str]:
    mskus = [unquote_plus(value) for name, value in call.query if name == "mskus"]
    if not 1 <= len(mskus) <= _MOST_MSKUS or not all(
        1 <= len(msku) <= _LONGEST_MSKU for msku in mskus
    ):
        raise bad_request("The requested MSKU is not valid.")
    return mskus


OPERATIONS = (
    # Amazon's model has no plan of listPrepDetails; its documentation says this.
    reading("listPrepDetails", f"{_ITEMS}/prepDetails", list_prep_details, burst=30),
    posting("setPrepDetails", f"{_ITEMS}/prepDetails", set_prep_details, burst=30),
    posting(
        "createMarketplaceItemLabels", f"{_ITEMS}/labels", create_marketplace_item_labels, burst=30
    ),
    reading("listItemComplianceDetails", f"{_ITEMS}/compliance", list_item_compliance_details),
    putting(
        "updateItemComplianceDetails",
        f"{_ITEMS}/compliance",
        update_item_compliance_details,
        burst=6,
    ),
)
