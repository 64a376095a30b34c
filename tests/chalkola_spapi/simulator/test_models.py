"""Every operation, with each answer that it can give, against Amazon's own models."""

from datetime import timedelta

import pytest

from chalkola_spapi.simulator import Fault
from chalkola_spapi.simulator.routing import OPERATIONS

US = "ATVPDKIKX0DER"
REPORTS = "/reports/2021-06-30/reports"
QUERIES = {
    "getReports": {"reportTypes": "GET_X_DATA"},
    "getInventorySummaries": {
        "granularityType": "Marketplace",
        "granularityId": US,
        "marketplaceIds": US,
    },
}
BODY = {"reportType": "GET_X_DATA", "marketplaceIds": [US]}


@pytest.fixture
def call(seller, clock, models):
    """Calls an operation rightly; the answer has passed Amazon's model."""
    ids = {"reportId": seller.report_id()}
    clock.advance(timedelta(minutes=2))
    ids["reportDocumentId"] = seller.report(ids["reportId"])["reportDocumentId"]
    ids["queued"] = seller.report_id()

    def run(name):
        operation = OPERATIONS[name]
        given = {**ids, "reportId": ids["queued"]} if name == "cancelReport" else ids
        extra = {"json": BODY} if name == "createReport" else {"params": QUERIES.get(name, {})}
        return seller.call(operation.method, operation.path.format_map(given), **extra)

    return run


every_operation = pytest.mark.parametrize("name", list(OPERATIONS))


@every_operation
def test_a_success_is_valid(call, name):
    assert call(name).status_code == (202 if name == "createReport" else 200)


@every_operation
def test_an_expired_token_is_valid(call, seller, name):
    seller.simulator.state.lwa.expire_tokens()
    assert call(name).status_code == 403


@every_operation
def test_a_429_is_valid(call, seller, name):
    answers = [call(name) for _ in range(17)]
    assert answers[-1].status_code == 429


@every_operation
@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_a_scripted_status_is_valid(call, seller, name, status):
    seller.simulator.state.faults.add(Fault(operation=name, action="status", status=status))
    assert call(name).status_code == status


@every_operation
def test_the_plan_is_the_models(models, name):
    operation = OPERATIONS[name]
    definition = next(
        methods[operation.method.lower()]
        for model in map(models.load, MODEL_OF.values())
        for path, methods in model["paths"].items()
        if path == operation.path
    )
    assert definition["operationId"] == name
    row = f"| {operation.rate_per_s:g} | {operation.burst} |"
    assert row in definition["description"]


MODEL_OF = {
    "reports": "reports_2021-06-30",
    "sellers": "sellers",
    "inventory": "fbaInventory",
    "awd": "awd_2024-05-09",
    "inbound": "fulfillmentInbound_2024-03-20",
}
