"""The way of small parcels with Amazon's partners, from an empty plan to received goods."""

import re
from datetime import datetime, timedelta

import httpx
import pytest

from chalkola_spapi.simulator import MARKETPLACES

PARTNERED = "AMAZON_PARTNERED_CARRIER"


@pytest.fixture
def pages():
    def count(pdf):
        assert pdf.startswith(b"%PDF-")
        assert pdf.rstrip().endswith(b"%%EOF")
        start = int(re.search(rb"startxref\n(\d+)", pdf)[1])
        assert pdf[start:].startswith(b"xref")
        offsets = re.findall(rb"(\d{10}) 00000 n", pdf[start:])
        for number, offset in enumerate(offsets, 1):
            assert pdf[int(offset) :].startswith(b"%d 0 obj" % number)
        return len(re.findall(rb"/Type /Page\b", pdf))

    return count


def test_the_whole_way(flow, pages):
    flow.start()
    flow.pack(option=1)
    options = flow.placements()
    assert [len(one["shipmentIds"]) for one in options] == [2, 4, 6]
    chosen = options[0]
    for option in options:
        flow.succeed(flow.generate_transport(option))
    flow.succeed(flow.place(chosen))
    flow.succeed(flow.buy(flow.choose(chosen, PARTNERED)))
    plan = flow.read("")
    assert [one["status"] for one in plan["shipments"]] == ["WORKING", "WORKING"]
    assert plan["placementOptions"] == [
        {"placementOptionId": chosen["placementOptionId"], "status": "ACCEPTED"}
    ]
    for number, shipment_id in enumerate(chosen["shipmentIds"]):
        shipment = flow.shipment(chosen, number)
        boxes = flow.read(f"/shipments/{shipment_id}/boxes", "boxes")
        confirmation_id = shipment["shipmentConfirmationId"]
        assert re.fullmatch(r"FBA[0-9A-F]{9}", confirmation_id)
        assert [one["boxId"] for one in boxes] == [
            f"{confirmation_id}U{place:06d}" for place in range(1, len(boxes) + 1)
        ]
        url = flow.labels(confirmation_id).json()["payload"]["DownloadURL"]
        assert pages(httpx.get(url).content) == len(boxes)
        assert flow.shipment(chosen, number)["status"] == "READY_TO_SHIP"


def test_the_items_of_all_shipments_are_those_of_the_plan(flow):
    chosen = flow.ready(placement=2)
    found = {}
    for shipment_id in chosen["shipmentIds"]:
        for one in flow.read(f"/shipments/{shipment_id}/items", "items"):
            found[one["msku"]] = found.get(one["msku"], 0) + one["quantity"]
    assert found == {"CM-1": 40, "CM-2": 20}


def test_nothing_exists_before_it_is_generated_or_confirmed(flow):
    flow.start()
    assert flow.read("/packingOptions", "packingOptions") == []
    assert flow.read("/placementOptions", "placementOptions") == []
    plan = flow.read("")
    assert (plan["packingOptions"], plan["placementOptions"], plan["shipments"]) == ([], [], [])
    flow.pack()
    chosen = flow.placements()[0]
    shipment = flow.shipment(chosen)
    assert shipment["status"] == "UNCONFIRMED"
    assert "shipmentConfirmationId" not in shipment
    assert "selectedTransportationOptionId" not in shipment
    assert flow.read("")["shipments"] == []
    (box,) = flow.read(f"/shipments/{chosen['shipmentIds'][0]}/boxes", "boxes")[:1]
    assert "boxId" not in box


def test_an_operation_takes_its_time(flow):
    answer = flow.create()
    operation = f"/inbound/fba/2024-03-20/operations/{answer.json()['operationId']}"
    assert flow.seller.get(operation).json()["operationStatus"] == "IN_PROGRESS"
    flow.clock.advance(timedelta(seconds=3))
    assert flow.seller.get(operation).json()["operationStatus"] == "IN_PROGRESS"
    flow.clock.advance(timedelta(seconds=3))
    assert flow.seller.get(operation).json()["operationStatus"] == "SUCCESS"


def test_fewer_shipments_cost_more(flow):
    flow.start()
    flow.pack()
    options = flow.placements()
    fees = [sum(fee["value"]["amount"] for fee in one["fees"]) for one in options]
    assert [len(one["shipmentIds"]) for one in options] == [1, 2, 4]
    assert fees[0] > fees[1] > fees[2] == 0
    assert fees[0] == pytest.approx(60 * 0.31, rel=0.11)
    assert options[1]["discounts"][0]["target"] == "Fulfillment Fee Discount"


def test_the_same_plan_costs_the_same(flow):
    costs = []
    for _ in range(2):
        chosen = flow.ready()
        quotes = [one["quote"]["cost"] for one in flow.transport_options(chosen) if "quote" in one]
        costs.append((chosen["fees"][0]["value"], quotes))
    assert costs[0] == costs[1]
    assert all(quote["code"] == "USD" for quote in costs[0][1])


def test_a_packing_option_is_together_or_apart(flow):
    flow.start()
    flow.succeed(flow.post("/packingOptions"))
    together, apart = flow.read("/packingOptions", "packingOptions")
    assert (len(together["packingGroups"]), len(apart["packingGroups"])) == (1, 2)
    assert (together["fees"] != [], apart["discounts"] != []) == (True, True)
    found = [
        [one["msku"] for one in flow.read(f"/packingGroups/{group}/items", "items")]
        for group in apart["packingGroups"]
    ]
    assert found == [["CM-1"], ["CM-2"]]


def test_oversize_products_are_never_packed_with_others(flow, make_item):
    flow.start([make_item("CM-1", 10), make_item("OVERSIZE-1", 10)])
    flow.succeed(flow.post("/packingOptions"))
    (option,) = flow.read("/packingOptions", "packingOptions")
    assert len(option["packingGroups"]) == 2


