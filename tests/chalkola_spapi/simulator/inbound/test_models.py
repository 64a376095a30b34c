"""Every operation of both inbound APIs is answered, as Amazon's models have it."""

import re

import pytest

from chalkola_spapi.simulator import Fault
from chalkola_spapi.simulator.routing import OPERATIONS

MODEL_FILES = ("fulfillmentInbound_2024-03-20", "fulfillmentInboundV0")
INBOUND = {name: one for name, one in OPERATIONS.items() if "/inbound/" in one.path}
ANY = "xx00000000-0000-0000-0000-000000000000"
# Amazon's model of these has no usage plan.
WITHOUT_PLAN = {
    "listPrepDetails",
    "generateSelfShipAppointmentSlots",
    "getSelfShipAppointmentSlots",
    "scheduleSelfShipAppointment",
    "cancelSelfShipAppointment",
}
every_operation = pytest.mark.parametrize("name", list(INBOUND))


@pytest.fixture
def call(seller, models):
    """Calls an operation about nothing; the answer has passed Amazon's model."""

    def run(name):
        operation = INBOUND[name]
        path = re.sub(r"\{[^}]+\}", ANY, operation.path)
        extra = {} if operation.method == "GET" else {"json": {}}
        return seller.call(operation.method, path, **extra)

    return run


def definitions(models):
    return {
        definition["operationId"]: (method.upper(), path, definition)
        for model in map(models.load, MODEL_FILES)
        for path, methods in model["paths"].items()
        for method, definition in methods.items()
        if method != "parameters"
    }


def test_every_operation_is_answered(models):
    found = {name: (method, path) for name, (method, path, _) in definitions(models).items()}
    assert found == {name: (one.method, one.path) for name, one in INBOUND.items()}


@every_operation
def test_the_plan_is_the_models(models, name):
    operation = INBOUND[name]
    _, _, definition = definitions(models)[name]
    row = f"| {operation.rate_per_s:g} | {operation.burst} |"
    assert (row in definition["description"]) == (name not in WITHOUT_PLAN)


@every_operation
def test_a_call_about_nothing_is_refused(call, name):
    answer = call(name)
    accepted = {"listInboundPlans": 200}
    assert answer.status_code == accepted.get(name, answer.status_code)
    assert name in accepted or answer.status_code in {400, 403}


@every_operation
def test_an_expired_token_is_valid(call, seller, name):
    seller.authorize()
    seller.simulator.state.lwa.expire_tokens()
    assert call(name).status_code == 403


@every_operation
def test_scripted_statuses_and_a_429_are_valid(call, seller, name):
    for status in (400, 403, 404, 429, 500, 503):
        seller.simulator.state.faults.add(Fault(operation=name, action="status", status=status))
        assert call(name).status_code == status
    answers = [call(name) for _ in range(INBOUND[name].burst + 1)]
    assert answers[-1].status_code == 429
