"""Report documents as Amazon sent them, kept under CHALKOLA_HOME/raw/<account>/<report id>."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from chalkola_spapi.documents import (
    DownloadedDocument,
    download_document,
    read_error_document,
)
from chalkola_spapi.errors import DocumentError, SpApiError
from chalkola_spapi.reports import Report
from tasks.connections import Connections
from tasks.documents.document import RawDocument
from tasks.documents.parsed_files import sha256_of
from tasks.ledger.ledger import ReportRequest
from tasks.reports.kinds import is_answer

GZIP_SUFFIX = ".gz"
EXPLANATION_READS = 3


def download(connections: Connections, request: ReportRequest) -> RawDocument:
    """Keep the document of a request whose report is DONE; the file is always whole.

    Raises:
        DocumentError: broken or expired; ask again.
        SpApiError: Amazon does not give the document's address.
    """
    got = _download(
        connections, request.account, request.report_id or "", request.report_document_id or ""
    )
    if got.charset != request.document_charset:
        connections.ledger.record_charset(request, got.charset)
    return _raw(got)


def _download(
    connections: Connections, account: str, report_id: str, document_id: str
) -> DownloadedDocument:
    document = connections.reports(account).get_report_document(document_id)
    target = connections.folder("raw") / account / report_id
    got = download_document(document, target)
    if got.is_gzip:
        path = target.replace(target.with_name(target.name + GZIP_SUFFIX))
        return replace(got, path=path)
    return got


def _raw(got: DownloadedDocument) -> RawDocument:
    return RawDocument(got.path, is_gzip=got.is_gzip, sha256=got.sha256, charset=got.charset)


def kept_document(connections: Connections, request: ReportRequest) -> Path | None:
    """Give the document of a request if this machine still keeps it."""
    plain = connections.folder("raw") / request.account / (request.report_id or "")
    paths = (plain.with_name(plain.name + GZIP_SUFFIX), plain)
    return next((path for path in paths if path.is_file()), None)


def unchanged_document(connections: Connections, request: ReportRequest) -> RawDocument | None:
    """Give the kept document of a request that was loaded from it before, if it is still the same.

    By its checksum: an id alone may be another database's. Its name tells whether it is gzip, the
    ledger which charset Amazon named.
    """
    path = kept_document(connections, request)
    sha256 = None if path is None else sha256_of(path)
    if path is None or sha256 is None or sha256 != request.document_sha256:
        return None
    is_gzip = path.suffix == GZIP_SUFFIX
    return RawDocument(path, is_gzip=is_gzip, sha256=sha256, charset=request.document_charset)


def explanation(connections: Connections, request: ReportRequest, report: Report) -> str:
    """Amazon's own text about a FATAL; says so where there is none."""
    if report.report_document_id is None:
        return "Amazon gave no explanation (the report has no document)"
    problem: SpApiError | None = None
    # It is asked for here or never: a FATAL report is not looked at again.
    for _ in range(EXPLANATION_READS):
        try:
            document = connections.reports(request.account).get_report_document(
                report.report_document_id
            )
            return read_error_document(document) or "Amazon's explanation is empty"
        except DocumentError as exc:
            problem = exc
        except SpApiError as exc:
            return f"Amazon's explanation could not be read: {exc}"
    return f"Amazon's explanation could not be read: {problem}"


def answers(connections: Connections, request: ReportRequest, report: Report) -> bool | None:
    """Whether a finished report's document answers a request; None if it does not say."""
    document_id = report.report_document_id or ""
    got = _download(connections, request.account, report.report_id, document_id)
    return is_answer(request, _raw(got))
