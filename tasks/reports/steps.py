"""A report's life as Prefect tasks: create_report, wait_for_report, download_report, parse, upsert.

The ledger says what has been done, so each can be run again; the cache only saves work.
create_report is cached on the request's identity and attempt, the later ones on the report id, and
all on the database: a result of another database must never stand in for this one's. Waiting is
not cached: a pending or FATAL outcome must not be remembered, and the ledger remembers the others.

Each takes the request as the step before left it, so that the ledger is read once, not by each:
whoever calls them holds the request, and what changes the ledger looks at it again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from http import HTTPStatus
from typing import Any

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.context import TaskRunContext
from prefect.utilities.annotations import quote
from sqlalchemy.exc import OperationalError

from chalkola_spapi.errors import ApiStatusError, ContractError
from chalkola_spapi.reports import Report
from tasks.connections import Connections, connections
from tasks.database.errors import DatabaseUnreachableError
from tasks.documents.document import RawDocument
from tasks.errors import ChalkolaError
from tasks.ledger.fatal import GIVE_UP, Verdict, judge
from tasks.ledger.ledger import ReportRequest
from tasks.reports import raw_documents
from tasks.reports.kinds import ParsedReport, load_parsed, parse_report
from tasks.reports.submission import Submitter


class ReportFatalError(ChalkolaError):
    """Amazon ended the report as FATAL; the message holds Amazon's own text."""


def _cached_on_key(
    name: str, *, version: int = 1
) -> Callable[[TaskRunContext, dict[str, Any]], str]:
    """A new version, where results of an older release cannot be read, makes them anew."""

    def cache_key(_context: TaskRunContext, given: dict[str, Any]) -> str:
        return f"{name}-v{version}-{given['key']}"

    return cache_key


def _is_connection_lost(_task: Any, _run: Any, state: Any) -> bool:
    problem = state.result(raise_on_failure=False)
    return isinstance(problem, DatabaseUnreachableError | OperationalError)


@cache
def submitter(conns: Connections) -> Submitter:
    # One for the process: requests of one slice take turns in it.
    return Submitter(conns)


@task(
    task_run_name="create_report · {label}",
    cache_key_fn=_cached_on_key("create_report"),
)
def create_report(request: ReportRequest, label: str, *, key: str) -> str:
    """Ask Amazon for the report once; returns its report id. Quota: 0.0167 requests/s, burst 15."""
    report_id = submitter(connections()).submit(request)
    get_run_logger().info("%s: Amazon took it as report %s", label, report_id)
    return report_id


@task(task_run_name="wait_for_report · {label}", cache_policy=NO_CACHE)
def wait_for_report(request: ReportRequest, label: str, *, until: datetime) -> quote:
    """Poll until the report is finished or `until` has passed; gives the request as it is then.

    Quota: 2 requests/s, burst 15, for all waiting reports of the account.

    Raises:
        ReportFatalError: Amazon ended it as FATAL; why stands in the ledger.
    """
    conns = connections()
    while True:
        report = _look(conns, request)
        if report.processing_status == "FATAL":
            raise ReportFatalError(_record_fatal(conns, request, report))
        if report.processing_status == "DONE" and report.report_document_id is None:
            raise ContractError(f"report {report.report_id} is DONE without a document")
        request = conns.ledger.record_status(request, report)
        now = conns.now()
        if report.processing_status in {"DONE", "CANCELLED"} or now >= until:
            return quote(request)  # else Prefect notes of each of its values where it came from
        interval = _poll_interval_s(conns, request, now)
        time.sleep(max(0.0, min(interval, (until - now).total_seconds())))


def _look(conns: Connections, request: ReportRequest) -> Report:
    try:
        return conns.reports(request.account).get_report(request.report_id or "")
    except ApiStatusError as exc:
        if exc.status != HTTPStatus.NOT_FOUND:
            raise
        message = f"Amazon no longer holds report {request.report_id}"
        conns.ledger.record_fatal(
            request, kind="gone", message=message, next_action=GIVE_UP, retry_at=None
        )
        raise ReportFatalError(message) from exc


def _poll_interval_s(conns: Connections, request: ReportRequest, now: datetime) -> float:
    if conns.settings.sp_api_poll_interval:
        return conns.settings.sp_api_poll_interval
    waited = now - (request.submitting_at or now)
    if waited < timedelta(minutes=3):
        return 15
    return 30 if waited < timedelta(minutes=15) else 60


def _record_fatal(conns: Connections, request: ReportRequest, report: Report) -> str:
    text = raw_documents.explanation(conns, request, report)
    verdict = judge_fatal(conns, request, text)
    return f"report {report.report_id} is FATAL ({verdict.kind}): {text}"


def judge_fatal(conns: Connections, request: ReportRequest, text: str) -> Verdict:
    """Note what Amazon's text about a FATAL means and what follows, by what is known now."""
    verdict = judge(
        request, text, slice_outcomes=conns.ledger.slice_outcomes(request), now=conns.now()
    )
    conns.ledger.record_fatal(
        request,
        kind=verdict.kind,
        message=text,
        next_action=verdict.next_action,
        retry_at=verdict.retry_at,
    )
    return verdict


@task(
    task_run_name="download_report · {label}",
    cache_key_fn=_cached_on_key("download_report", version=2),
)
def download_report(request: ReportRequest, label: str, *, key: str) -> dict[str, Any]:
    """Keep the report's document under CHALKOLA_HOME/raw; gives its path and characters.

    Quota: 0.0167 requests/s, burst 15. The presigned address lives 5 minutes and never leaves here.

    Raises:
        DocumentError: what came is broken; ask again.
    """
    document = raw_documents.download(connections(), request)
    get_run_logger().info("%s: %d bytes", label, document.path.stat().st_size)
    return document.to_dict()


@task(
    task_run_name="parse · {label}",
    cache_key_fn=_cached_on_key("parse", version=2),
)
def parse(request: ReportRequest, label: str, *, raw: dict[str, Any], key: str) -> dict[str, Any]:
    """Write the document's rows as COPY-ready text files; gives their paths and row counts.

    Raises:
        MalformedDocumentError: broken bytes, or a shape that we do not know.
        DocumentMismatchError: the document answers another request.
    """
    document = RawDocument.from_dict(raw)
    parsed = parse_report(request, document, folder=connections().folder("parsed"))
    if parsed.extra_fields:
        get_run_logger().warning(
            "%s: Amazon sent fields that no column holds; they are kept in extra: %s",
            label,
            ", ".join(parsed.extra_fields),
        )
    return parsed.to_dict()


@task(
    task_run_name="upsert · {label}",
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=[1, 5],
    retry_jitter_factor=0.5,
    retry_condition_fn=_is_connection_lost,
)
def upsert(request: ReportRequest, label: str, parsed: dict[str, Any]) -> str:
    """Load the rows and move the ledger in one transaction; gives the request's state then."""
    files = ParsedReport.from_dict(parsed)
    result = load_parsed(connections().engine, request, files)
    for path in files.paths:
        path.unlink(missing_ok=True)
    get_run_logger().info(
        "%s: %s, %d rows, %d written, %d removed",
        label,
        result.status,
        result.rows,
        result.written,
        result.removed,
    )
    return result.state
