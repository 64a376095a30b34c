"""/_control of plans: what is seen of them, and what happens to them from outside."""

import json
from datetime import timedelta

import pytest

from chalkola_spapi.simulator import Fault, seller_id

ROOT = "/inbound/fba/2024-03-20"
PARTNERED = "AMAZON_PARTNERED_CARRIER"


def order(flow, what_for, /, **body):
    answer = flow.seller.http.post(f"/_control/{what_for}", json=body)
    assert answer.status_code == 200, answer.text


def state(flow):
    return flow.seller.http.get("/_control/state").json()


def test_voiding_ends_what_is_in_progress(flow):
    flow.start()
    flow.pack()
    answer = flow.post("/placementOptions", {})
    order(flow, "inbound_void", plan=flow.plan_id)
    (problem,) = flow.fail(answer)
    assert "cancelled" in problem["message"]
    assert flow.read("/placementOptions", "placementOptions") == []


@pytest.mark.parametrize("what", ["packing", "placement", "quotes", "windows"])
def test_options_are_made_to_expire(flow, what):
    flow.start()
    flow.succeed(flow.post("/packingOptions"))
    option_id = flow.read("/packingOptions", "packingOptions")[0]["packingOptionId"]
    if what == "packing":
        order(flow, "inbound_expire", plan=flow.plan_id, what=what)
        assert "expired" in flow.refusal(flow.post(f"/packingOptions/{option_id}/confirmation"))
        return
    flow.pack()
    chosen = flow.placements()[0]
    path = f"/shipments/{chosen['shipmentIds'][0]}/deliveryWindowOptions"
    flow.succeed(flow.generate_transport(chosen))
    flow.succeed(flow.post(path))
    windows = flow.read(path, "deliveryWindowOptions")
    free = next(one for one in windows if one["availabilityType"] == "AVAILABLE")
    order(flow, "inbound_expire", plan=flow.plan_id, what=what)
    if what == "placement":
        assert "expired" in flow.refusal(flow.place(chosen))
        return
    flow.succeed(flow.place(chosen))
    if what == "windows":
        confirm = f"{path}/{free['deliveryWindowOptionId']}/confirmation"
        assert "expired" in flow.refusal(flow.post(confirm))
    else:
        problems = flow.fail(flow.buy(flow.choose(chosen, PARTNERED)))
        assert "expired" in problems[0]["message"]


def test_plans_of_other_applications_are_listed_and_closed(flow):
    flow.start(name="Twin")
    order(flow, "inbound_plan", account="Atzr|one", name="Twin", hours_old=2)
    order(flow, "inbound_plan", account="Atzr|one", name="Open", is_readable=True, status="VOIDED")
    flow.clock.advance(timedelta(seconds=5))
    listed = flow.seller.get(f"{ROOT}/inboundPlans", pageSize=30).json()["inboundPlans"]
    assert sorted(one["name"] for one in listed) == ["Open", "Twin", "Twin"]
    foreign = next(
        one for one in listed if one["name"] == "Twin" and one["inboundPlanId"] != flow.plan_id
    )
    assert flow.seller.get(f"{ROOT}/inboundPlans/{foreign['inboundPlanId']}").status_code == 400
    closed = next(one for one in listed if one["name"] == "Open")
    assert closed["status"] == "VOIDED"


def test_the_state_shows_every_write_once(flow):
    flow.partnered()
    (plan,) = state(flow)["inbound_plans"]
    assert plan["account"] == seller_id("Atzr|one")
    assert [one["operation"] for one in plan["writes"]] == [
        "createInboundPlan",
        "generatePackingOptions",
        "confirmPackingOption",
        "setPackingInformation",
        "generatePlacementOptions",
        "generateTransportationOptions",
        "confirmPlacementOption",
        "confirmTransportationOptions",
    ]
    assert {one["operationStatus"] for one in plan["writes"]} == {"SUCCESS"}
    assert [one["what"] for one in plan["charges"]] == ["placement", "transportation"]
    (shipment,) = plan["shipments"]
    assert shipment["transportationOption"]["quote"]["cost"] == plan["charges"][1]["value"]
    assert len(shipment["boxes"]) == 6
    assert "Atzr" not in json.dumps(plan)


def test_statuses_and_losses_come_over_http(flow):
    chosen = flow.partnered()
    confirmation_id = flow.shipment(chosen)["shipmentConfirmationId"]
    order(flow, "inbound_lost", shipment=confirmation_id, msku="CM-1", quantity=3)
    order(flow, "inbound_status", shipment=chosen["shipmentIds"][0], status="CLOSED")
    path = f"/fba/inbound/v0/shipments/{confirmation_id}/items"
    items = flow.seller.get(path).json()["payload"]["ItemData"]
    found = {one["SellerSKU"]: (one["QuantityShipped"], one["QuantityReceived"]) for one in items}
    assert found == {"CM-1": (40, 37), "CM-2": (20, 20)}
    order(flow, "inbound_status", shipment=confirmation_id, status=None)
    assert flow.shipment(chosen)["status"] == "WORKING"


def test_products_and_scripts_come_over_http(flow, make_item):
    order(flow, "inbound_product", msku="X", needs_expiration=True, group="cold")
    order(flow, "inbound_scripts", operation="getNothing", outcome="FAILED")
    (problem,) = flow.fail(flow.create([make_item("X", 1)]))
    assert problem["code"] == "FBA_INB_0180"
    flow.start([make_item("X", 10, expiration="2027-05-01"), make_item("Y", 10)])
    flow.succeed(flow.post("/packingOptions"))
    (option,) = flow.read("/packingOptions", "packingOptions")
    assert len(option["packingGroups"]) == 2
    assert state(flow)["inbound_scripts"][0]["acted"] == 0


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("inbound_scripts", {"outcome": "PERHAPS"}),
        ("inbound_void", {"plan": "wf"}),
        ("inbound_status", {"shipment": "sh", "status": "CLOSED"}),
        ("inbound_status", {"shipment": "sh", "status": "LOST"}),
        ("inbound_expire", {"plan": "wf", "what": "everything"}),
        ("inbound_plan", {"account": "Atzr|one", "name": "x", "marketplace": "NOWHERE"}),
        ("inbound_product", {"msku": "X", "colour": "blue"}),
    ],
)
def test_a_wrong_order_is_refused(seller, name, body):
    assert seller.http.post(f"/_control/{name}", json=body).status_code == 400


def test_faults_meet_inbound_calls_of_a_marketplace(flow):
    fault = Fault(
        operation="createInboundPlan",
        action="close_after",
        marketplace="ATVPDKIKX0DER",
    )
    flow.state.faults.add(fault)
    with pytest.raises(Exception, match="disconnected"):
        flow.create()
    listed = flow.seller.get(f"{ROOT}/inboundPlans").json()["inboundPlans"]
    assert [one["name"] for one in listed] == ["Plan one"]
    flow.start()
    flow.state.faults.add(
        Fault(operation="getInboundPlan", action="status", marketplace="A1F83G8C2ARO7P")
    )
    assert flow.seller.get(flow.path).status_code == 200


def test_a_reset_forgets_plans(flow):
    flow.start()
    order(flow, "reset")
    assert flow.seller.get(f"{ROOT}/inboundPlans").json()["inboundPlans"] == []
    assert flow.seller.get(flow.path).status_code == 400
