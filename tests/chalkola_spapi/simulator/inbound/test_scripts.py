"""Scripts and the control endpoint: what may go wrong with a plan, and what is seen of it."""

import json
from datetime import timedelta

import pytest

from chalkola_spapi.simulator import (
    Fault,
    InboundProgress,
    InboundScript,
    ScriptedProblem,
    seller_id,
)

ROOT = "/inbound/fba/2024-03-20"
PARTNERED = "AMAZON_PARTNERED_CARRIER"


def script(flow, **facts):
    return flow.state.inbound.scripts.add(InboundScript(**facts))


def order(flow, what_for, /, **body):
    answer = flow.seller.http.post(f"/_control/{what_for}", json=body)
    assert answer.status_code == 200, answer.text


def state(flow):
    return flow.seller.http.get("/_control/state").json()


def test_an_operation_fails_as_scripted(flow):
    problems = (
        ScriptedProblem(code="FBA_INB_0043", message="ERROR: Removed.", details="'CM-1'"),
        ScriptedProblem(message="WARNING: Strange address.", severity="WARNING"),
    )
    script(flow, operation="createInboundPlan", problems=problems)
    found = flow.fail(flow.create())
    assert [one["severity"] for one in found] == ["ERROR", "WARNING"]
    flow.start()


def test_a_warning_does_not_fail(flow):
    text = "WARNING: Address was unable to be verified."
    script(flow, problems=(ScriptedProblem(message=text, severity="WARNING"),))
    (problem,) = flow.succeed(flow.create())["operationProblems"]
    assert problem["message"] == text


def test_an_internal_error_passes(flow):
    script(flow, operation="generatePlacementOptions", outcome="FAILED")
    flow.start()
    flow.pack()
    (problem,) = flow.fail(flow.post("/placementOptions", {}))
    assert problem["code"] == "InternalServerError"
    assert len(flow.placements()) == 3


def test_a_failed_confirmation_confirms_nothing(flow):
    chosen = flow.ready()
    script(flow, operation="confirmTransportationOptions", outcome="FAILED")
    selections = flow.choose(chosen, PARTNERED)
    flow.fail(flow.buy(selections))
    assert [one.what for one in flow.plan.charges] == ["placement"]
    flow.succeed(flow.buy(selections))


def test_random_errors_are_always_the_same(simulate, enter, clock, flow):
    seen = []
    for _ in range(2):
        progress = InboundProgress(internal_error_rate=0.5)
        other = type(flow)(enter(simulate(inbound_progress=progress)), clock)
        answers = [other.create(name=f"Plan {number}") for number in range(12)]
        seen.append([other.status(answer)["operationStatus"] for answer in answers])
    assert seen[0] == seen[1]
    assert set(seen[0]) == {"SUCCESS", "FAILED"}


def test_an_operation_may_never_end(flow):
    script(flow, outcome="IN_PROGRESS")
    answer = flow.create()
    flow.clock.advance(timedelta(minutes=50))
    assert flow.status(answer)["operationStatus"] == "IN_PROGRESS"


def test_operations_may_end_by_polls(simulate, enter, clock, flow):
    progress = InboundProgress(after_polls=3)
    other = type(flow)(enter(simulate(inbound_progress=progress)), clock)
    answer = other.create()
    seen = [other.status(answer)["operationStatus"] for _ in range(3)]
    assert seen == ["IN_PROGRESS", "IN_PROGRESS", "SUCCESS"]


def test_a_confirmation_may_be_seen_late(flow):
    flow.start()
    flow.pack()
    chosen = flow.placements()[0]
    flow.succeed(flow.generate_transport(chosen))
    selections = flow.choose(chosen, PARTNERED)
    script(flow, operation="confirmPlacementOption", lag_s=30)
    flow.succeed(flow.place(chosen))
    assert flow.read("")["shipments"] == []
    (problem,) = flow.fail(flow.buy(selections))
    assert problem["code"] == "FBA_INB_0344"
    flow.clock.advance(timedelta(seconds=30))
    assert len(flow.read("")["shipments"]) == 1
    flow.succeed(flow.buy(selections))


def test_a_plan_may_be_voided_underneath(flow):
    script(flow, operation="createInboundPlan", void_plan=True)
    flow.succeed(flow.create())
    assert flow.read("")["status"] == "VOIDED"
    text = (
        "ERROR: Operation GeneratePackingOptions cannot be processed on a cancelled inbound plan."
    )
    assert flow.refusal(flow.post("/packingOptions")) == text


