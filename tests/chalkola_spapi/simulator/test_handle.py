"""The simulator without HTTP: one call in, one answer out."""

import json

import pytest

from chalkola_spapi.simulator import Fault, Settings, State
from chalkola_spapi.simulator.clock import ManualClock
from chalkola_spapi.simulator.handle import handle
from chalkola_spapi.simulator.messages import Call
from chalkola_spapi.simulator.routing import OPERATIONS, route


@pytest.fixture
def state(clock):
    return State(Settings(clock=clock))


def token(state):
    form = "grant_type=refresh_token&refresh_token=r&client_id=c&client_secret=s"
    headers = {"content-type": "application/x-www-form-urlencoded;charset=UTF-8"}
    answer = handle(state, Call("POST", "/auth/o2/token", headers=headers, body=form.encode()))
    return json.loads(answer.body)["access_token"]


def test_a_call_is_answered_in_process(state):
    headers = {"x-amz-access-token": token(state)}
    answer = handle(state, Call("GET", "/awd/2024-05-09/inventory", headers=headers))
    assert answer.status == 200
    assert json.loads(answer.body)["inventory"]


def test_a_lost_answer_says_what_becomes_of_the_connection(state):
    state.faults.add(Fault(operation="*", action="close_before"))
    answer = handle(state, Call("GET", "/awd/2024-05-09/inventory"))
    assert answer.connection == "close_unanswered"


def test_operations_have_amazons_names_and_paths_of_their_own():
    paths = {(operation.method, operation.path) for operation in OPERATIONS.values()}
    assert len(paths) == len(OPERATIONS)
    operation, parts = route(Call("GET", "/reports/2021-06-30/reports/5"))
    assert (operation.name, parts) == ("getReport", {"reportId": "5"})
    assert route(Call("GET", "/reports/2021-06-30/reports/")) is None
    assert route(Call("PUT", "/reports/2021-06-30/reports/5")) is None


def test_a_clock_needs_an_offset_and_runs_forward(clock):
    with pytest.raises(ValueError, match="offset"):
        ManualClock(clock.now().replace(tzinfo=None))
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(clock.now() - clock.now().replace(year=2030))
