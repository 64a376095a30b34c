"""Report documents as Amazon sent them, kept under CHALKOLA_HOME/raw/<account>/<report id>."""

from __future__ import annotations

from pathlib import Path

from chalkola_spapi.documents import download_document, read_error_document
from chalkola_spapi.errors import SpApiError
from chalkola_spapi.reports import Report
from tasks.connections import Connections
from tasks.ledger import ReportRequest
from tasks.sqp_document import read_report_specification

GZIP_SUFFIX = ".gz"


def raw_path(connections: Connections, request: ReportRequest) -> Path | None:
    """Give the kept document of a request, or None when it is not on this machine."""
    stem = _stem(connections, request.account, request.report_id or "")
    return next((p for p in (stem.with_name(stem.name + GZIP_SUFFIX), stem) if p.is_file()), None)


def download(connections: Connections, account: str, report_id: str, document_id: str) -> Path:
    """
    Download a document unless it is there; a file with this name is always whole.

    Raises:
        DocumentError: broken or expired; ask again.
        SpApiError: Amazon does not give the document's address.
    """
    document = connections.reports(account).get_report_document(document_id)
    stem = _stem(connections, account, report_id)
    got = download_document(document, stem)
    if got.is_gzip:
        return stem.replace(stem.with_name(stem.name + GZIP_SUFFIX))
    return stem


def is_gzip(path: Path) -> bool:
    return path.suffix == GZIP_SUFFIX


def explanation(connections: Connections, request: ReportRequest, report: Report) -> str:
    """Amazon's own text about a FATAL; says so where there is none."""
    if report.report_document_id is None:
        return "Amazon gave no explanation (the report has no document)"
    try:
        document = connections.reports(request.account).get_report_document(
            report.report_document_id
        )
        return read_error_document(document) or "Amazon's explanation is empty"
    except SpApiError as exc:
        return f"Amazon's explanation could not be read: {exc}"


def read_specification(
    connections: Connections, request: ReportRequest, report: Report
) -> list[str] | None:
    """Give the ASINs that a report's document says it was asked for; None when it does not say."""
    path = download(
        connections, request.account, report.report_id, report.report_document_id or ""
    )
    return read_report_specification(path, is_gzip=is_gzip(path))


def _stem(connections: Connections, account: str, report_id: str) -> Path:
    folder = connections.folder("raw") / account
    folder.mkdir(exist_ok=True)
    return folder / report_id
