"""Every operation, with each answer that needs no state, against Amazon's own models.

The successes of operations that need one are checked where they are tested: a `Seller` checks
every answer.
"""

from collections import defaultdict
from datetime import timedelta

import pytest

from chalkola_spapi.simulator import Fault
from chalkola_spapi.simulator.routing import OPERATIONS
from chalkola_spapi.simulator.throttle import Plan

US = "ATVPDKIKX0DER"
QUERIES = {
    "getReports": {"reportTypes": "GET_X_DATA"},
    "getInventorySummaries": {
        "granularityType": "Marketplace",
        "granularityId": US,
        "marketplaceIds": US,
        "details": "true",
    },
    "getMarketplaceParticipations": {},
    "listInboundPlans": {},
    "listInboundShipments": {},
    "listInventory": {"details": "SHOW"},
}
BODIES = {"createReport": {"reportType": "GET_X_DATA", "marketplaceIds": [US]}}
NEEDS_A_REPORT = {"getReport", "cancelReport", "getReportDocument"}


@pytest.fixture
def simulator(shared):
    return shared


@pytest.fixture
def clock(shared):
    return shared.state.clock


@pytest.fixture
def call(seller, clock, models):
    """Calls an operation, rightly if it needs no state; the answer has passed Amazon's model."""
    ids = defaultdict(lambda: "none")

    def run(name):
        operation = OPERATIONS[name]
        if name in NEEDS_A_REPORT and not ids:
            ids.update(_report(seller, clock))
        given = defaultdict(lambda: "none", ids)
        if name == "cancelReport":
            given["reportId"] = ids["queued"]
        extra = {"params": QUERIES.get(name, {})}
        if operation.method in {"POST", "PUT"}:
            extra = {"json": BODIES.get(name, {})}
        return seller.call(operation.method, operation.path.format_map(given), **extra)

    return run


def _report(seller, clock):
    ids = {"reportId": seller.report_id()}
    clock.advance(timedelta(minutes=2))
    ids["reportDocumentId"] = seller.report(ids["reportId"])["reportDocumentId"]
    return {**ids, "queued": seller.report_id()}


every_operation = pytest.mark.parametrize("name", list(OPERATIONS))


@pytest.mark.parametrize("name", [*BODIES, *QUERIES, *sorted(NEEDS_A_REPORT)])
def test_a_success_is_valid(call, name):
    assert call(name).status_code == (202 if name == "createReport" else 200)


@every_operation
def test_an_expired_token_is_valid(call, seller, name):
    call(name)
    seller.simulator.state.lwa.expire_tokens()
    assert call(name).status_code == 403


@every_operation
def test_a_429_is_valid(call, seller, name):
    seller.simulator.state.throttle.grant(name, Plan(0.001, 2))
    answers = [call(name) for _ in range(4)]
    assert answers[-1].status_code == 429


@every_operation
def test_a_scripted_status_is_valid(call, seller, name):
    call(name)
    for status in (400, 403, 404, 429, 500, 503):
        fault = Fault(operation=name, action="status", status=status)
        seller.simulator.state.faults.add(fault)
        assert call(name).status_code == status


@every_operation
def test_the_plan_is_the_models(models, name):
    operation = OPERATIONS[name]
    definition = models.definition(operation.method, operation.path)
    assert definition["operationId"] == name
    row = f"| {operation.rate_per_s:g} | {operation.burst} |"
    # Where the model knows no plan it says n.
    assert row in definition["description"] or "| n | n |" in definition["description"]
