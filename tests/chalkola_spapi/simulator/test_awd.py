from datetime import timedelta

import httpx
import pytest

from chalkola_spapi.simulator import MARKETPLACES, seller_id
from chalkola_spapi.simulator.awd_routes import OPERATIONS
from chalkola_spapi.simulator.throttle import Plan

US = "ATVPDKIKX0DER"
ROOT = "/awd/2024-05-09"
SKU = "CM-NEO-10-0001"
ADDRESS = {
    "name": "Chalkola Supplies",
    "addressLine1": "100 Marker Way",
    "stateOrRegion": "CA",
    "countryCode": "US",
}


@pytest.fixture
def simulator(shared):
    for operation in OPERATIONS:
        shared.state.throttle.grant(operation.name, Plan(1000, 1000))
    return shared


@pytest.fixture
def clock(shared):
    return shared.state.clock


@pytest.fixture
def awd(seller):
    """Calls AWD; the answer."""

    def call(method, path, *, json=None, **params):
        body = {} if json is None else {"json": json}
        return seller.call(method, f"{ROOT}/{path}", params=params, **body)

    return call


def case(sku=SKU, quantity=20, count=4):
    return {
        "count": count,
        "distributionPackage": {
            "type": "CASE",
            "contents": {"products": [{"sku": sku, "quantity": quantity}]},
            "measurements": {"weight": {"unitOfMeasurement": "POUNDS", "weight": 12.5}},
        },
    }


def pallet(*cases, count=1):
    return {
        "count": count,
        "distributionPackage": {
            "type": "PALLET",
            "contents": {"packages": list(cases)},
            "measurements": {"weight": {"unitOfMeasurement": "POUNDS", "weight": 400.0}},
        },
    }


def order_body(*packages):
    return {
        "originAddress": ADDRESS,
        "packagesToInbound": list(packages) or [pallet(case())],
        "preferences": {"destinationRegion": "us-east"},
        "externalReferenceId": "PO-1",
    }


def pages(awd, path, name, **params):
    found, token = [], {}
    while True:
        answer = awd("GET", path, **params, **token).json()
        found.append(answer[name])
        if "nextToken" not in answer:
            return found
        token = {"nextToken": answer["nextToken"]}


def test_stock_comes_in_pages_sorted_by_sku(awd):
    found = pages(awd, "inventory", "inventory", maxResults=10, details="SHOW")
    assert {len(page) for page in found[:-1]} == {10}
    skus = [one["sku"] for page in found for one in page]
    assert skus == sorted(skus)
    assert 20 < len(set(skus)) == len(skus) < 60
    reversed_ = pages(awd, "inventory", "inventory", maxResults=200, sortOrder="DESCENDING")
    assert [one["sku"] for one in reversed_[0]] == skus[::-1]


def test_details_are_shown_if_asked_for(awd):
    hidden = awd("GET", "inventory").json()["inventory"][0]
    shown = awd("GET", "inventory", details="SHOW").json()["inventory"][0]
    assert "inventoryDetails" not in hidden
    details = shown["inventoryDetails"]
    on_hand = details["availableDistributableQuantity"] + details["reservedDistributableQuantity"]
    assert shown["totalOnhandQuantity"] == hidden["totalOnhandQuantity"] == on_hand


def test_what_is_on_its_way_to_fba_is_inbound_there(awd, simulator):
    view = simulator.state.stock.view()
    stock = awd("GET", "inventory", details="SHOW", maxResults=200).json()["inventory"]
    for one in stock:
        levels = view.levels(MARKETPLACES[US], one["sku"])
        inbound = levels.inbound_shipped + levels.inbound_receiving
        assert one["inventoryDetails"]["replenishmentQuantity"] == inbound
    assert any(one["inventoryDetails"]["replenishmentQuantity"] for one in stock)


def test_what_is_inbound_is_in_the_shipments(awd):
    expected = {}
    for summary in pages(awd, "inboundShipments", "shipments", maxResults=200)[0]:
        path = f"inboundShipments/{summary['shipmentId']}"
        for one in awd("GET", path, skuQuantities="SHOW").json()["shipmentSkuQuantities"]:
            left = one["expectedQuantity"]["quantity"] - one["receivedQuantity"]["quantity"]
            expected[one["sku"]] = expected.get(one["sku"], 0) + left
    stock = awd("GET", "inventory", maxResults=200).json()["inventory"]
    found = {one["sku"]: one["totalInboundQuantity"] for one in stock}
    assert any(found.values())
    assert {sku: units for sku, units in found.items() if units} == {
        sku: units for sku, units in expected.items() if units
    }


@pytest.mark.parametrize(
    "params",
    [{"maxResults": 0}, {"maxResults": 201}, {"details": "YES"}, {"nextToken": "nonsense"}],
)
def test_a_bad_listing_is_refused(awd, params):
    assert awd("GET", "inventory", **params).status_code == 400


def test_a_token_wants_the_same_arguments(awd):
    token = awd("GET", "inventory", maxResults=5).json()["nextToken"]
    assert awd("GET", "inventory", maxResults=5, nextToken=token).status_code == 200
    assert awd("GET", "inventory", maxResults=6, nextToken=token).status_code == 400


