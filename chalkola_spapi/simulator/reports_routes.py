"""The Reports API v2021-06-30 over HTTP, schedules left out.

https://developer-docs.amazon.com/sp-api/docs/reports-api-v2021-06-30-reference
"""

from chalkola_spapi.simulator.messages import Answer, RefusedError, Request
from chalkola_spapi.simulator.operations import Operation
from chalkola_spapi.simulator.report_listing import read_listing
from chalkola_spapi.simulator.report_specification import read_specification
from chalkola_spapi.simulator.sales_and_traffic.verdict import SALES_AND_TRAFFIC
from chalkola_spapi.simulator.state import State

_ROOT = "/reports/2021-06-30"


def create_report(state: State, request: Request) -> Answer:
    if request.call.media_type() != "application/json":
        message = "The request entity is in an unsupported format."
        raise RefusedError(415, "UnsupportedMediaType", message)
    specification = read_specification(request.call.json_object(), now=state.clock.now())
    state.sellers.check(request.account, specification.marketplace_ids)
    script = None
    if specification.report_type == SALES_AND_TRAFFIC:
        client_id = state.lwa.client_of(request.call.headers.get("x-amz-access-token"))
        script = state.sales_quota.admit(client_id, at=state.clock.now())
    report = state.reports.create(request.account, specification, script=script)
    return Answer.json(202, {"reportId": report.report_id})


def get_reports(state: State, request: Request) -> Answer:
    listing = read_listing(request.call, now=state.clock.now())
    reports, token = state.reports.page(request.account, listing)
    content: dict[str, object] = {"reports": [report.describe() for report in reports]}
    return Answer.json(200, content if token is None else {**content, "nextToken": token})


def get_report(state: State, request: Request) -> Answer:
    report = state.reports.get(request.account, request.parts["reportId"])
    return Answer.json(200, report.describe())


def cancel_report(state: State, request: Request) -> Answer:
    state.reports.cancel(request.account, request.parts["reportId"])
    return Answer(200)


def get_report_document(state: State, request: Request) -> Answer:
    document = state.documents.find(request.account, request.parts["reportDocumentId"])
    content = {
        "reportDocumentId": document.document_id,
        "url": state.documents.presign(
            document,
            public_url=state.public_url,
            encoding_header=request.call.one("enableContentEncodingUrlHeader") == "true",
        ),
    }
    compression = {"compressionAlgorithm": "GZIP"} if document.is_gzip else {}
    return Answer.json(200, content | compression)


OPERATIONS = (
    Operation("createReport", "POST", f"{_ROOT}/reports", 0.0167, 15, create_report),
    Operation("getReports", "GET", f"{_ROOT}/reports", 0.0222, 10, get_reports),
    Operation("getReport", "GET", f"{_ROOT}/reports/{{reportId}}", 2, 15, get_report),
    Operation("cancelReport", "DELETE", f"{_ROOT}/reports/{{reportId}}", 0.0222, 10, cancel_report),
    Operation(
        "getReportDocument",
        "GET",
        f"{_ROOT}/documents/{{reportDocumentId}}",
        0.0167,
        15,
        get_report_document,
    ),
)
