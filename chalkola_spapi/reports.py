"""Ask for reports, look after them, and get the address of what Amazon wrote.

https://developer-docs.amazon.com/sp-api/reference/reports-v2021-06-30
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from pydantic import AwareDatetime, Field, SecretStr

from chalkola_spapi.client import SpApi
from chalkola_spapi.fields import SentTime
from chalkola_spapi.operations import (
    CANCEL_REPORT,
    CREATE_REPORT,
    GET_REPORT,
    GET_REPORT_DOCUMENT,
    GET_REPORTS,
)
from chalkola_spapi.responses import Model, NoAnswer
from chalkola_spapi.wire import Query


class CreateReportSpecification(Model):
    """What to build: the body of createReport.

    The times stand here and never among the options: there Amazon ignores them, takes "now"
    instead, and the report fails. Without them both are the time of the request.
    """

    report_type: str
    marketplace_ids: tuple[str, ...] = Field(min_length=1, max_length=25)
    report_options: dict[str, str] | None = None
    data_start_time: SentTime | None = None
    data_end_time: SentTime | None = None


class Report(Model):
    """One report as it stands; its id is unique only within an account.

    `processing_status` is IN_QUEUE, IN_PROGRESS, DONE, CANCELLED (also: no data to return) or
    FATAL, or whatever Amazon adds. A FATAL report's document, if it has one, says why.
    """

    report_id: str
    report_type: str
    created_time: AwareDatetime
    processing_status: str
    marketplace_ids: list[str] | None = None
    data_start_time: AwareDatetime | None = None
    data_end_time: AwareDatetime | None = None
    processing_start_time: AwareDatetime | None = None
    processing_end_time: AwareDatetime | None = None
    report_document_id: str | None = None


class ReportDocument(Model):
    """Where a document lies for the next 5 minutes; whoever has the address can read it."""

    report_document_id: str
    url: SecretStr
    compression_algorithm: str | None = None


class _CreateReportResponse(Model):
    report_id: str


class _GetReportsResponse(Model):
    reports: tuple[Report, ...]
    next_token: str | None = None


class ReportsApi:
    """The Reports API of one account; every method raises what `SpApi.call` raises."""

    def __init__(self, api: SpApi) -> None:
        self._api = api

    def create_report(
        self,
        specification: CreateReportSpecification,
        *,
        before_send: Callable[[], None] | None = None,
    ) -> str:
        """Ask Amazon to build a report; gives its report id.

        Quota: 0.0167 requests/s, burst 15, shared by all report types. Sent once: if the answer is
        lost, find the report with `get_reports` before asking again.

        Raises:
            UnknownOutcomeError: the report may have been created.
            AccessDeniedError: mostly the role of this report type is missing.
        """
        created = self._api.call(
            CREATE_REPORT,
            body=specification,
            answer=_CreateReportResponse,
            before_send=before_send,
        )
        return created.report_id

    def get_report(self, report_id: str) -> Report:
        """Give a report as it stands. Quota: 2 requests/s, burst 15."""
        return self._api.call(GET_REPORT, path={"reportId": report_id}, answer=Report)

    def get_reports(
        self,
        *,
        report_types: Sequence[str],
        marketplace_ids: Sequence[str] | None = None,
        processing_statuses: Sequence[str] | None = None,
        created_since: datetime | None = None,
        created_until: datetime | None = None,
        page_size: int = 100,
    ) -> Iterator[Report]:
        """Give all reports of some types, page by page, newest first.

        Up to 10 types and 10 marketplaces; Amazon keeps reports for 90 days.
        Quota: 0.0222 requests/s, burst 10; each page is a request.
        """
        query: Query = {
            "reportTypes": report_types,
            "marketplaceIds": marketplace_ids,
            "processingStatuses": processing_statuses,
            "createdSince": created_since,
            "createdUntil": created_until,
            "pageSize": page_size,
        }
        while True:
            page = self._api.call(GET_REPORTS, query=query, answer=_GetReportsResponse)
            yield from page.reports
            if not page.next_token:
                return
            # Amazon refuses a token that comes with anything else.
            query = {"nextToken": page.next_token}

    def cancel_report(self, report_id: str) -> None:
        """Cancel a report that is still IN_QUEUE. Quota: 0.0222 requests/s, burst 10."""
        self._api.call(CANCEL_REPORT, path={"reportId": report_id}, answer=NoAnswer)

    def get_report_document(self, report_document_id: str) -> ReportDocument:
        """Give a document's address, good for 5 minutes. Quota: 0.0167 requests/s, burst 15."""
        return self._api.call(
            GET_REPORT_DOCUMENT,
            path={"reportDocumentId": report_document_id},
            answer=ReportDocument,
        )
