"""No token, secret or document's address in any error's text or log record, DEBUG included."""

import gzip
import logging
import traceback

import httpx
import pytest

from chalkola_spapi.client import SpApi
from chalkola_spapi.documents import download_document, read_error_document
from chalkola_spapi.errors import SpApiError
from chalkola_spapi.reports import CreateReportSpecification, ReportDocument, ReportsApi

LOGIN = "POST /auth/o2/token"
CREATE = "POST /reports/2021-06-30/reports"
ADDRESS = "GET /reports/2021-06-30/documents/D1"
STORED = "GET /bucket/tortuga-key"
SECRETS = (
    "Atzr|the-refresh-token",
    "the-client-secret",
    "Atza|access-token",
    "tortuga-key",
    "s3cr3t-signature",
)
ECHO = "no: Atzr|the-refresh-token, amzn1.oa2-cs.v1.the-client-secret"
SPECIFICATION = CreateReportSpecification(report_type="T", marketplace_ids=("M",))


@pytest.fixture
def said(caplog, api, server, tmp_path, patience_s):
    """Everything that a whole run says: its log records and its errors with all their causes."""
    caplog.set_level(logging.DEBUG)
    url = f"{server.url}/bucket/tortuga-key?X-Amz-Signature=s3cr3t-signature"
    server.on(CREATE, server.json(202, {"reportId": "R1"}))
    server.on(ADDRESS, server.json(200, {"reportDocumentId": "D1", "url": url}))
    server.on(STORED, server.raw(200, gzip.compress(b"text")))
    reports, texts = ReportsApi(api), []

    def run():
        try:
            reports.create_report(SPECIFICATION)
            document = reports.get_report_document("D1")
            texts.append(f"{document!r} {api.account!r}")
            download_document(document, tmp_path / "R1", timeout=httpx.Timeout(patience_s))
            read_error_document(document, timeout=httpx.Timeout(patience_s))
        except SpApiError as exc:
            texts.extend(traceback.format_exception(exc))
            return exc
        return None

    def everything():
        formatter = logging.Formatter("%(name)s %(message)s %(args)r")
        return "\n".join([*texts, *(formatter.format(record) for record in caplog.records)])

    return run, everything


FAILURES = {
    "revoked": (LOGIN, lambda s: s.json(400, {"error": "invalid_grant"})),
    "repeated": (LOGIN, lambda s: s.json(400, {"error": "x", "error_description": ECHO})),
    "odd login": (LOGIN, lambda s: s.json(200, {"access_token": "Atza|access-token\n"})),
    "newline": (
        LOGIN,
        lambda s: s.json(200, {"access_token": "Atza|access-token\n", "expires_in": 9}),
    ),
    "login down": (LOGIN, lambda s: s.raw(503, b"")),
    "denied": (CREATE, lambda s: s.error(403, "Unauthorized", "denied")),
    "lost": (CREATE, lambda s: s.reset),
    "throttled": (CREATE, lambda s: s.error(429, "QuotaExceeded")),
    "no id": (ADDRESS, lambda s: s.json(200, {"url": f"{s.url}/bucket/tortuga-key"})),
    "cut json": (ADDRESS, lambda s: s.raw(200, f'{{"url": "{s.url}/bucket/tortuga-key'.encode())),
    "odd address": (
        ADDRESS,
        lambda s: s.json(200, {"reportDocumentId": "D1", "url": "http://[tortuga-key"}),
    ),
    "dead storage": (
        ADDRESS,
        lambda s: s.json(
            200,
            {"reportDocumentId": "D1", "url": "http://127.0.0.1:9/tortuga-key?s3cr3t-signature"},
        ),
    ),
    "lapsed": (STORED, lambda s: s.raw(403, b"<Code>AccessDenied</Code>tortuga-key")),
    "moved": (STORED, lambda s: s.raw(302, b"")),
    "storage reset": (STORED, lambda s: s.reset),
    "storage timeout": (STORED, lambda s: s.hang),
    "cut document": (STORED, lambda s: s.raw(200, b"x", length=9)),
    "damaged": (STORED, lambda s: s.raw(200, gzip.compress(b"text")[:-2])),
}


def test_a_good_run_keeps_its_secrets(said):
    run, everything = said
    assert run() is None
    assert "send_request_headers" in everything()
    assert [secret for secret in SECRETS if secret in everything()] == []


@pytest.mark.parametrize("name", FAILURES)
def test_a_failing_run_keeps_its_secrets(said, server, name):
    route, step = FAILURES[name]
    server.on(route, step(server))
    run, everything = said
    assert run() is not None
    assert [secret for secret in SECRETS if secret in everything()] == []


def test_our_own_records_hold_no_address(caplog, api, server):
    caplog.set_level(logging.DEBUG, logger="chalkola_spapi")
    server.on("GET /reports/2021-06-30/reports/R1", server.raw(500, b""))
    with pytest.raises(SpApiError):
        ReportsApi(api).get_report("R1")
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("chalkola_spapi")]
    assert len(ours) >= 5
    assert all("http" not in message for message in ours)


def test_the_client_configures_no_logging(account, throttle):
    before = (logging.root.level, list(logging.root.handlers), logging.getLogger("httpx").level)
    with SpApi(account, throttle=throttle):
        pass
    after = (logging.root.level, list(logging.root.handlers), logging.getLogger("httpx").level)
    assert after == before


def test_a_document_is_not_sent_what_the_api_is_sent(server, tmp_path):
    server.on(STORED, server.raw(200, b"text"))
    document = ReportDocument(report_document_id="D1", url=f"{server.url}/bucket/tortuga-key")
    download_document(document, tmp_path / "R1")
    headers = server.requests(STORED)[0].headers
    assert not {"x-amz-access-token", "authorization", "cookie"} & set(headers)
