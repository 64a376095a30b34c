"""Listings of plans, and what v0 still lists of shipments."""

from datetime import timedelta

import pytest

PLANS = "/inbound/fba/2024-03-20/inboundPlans"
SHIPMENTS = "/fba/inbound/v0/shipments"
ITEMS = "/fba/inbound/v0/shipmentItems"
US = "ATVPDKIKX0DER"


def names(flow, **params):
    flow.clock.advance(timedelta(seconds=1))
    return [one["name"] for one in flow.seller.get(PLANS, **params).json()["inboundPlans"]]


def test_plans_are_filtered_sorted_and_paged(flow):
    for number in range(12):
        flow.start(name=f"Plan {number:02d}")
        if number == 5:
            flow.succeed(flow.send("PUT", "/cancellation"))
    assert names(flow)[0] == "Plan 11"
    assert names(flow, sortOrder="ASC", pageSize=2) == ["Plan 00", "Plan 01"]
    assert names(flow, status="VOIDED") == ["Plan 05"]
    assert names(flow, status="SHIPPED") == []
    page = flow.seller.get(PLANS).json()
    assert len(page["inboundPlans"]) == 10
    token = page["pagination"]["nextToken"]
    assert names(flow, paginationToken=token) == ["Plan 01", "Plan 00"]
    assert flow.send("PUT", "/name", {"name": "Renamed"}).status_code == 204
    assert names(flow, sortBy="LAST_UPDATED_TIME")[0] == "Renamed"


@pytest.mark.parametrize(
    "params",
    [
        {"status": "OPEN"},
        {"sortBy": "NAME"},
        {"sortOrder": "UP"},
        {"pageSize": 31},
        {"paginationToken": "x"},
    ],
)
def test_a_wrong_listing_is_refused(seller, params):
    assert seller.get(PLANS, **params).status_code == 400


def test_a_plan_of_many_items_is_paged(flow, make_item):
    flow.start([make_item(f"CM-{number}", 1) for number in range(25)])
    page = flow.read("/items")
    assert len(page["items"]) == 10
    assert len(flow.read("/items", "items")) == 25
    assert len(flow.read("/items", "items", pageSize=1000)) == 25


def test_v0_lists_confirmed_shipments(flow):
    flow.ready()
    assert flow.seller.get(SHIPMENTS, QueryType="SHIPMENT", MarketplaceId=US).status_code == 400
    working = {"QueryType": "SHIPMENT", "MarketplaceId": US, "ShipmentStatusList": "WORKING"}
    assert flow.seller.get(SHIPMENTS, **working).json()["payload"]["ShipmentData"] == []
    chosen = flow.partnered()
    confirmation_id = flow.shipment(chosen)["shipmentConfirmationId"]
    (listed,) = flow.seller.get(SHIPMENTS, **working).json()["payload"]["ShipmentData"]
    assert listed["ShipmentId"] == confirmation_id
    assert listed["LabelPrepType"] == "SELLER_LABEL"
    by_id = {"QueryType": "SHIPMENT", "MarketplaceId": US, "ShipmentIdList": confirmation_id}
    assert flow.seller.get(SHIPMENTS, **by_id).json()["payload"]["ShipmentData"] == [listed]
    flow.labels(confirmation_id)
    asked = {**working, "ShipmentStatusList": "READY_TO_SHIP"}
    (listed,) = flow.seller.get(SHIPMENTS, **asked).json()["payload"]["ShipmentData"]
    assert listed["ShipmentStatus"] == "WORKING"


def test_v0_lists_items_by_the_time_of_their_change(flow, make_item, make_box):
    items = [make_item(f"CM-{number}", 10) for number in range(60)]
    flow.partnered(items=items)
    now = flow.clock.now()
    span = {
        "QueryType": "DATE_RANGE",
        "MarketplaceId": US,
        "LastUpdatedAfter": (now - timedelta(hours=1)).isoformat(),
        "LastUpdatedBefore": now.isoformat(),
    }
    page = flow.seller.get(ITEMS, **span).json()["payload"]
    assert len(page["ItemData"]) == 50
    token = {"QueryType": "NEXT_TOKEN", "MarketplaceId": US, "NextToken": page["NextToken"]}
    rest = flow.seller.get(ITEMS, **token).json()["payload"]
    assert len(rest["ItemData"]) == 10
    assert "NextToken" not in rest
    earlier = {**span, "LastUpdatedBefore": (now - timedelta(minutes=50)).isoformat()}
    assert flow.seller.get(ITEMS, **earlier).json()["payload"]["ItemData"] == []


@pytest.mark.parametrize(
    "params",
    [
        {"QueryType": "EVERYTHING", "MarketplaceId": US},
        {"QueryType": "DATE_RANGE", "MarketplaceId": US},
        {"QueryType": "NEXT_TOKEN", "MarketplaceId": US, "NextToken": "x"},
        {
            "QueryType": "DATE_RANGE",
            "MarketplaceId": US,
            "LastUpdatedAfter": "today",
            "LastUpdatedBefore": "now",
        },
    ],
)
def test_a_wrong_query_of_v0_is_refused(seller, params):
    assert seller.get(ITEMS, **params).status_code == 400
    assert seller.get(SHIPMENTS, **params).status_code == 400
