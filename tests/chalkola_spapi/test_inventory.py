import pickle

import pytest

from chalkola_spapi.errors import ApiStatusError, ContractError, NextTokenExpiredError
from chalkola_spapi.inventory import InventoryApi

ROUTE = "GET /fba/inventory/v1/summaries"
SUMMARY = {
    "asin": "B000000001",
    "fnSku": "X000000001",
    "sellerSku": "00123",
    "condition": "NewItem",
    "lastUpdatedTime": "2026-11-23T01:02:03Z",
    "productName": "Chalk",
    "totalQuantity": 100,
    "stores": ["S"],
    "inventoryDetails": {
        "fulfillableQuantity": 50,
        "inboundWorkingQuantity": 1,
        "inboundShippedQuantity": 2,
        "inboundReceivingQuantity": 3,
        "reservedQuantity": {
            "totalReservedQuantity": 15,
            "pendingCustomerOrderQuantity": 4,
            "pendingTransshipmentQuantity": 5,
            "fcProcessingQuantity": 6,
        },
        "researchingQuantity": {
            "totalResearchingQuantity": 6,
            "researchingQuantityBreakdown": [
                {"name": "researchingQuantityInShortTerm", "quantity": 6}
            ],
        },
        "unfulfillableQuantity": {
            "totalUnfulfillableQuantity": 23,
            "customerDamagedQuantity": 1,
            "warehouseDamagedQuantity": 2,
            "distributorDamagedQuantity": 3,
            "carrierDamagedQuantity": 4,
            "defectiveQuantity": 5,
            "expiredQuantity": 8,
        },
    },
}


def page(*summaries, token=None, in_payload=None):
    body = {
        "payload": {
            "granularity": {"granularityType": "Marketplace", "granularityId": "M"},
            "inventorySummaries": list(summaries),
        }
    }
    if token:
        body["pagination"] = {"nextToken": token}
    if in_payload:
        body["payload"]["nextToken"] = in_payload
    return body


@pytest.fixture
def inventory(api):
    return InventoryApi(api)


def test_every_quantity_is_read(inventory, server):
    server.on(ROUTE, server.json(200, page(SUMMARY)))
    (summary,) = inventory.get_inventory_summaries("M").summaries
    written = summary.model_dump(mode="json", by_alias=True)
    assert written == SUMMARY
    assert summary.seller_sku == "00123"


def test_a_page_is_one_request_and_names_the_next(inventory, server):
    server.on(ROUTE, server.json(200, page(SUMMARY, token="a/b+c=")), server.json(200, page()))
    first = inventory.get_inventory_summaries("M")
    assert first.next_token == "a/b+c="
    assert len(server.requests(ROUTE)) == 1
    assert inventory.get_inventory_summaries("M", next_token=first.next_token).next_token is None
    same = {
        "granularityType": "Marketplace",
        "granularityId": "M",
        "marketplaceIds": "M",
        "details": "true",
    }
    assert [seen.query for seen in server.requests(ROUTE)] == [
        same,
        {**same, "nextToken": "a/b+c="},
    ]


def test_a_token_within_the_payload_is_none(inventory, server):
    server.on(ROUTE, server.json(200, page(SUMMARY, in_payload="wrong place")))
    assert inventory.get_inventory_summaries("M").next_token is None


def test_details_can_be_left_out(inventory, server):
    server.on(ROUTE, server.json(200, page({"sellerSku": "A", "inventoryDetails": None})))
    (summary,) = inventory.get_inventory_summaries("M", details=False).summaries
    assert summary.inventory_details is None
    assert server.requests(ROUTE)[0].query["details"] == "false"


def test_a_lapsed_token_is_told_apart_from_a_bad_request(inventory, server):
    server.on(ROUTE, server.error(400, "InvalidInput", "Next token is invalid or expired"))
    with pytest.raises(NextTokenExpiredError, match="invalid or expired") as caught:
        inventory.get_inventory_summaries("M", next_token="t")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.status, copy.code, copy.operation) == (
        400,
        "InvalidInput",
        "getInventorySummaries",
    )
    with pytest.raises(ApiStatusError) as caught:
        inventory.get_inventory_summaries("M")
    assert not isinstance(caught.value, NextTokenExpiredError)


def test_other_refusals_of_a_later_page_are_what_they_are(inventory, server):
    server.on(ROUTE, server.error(404, "NotFound"))
    with pytest.raises(ApiStatusError) as caught:
        inventory.get_inventory_summaries("M", next_token="t")
    assert not isinstance(caught.value, NextTokenExpiredError)


def test_no_payload_is_an_error_and_not_an_empty_stock(inventory, server):
    server.on(ROUTE, server.json(200, {"errors": []}))
    with pytest.raises(ContractError, match="payload"):
        inventory.get_inventory_summaries("M")