def test_stock_can_be_changed(awd, seller, simulator):
    simulator.state.awd.change(SKU, available=7, reserved=1, replenishment=2, inbound=3)
    (one,) = awd("GET", "inventory", sku=SKU, details="SHOW").json()["inventory"]
    assert (one["totalOnhandQuantity"], one["totalInboundQuantity"]) == (8, 3)
    order = {"do": "remove", "sku": SKU}
    assert seller.http.post("/_control/awd", json=order).status_code == 200
    assert awd("GET", "inventory", sku=SKU).json()["inventory"] == []
    order = {"do": "change", "sku": SKU, "quantities": {"lost": 1}}
    assert seller.http.post("/_control/awd", json=order).status_code == 400


def test_an_account_outside_the_us_has_nothing_in_awd(awd, seller, simulator):
    simulator.state.sellers.limit(seller_id(seller.refresh_token), ["A1F83G8C2ARO7P"])
    assert awd("GET", "inventory").json() == {"inventory": []}
    assert awd("GET", "inboundShipments").json() == {"shipments": []}


def test_shipments_are_sorted_filtered_and_paged(awd, clock):
    found = pages(awd, "inboundShipments", "shipments", maxResults=4)
    shipments = [one for page in found for one in page]
    assert len(shipments) >= 20
    updated = [one["updatedAt"] for one in shipments]
    assert updated == sorted(updated, reverse=True)
    assert {one["shipmentStatus"] for one in shipments} >= {"IN_TRANSIT", "CLOSED"}
    created = pages(
        awd, "inboundShipments", "shipments", sortBy="CREATED_AT", sortOrder="ASCENDING"
    )
    moments = [one["createdAt"] for page in created for one in page]
    assert moments == sorted(moments)
    closed = awd("GET", "inboundShipments", shipmentStatus="CLOSED").json()["shipments"]
    assert {one["shipmentStatus"] for one in closed} == {"CLOSED"}
    since = (clock.now() - timedelta(days=30)).isoformat()
    recent = awd("GET", "inboundShipments", updatedAfter=since).json()["shipments"]
    old = awd("GET", "inboundShipments", updatedBefore=since).json()["shipments"]
    assert len(recent) + len(old) == len(shipments)
    assert awd("GET", "inboundShipments", shipmentStatus="LOST").status_code == 400
    assert awd("GET", "inboundShipments", updatedAfter="soon").status_code == 400


def test_a_shipment_is_received_bit_by_bit(awd, clock, seller):
    newest = awd("GET", "inboundShipments", sortBy="CREATED_AT").json()["shipments"][0]
    shipment_id = newest["shipmentId"]
    received, statuses = [], []
    for _ in range(30):
        clock.advance(timedelta(days=1))
        seller.authorize()
        one = awd("GET", f"inboundShipments/{shipment_id}").json()
        statuses.append(one["shipmentStatus"])
        received.append(one["receivedQuantity"][0]["quantity"])
    assert received == sorted(received)
    assert len(set(received)) > 4
    assert statuses[-1] == "CLOSED"
    order = ["CREATED", "SHIPPED", "IN_TRANSIT", "DELIVERED", "RECEIVING", "CLOSED"]
    assert statuses == sorted(statuses, key=order.index)


def test_an_order_becomes_a_shipment(awd, clock, simulator):
    answer = awd("POST", "inboundOrders", json=order_body())
    order_id = answer.json()["orderId"]
    assert answer.headers["location"].endswith(order_id)
    path = f"inboundOrders/{order_id}"
    assert awd("GET", path).json()["orderStatus"] == "DRAFT"
    assert awd("PUT", path, json=order_body(pallet(case(count=9)))).status_code == 204
    assert awd("POST", f"{path}/confirmation").status_code == 204
    assert awd("GET", path).json()["orderStatus"] == "VALIDATING"
    clock.advance(timedelta(seconds=60))
    order = awd("GET", path).json()
    assert order["orderStatus"] == "CONFIRMED"
    assert order["externalReferenceId"] == "PO-1"
    shipment_id = order["destinationDetails"]["shipmentId"]
    listed = awd("GET", "inboundShipments").json()["shipments"][0]
    assert (listed["shipmentId"], listed["shipmentStatus"]) == (shipment_id, "CREATED")
    shipment = awd("GET", f"inboundShipments/{shipment_id}", skuQuantities="SHOW").json()
    (units,) = shipment["shipmentSkuQuantities"]
    assert (units["sku"], units["expectedQuantity"]["quantity"]) == (SKU, 180)
    assert shipment["destinationRegion"] == "us-east"
    (told,) = simulator.state.describe()["awd_orders"]
    assert (told["orderId"], told["confirmations"]) == (order_id, 1)


def test_an_order_is_confirmed_once(awd):
    order_id = awd("POST", "inboundOrders", json=order_body()).json()["orderId"]
    path = f"inboundOrders/{order_id}"
    assert awd("POST", f"{path}/confirmation").status_code == 204
    assert awd("POST", f"{path}/confirmation").status_code == 409
    assert awd("PUT", path, json=order_body()).status_code == 409


