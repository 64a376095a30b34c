"""Report documents as Amazon sent them, kept under CHALKOLA_HOME/raw/<account>/<report id>."""

from __future__ import annotations

from pathlib import Path

from chalkola_spapi.documents import download_document, read_error_document
from chalkola_spapi.errors import DocumentError, SpApiError
from chalkola_spapi.reports import Report
from tasks.connections import Connections
from tasks.ledger import ReportRequest
from tasks.sqp_document import read_report_specification

GZIP_SUFFIX = ".gz"
EXPLANATION_READS = 3


def download(connections: Connections, request: ReportRequest) -> Path:
    """Keep the document of a request whose report is DONE; the file is always whole.

    Raises:
        DocumentError: broken or expired; ask again.
        SpApiError: Amazon does not give the document's address.
    """
    return _download(
        connections, request.account, request.report_id or "", request.report_document_id or ""
    )


def _download(connections: Connections, account: str, report_id: str, document_id: str) -> Path:
    document = connections.reports(account).get_report_document(document_id)
    target = connections.folder("raw") / account / report_id
    got = download_document(document, target)
    if got.is_gzip:
        return target.replace(target.with_name(target.name + GZIP_SUFFIX))
    return target


def kept_document(connections: Connections, request: ReportRequest) -> Path | None:
    """Give the document of a request if this machine still keeps it."""
    plain = connections.folder("raw") / request.account / (request.report_id or "")
    paths = (plain.with_name(plain.name + GZIP_SUFFIX), plain)
    return next((path for path in paths if path.is_file()), None)


def is_gzip(path: Path) -> bool:
    """Whether a kept document is compressed."""
    return path.suffix == GZIP_SUFFIX


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


def asins_asked_for(
    connections: Connections, request: ReportRequest, report: Report
) -> frozenset[str] | None:
    """Give the ASINs that a finished report's document says it was asked for, if it says so."""
    document_id = report.report_document_id or ""
    path = _download(connections, request.account, report.report_id, document_id)
    asins = read_report_specification(path, is_gzip=is_gzip(path))
    return None if asins is None else frozenset(asins)
