from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from chalkola_spapi.errors import ApiStatusError
from chalkola_spapi.periods import ReportPeriod, period_of
from chalkola_spapi.report_types import sqp_specification
from chalkola_spapi.reports import CreateReportSpecification, Report, ReportsApi

REPORTS = "GET /reports/2021-06-30/reports"
ONE = "GET /reports/2021-06-30/reports/R1"
DOCUMENT = "GET /reports/2021-06-30/documents/D1"
WEEK = period_of(ReportPeriod.WEEK, date(2026, 1, 25))


def a_report(report_id="R1", **more):
    return {
        "reportId": report_id,
        "reportType": "T",
        "createdTime": "2026-11-24T01:02:03+00:00",
        "processingStatus": "DONE",
        **more,
    }


@pytest.fixture
def reports(api):
    return ReportsApi(api)


def test_a_report_is_asked_for_and_its_id_given(reports, server):
    server.on("POST /reports/2021-06-30/reports", server.json(202, {"reportId": "R1"}))
    specification = sqp_specification(marketplace_id="M", period=WEEK, asins=["B000000001"])
    assert reports.create_report(specification) == "R1"
    (seen,) = server.requests("POST /reports/2021-06-30/reports")
    assert seen.json == {
        "reportType": "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT",
        "marketplaceIds": ["M"],
        "reportOptions": {"reportPeriod": "WEEK", "asin": "B000000001"},
        "dataStartTime": "2026-01-25T00:00:00Z",
        "dataEndTime": "2026-01-31T00:00:00Z",
    }


def test_a_report_is_read_whole(reports, server):
    body = a_report(
        marketplaceIds=["M"],
        dataStartTime="2026-01-25T00:00:00Z",
        dataEndTime="2026-01-31T00:00:00Z",
        processingStartTime="2026-11-24T01:03:00Z",
        processingEndTime="2026-11-24T01:04:00Z",
        reportDocumentId="D1",
    )
    server.on(ONE, server.json(200, body))
    report = reports.get_report("R1")
    assert report == Report(
        report_id="R1",
        report_type="T",
        created_time=datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC),
        processing_status="DONE",
        marketplace_ids=["M"],
        data_start_time=datetime(2026, 1, 25, tzinfo=UTC),
        data_end_time=datetime(2026, 1, 31, tzinfo=UTC),
        processing_start_time=datetime(2026, 11, 24, 1, 3, tzinfo=UTC),
        processing_end_time=datetime(2026, 11, 24, 1, 4, tzinfo=UTC),
        report_document_id="D1",
    )


def test_unknown_states_and_fields_are_tolerated(reports, server):
    server.on(ONE, server.json(200, a_report(processingStatus="PAUSED", newField={"a": 1})))
    assert reports.get_report("R1").processing_status == "PAUSED"


def test_fields_that_may_be_missing_or_null_are_none(reports, server):
    server.on(ONE, server.json(200, a_report(marketplaceIds=None)))
    report = reports.get_report("R1")
    assert report.marketplace_ids is None
    assert report.report_document_id is None


def test_all_pages_are_read_and_a_next_token_goes_alone(reports, server):
    server.on(
        REPORTS,
        server.json(200, {"reports": [a_report("R1"), a_report("R2")], "nextToken": "a/b+c="}),
        server.json(200, {"reports": [], "nextToken": "second"}),
        server.json(200, {"reports": [a_report("R3")]}),
    )
    found = reports.get_reports(
        report_types=["T", "U"],
        marketplace_ids=["M"],
        processing_statuses=["DONE", "FATAL"],
        created_since=datetime(2026, 11, 1, tzinfo=UTC),
        created_until=datetime(2026, 11, 2, tzinfo=UTC),
    )
    assert [report.report_id for report in found] == ["R1", "R2", "R3"]
    assert [seen.query for seen in server.requests(REPORTS)] == [
        {
            "reportTypes": "T,U",
            "marketplaceIds": "M",
            "processingStatuses": "DONE,FATAL",
            "createdSince": "2026-11-01T00:00:00Z",
            "createdUntil": "2026-11-02T00:00:00Z",
            "pageSize": "100",
        },
        {"nextToken": "a/b+c="},
        {"nextToken": "second"},
    ]


def test_pages_are_asked_for_only_when_they_are_wanted(reports, server):
    page = {"reports": [a_report("R1"), a_report("R2")], "nextToken": "more"}
    server.on(REPORTS, server.json(200, page))
    assert next(reports.get_reports(report_types=["T"])).report_id == "R1"
    assert len(server.requests(REPORTS)) == 1


def test_a_report_is_cancelled(reports, server):
    server.on("DELETE /reports/2021-06-30/reports/R1", server.json(200))
    reports.cancel_report("R1")
    assert len(server.requests("DELETE /reports/2021-06-30/reports/R1")) == 1


def test_a_report_that_is_not_there_is_an_error(reports):
    with pytest.raises(ApiStatusError) as caught:
        reports.get_report("nope")
    assert caught.value.status == 404


def test_a_documents_address_is_never_printed(reports, server):
    url = "https://storage.example/document?X-Amz-Signature=secret"
    body = {"reportDocumentId": "D1", "url": url, "compressionAlgorithm": "GZIP"}
    server.on(DOCUMENT, server.json(200, body))
    document = reports.get_report_document("D1")
    assert document.url.get_secret_value() == url
    assert document.compression_algorithm == "GZIP"
    assert "secret" not in f"{document!r} {document} {document.model_dump_json()}"


@pytest.mark.parametrize("count", [0, 26])
def test_a_specification_takes_1_to_25_marketplaces(count):
    with pytest.raises(ValidationError):
        CreateReportSpecification(report_type="T", marketplace_ids=("M",) * count)


def test_a_specifications_times_need_an_offset():
    with pytest.raises(ValidationError):
        CreateReportSpecification(
            report_type="T",
            marketplace_ids=("M",),
            data_start_time=datetime(2026, 1, 1),  # noqa: DTZ001 -- that is the point
        )
