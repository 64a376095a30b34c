import pickle

import pytest

from chalkola_spapi.errors import (
    AccessDeniedError,
    OperationFailedError,
    OperationPendingError,
    TransientError,
)
from chalkola_spapi.inbound import FulfillmentInboundApi

ID = "12345678-1234-1234-1234-1234567890ab"
ROUTE = f"GET /inbound/fba/2024-03-20/operations/{ID}"


def problem(code, severity, **more):
    return {"code": code, "message": f"{code} said", "severity": severity, **more}


def answer(status, *problems):
    return {
        "operation": "createInboundPlan",
        "operationId": ID,
        "operationStatus": status,
        "operationProblems": list(problems),
    }


@pytest.fixture
def wait(api, clock, server):
    """Scripts the answers and waits for the operation, on the test's clock."""

    def run(*steps, **more):
        steps = [s if callable(s) else server.json(200, answer(s)) for s in steps]
        server.on(ROUTE, *steps)
        return FulfillmentInboundApi(api).await_operation(
            ID, sleep=clock.sleep, clock=clock, **more
        )

    return run


def test_an_operation_that_has_ended_is_not_waited_for(wait, clock, server):
    assert wait("SUCCESS").operation == "createInboundPlan"
    assert clock.naps == []
    assert len(server.requests(ROUTE)) == 1


def test_the_waits_grow_from_2_to_30_seconds(wait, clock):
    wait(*["IN_PROGRESS"] * 9, "SUCCESS")
    assert clock.naps == [2, 3, 4.5, 6.75, 10.125, 15.1875, 22.78125, 30, 30]


def test_a_fixed_interval_is_kept(wait, clock):
    wait(*["IN_PROGRESS"] * 3, "SUCCESS", poll_every_s=5)
    assert clock.naps == [5, 5, 5]


def test_a_state_that_amazon_adds_is_waited_out(wait):
    assert wait("QUEUED", "PAUSED", "SUCCESS").operation_status == "SUCCESS"


def test_a_success_keeps_its_warnings(wait, server):
    step = server.json(200, answer("SUCCESS", problem("FBA_INB_0001", "WARNING")))
    assert [p.code for p in wait("IN_PROGRESS", step).warnings] == ["FBA_INB_0001"]


def test_a_failure_says_every_problem(wait, server):
    body = answer(
        "FAILED",
        problem("FBA_INB_0182", "ERROR", details="There's an input error with the resource 'A'."),
        problem("FBA_INB_0043", "ERROR", details=None),
        problem("FBA_INB_0001", "WARNING"),
    )
    with pytest.raises(OperationFailedError) as caught:
        wait("IN_PROGRESS", server.json(200, body))
    assert str(caught.value) == (
        f"createInboundPlan (account NA, operation {ID}) failed: "
        "ERROR FBA_INB_0182: FBA_INB_0182 said (There's an input error with the resource 'A'.); "
        "ERROR FBA_INB_0043: FBA_INB_0043 said; WARNING FBA_INB_0001: FBA_INB_0001 said"
    )
    assert [p.code for p in caught.value.problems] == [
        "FBA_INB_0182",
        "FBA_INB_0043",
        "FBA_INB_0001",
    ]
    assert (caught.value.operation, caught.value.operation_id) == ("createInboundPlan", ID)


def test_a_failure_without_a_reason_says_so(wait):
    with pytest.raises(OperationFailedError, match="without Amazon's reason"):
        wait("FAILED")


def test_a_failure_survives_pickling_with_its_problems(wait, server):
    with pytest.raises(OperationFailedError) as caught:
        wait(server.json(200, answer("FAILED", problem("X", "ERROR"))))
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), copy.problems) == (str(caught.value), caught.value.problems)
    assert copy.operation_id == ID


def test_at_the_deadline_the_last_look_is_taken_and_the_id_kept(wait, clock, server):
    with pytest.raises(OperationPendingError, match="createInboundPlan is IN_PROGRESS") as caught:
        wait("IN_PROGRESS", deadline_s=10)
    assert isinstance(caught.value, TransientError)
    assert pickle.loads(pickle.dumps(caught.value)).operation_id == ID
    assert clock.naps == [2, 3, 4.5, 0.5]
    assert len(server.requests(ROUTE)) == 5


def test_an_api_that_is_down_for_minutes_is_outlasted(wait, clock, server):
    """Each look gives up after 60 s."""
    down = server.error(503, "ServiceUnavailable")

    def up_after_five_minutes(handler):
        step = down if clock.now < 1300 else server.json(200, answer("SUCCESS"))
        step(handler)

    assert wait(up_after_five_minutes).operation_status == "SUCCESS"
    assert 1300 <= clock.now < 1400


def test_an_api_that_stays_down_is_pending_and_says_why(wait, server):
    with pytest.raises(OperationPendingError, match="503 ServiceUnavailable"):
        wait(server.error(503, "ServiceUnavailable"), deadline_s=100)


def test_a_refusal_is_not_waited_out(wait, server):
    with pytest.raises(AccessDeniedError):
        wait(server.error(403, "Unauthorized"))
