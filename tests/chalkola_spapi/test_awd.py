import pytest

from chalkola_spapi.awd import AwdApi
from chalkola_spapi.errors import ApiStatusError, ContractError

BASE = "/awd/2024-05-09"
INVENTORY = f"GET {BASE}/inventory"
SHIPMENTS = f"GET {BASE}/inboundShipments"
LABELS = f"GET {BASE}/inboundShipments/S1/labels"
SKU = {
    "sku": "00123",
    "totalOnhandQuantity": 3_000_000_000,
    "totalInboundQuantity": 5,
    "inventoryDetails": {
        "availableDistributableQuantity": 1,
        "replenishmentQuantity": 2,
        "reservedDistributableQuantity": 3,
    },
    "expirationDetails": [{"expiration": "2027-01-01T00:00:00Z", "onhandQuantity": 4}],
}


@pytest.fixture
def awd(api):
    return AwdApi(api)


def test_every_quantity_of_every_page_is_read(awd, server):
    server.on(
        INVENTORY,
        server.json(200, {"inventory": [SKU], "nextToken": "a+b"}),
        server.json(200, {"inventory": [{"sku": "NA"}], "nextToken": None}),
    )
    first, second = awd.list_inventory()
    assert first.model_dump(mode="json", by_alias=True) == SKU
    assert (second.sku, second.total_onhand_quantity) == ("NA", None)
    assert [seen.query for seen in server.requests(INVENTORY)] == [
        {"details": "SHOW", "maxResults": "200"},
        {"details": "SHOW", "maxResults": "200", "nextToken": "a+b"},
    ]


def test_all_shipments_are_listed(awd, server):
    summary = {"shipmentId": "S1", "orderId": "O1", "shipmentStatus": "LOST"}
    server.on(
        SHIPMENTS,
        server.json(200, {"shipments": [summary], "nextToken": "t"}),
        server.json(200, {}),
    )
    (shipment,) = awd.list_inbound_shipments(shipment_status="CREATED")
    assert shipment.shipment_status == "LOST"
    assert server.requests(SHIPMENTS)[1].query == {
        "shipmentStatus": "CREATED",
        "maxResults": "200",
        "nextToken": "t",
    }


def test_a_page_that_names_itself_is_an_error(awd, server):
    server.on(INVENTORY, server.json(200, {"inventory": [SKU], "nextToken": "same"}))
    with pytest.raises(ContractError, match="names itself"):
        list(awd.list_inventory())


def test_labels_have_an_address_once_they_are_generated(awd, server):
    server.on(
        LABELS,
        server.json(200, {"labelStatus": "GENERATING"}),
        server.json(200, {"labelStatus": "GENERATED", "labelDownloadURL": "https://x/?s3cr3t"}),
    )
    assert awd.get_inbound_shipment_labels("S1").label_download_url is None
    labels = awd.get_inbound_shipment_labels("S1")
    assert labels.label_download_url.get_secret_value() == "https://x/?s3cr3t"
    assert "s3cr3t" not in f"{labels} {labels!r} {labels.model_dump_json()}"


@pytest.mark.parametrize("verb", ["confirm", "cancel"])
def test_an_empty_204_is_a_success_and_a_409_a_refusal(awd, server, verb):
    route = {"confirm": "confirmation", "cancel": "cancellation"}[verb]
    route = f"POST {BASE}/inboundOrders/O1/{route}"
    server.on(route, server.json(204), server.error(409, "Conflict", "not a draft"))
    call = getattr(awd, f"{verb}_inbound")
    assert call("O1") is None
    with pytest.raises(ApiStatusError) as caught:
        call("O1")
    assert caught.value.status == 409
