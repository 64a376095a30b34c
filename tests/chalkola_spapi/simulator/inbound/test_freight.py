"""Pallets: packed later, carried by LTL, with a bill of lading."""

import re
from datetime import datetime, timedelta

import httpx
import pytest

LTL = "FREIGHT_LTL"
PARTNERED, OWN = "AMAZON_PARTNERED_CARRIER", "USE_YOUR_OWN_CARRIER"
PALLET = {
    "quantity": 2,
    "dimensions": {"length": 48, "width": 40, "height": 50, "unitOfMeasurement": "IN"},
    "weight": {"value": 300, "unit": "LB"},
    "stackability": "STACKABLE",
}
FREIGHT = {"freightClass": "FC_70", "declaredValue": {"amount": 900.0, "code": "USD"}}


@pytest.fixture
def placed(flow, make_box, make_item):
    """A plan that is packed after its placement, boxes set by shipment."""
    flow.start()
    chosen = flow.placements()[0]
    flow.succeed(flow.place(chosen))
    boxes = [make_box([make_item("CM-1", 20), make_item("CM-2", 10)], quantity=2)]
    grouping = {"shipmentId": chosen["shipmentIds"][0], "boxes": boxes}
    flow.succeed(flow.post("/packingInformation", {"packageGroupings": [grouping]}))
    return chosen


def generate(flow, chosen, **changes):
    return flow.generate_transport(chosen, pallets=[PALLET], **changes)


def test_partnered_freight_all_the_way(flow, placed):
    flow.succeed(generate(flow, placed, freightInformation=FREIGHT))
    options = [one for one in flow.transport_options(placed) if one["shippingMode"] == LTL]
    assert {one["carrier"]["alphaCode"] for one in options} == {"ABFS", "ODFL", "OTHR"}
    quote = options[0]["quote"]
    left = datetime.fromisoformat(quote["expiration"]) - flow.clock.now()
    assert timedelta(minutes=14) < left < timedelta(minutes=15)
    flow.succeed(flow.buy(flow.choose(placed, PARTNERED, mode=LTL)))
    shipment = flow.shipment(placed)
    assert shipment["amazonReferenceId"].isdecimal()
    assert shipment["freightInformation"] == FREIGHT
    confirmation_id = shipment["shipmentConfirmationId"]
    answer = flow.seller.get(f"/fba/inbound/v0/shipments/{confirmation_id}/billOfLading")
    assert b"BILL OF LADING" in httpx.get(answer.json()["payload"]["DownloadURL"]).content
    labels = flow.labels(confirmation_id, LabelType="PALLET", NumberOfPallets=2)
    pdf = httpx.get(labels.json()["payload"]["DownloadURL"]).content
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 8
    (pallets,) = flow.read("/pallets", "pallets")
    assert (pallets["quantity"], pallets["stackability"]) == (2, "STACKABLE")


def test_freight_of_an_own_carrier_is_tracked_by_its_bill(flow, placed):
    flow.succeed(generate(flow, placed, freightInformation=FREIGHT))
    flow.confirm_windows(placed)
    flow.succeed(flow.buy(flow.choose(placed, OWN, mode=LTL)))
    body = {
        "trackingDetails": {
            "ltlTrackingDetail": {"freightBillNumber": ["PRO-1"], "billOfLadingNumber": "B1"}
        }
    }
    path = f"/shipments/{placed['shipmentIds'][0]}"
    flow.succeed(flow.send("PUT", f"{path}/trackingDetails", body))
    assert flow.read(path)["trackingDetails"] == body["trackingDetails"]
    confirmation_id = flow.read(path)["shipmentConfirmationId"]
    answer = flow.seller.get(f"/fba/inbound/v0/shipments/{confirmation_id}/billOfLading")
    assert answer.status_code == 400


def test_pallets_without_freight_information_fail(flow, placed):
    (problem,) = flow.fail(generate(flow, placed))
    assert problem["code"] == "FBA_INB_0352"
    assert placed["shipmentIds"][0] in problem["details"]


def test_packed_later_means_placed_first(flow):
    flow.start()
    chosen = flow.placements()[1]
    problems = flow.fail(flow.generate_transport(chosen))
    assert {one["code"] for one in problems} == {"FBA_INB_0344"}
    assert len(problems) == len(chosen["shipmentIds"]) == 2


def test_boxes_of_a_shipment_must_hold_its_items(flow, make_box, make_item):
    flow.start()
    chosen = flow.placements()[0]
    body = {
        "packageGroupings": [
            {
                "shipmentId": chosen["shipmentIds"][0],
                "boxes": [make_box([make_item("CM-1", 40), make_item("CM-2", 19)])],
            }
        ]
    }
    assert "packing option" in flow.refusal(flow.post("/packingInformation", body))
    flow.succeed(flow.place(chosen))
    (problem,) = flow.fail(flow.post("/packingInformation", body))
    assert "did not contain expected items" in problem["message"]
    assert "expected quantity: 20, actual quantity: 19" in problem["details"]


def test_a_quote_of_freight_lives_a_quarter_of_an_hour(flow, placed):
    flow.succeed(generate(flow, placed, freightInformation=FREIGHT))
    selections = flow.choose(placed, PARTNERED, mode=LTL)
    flow.clock.advance(timedelta(minutes=15))
    (problem,) = flow.fail(flow.buy(selections))
    assert "expired" in problem["message"]
    flow.succeed(generate(flow, placed, freightInformation=FREIGHT))
    flow.succeed(flow.buy(flow.choose(placed, PARTNERED, mode=LTL)))


def test_the_void_window_of_freight_is_an_hour(flow, placed):
    flow.succeed(generate(flow, placed, freightInformation=FREIGHT))
    flow.succeed(flow.buy(flow.choose(placed, PARTNERED, mode=LTL)))
    flow.clock.advance(timedelta(minutes=61))
    flow.seller.authorize()
    flow.succeed(flow.send("PUT", "/cancellation"))
    owed = sum(one.value.amount for one in flow.plan.charges)
    assert owed == flow.plan.sent[0].selected.quote.cost.amount > 0
