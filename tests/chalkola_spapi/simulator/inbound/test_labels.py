"""Labels: which paper fits which shipment, how long an address lives, what an MSKU needs."""

import re
from datetime import timedelta

import httpx
import pytest

ITEMS = "/inbound/fba/2024-03-20/items"
US, GB = "ATVPDKIKX0DER", "A1F83G8C2ARO7P"


@pytest.fixture
def confirmed(flow):
    return flow.shipment(flow.partnered())["shipmentConfirmationId"]


def test_an_address_lives_fifteen_seconds(flow, confirmed):
    url = flow.labels(confirmed).json()["payload"]["DownloadURL"]
    flow.clock.advance(timedelta(seconds=14))
    answer = httpx.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    flow.clock.advance(timedelta(seconds=1))
    answer = httpx.get(url)
    assert answer.status_code == 403
    assert "Request has expired" in answer.text


def test_an_address_takes_no_token(flow, confirmed):
    url = flow.labels(confirmed).json()["payload"]["DownloadURL"]
    for name in ("x-amz-access-token", "authorization"):
        assert httpx.get(url, headers={name: "Atza|x"}).status_code == 400


@pytest.mark.parametrize(
    ("page_type", "status"),
    [
        ("PackageLabel_Letter_2", 200),
        ("PackageLabel_Thermal", 200),
        ("PackageLabel_Thermal_Unified", 400),
        ("PackageLabel_Thermal_No_Carrier_Rotation", 400),
        ("PackageLabel_Thermal_NonPCP", 400),
        ("PackageLabel_Letter_4", 400),
        ("PackageLabel_Letter_6", 400),
        ("PackageLabel_Plain_Paper", 400),
        ("PackageLabel_A4_2", 400),
        ("PackageLabel_Letter_9", 400),
    ],
)
def test_the_paper_fits_the_partner(flow, confirmed, page_type, status):
    assert flow.labels(confirmed, PageType=page_type).status_code == status


def test_europe_prints_on_a4(flow, make_item):
    items = [make_item("CM-1", 10, labelOwner="SELLER")]
    flow.start(items, destinationMarketplaces=[GB])
    flow.pack()
    chosen = flow.placements()[0]
    flow.succeed(flow.generate_transport(chosen))
    flow.succeed(flow.place(chosen))
    selections = flow.choose(chosen, "AMAZON_PARTNERED_CARRIER", code="DHLX")
    flow.succeed(flow.buy(selections))
    confirmation_id = flow.shipment(chosen)["shipmentConfirmationId"]
    assert flow.labels(confirmation_id).status_code == 400
    for page_type in ("PackageLabel_A4_4", "PackageLabel_Thermal_No_Carrier_Rotation"):
        assert flow.labels(confirmation_id, PageType=page_type).status_code == 200


def test_some_boxes_may_be_printed(flow, confirmed):
    wanted = f"{confirmed}U000002,{confirmed}U000005"
    url = flow.labels(confirmed, PackageLabelsToPrint=wanted).json()["payload"]["DownloadURL"]
    found = re.findall(rb"FBA[0-9A-F]{9}U00000\d", httpx.get(url).content)
    assert found == [f"{confirmed}U00000{place}".encode() for place in (2, 5)]
    answer = flow.labels(confirmed, PackageLabelsToPrint="FBA1")
    assert answer.json()["errors"][0]["code"] == "IncorrectPackageIdentifier"


@pytest.mark.parametrize(
    ("shipment_id", "params", "status"),
    [
        ("sh123", {}, 400),
        ("FBA123456789", {}, 404),
        ("FBA123456789", {"LabelType": "NICE"}, 400),
        ("FBA123456789", {"PageSize": "many"}, 400),
        ("FBA123456789", {"LabelType": "PALLET"}, 404),
    ],
)
def test_labels_of_nothing_are_refused(flow, shipment_id, params, status):
    assert flow.labels(shipment_id, **params).status_code == status


def test_pallet_labels_need_pallets(flow, confirmed):
    answer = flow.labels(confirmed, LabelType="PALLET", NumberOfPallets=1)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("paper", "pages"),
    [
        ({"labelType": "STANDARD_FORMAT", "pageType": "Letter_30"}, 2),
        ({"labelType": "STANDARD_FORMAT", "pageType": "A4_21"}, 3),
        ({"labelType": "THERMAL_PRINTING", "width": 50, "height": 30}, 45),
    ],
)
def test_item_labels_are_sheets_of_fnskus(seller, paper, pages):
    quantities = [{"msku": "CM-1", "quantity": 40}, {"msku": "CM-2", "quantity": 5}]
    body = {"marketplaceId": US, "mskuQuantities": quantities, **paper}
    (download,) = seller.call("POST", f"{ITEMS}/labels", json=body).json()["documentDownloads"]
    pdf = httpx.get(download["uri"]).content
    assert len(re.findall(rb"/Type /Page\b", pdf)) == pages
    assert len(re.findall(rb"X00[A-Z2-7]{7}", pdf)) == 45


