"""Scripts of inbound operations: how they end, when, and what they offer."""

from datetime import timedelta

import pytest

from chalkola_spapi.simulator import InboundProgress, InboundScript, ScriptedProblem

PARTNERED = "AMAZON_PARTNERED_CARRIER"


def script(flow, **facts):
    return flow.state.inbound.scripts.add(InboundScript(**facts))


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


def test_a_script_meets_one_plan_and_one_marketplace(flow):
    script(flow, operation="createInboundPlan", plan_name="Plan two", outcome="FAILED")
    script(flow, operation="*", marketplace="A1F83G8C2ARO7P", outcome="FAILED")
    flow.start()
    flow.fail(flow.create(name="Plan two"))
    flow.fail(flow.create(destinationMarketplaces=["A1F83G8C2ARO7P"]))
    script(flow, account="Atzr|another", outcome="FAILED")
    flow.start()


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