def test_identical_boxes_are_told_apart(flow):
    flow.start()
    flow.pack()
    boxes = flow.read("/boxes", "boxes", pageSize=4)
    assert len(boxes) == 6
    assert {one["quantity"] for one in boxes} == {1}
    assert len({one["packageId"] for one in boxes}) == 6


def test_the_carriers_of_a_shipment(flow):
    chosen = flow.ready()
    found = {
        (one["shippingSolution"], one["carrier"]["alphaCode"]): one
        for one in flow.transport_options(chosen)
    }
    assert set(found) == {
        (PARTNERED, "UPSN"),
        (PARTNERED, "ATSL"),
        ("USE_YOUR_OWN_CARRIER", "UPSN"),
        ("USE_YOUR_OWN_CARRIER", "OTHR"),
    }
    own = found["USE_YOUR_OWN_CARRIER", "OTHR"]
    assert ("quote" in own, own["preconditions"]) == (False, ["CONFIRMED_DELIVERY_WINDOW"])
    assert found[PARTNERED, "UPSN"]["preconditions"] == []


def test_a_heavy_box_is_no_parcel_of_a_partner(flow, make_box, make_item):
    heavy = make_box(
        [make_item("CM-1", 40), make_item("CM-2", 20)], weight={"value": 51, "unit": "LB"}
    )
    chosen = flow.ready(boxes=[heavy])
    assert all("quote" not in one for one in flow.transport_options(chosen))


def test_without_contact_no_partner_quotes(flow):
    flow.start()
    flow.pack()
    chosen = flow.placements()[0]
    flow.succeed(flow.post("/transportationOptions", _without_contact(flow, chosen)))
    assert all("quote" not in one for one in flow.transport_options(chosen))


def _without_contact(flow, chosen):
    body = flow.transport_body(chosen)
    for one in body["shipmentTransportationConfigurations"]:
        del one["contactInformation"]
    return body


def test_a_past_ready_date_gives_no_options_though_it_succeeds(flow):
    flow.start()
    flow.pack()
    chosen = flow.placements()[0]
    flow.succeed(flow.generate_transport(chosen, days=-2))
    assert flow.transport_options(chosen) == []


def test_missing_pallets_are_a_warning(flow):
    flow.start()
    flow.pack()
    chosen = flow.placements()[0]
    (problem,) = flow.succeed(flow.generate_transport(chosen))["operationProblems"]
    assert problem["severity"] == "WARNING"
    assert chosen["shipmentIds"][0] in problem["message"]


def test_the_void_window_begins_with_the_confirmation(flow):
    chosen = flow.partnered()
    confirmed_at = flow.plan.charges[-1].at
    selected = flow.shipment(chosen)["selectedTransportationOptionId"]
    (option,) = (
        one for one in flow.transport_options(chosen) if one["transportationOptionId"] == selected
    )
    voidable_until = datetime.fromisoformat(option["quote"]["voidableUntil"])
    assert abs(voidable_until - confirmed_at - timedelta(hours=24)) < timedelta(seconds=1)


def test_goods_arrive_and_are_received(flow):
    chosen = flow.partnered()
    confirmation_id = flow.shipment(chosen)["shipmentConfirmationId"]
    flow.labels(confirmation_id)
    seen = [flow.shipment(chosen)["status"]]
    path = f"/fba/inbound/v0/shipments/{confirmation_id}/items"
    received = []
    for _ in range(40):
        flow.clock.advance(timedelta(hours=12))
        flow.seller.authorize()
        seen.append(flow.shipment(chosen)["status"])
        items = flow.seller.get(path).json()["payload"]["ItemData"]
        received.append(sum(one["QuantityReceived"] for one in items))
    assert list(dict.fromkeys(seen)) == [
        "READY_TO_SHIP",
        "SHIPPED",
        "IN_TRANSIT",
        "DELIVERED",
        "CHECKED_IN",
        "RECEIVING",
        "CLOSED",
    ]
    assert received == sorted(received)
    assert (received[0], received[-1]) == (0, 60)
    assert len(set(received)) > 5
    assert flow.read("")["status"] == "SHIPPED"


def test_speed_makes_everything_but_lifetimes_faster(simulate, enter, clock, flow):
    fast = type(flow)(enter(simulate(speed=100.0)), clock)
    chosen = fast.partnered()
    fast.labels(fast.shipment(chosen)["shipmentConfirmationId"])
    clock.advance(timedelta(hours=6))
    fast.seller.authorize()
    assert fast.shipment(chosen)["status"] == "CLOSED"
    expiration = datetime.fromisoformat(chosen["expiration"])
    assert expiration - clock.now() > timedelta(hours=65)


@pytest.mark.parametrize("marketplace", MARKETPLACES.values(), ids=lambda one: one.country_code)
def test_every_marketplace_has_centres_carriers_and_its_currency(flow, marketplace):
    flow.start(destinationMarketplaces=[marketplace.id])
    flow.pack()
    chosen = flow.placements()[1]
    flow.succeed(flow.generate_transport(chosen))
    flow.succeed(flow.place(chosen))
    options = flow.transport_options(chosen)
    partners = [one for one in options if one["shippingSolution"] == PARTNERED]
    assert bool(partners) == (marketplace.country_code not in {"AE", "AU", "JP"})
    assert {one["quote"]["cost"]["code"] for one in partners} <= {marketplace.currency}
    destinations = [flow.shipment(chosen, number)["destination"] for number in range(2)]
    assert len({one["warehouseId"] for one in destinations}) == 2
    assert {one["address"]["countryCode"] for one in destinations} == {marketplace.country_code}
