"""Calls out of order, and calls that cannot be, are refused in Amazon's shapes."""

from datetime import timedelta

PARTNERED = "AMAZON_PARTNERED_CARRIER"
NOBODY = "wf00000000-0000-0000-0000-000000000000"


def test_a_packing_option_is_confirmed_once_and_in_time(flow):
    flow.start()
    flow.succeed(flow.post("/packingOptions"))
    first, second = flow.read("/packingOptions", "packingOptions")
    path = "/packingOptions/{}/confirmation".format
    assert "does not exist" in flow.refusal(flow.post(path(NOBODY)))
    flow.clock.advance(timedelta(hours=72))
    flow.seller.authorize()
    assert "expired" in flow.refusal(flow.post(path(first["packingOptionId"])))
    flow.succeed(flow.post("/packingOptions"))
    again = flow.read("/packingOptions", "packingOptions")
    assert {one["packingOptionId"] for one in again}.isdisjoint({first["packingOptionId"]})
    flow.succeed(flow.post(path(again[0]["packingOptionId"])))
    assert "already confirmed" in flow.refusal(flow.post(path(again[1]["packingOptionId"])))
    assert "valid state" in flow.refusal(flow.post("/packingOptions"))
    assert second["status"] == "OFFERED"


def packed(flow, option=1):
    flow.start()
    flow.succeed(flow.post("/packingOptions"))
    chosen = flow.read("/packingOptions", "packingOptions")[option]
    flow.succeed(flow.post(f"/packingOptions/{chosen['packingOptionId']}/confirmation"))
    return chosen["packingGroups"]


def test_boxes_must_hold_exactly_what_their_group_holds(flow, make_box, make_item):
    (group,) = packed(flow, option=0)
    boxes = [make_box([make_item("CM-1", 10), make_item("CM-2", 5)], quantity=3)]
    (problem,) = flow.fail(flow.set_boxes([group], boxes))
    text = f"ERROR: Package group {group} did not contain expected items and/or quantities."
    assert problem["message"] == text
    assert "msku=CM-1, mlc=null, expiration=null" in problem["details"]
    assert "expected quantity: 40, actual quantity: 30" in problem["details"]
    assert flow.read("/boxes", "boxes") == []
    other_owner = [make_box([make_item("CM-1", 40), make_item("CM-2", 20, prepOwner="SELLER")])]
    assert "prepOwner=SELLER" in flow.fail(flow.set_boxes([group], other_owner))[0]["details"]


def test_all_groups_are_packed_in_one_call(flow):
    first, second = packed(flow)
    (problem,) = flow.fail(flow.set_boxes([first]))
    assert second in problem["message"]
    assert "twice" in flow.fail(flow.set_boxes([first, second, first]))[0]["message"]
    flow.succeed(flow.set_boxes([first, second]))


def test_boxes_of_foreign_groups_are_refused(flow, make_box, make_item):
    packed(flow)
    boxes = [make_box([make_item("CM-1", 1)])]
    assert "does not exist" in flow.refusal(flow.set_boxes([NOBODY], boxes))
    both = {"packingGroupId": NOBODY, "shipmentId": NOBODY, "boxes": boxes}
    answer = flow.post("/packingInformation", {"packageGroupings": [both]})
    assert "one of packingGroupId and shipmentId" in flow.refusal(answer)
    empty = {"packingGroupId": NOBODY, "boxes": [make_box([])]}
    answer = flow.post("/packingInformation", {"packageGroupings": [empty]})
    assert "BOX_CONTENT_PROVIDED" in flow.refusal(answer)


def test_other_boxes_withdraw_placement_and_transport(flow):
    groups = packed(flow)
    flow.succeed(flow.set_boxes(groups))
    chosen = flow.placements()[0]
    flow.succeed(flow.generate_transport(chosen))
    flow.succeed(flow.set_boxes(groups))
    assert flow.read("/placementOptions", "placementOptions") == []
    assert "does not exist" in flow.refusal(flow.place(chosen))


def test_boxes_whose_contents_amazon_reads_may_be_set(flow, make_box):
    (group,) = packed(flow, option=0)
    boxes = [make_box([], quantity=3, contentInformationSource="BARCODE_2D")]
    flow.succeed(flow.set_boxes([group], boxes))
    assert [len(one["shipmentIds"]) for one in flow.placements()] == [1]


def test_a_placement_expires_after_three_days(flow):
    flow.start()
    flow.pack()
    chosen = flow.placements()[0]
    flow.clock.advance(timedelta(hours=72))
    flow.seller.authorize()
    (listed, *_) = flow.read("/placementOptions", "placementOptions")
    assert listed["status"] == "EXPIRED"
    assert "expired" in flow.refusal(flow.place(chosen))
    flow.succeed(flow.place(flow.placements()[0]))


