"""Whatever dies in between: one plan, each confirmation at most once, and it completes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalkola_spapi.errors import SpApiError
from tasks.connections import close_connections
from tasks.shipments.errors import ShipmentError, ShipmentInputError
from tasks.shipments.ledger import ShipmentLedger

WRITES = (
    "createInboundPlan",
    "generatePackingOptions",
    "confirmPackingOption",
    "setPackingInformation",
    "generatePlacementOptions",
    "generateTransportationOptions",
    "confirmPlacementOption",
    "generateDeliveryWindowOptions",
    "confirmDeliveryWindowOptions",
    "confirmTransportationOptions",
)


class KilledError(BaseException):
    """The process is gone: nothing that would follow is done."""


@pytest.fixture
def deaths(monkeypatch):
    """Lets every run die at the first write to our tables at which none has died yet."""
    seen: set[tuple[str, ...]] = set()
    write, write_first = ShipmentLedger.write, ShipmentLedger.write_first

    def die_at(*point):
        if point not in seen:
            seen.add(point)
            raise KilledError(point)

    def dying_write(self, query, /, **values):
        detail = values.get("status") or values.get("kind") or ""
        if query in {"submitted", "finished"}:
            rows = self.rows("operations", shipment_id=1)
            detail = next(row["step"] for row in rows if row["id"] == values["id"])
        die_at("before", query, str(detail))
        write(self, query, **values)

    def dying_write_first(self, query, /, **values):
        found = write_first(self, query, **values)
        if query == "intend":
            die_at("after", query, values["step"])
        return found

    monkeypatch.setattr(ShipmentLedger, "write", dying_write)
    monkeypatch.setattr(ShipmentLedger, "write_first", dying_write_first)
    return seen


def die_once_sent(monkeypatch, step):
    """Let the run die once, between Amazon's answer to a step and what we write of it."""
    write, died = ShipmentLedger.write, []

    def dying_write(self, query, /, **values):
        if query == "submitted" and not died:
            rows = self.rows("operations", shipment_id=1)
            if next(row["step"] for row in rows if row["id"] == values["id"]) == step:
                died.append(step)
                raise KilledError(step)
        write(self, query, **values)

    monkeypatch.setattr(ShipmentLedger, "write", dying_write)


def expire_quotes(shipper):
    for one in shipper.plans[0].sent:
        one.options = [replace(o, quote=_lapsed(o.quote)) for o in one.options]


def _lapsed(quote):
    return quote and replace(quote, expires_at=quote.expires_at - timedelta(days=1))


def survive(shipper, request=None, *, most):
    for number in range(most):
        try:
            return shipper.create(request), number
        except KilledError:
            # What a process holds open dies with it.
            close_connections()
    pytest.fail("it did not come to an end")


def test_killed_at_every_write_in_turn(shipper, deaths):
    request = shipper.request(shipping={"mode": "small_parcel", "solution": "own_carrier"})
    with shipper.answering():
        result, died = survive(shipper, request, most=150)
    assert result["status"] == "COMPLETED"
    assert died > 40
    shipper.assert_once()
    for step in {p[2] for p in deaths if p[1] == "submitted"}:
        assert step in {*WRITES, "cancelInboundPlan"}


@pytest.mark.parametrize("action", ["close_before", "close_after"])
@pytest.mark.parametrize("operation", WRITES)
def test_a_lost_answer_is_looked_for_before_it_is_repeated(shipper, operation, action):
    shipper.fault(operation, action)
    windows = "DeliveryWindow" in operation
    solution = "own_carrier" if windows else "partnered"
    request = shipper.request(shipping={"mode": "small_parcel", "solution": solution})
    assert shipper.approved(request)["status"] == "COMPLETED"
    shipper.assert_once()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_storm_on_every_operation_duplicates_nothing(shipper, status):
    # The first retry after a 429 waits for a second.
    few = ("createInboundPlan", "generatePlacementOptions", "confirmTransportationOptions")
    for operation in few if status == 429 else (*WRITES, "getInboundPlan", "getShipment"):
        shipper.fault(operation, "status", status=status, after=status == 500)
    shipper.fault("getLabels", "status", status=status)
    assert shipper.approved()["status"] == "COMPLETED"
    shipper.assert_once()


def test_a_renewed_quote_is_known_again_after_a_death(shipper, monkeypatch):
    die_once_sent(monkeypatch, "confirmTransportationOptions")

    def expire_first(gate, _round):
        if gate == "transportation":
            expire_quotes(shipper)

    with shipper.answering(decide=expire_first):
        result, died = survive(shipper, most=3)
    assert (result["status"], died) == ("COMPLETED", 1)
    shipper.assert_once()