def test_an_order_is_cancelled_until_it_has_left(awd, clock, seller):
    ids = [awd("POST", "inboundOrders", json=order_body()).json()["orderId"] for _ in range(3)]
    for order_id in ids[1:]:
        awd("POST", f"inboundOrders/{order_id}/confirmation")
    clock.advance(timedelta(minutes=2))
    for order_id in ids[:2]:
        assert awd("POST", f"inboundOrders/{order_id}/cancellation").status_code == 204
        assert awd("GET", f"inboundOrders/{order_id}").json()["orderStatus"] == "CANCELLED"
    assert awd("POST", f"inboundOrders/{ids[0]}/cancellation").status_code == 409
    cancelled = awd("GET", "inboundShipments", shipmentStatus="CANCELLED").json()["shipments"]
    assert len(cancelled) == 1
    clock.advance(timedelta(days=4))
    seller.authorize()
    assert awd("POST", f"inboundOrders/{ids[2]}/cancellation").status_code == 409


def test_a_draft_expires(awd, clock, seller):
    order_id = awd("POST", "inboundOrders", json=order_body()).json()["orderId"]
    clock.advance(timedelta(days=30))
    seller.authorize()
    assert awd("GET", f"inboundOrders/{order_id}").json()["orderStatus"] == "EXPIRED"
    assert awd("POST", f"inboundOrders/{order_id}/confirmation").status_code == 409


@pytest.mark.parametrize(
    ("package", "code"),
    [
        (case(sku="UNKNOWN"), "SKU_NOT_FOUND"),
        (pallet(), "INVALID_PALLET"),
        (
            {**case(), "distributionPackage": {**case()["distributionPackage"], "contents": {}}},
            "MIXED_CASE",
        ),
    ],
)
def test_what_may_not_be_sent_in_is_ineligible(awd, package, code):
    body = {"packagesToInbound": [case(), package]}
    answer = awd("POST", "inboundEligibility", json=body).json()
    assert answer["status"] == "INELIGIBLE"
    assert [one["status"] for one in answer["packagesToInbound"]] == ["ELIGIBLE", "INELIGIBLE"]
    (reason,) = answer["packagesToInbound"][1]["ineligibilityReasons"]
    assert reason["code"] == code
    order_id = awd("POST", "inboundOrders", json=order_body(package)).json()["orderId"]
    assert awd("POST", f"inboundOrders/{order_id}/confirmation").status_code == 400


def test_good_packages_are_eligible(awd):
    body = {"packagesToInbound": [pallet(case(), case("CM-PAS-12-0002"), count=2)]}
    assert awd("POST", "inboundEligibility", json=body).json()["status"] == "ELIGIBLE"


@pytest.mark.parametrize(
    "changes",
    [
        {"packagesToInbound": []},
        {"packagesToInbound": [{**case(), "count": 0}]},
        {"originAddress": {"name": "Chalkola"}},
    ],
)
def test_a_bad_body_is_refused_and_named(awd, changes):
    response = awd("POST", "inboundOrders", json={**order_body(), **changes})
    assert response.status_code == 400
    assert next(iter(changes)) in response.json()["errors"][0]["details"]


def test_transport_and_labels_of_a_shipment(awd, clock):
    shipment_id = awd("GET", "inboundShipments").json()["shipments"][0]["shipmentId"]
    path = f"inboundShipments/{shipment_id}"
    details = [{"bookingId": "BOL-1", "carrierCode": {"carrierCodeType": "SCAC"}}]
    body = {"trackingDetails": details}
    assert awd("PUT", f"{path}/transport", json=body).status_code == 204
    assert awd("GET", path).json()["trackingId"] == "BOL-1"
    assert awd("PUT", f"{path}/transport", json={}).status_code == 400
    assert awd("GET", f"{path}/labelPageTypes").json()["pageTypes"] == ["PLAIN_PAPER"]
    labels = awd("GET", f"{path}/labels").json()
    assert labels["labelStatus"] == "GENERATED"
    clock.advance(timedelta(seconds=599))
    answer = httpx.get(labels["labelDownloadURL"])
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    clock.advance(timedelta(seconds=1))
    assert httpx.get(labels["labelDownloadURL"]).status_code == 403
    assert awd("GET", f"{path}/labels", formatType="PNG").status_code == 400


def test_what_is_unknown_is_not_found(awd, simulator, enter):
    assert awd("GET", "inboundShipments/STAR-NONE").status_code == 404
    assert awd("GET", "inboundOrders/none").status_code == 404
    order_id = awd("POST", "inboundOrders", json=order_body()).json()["orderId"]
    other = enter(simulator, "Atzr|two")
    assert other.get(f"{ROOT}/inboundOrders/{order_id}").status_code == 404


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_the_plan_is_the_models(models, operation):
    methods = models.load("awd_2024-05-09")["paths"][operation.path]
    definition = methods[operation.method.lower()]
    assert definition["operationId"] == operation.name
    assert f"| {operation.rate_per_s:g} | {operation.burst} |" in definition["description"]