def test_one_generation_at_a_time(flow):
    flow.start()
    flow.pack()
    first, second, _ = flow.placements()
    running = flow.generate_transport(first)
    (problem,) = flow.fail(flow.generate_transport(second))[:1]
    assert problem["code"] == "FBA_INB_0115"
    flow.succeed(running)
    assert flow.transport_options(second) == []


def test_transport_is_generated_for_every_shipment_of_one_placement(flow):
    flow.start()
    flow.pack()
    first, second, _ = flow.placements()
    body = flow.transport_body(second)
    del body["shipmentTransportationConfigurations"][0]
    assert "each shipment" in flow.fail(flow.post("/transportationOptions", body))[0]["message"]
    body = {**flow.transport_body(second), "placementOptionId": first["placementOptionId"]}
    assert "under the provided" in flow.refusal(flow.post("/transportationOptions", body))


def test_transport_options_are_listed_by_placement_or_shipment(flow):
    chosen = flow.ready()
    assert flow.seller.get(f"{flow.path}/transportationOptions").status_code == 400
    (shipment_id,) = chosen["shipmentIds"]
    listed = flow.read("/transportationOptions", "transportationOptions", shipmentId=shipment_id)
    assert listed == flow.transport_options(chosen)


def test_transport_waits_for_the_placement(flow):
    flow.start()
    flow.pack()
    chosen = flow.placements()[0]
    flow.succeed(flow.generate_transport(chosen))
    (problem,) = flow.fail(flow.buy(flow.choose(chosen, PARTNERED)))
    assert problem["code"] == "FBA_INB_0344"
    assert problem["message"] == "ERROR: No placement option was confirmed."


def test_exactly_one_option_for_each_shipment(flow):
    chosen = flow.ready(placement=1)
    selections = flow.choose(chosen, PARTNERED)
    for wrong in (selections[:1], [*selections, selections[0]]):
        assert "each shipment" in flow.fail(flow.buy(wrong))[0]["message"]
    swapped = [{**selections[0], "shipmentId": selections[1]["shipmentId"]}, selections[1]]
    assert "does not exist" in flow.refusal(flow.buy(swapped))
    assert flow.read("")["shipments"][0]["status"] == "WORKING"


def test_small_parcels_go_with_one_carrier(flow):
    chosen = flow.ready(placement=1)
    ups = flow.choose(chosen, PARTNERED, code="UPSN")
    others = flow.choose(chosen, PARTNERED, code="ATSL")
    (problem,) = flow.fail(flow.buy([ups[0], others[1]]))
    assert problem["code"] == "FBA_INB_0354"
    flow.succeed(flow.buy(others))


def test_a_quote_expires(flow):
    chosen = flow.ready()
    selections = flow.choose(chosen, PARTNERED)
    flow.clock.advance(timedelta(hours=7))
    flow.seller.authorize()
    (problem,) = flow.fail(flow.buy(selections))
    assert "expired" in problem["message"]
    flow.succeed(flow.generate_transport(chosen))
    flow.succeed(flow.buy(flow.choose(chosen, PARTNERED)))


def test_a_source_address_moves_until_transport_is_bought(flow):
    chosen = flow.ready()
    path = f"/shipments/{chosen['shipmentIds'][0]}"
    address = {
        "name": "New",
        "addressLine1": "2 Road",
        "city": "Waco",
        "countryCode": "US",
        "postalCode": "76701",
        "phoneNumber": "1",
        "stateOrProvinceCode": "TX",
    }
    flow.succeed(flow.send("PUT", f"{path}/sourceAddress", {"address": address}))
    assert flow.read(path)["source"]["address"] == address
    assert flow.transport_options(chosen) == []
    flow.succeed(flow.generate_transport(chosen))
    flow.succeed(flow.buy(flow.choose(chosen, PARTNERED)))
    answer = flow.send("PUT", f"{path}/sourceAddress", {"address": address})
    assert "after transportation" in flow.refusal(answer)


def test_names_change_at_any_time(flow):
    chosen = flow.partnered()
    path = f"/shipments/{chosen['shipmentIds'][0]}"
    assert flow.send("PUT", f"{path}/name", {"name": "Shipment A"}).status_code == 204
    assert flow.send("PUT", "/name", {"name": "Plan A"}).status_code == 204
    assert flow.read(path)["name"] == "Shipment A"
    assert flow.read("")["name"] == "Plan A"
    assert flow.send("PUT", "/name", {"name": "x" * 41}).status_code == 400


def test_a_page_has_its_limits_and_a_token_its_listing(flow):
    flow.start()
    flow.pack()
    for size in ("0", "1001", "x"):
        assert flow.seller.get(f"{flow.path}/boxes", pageSize=size).status_code == 400
    flow.clock.advance(timedelta(seconds=2))
    token = flow.seller.get(f"{flow.path}/boxes", pageSize=2).json()["pagination"]["nextToken"]
    assert flow.seller.get(f"{flow.path}/items", paginationToken=token).status_code == 400
    assert flow.seller.get(f"{flow.path}/boxes", paginationToken="x").status_code == 400
