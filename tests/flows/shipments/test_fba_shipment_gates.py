"""Nothing is confirmed without a decision: each way past a gate, through Prefect's real API."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from prefect.client.orchestration import get_client
from prefect.states import AwaitingRetry, Running

from tasks.connections import close_connections, connections
from tasks.shipments import answers, gates
from tasks.shipments.answers import approve
from tasks.shipments.approvals import Answer, Approvals
from tasks.shipments.cancellation import decide_against
from tasks.shipments.errors import ShipmentError, ShipmentInputError
from tasks.shipments.question_text import labels, markdown
from tasks.shipments.work import Work


@pytest.fixture
def waiting(shipper):
    """A run that waits at the first gate."""
    run = shipper.in_thread()
    paused(shipper)
    return run


def run_id(shipper):
    return shipper.row.flow_run_id


def state(shipper):
    with get_client(sync_client=True) as client:
        return client.read_flow_run(run_id(shipper)).state


def paused(shipper, *, gate="placement", round_=1):
    """Wait until the run is paused and its form is stored."""
    key = f"paused-{gate}-{round_}-0-schema"

    def is_so():
        if shipper.status is None or run_id(shipper) is None or not state(shipper).is_paused():
            return False
        with get_client(sync_client=True) as client:
            found = client.request(
                "POST", f"/flow_runs/{run_id(shipper)}/input/filter", json={"prefix": key}
            )
        return bool(found.json())

    shipper.until(is_so)


def resume(shipper, run_input=None):
    with get_client(sync_client=True) as client:
        return client.resume_flow_run(run_id(shipper), run_input=run_input)


def open_question(shipper):
    return Approvals(shipper.ledger, shipper.row).open()


def form(shipper, **values):
    question = open_question(shipper)
    return {"decision": "approve", "option": next(iter(labels(question)))} | values


def test_the_options_are_stored_before_they_are_shown(shipper, waiting):
    question = open_question(shipper)
    assert question.decision is None
    assert [o["id"] for o in question.shown["options"]] == sorted(
        (o["id"] for o in question.shown["options"]),
        key=lambda one: next(
            float(o["landed_total"]) for o in question.shown["options"] if o["id"] == one
        ),
    )
    assert question.shown["recommended"] == question.shown["options"][0]["id"]
    assert all(o["id"] in markdown(question) for o in question.shown["options"])


def test_an_empty_resume_is_refused(shipper, waiting):
    assert resume(shipper).status.value == "REJECT"
    assert state(shipper).is_paused()
    assert not shipper.writes("confirmPlacementOption")


@pytest.mark.parametrize(
    "values",
    [{"decision": "maybe"}, {"option": "a cheaper one"}, {"decision": None}, {"surprise": 1}],
)
def test_a_bad_answer_is_refused(shipper, waiting, values):
    assert resume(shipper, form(shipper, **values)).status.value == "REJECT"
    assert not shipper.writes("confirmPlacementOption")


def test_an_approval_in_the_ui_goes_the_same_way(shipper, waiting):
    assert resume(shipper, form(shipper)).status.value == "ACCEPT"
    paused(shipper, gate="transportation")
    assert resume(shipper, form(shipper, reason="cheap")).status.value == "ACCEPT"
    assert waiting.result()["status"] == "COMPLETED"
    shipper.assert_once()
    assert [(q.decision, q.answered_by, q.outcome) for q in shipper.questions()] == [
        ("approve", "prefect", "accepted")
    ] * 2


def test_a_rejection_in_the_ui_voids_the_plan(shipper, waiting):
    resume(shipper, form(shipper, decision="reject", reason="too dear"))
    assert waiting.result()["status"] == "REJECTED"
    assert shipper.plans[0].status == "VOIDED"
    assert shipper.row.rejection_reason == "too dear"


@pytest.mark.parametrize("is_forced", [True, False])
def test_a_retry_from_the_ui_asks_again_instead_of_passing(shipper, waiting, is_forced):
    with get_client(sync_client=True) as client:
        client.set_flow_run_state(run_id(shipper), AwaitingRetry(), force=is_forced)
        client.set_flow_run_state(run_id(shipper), Running(), force=True)
    # The run woke up without an answer, and pauses again.
    shipper.until(lambda: state(shipper).is_paused())
    assert open_question(shipper).decision is None
    assert not shipper.writes("confirmPlacementOption")


def test_the_first_answer_counts(shipper, waiting):
    work = Work.on(shipper.name)
    first, second = (o["id"] for o in open_question(shipper).shown["options"][:2])
    approve(work, "placement", second, over_limit=False)
    with pytest.raises(ShipmentError, match="answered already: approve"):
        approve(work, "placement", first, over_limit=False)
    with shipper.answering():
        waiting.result()
    assert shipper.row.placement_option_id == second


def test_the_ui_cannot_overrule_an_answer_that_is_stored(shipper, waiting):
    question = open_question(shipper)
    first, second = (o["id"] for o in question.shown["options"][:2])
    approvals = Approvals(shipper.ledger, shipper.row)
    approvals.answer(question, Answer("approve", (second,)), by="command")
    resume(shipper, {"decision": "approve", "option": next(iter(labels(question)))})
    with shipper.answering():
        waiting.result()
    assert shipper.row.placement_option_id == second != first


def test_an_approval_of_a_dead_run_is_used_by_the_next(shipper, monkeypatch):
    class DiedError(BaseException):
        pass

    def die(*_args, **_kwargs):
        raise DiedError

    with monkeypatch.context() as patch:
        patch.setattr(gates, "pause_flow_run", die)
        with pytest.raises(DiedError):
            shipper.create()
    close_connections()
    assert shipper.status == "AWAITING_PLACEMENT"
    second = open_question(shipper).shown["options"][1]["id"]
    approve(Work.on(shipper.name), "placement", second, over_limit=False)
    assert not shipper.writes("confirmPlacementOption")
    with shipper.answering():
        assert shipper.create()["status"] == "COMPLETED"
    assert shipper.row.placement_option_id == second
    shipper.assert_once()


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_run_whose_process_died_at_a_gate_goes_on(shipper, monkeypatch, is_answered):
    class DiedError(BaseException):
        pass

    pause = gates.pause_flow_run

    def die_awake(*args, **kwargs):
        pause(*args, **kwargs)
        raise DiedError

    with monkeypatch.context() as patch:
        patch.setattr(gates, "pause_flow_run", die_awake)
        run = shipper.in_thread()
        paused(shipper)
        second = list(labels(open_question(shipper)))[1]
        resume(shipper, {"decision": "approve", "option": second})
        with pytest.raises(DiedError):
            run.result()
    close_connections()
    # Prefect knows of the yes, we do not yet; nor would we if nobody had given it.
    assert open_question(shipper).decision is None
    if not is_answered:
        with get_client(sync_client=True) as client:
            client.delete_flow_run_input(run_id(shipper), "paused-placement-1-0-response")
    run = shipper.again()
    if not is_answered:
        shipper.until(lambda: state(shipper).is_paused())
        with shipper.answering():
            assert run.result()["status"] == "COMPLETED"
        return
    shipper.wait_for("AWAITING_TRANSPORTATION")
    assert shipper.row.placement_option_id == shipper.questions()[0].shown["options"][1]["id"]
    with shipper.answering():
        assert run.result()["status"] == "COMPLETED"
    shipper.assert_once()


def test_nobody_answers_in_time(shipper, monkeypatch):
    monkeypatch.setattr(gates, "TIMEOUT_S", 1)
    with pytest.raises(ShipmentError, match="nobody answered"):
        shipper.create()
    assert (shipper.status, shipper.row.reached_status) == ("FAILED", "AWAITING_PLACEMENT")
    assert not shipper.writes("confirmPlacementOption")
    monkeypatch.undo()


def test_expired_options_are_never_confirmed(shipper, waiting):
    (plan,) = shipper.plans
    old = {option.option_id for option in plan.placement_options}
    for option in plan.placement_options:
        option.expires_at -= timedelta(days=4)
    given = approve(Work.on(shipper.name), "placement", answers.CHEAPEST, over_limit=False)
    assert given.stale.outcome == "expired"
    paused(shipper, round_=2)
    with shipper.answering():
        assert waiting.result()["status"] == "COMPLETED"
    shipper.assert_once()
    assert shipper.row.placement_option_id not in old
    first, second, _ = shipper.questions()
    assert (first.outcome, second.outcome) == ("expired", "accepted")
    assert "expired" in first.outcome_text


def test_a_changed_fee_is_asked_again(shipper, waiting):
    (plan,) = shipper.plans
    chosen = open_question(shipper).shown["options"][1]["id"]
    option = next(o for o in plan.placement_options if o.option_id == chosen)
    option.fees.extend(option.fees)
    given = approve(Work.on(shipper.name), "placement", chosen, over_limit=False)
    assert given.stale.outcome == "changed"
    paused(shipper, round_=2)
    assert not shipper.writes("confirmPlacementOption")
    question = shipper.questions()[0]
    assert (question.outcome, question.decision) == ("changed", "approve")
    assert "its fee changed from" in question.outcome_text


@pytest.fixture
def at_carriers(shipper, waiting):
    """A run that waits at the second gate."""
    approve(Work.on(shipper.name), "placement", answers.CHEAPEST, over_limit=False)
    paused(shipper, gate="transportation")
    return waiting


def expire_quotes(shipper):
    for one in shipper.plans[0].sent:
        one.options = [replace(o, quote=lapsed(o.quote)) for o in one.options]


def lapsed(quote):
    return quote and replace(quote, expires_at=quote.expires_at - timedelta(days=1))


def test_an_expired_quote_is_renewed_for_the_same_price(shipper, at_carriers):
    expire_quotes(shipper)
    approve(Work.on(shipper.name), "transportation", answers.CHEAPEST, over_limit=False)
    assert at_carriers.result()["status"] == "COMPLETED"
    shipper.assert_once()
    asked = [q for q in shipper.questions() if q.gate == "transportation"]
    assert [q.outcome for q in asked] == ["accepted"]


def test_a_dearer_quote_is_asked_again(shipper, at_carriers):
    expire_quotes(shipper)
    shipper.script(operation="generateTransportationOptions", price_factor=1.5)
    given = approve(Work.on(shipper.name), "transportation", answers.CHEAPEST, over_limit=False)
    assert given.stale.outcome == "expired"
    paused(shipper, gate="transportation", round_=2)
    assert not shipper.writes("confirmTransportationOptions")
    asked = [q for q in shipper.questions() if q.gate == "transportation"]
    assert asked[0].outcome == "changed"
    assert "was approved" in asked[0].outcome_text
    with shipper.answering():
        assert at_carriers.result()["status"] == "COMPLETED"
    shipper.assert_once()


def test_options_that_were_not_shown_are_refused_at_once(shipper, at_carriers):
    work = Work.on(shipper.name)
    with pytest.raises(ShipmentInputError, match="not among the options"):
        approve(work, "transportation", "to-of-somebody-else", over_limit=False)
    quotes = open_question(shipper).shown["quotes"]
    with pytest.raises(ShipmentInputError, match="name exactly one"):
        approve(work, "transportation", quotes[0]["option_id"], over_limit=False)
    assert open_question(shipper).decision is None


def test_parcels_with_differing_carriers_are_refused(shipper, at_carriers):
    shown = open_question(shipper).shown["options"]
    mixed = [shown[0]["option_ids"][0], *shown[1]["option_ids"][1:]]
    with pytest.raises(ShipmentInputError, match="one carrier"):
        approve(Work.on(shipper.name), "transportation", ",".join(mixed), over_limit=False)


def test_a_rejection_at_the_carriers_voids_the_plan(shipper, at_carriers):
    ended = decide_against(connections(), shipper.name, "reject", reason="no")
    assert ended.status == "REJECTED"
    assert at_carriers.result()["status"] == "REJECTED"
    assert shipper.plans[0].status == "VOIDED"
    assert not shipper.writes("confirmTransportationOptions")
    assert shipper.create()["status"] == "REJECTED"


def test_fees_above_the_limit_need_the_override_where_the_carrier_is_ones_own(shipper):
    request = shipper.request(
        spend_limit={"amount": 0.01, "currency": "USD"},
        shipping={"mode": "small_parcel", "solution": "own_carrier"},
    )
    run = shipper.in_thread(request)
    paused(shipper)
    (question,) = shipper.questions()
    dear = next(o["id"] for o in question.shown["options"] if float(o["fees"]) > 0)
    with pytest.raises(ShipmentError, match=r"over the spend limit of 0.01 USD: .*--over-limit"):
        approve(Work.on(shipper.name), "placement", dear, over_limit=False)
    named = next(text for text, option_id in labels(question).items() if option_id == dear)
    resume(shipper, form(shipper, option=named, over_limit="no"))
    paused(shipper, round_=2)
    assert not shipper.writes("confirmPlacementOption")
    decide_against(connections(), shipper.name, "reject", reason="too dear")
    assert run.result()["status"] == "REJECTED"


def test_a_total_above_the_limit_needs_the_override(shipper):
    run = shipper.in_thread(shipper.request(spend_limit={"amount": 1, "currency": "USD"}))
    paused(shipper)
    assert resume(shipper, form(shipper)).status.value == "REJECT"
    work = Work.on(shipper.name)
    with pytest.raises(ShipmentError, match=r"over the spend limit of 1 USD: .*--over-limit"):
        approve(work, "placement", answers.CHEAPEST, over_limit=False)
    resume(shipper, form(shipper, over_limit="no"))
    paused(shipper, round_=2)
    assert shipper.questions()[0].outcome == "refused"
    assert not shipper.writes("confirmPlacementOption")
    approve(work, "placement", answers.CHEAPEST, over_limit=True)
    paused(shipper, gate="transportation")
    approve(work, "transportation", answers.CHEAPEST, over_limit=True)
    assert run.result()["status"] == "COMPLETED"
    shipper.assert_once()