def test_voiding_ends_what_is_in_progress(flow):
    flow.start()
    flow.pack()
    answer = flow.post("/placementOptions", {})
    order(flow, "inbound_void", plan=flow.plan_id)
    (problem,) = flow.fail(answer)
    assert "cancelled" in problem["message"]
    assert flow.read("/placementOptions", "placementOptions") == []


def test_prices_may_change_when_generated_again(flow):
    flow.start()
    flow.pack()
    chosen = flow.placements()[0]
    flow.succeed(flow.generate_transport(chosen))
    before = [one["quote"]["cost"]["amount"] for one in flow.transport_options(chosen)[:2]]
    script(flow, operation="generateTransportationOptions", price_factor=1.5)
    flow.succeed(flow.generate_transport(chosen))
    after = [one["quote"]["cost"]["amount"] for one in flow.transport_options(chosen)[:2]]
    assert after == pytest.approx([1.5 * amount for amount in before], abs=0.01)
    script(flow, operation="generatePlacementOptions", price_factor=2)
    fee = flow.placements()[0]["fees"][0]["value"]["amount"]
    assert fee == pytest.approx(2 * chosen["fees"][0]["value"]["amount"], abs=0.01)


def test_there_may_be_no_options_and_no_free_window(flow):
    flow.start()
    flow.pack()
    chosen = flow.placements()[0]
    script(flow, operation="generateTransportationOptions", no_options=True)
    flow.succeed(flow.generate_transport(chosen))
    assert flow.transport_options(chosen) == []
    script(flow, operation="generateDeliveryWindowOptions", is_blocked=True)
    path = f"/shipments/{chosen['shipmentIds'][0]}/deliveryWindowOptions"
    flow.succeed(flow.post(path))
    windows = flow.read(path, "deliveryWindowOptions")
    assert {one["availabilityType"] for one in windows} == {"BLOCKED"}


def test_groups_and_splits_may_be_given(flow, make_item):
    packing = ((("A", "B"), ("C",)), (("A",), ("B", "C")))
    script(flow, operation="generatePackingOptions", packing=packing)
    script(flow, operation="generatePlacementOptions", splits=(3,))
    flow.start([make_item(msku, 30) for msku in "ABC"])
    flow.succeed(flow.post("/packingOptions"))
    options = flow.read("/packingOptions", "packingOptions")
    assert [len(one["packingGroups"]) for one in options] == [2, 2]
    option_id = options[0]["packingOptionId"]
    flow.succeed(flow.post(f"/packingOptions/{option_id}/confirmation"))
    flow.succeed(flow.set_boxes(options[0]["packingGroups"]))
    (chosen,) = flow.placements()
    assert len(chosen["shipmentIds"]) == 6


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


def test_a_script_meets_one_plan_and_one_marketplace(flow):
    script(flow, operation="createInboundPlan", plan_name="Plan two", outcome="FAILED")
    script(flow, operation="*", marketplace="A1F83G8C2ARO7P", outcome="FAILED")
    flow.start()
    flow.fail(flow.create(name="Plan two"))
    flow.fail(flow.create(destinationMarketplaces=["A1F83G8C2ARO7P"]))
    script(flow, account="Atzr|another", outcome="FAILED")
    flow.start()


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


def test_nothing_is_bought_twice_while_a_confirmation_is_not_seen(flow):
    flow.start()
    flow.pack()
    first, second, _ = flow.placements()
    script(flow, operation="confirmPlacementOption", lag_s=60)
    flow.succeed(flow.place(first))
    assert flow.read("")["shipments"] == []
    for option in (first, second):
        assert "already confirmed" in flow.refusal(flow.place(option))
    flow.clock.advance(timedelta(seconds=60))
    flow.read("")
    assert [one.subject for one in flow.plan.charges] == [first["placementOptionId"]]


def test_an_operation_whose_id_was_lost_ends_by_polls_too(simulate, enter, clock, flow):
    progress = InboundProgress(after_polls=2)
    other = type(flow)(enter(simulate(inbound_progress=progress)), clock)
    answer = other.create()
    other.status(answer)
    other.status(answer)
    other.post("/packingOptions")
    for _ in range(2):
        assert "in progress" in other.refusal(other.post("/packingOptions/x/confirmation"))
    assert len(other.read("/packingOptions", "packingOptions")) == 2


def test_problems_may_be_told_a_few_at_a_time(flow, make_item):
    script(flow, operation="createInboundPlan", most_problems=2)
    items = [make_item(f"NEW-{number}", 1) for number in range(5)]
    assert len(flow.fail(flow.create(items))) == 2
    assert len(flow.fail(flow.create(items))) == 5