@pytest.mark.parametrize(
    ("step", "lapse"),
    [
        ("confirmTransportationOptions", expire_quotes),
        (
            "confirmPlacementOption",
            lambda shipper: [
                setattr(one, "expires_at", one.expires_at - timedelta(days=9))
                for one in shipper.plans[0].placement_options
            ],
        ),
    ],
)
def test_what_lapses_while_it_is_confirmed_is_asked_again(shipper, monkeypatch, step, lapse):
    intend = ShipmentLedger.write_first
    lapsed = []

    def lapsing_intent(self, query, /, **values):
        if query == "intend" and values["step"] == step and not lapsed:
            lapsed.append(lapse(shipper))
        return intend(self, query, **values)

    monkeypatch.setattr(ShipmentLedger, "write_first", lapsing_intent)
    assert shipper.approved()["status"] == "COMPLETED"
    shipper.assert_once()
    assert [q.outcome for q in shipper.questions()].count("expired") == 1


def test_a_plan_whose_answer_was_lost_is_adopted_not_a_decoy(shipper):
    shipper.fault("createInboundPlan", "close_after")
    shipper.fault("listInboundPlans", "delay", delay_s=0.05)
    assert shipper.approved()["status"] == "COMPLETED"
    assert len(shipper.plans) == 1
    adopted = shipper.rows(
        "SELECT is_adopted FROM chalkola.fba_shipment_operations WHERE step = 'createInboundPlan'"
    )
    assert adopted == [{"is_adopted": True}]


def test_a_confirmation_that_amazon_shows_late_is_waited_for(shipper):
    shipper.script(operation="confirmTransportationOptions", lag_s=0.2)
    shipper.script(operation="confirmPlacementOption", lag_s=0.2)
    assert shipper.approved()["status"] == "COMPLETED"
    shipper.assert_once()


def test_an_accident_of_amazons_is_tried_again(shipper):
    shipper.script(operation="generatePlacementOptions", outcome="FAILED")
    shipper.script(operation="confirmTransportationOptions", outcome="FAILED")
    assert shipper.approved()["status"] == "COMPLETED"
    shipper.assert_once()


def test_a_generation_that_is_under_way_is_waited_for(shipper):
    shipper.script(operation="generateTransportationOptions", operation_s=400)
    shipper.fault("generateTransportationOptions", "close_after")
    assert shipper.approved()["status"] == "COMPLETED"
    shipper.assert_once()


def test_a_failed_operation_shows_amazons_problems_and_what_to_do(shipper):
    request = shipper.request()
    request["items"][0]["msku"] = "EXPIRES-A"
    request["boxes"][0]["items"][0]["msku"] = "EXPIRES-A"
    with pytest.raises(ShipmentError, match=r"FBA_INB_0180.*Expiration date.*What to do: give"):
        shipper.create(request)
    assert shipper.status == "FAILED"
    assert "FBA_INB_0180" in shipper.row.error_message
    assert shipper.view()["problems"][0]["code"] == "FBA_INB_0180"


def test_a_request_that_failed_before_there_was_a_plan_may_be_changed(shipper):
    wrong = shipper.request()
    wrong["items"][0]["msku"] = wrong["boxes"][0]["items"][0]["msku"] = "EXPIRES-A"
    with pytest.raises(ShipmentError, match="FBA_INB_0180"):
        shipper.create(wrong)
    assert shipper.approved()["status"] == "COMPLETED"
    assert shipper.row.request["items"][0]["msku"] == "CHALK-A"
    assert shipper.row.error_message is None
    assert shipper.writes("confirmPlacementOption") == 1
    with pytest.raises(ShipmentInputError, match=r"COMPLETED, plan wf.*EXPIRES-A.*another name"):
        shipper.create(wrong)


def test_a_failed_shipment_goes_on_where_it_stopped(shipper):
    shipper.script(operation="setPackingInformation", problems=[{"code": "FBA_INB_0005"}])
    with pytest.raises(ShipmentError, match="weight"):
        shipper.create()
    assert (shipper.status, shipper.row.reached_status) == ("FAILED", "PLAN_CREATED")
    assert shipper.approved()["status"] == "COMPLETED"
    shipper.assert_once()


def test_a_plan_that_was_voided_underneath_ends_the_shipment(shipper):
    shipper.script(operation="generatePlacementOptions", void_plan=True)
    with pytest.raises((ShipmentError, SpApiError), match="voided at Amazon"):
        shipper.approved()
    assert shipper.status == "CANCELLED"
    assert shipper.create()["status"] == "CANCELLED"


def test_two_runs_of_one_name_exclude_each_other(shipper):
    first = shipper.in_thread()
    shipper.wait_for("AWAITING_PLACEMENT")
    with pytest.raises(ShipmentError, match="another run works on this shipment"):
        shipper.create()
    assert shipper.status == "AWAITING_PLACEMENT"
    with shipper.answering():
        assert first.result()["status"] == "COMPLETED"
    shipper.assert_once()