@pytest.mark.parametrize(
    "paper",
    [
        {"labelType": "STANDARD_FORMAT"},
        {"labelType": "STANDARD_FORMAT", "pageType": "PackageLabel_Letter_6"},
        {"labelType": "THERMAL_PRINTING", "width": 50},
        {"pageType": "A4_21"},
    ],
)
def test_item_labels_need_their_paper(seller, paper):
    body = {"marketplaceId": US, "mskuQuantities": [{"msku": "A", "quantity": 1}], **paper}
    assert seller.call("POST", f"{ITEMS}/labels", json=body).status_code == 400


def test_an_msku_is_the_same_product_as_in_stock(flow, make_item):
    params = {"granularityType": "Marketplace", "granularityId": US, "marketplaceIds": US}
    answer = flow.seller.get("/fba/inventory/v1/summaries", **params).json()
    stocked = answer["payload"]["inventorySummaries"][0]
    flow.start([make_item(stocked["sellerSku"], 1)])
    (sent,) = flow.read("/items", "items")
    assert (sent["asin"], sent["fnsku"]) == (stocked["asin"], stocked["fnSku"])


def test_prep_details_say_what_owners_may_be(seller):
    mskus = ["CM-1", "NEW-1", "FRAGILE-1", "BARCODE-1"]
    answer = seller.get(f"{ITEMS}/prepDetails", marketplaceId=US, mskus=mskus).json()
    found = {one.pop("msku"): one for one in answer["mskuPrepDetails"]}
    assert found == {
        "CM-1": {
            "prepCategory": "NONE",
            "prepTypes": ["ITEM_LABELING", "ITEM_NO_PREP"],
            "prepOwnerConstraint": "NONE_ONLY",
        },
        "NEW-1": {"prepCategory": "UNKNOWN", "prepTypes": []},
        "FRAGILE-1": {
            "prepCategory": "FRAGILE",
            "prepTypes": ["ITEM_LABELING", "ITEM_BUBBLEWRAP"],
            "allOwnersConstraint": "MUST_MATCH",
        },
        "BARCODE-1": {
            "prepCategory": "NONE",
            "prepTypes": ["ITEM_NO_PREP"],
            "prepOwnerConstraint": "NONE_ONLY",
            "labelOwnerConstraint": "NONE_ONLY",
        },
    }


@pytest.mark.parametrize("msku", ["50%", "A+B", "A,B"])
def test_odd_mskus_are_encoded_twice(seller, msku):
    def asked(text):
        details = seller.get(f"{ITEMS}/prepDetails", marketplaceId=US, mskus=text).json()
        return details["mskuPrepDetails"][0]["msku"]

    twice = {"50%": "50%25", "A+B": "A%2BB", "A,B": "A%2CB"}[msku]
    assert asked(twice) == msku
    assert (asked(msku) == msku) == (msku != "A+B")


def test_prep_details_want_a_marketplace_and_at_most_a_hundred(seller):
    assert seller.get(f"{ITEMS}/prepDetails", mskus="A").status_code == 400
    assert seller.get(f"{ITEMS}/prepDetails", marketplaceId=US).status_code == 400
    many = [str(number) for number in range(101)]
    assert seller.get(f"{ITEMS}/prepDetails", marketplaceId=US, mskus=many).status_code == 400
    assert seller.get(f"{ITEMS}/prepDetails", marketplaceId="X", mskus="A").status_code == 403


def test_compliance_is_kept(flow):
    taxes = {"hsnCode": "960900", "declaredValue": {"amount": 3.0, "code": "INR"}}
    body = {"msku": "CM-1", "taxDetails": taxes}
    path = f"{ITEMS}/compliance"
    answer = flow.seller.call("PUT", path, params={"marketplaceId": US}, json=body)
    flow.succeed(answer)
    found = flow.seller.get(path, marketplaceId=US, mskus=["CM-1", "CM-2"]).json()
    assert [one.get("taxDetails") for one in found["complianceDetails"]] == [taxes, None]


def test_v0_knows_prep_instructions(seller):
    path = "/fba/inbound/v0/prepInstructions"
    answer = seller.get(path, ShipToCountryCode="US", SellerSKUList="FRAGILE-1", ASINList="B01")
    (product,) = answer.json()["payload"]["SKUPrepInstructionsList"]
    assert product["PrepInstructionList"] == ["Labeling", "BubbleWrapping"]
    assert seller.get(path, ShipToCountryCode="XX").status_code == 400
