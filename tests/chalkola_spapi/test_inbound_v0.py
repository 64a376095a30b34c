import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalkola_spapi import label_pages
from chalkola_spapi.errors import ApiStatusError, ContractError
from chalkola_spapi.inbound_v0 import FulfillmentInboundV0Api, LabelsRequest
from chalkola_spapi.label_pages import LABEL_PAGES

LABELS = "GET /fba/inbound/v0/shipments/FBA1/labels"
ITEMS = "GET /fba/inbound/v0/shipmentItems"
ITEMS_OF_ONE = "GET /fba/inbound/v0/shipments/FBA1/items"
SHIPMENTS = "GET /fba/inbound/v0/shipments"
AFTER, BEFORE = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def v0(api):
    return FulfillmentInboundV0Api(api)


def item(sku, received):
    return {
        "ShipmentId": "FBA1",
        "SellerSKU": sku,
        "FulfillmentNetworkSKU": "X001",
        "QuantityShipped": 12,
        "QuantityReceived": received,
        "PrepDetailsList": None,
    }


def page(items, token=None):
    return {"payload": {"ItemData": items, **({"NextToken": token} if token else {})}}


def labels(**more):
    return LabelsRequest(page_type="PackageLabel_Letter_4", label_type="UNIQUE", **more)


def test_a_labels_address_stands_in_the_payload_and_is_never_printed(v0, server):
    server.on(LABELS, server.json(200, {"payload": {"DownloadURL": "https://x/?sig=s3cr3t"}}))
    url = v0.get_labels("FBA1", request=labels(package_labels_to_print=["U1", "U2"], page_size=2))
    assert url.get_secret_value() == "https://x/?sig=s3cr3t"
    assert "s3cr3t" not in f"{url} {url!r}"
    (seen,) = server.requests(LABELS)
    assert seen.query == {
        "PageType": "PackageLabel_Letter_4",
        "LabelType": "UNIQUE",
        "PackageLabelsToPrint": "U1,U2",
        "PageSize": "2",
    }


@pytest.mark.parametrize("body", [{}, {"payload": None}, {"payload": {}}])
def test_no_address_is_an_error(v0, server, body):
    server.on(LABELS, server.json(200, body))
    with pytest.raises(ContractError):
        v0.get_labels("FBA1", request=labels())


def test_a_page_type_that_the_marketplace_lacks_is_refused(v0, server):
    server.on(LABELS, server.error(400, "InvalidRequest", "PageType"))
    with pytest.raises(ApiStatusError, match="PageType"):
        v0.get_labels("FBA1", request=labels())


def test_what_was_received_of_a_shipment_is_read_over_all_pages(v0, server):
    server.on(ITEMS_OF_ONE, server.json(200, page([item("A", 5)], "t1")))
    server.on(
        ITEMS,
        server.json(200, page([item("00123", 0)], "t2")),
        server.json(200, page([item("NA", None)])),
    )
    found = v0.get_shipment_items_by_shipment_id("FBA1", marketplace_id="M")
    assert [(i.seller_sku, i.quantity_shipped, i.quantity_received) for i in found] == [
        ("A", 12, 5),
        ("00123", 12, 0),
        ("NA", 12, None),
    ]
    assert found[0].prep_details_list == ()
    assert [seen.query for seen in server.requests(ITEMS)] == [
        {"QueryType": "NEXT_TOKEN", "MarketplaceId": "M", "NextToken": "t1"},
        {"QueryType": "NEXT_TOKEN", "MarketplaceId": "M", "NextToken": "t2"},
    ]


def test_items_are_asked_for_by_date_and_then_by_token_alone(v0, server):
    server.on(ITEMS, server.json(200, page([item("A", 1)], "t")), server.json(200, page([])))
    found = v0.get_shipment_items("M", last_updated_after=AFTER, last_updated_before=BEFORE)
    assert len(list(found)) == 1
    assert [seen.query for seen in server.requests(ITEMS)] == [
        {
            "QueryType": "DATE_RANGE",
            "MarketplaceId": "M",
            "LastUpdatedAfter": "2026-11-01T00:00:00Z",
            "LastUpdatedBefore": "2026-11-02T00:00:00Z",
        },
        {"QueryType": "NEXT_TOKEN", "MarketplaceId": "M", "NextToken": "t"},
    ]


def test_shipments_are_asked_for_by_id_and_status(v0, server):
    server.on(SHIPMENTS, server.json(200, {"payload": {"ShipmentData": []}}))
    assert list(v0.get_shipments("M", shipment_ids=["FBA1", "FBA2"])) == []
    (seen,) = server.requests(SHIPMENTS)
    assert seen.query == {
        "QueryType": "SHIPMENT",
        "MarketplaceId": "M",
        "ShipmentIdList": "FBA1,FBA2",
    }


@pytest.mark.parametrize("nothing", [{}, {"shipment_ids": []}])
def test_shipments_of_everything_are_not_asked_for(v0, server, nothing):
    with pytest.raises(ValueError, match="name shipments"):
        v0.get_shipments("M", **nothing)
    assert server.seen == []


def test_a_walk_that_names_itself_ends(v0, server):
    server.on(ITEMS, server.json(200, page([item("A", 1)], "same")))
    with pytest.raises(ContractError, match="names itself"):
        list(v0.get_shipment_items("M", last_updated_after=AFTER, last_updated_before=BEFORE))


def test_label_pages_are_what_amazon_says_of_them():
    folder = os.environ.get("SPAPI_MODELS_DIR")
    if not folder:
        pytest.skip("SPAPI_MODELS_DIR is not set: where Amazon's OpenAPI models lie")
    model = json.loads((Path(folder) / "fulfillmentInboundV0.json").read_text(encoding="utf-8"))
    entry = model["paths"]["/fba/inbound/v0/shipments/{shipmentId}/labels"]["get"]
    (page_type,) = [p for p in entry["parameters"] if p["name"] == "PageType"]
    (label_type,) = [p for p in entry["parameters"] if p["name"] == "LabelType"]
    assert [p.name for p in LABEL_PAGES] == page_type["enum"]
    kinds = {label_pages.UNIQUE, label_pages.BARCODE_2D, label_pages.PALLET}
    assert kinds == set(label_type["enum"])
    said = {e["value"]: e["description"] for e in page_type["x-docgen-enum-table-extension"]}
    for label_page in LABEL_PAGES:
        check_page(label_page, said[label_page.name])


def check_page(label_page, said):
    words = {2: "Two labels", 4: "Four labels", 6: "Six labels", 1: "One label"}
    if said != label_page.name and label_page.labels_per_sheet:
        assert words[label_page.labels_per_sheet] in said
    assert (label_page.is_partnered is False) == ("non-Amazon-partnered" in said)
    assert (label_page.is_partnered is True) == (" Amazon-partnered" in said)
    assert (label_page.countries is not None) == ("Supported in Canada and the US" in said)
    if label_page.carrier:
        assert label_page.carrier in said
    assert ("thermal" in said) == (label_page.paper == "THERMAL")
