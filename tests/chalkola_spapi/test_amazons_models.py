"""Our requests and quotas against Amazon's own models and its SDK."""

import json
import os
import re
from datetime import date, datetime
from pathlib import Path

import jsonschema
import pytest

from chalkola_spapi import operations
from chalkola_spapi.operations import Operation
from chalkola_spapi.periods import ReportPeriod, period_of
from chalkola_spapi.report_types import sqp_specification
from chalkola_spapi.reports import CreateReportSpecification, ReportsApi

MODELS = {
    "/reports/": "reports_2021-06-30.json",
    "/sellers/": "sellers.json",
    "/inbound/": "fulfillmentInbound_2024-03-20.json",
    "/fba/inbound/v0/": "fulfillmentInboundV0.json",
    "/fba/inventory/": "fbaInventory.json",
    "/awd/": "awd_2024-05-09.json",
}
OPERATIONS = [value for value in vars(operations).values() if isinstance(value, Operation)]
SPECIFICATIONS = [
    sqp_specification(
        marketplace_id="ATVPDKIKX0DER",
        period=period_of(period, date(2026, 4, 1)),
        asins=[f"B0{i:08}" for i in range(18)],
    )
    for period in (ReportPeriod.MONTH, ReportPeriod.QUARTER)
] + [CreateReportSpecification(report_type="T", marketplace_ids=("M1", "M2"))]


@pytest.fixture(scope="session")
def model():
    folder = os.environ.get("SPAPI_MODELS_DIR")
    if not folder:
        pytest.skip("SPAPI_MODELS_DIR is not set: where Amazon's OpenAPI models lie")

    def read(path):
        name = next(name for prefix, name in MODELS.items() if path.startswith(prefix))
        return json.loads((Path(folder) / name).read_text(encoding="utf-8"))

    return read


@pytest.fixture(params=SPECIFICATIONS, ids=["month", "quarter", "bare"])
def sent(request, api, server):
    server.on("POST /reports/2021-06-30/reports", server.json(202, {"reportId": "1"}))
    ReportsApi(api).create_report(request.param)
    return request.param, server.requests("POST /reports/2021-06-30/reports")[0].json


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_names_paths_and_quotas_are_the_models(model, operation):
    entry = model(operation.path)["paths"][operation.path][operation.method.lower()]
    assert entry["operationId"] == operation.name
    rate, burst = re.search(r"\|\s*([\d.]+)\s*\|\s*(\d+)\s*\|", entry["description"]).groups()
    assert (operation.rate_per_s, operation.burst) == (float(rate), int(burst))


def test_beside_gets_only_what_changes_nothing_twice_is_repeatable():
    repeatable = {op.name for op in OPERATIONS if op.is_repeatable and op.method != "GET"}
    assert repeatable == {"cancelReport", "updateInbound", "checkInboundEligibility"}
    assert all(op.is_repeatable for op in OPERATIONS if op.method == "GET")


def test_a_body_obeys_the_model_and_holds_nothing_else(model, sent):
    _, body = sent
    definitions = model("/reports/")["definitions"]
    schema = {"$ref": "#/definitions/CreateReportSpecification", "definitions": definitions}
    jsonschema.Draft4Validator(schema).validate(body)
    assert set(body) <= set(definitions["CreateReportSpecification"]["properties"])


def test_a_body_is_what_amazons_sdk_sends(sent):
    from spapi import Configuration
    from spapi.api_client import ApiClient
    from spapi.models.reports_v2021_06_30 import CreateReportSpecification as Theirs

    ours, body = sent
    configuration = Configuration()
    configuration.access_token_cache = None
    sdk = ApiClient(configuration)
    theirs = Theirs(
        report_type=ours.report_type,
        marketplace_ids=list(ours.marketplace_ids),
        report_options=ours.report_options,
        data_start_time=ours.data_start_time,
        data_end_time=ours.data_end_time,
    )
    assert with_times(body) == with_times(sdk.sanitize_for_serialization(theirs))


def with_times(body):
    """A body whose times are compared as times: Z and +00:00 are the same."""
    times = {"dataStartTime", "dataEndTime"}
    return {k: datetime.fromisoformat(v) if k in times else v for k, v in body.items()}
