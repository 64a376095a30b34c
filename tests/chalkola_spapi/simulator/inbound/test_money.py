"""What costs money happens once, and is given back only while it can be."""

from datetime import timedelta

import pytest

PARTNERED = "AMAZON_PARTNERED_CARRIER"


def owed(flow):
    return round(sum(one.value.amount for one in flow.plan.charges), 2)


def writes(flow, name):
    return [one for one in flow.plan.writes if one.name == name]


def test_a_placement_is_confirmed_once(flow):
    flow.start()
    flow.pack()
    first, second, _ = flow.placements()
    flow.succeed(flow.place(first))
    assert "already confirmed" in flow.refusal(flow.place(first))
    assert "already confirmed" in flow.refusal(flow.place(second))
    assert "not in a valid state" in flow.refusal(flow.post("/placementOptions", {}))
    assert owed(flow) == first["fees"][0]["value"]["amount"]
    assert len(writes(flow, "confirmPlacementOption")) == 1


def test_a_confirmation_in_progress_is_not_taken_in_twice(flow):
    flow.start()
    flow.pack()
    first = flow.placements()[0]
    answer = flow.place(first)
    assert "in progress" in flow.refusal(flow.place(first))
    flow.succeed(answer)
    assert len(writes(flow, "confirmPlacementOption")) == 1


def test_the_other_placements_have_ended(flow):
    flow.start()
    flow.pack()
    first, second, _ = flow.placements()
    flow.succeed(flow.place(first))
    listed = flow.read("/placementOptions", "placementOptions")
    assert [one["status"] for one in listed] == ["ACCEPTED", "EXPIRED", "EXPIRED"]
    assert flow.shipment(second)["status"] == "ABANDONED"
    assert "expired" in flow.refusal(flow.generate_transport(second))


def test_transport_is_bought_once(flow):
    chosen = flow.ready()
    selections = flow.choose(chosen, PARTNERED)
    flow.succeed(flow.buy(selections))
    before = owed(flow)
    assert "already confirmed" in flow.refusal(flow.buy(selections))
    assert "already confirmed" in flow.refusal(flow.generate_transport(chosen))
    assert owed(flow) == before > chosen["fees"][0]["value"]["amount"]
    assert len(writes(flow, "confirmTransportationOptions")) == 1


def test_a_cancelled_plan_gives_everything_back_within_a_day(flow):
    chosen = flow.partnered()
    flow.clock.advance(timedelta(hours=23))
    flow.seller.authorize()
    flow.succeed(flow.send("PUT", "/cancellation"))
    assert owed(flow) == 0
    plan = flow.read("")
    assert plan["status"] == "VOIDED"
    assert {one["status"] for one in plan["shipments"]} == {"CANCELLED"}
    assert flow.shipment(chosen)["status"] == "CANCELLED"


def test_after_a_day_transport_stays_charged(flow):
    flow.partnered()
    flow.clock.advance(timedelta(hours=25))
    flow.seller.authorize()
    flow.succeed(flow.send("PUT", "/cancellation"))
    assert owed(flow) == flow.plan.sent[0].selected.quote.cost.amount > 0
    assert flow.read("")["status"] == "VOIDED"


def test_a_plan_is_cancelled_once_and_then_closed_for_all(flow):
    flow.start()
    flow.succeed(flow.send("PUT", "/cancellation"))
    assert "already cancelled" in flow.refusal(flow.send("PUT", "/cancellation"))
    assert "on a cancelled inbound plan" in flow.refusal(flow.post("/packingOptions"))
    assert flow.read("")["status"] == "VOIDED"


def test_what_a_carrier_has_is_not_cancelled(flow):
    chosen = flow.partnered()
    flow.labels(flow.shipment(chosen)["shipmentConfirmationId"])
    flow.clock.advance(timedelta(hours=25))
    flow.seller.authorize()
    assert "shipped" in flow.refusal(flow.send("PUT", "/cancellation"))


def test_an_own_carrier_costs_nothing(flow):
    flow.own_carrier()
    assert {one.what for one in flow.plan.charges} == {"placement"}
    flow.clock.advance(timedelta(days=3))
    flow.seller.authorize()
    flow.succeed(flow.send("PUT", "/cancellation"))
    assert owed(flow) == 0


@pytest.mark.parametrize(
    ("marketplace", "currency"),
    [("A1F83G8C2ARO7P", "GBP"), ("A1VC38T7YXB528", "JPY"), ("A1PA6795UKMFR9", "EUR")],
)
def test_money_is_the_marketplaces(flow, marketplace, currency):
    flow.start(destinationMarketplaces=[marketplace])
    flow.pack()
    fee = flow.placements()[0]["fees"][0]["value"]
    assert fee["code"] == currency
    assert (fee["amount"] == int(fee["amount"])) or currency != "JPY"
