"""Asking Amazon for a report exactly once, whatever dies in between.

The intent is written before the POST. A POST whose answer was lost is looked for at Amazon before
it is repeated: in the list of reports, and, as that shows no options, in the document itself.
https://developer-docs.amazon.com/sp-api/reference/createreport
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta

from chalkola_spapi.errors import (
    AccessDeniedError,
    ApiStatusError,
    SpApiError,
    TransientError,
    UnknownOutcomeError,
)
from chalkola_spapi.periods import ReportPeriod
from chalkola_spapi.report_types import SQP, report_specification
from chalkola_spapi.reports import Report
from tasks.connections import Connections
from tasks.ledger.ledger import ReportRequest, Slice, SubmissionBusyError
from tasks.ledger.quotas import quotas_of
from tasks.reports.raw_documents import answers

logger = logging.getLogger(__name__)

#: Amazon's clock and ours may differ by this much.
CLOCK_SKEW = timedelta(minutes=2)
#: A POST that was sent is acted on within this time, or never.
LATEST_CREATION = timedelta(minutes=5)
#: "Not created" is believed after this many looks, a poll interval apart: the list lags behind.
LOOKS = 2
MAX_POSTS = 4
#: How a report ends whose document never says what was asked for.
WITHOUT_DOCUMENT = frozenset({"CANCELLED", "FATAL"})
LOOK_AGAIN_S = 15.0
TURN_S = 0.1


class Submitter:
    """Submits the requests of one process; requests of one slice take turns."""

    def __init__(
        self, connections: Connections, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._connections = connections
        self._ledger = connections.ledger
        self._sleep = sleep
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def submit(self, request: ReportRequest) -> str:
        """Create the report unless that has been done already; returns Amazon's report id.

        Raises:
            BudgetExhaustedError: the account's daily budget is used up.
            SpApiError: Amazon refused it or stayed unreachable; it can be asked for again.
        """
        with self._turn(request.slice):
            request = self._reconciled(request)
            return request.report_id or self._post(request)

    def disown(self, request: ReportRequest, message: str) -> None:
        """An adopted report is somebody else's: look for our own at the next submit."""
        with self._turn(request.slice):
            # Its answer is lost again, and only one of a slice may be.
            self._reconciled(request)
            self._ledger.disown_report(request, message)

    @contextmanager
    def _turn(self, in_slice: Slice) -> Iterator[None]:
        """One submission of a slice at a time: a lost answer can then be told from all others."""
        name = f"submit:{in_slice.name}"
        with self._turns[name]:
            while not self._connections.locks.try_lock(name):
                self._sleep(TURN_S)
            try:
                yield
            finally:
                self._connections.locks.unlock(name)

    def _post(self, request: ReportRequest) -> str:
        lost: UnknownOutcomeError | None = None
        for _ in range(MAX_POSTS):
            try:
                report_id = self._create(request)
            except UnknownOutcomeError as exc:
                lost = exc
                adopted = self._reconcile(self._ledger.get(request.id))
                if adopted is not None:
                    return adopted
                continue
            except SpApiError as exc:
                self._ledger.record_not_created(request, kind=_refusal(exc), message=str(exc))
                raise
            self._ledger.record_submitted(request, report_id)
            return report_id
        raise TransientError(f"createReport was not answered {MAX_POSTS} times: {lost}") from lost

    def _create(self, request: ReportRequest) -> str:
        specification = report_specification(
            request.report_type,
            marketplace_id=request.marketplace_id,
            period=request.slice.period,
            options=request.report_options,
        )
        settings = self._connections.settings
        is_sqp = request.report_type == SQP
        budget = settings.sqp_daily_budget if is_sqp else None
        quotas = () if is_sqp else quotas_of(request.report_type, sqp_daily_budget=0)
        reports = self._connections.reports(request.account)
        return reports.create_report(
            specification,
            before_send=lambda: self._ledger.begin_submission(
                request, daily_budget=budget, quotas=quotas
            ),
        )

    # -- a lost answer ----------------------------------------------------------------------------

    def _reconciled(self, request: ReportRequest) -> ReportRequest:
        """Give the request as it is now, and no submission of its slice is without an outcome.

        In the slice's turn, whatever is being submitted has no living owner.
        """
        request, lost = self._ledger.with_lost(request)
        for one in lost:
            self._reconcile(one)
        return self._ledger.get(request.id) if lost else request

    def _reconcile(self, request: ReportRequest) -> str | None:
        """Find the report of a submission whose answer was lost; None: Amazon has none."""
        logger.warning("%s: looking for a report whose answer was lost", request.slice.label)
        for look in range(LOOKS):
            if look:
                self._sleep(self._connections.settings.sp_api_poll_interval or LOOK_AGAIN_S)
            candidates = self._candidates(request)
            if candidates:
                chosen = self._choose(request, candidates)
                if chosen is not None:
                    self._ledger.record_submitted(request, chosen.report_id, is_adopted=True)
                    logger.warning("%s: found it: %s", request.slice.label, chosen.report_id)
                    return chosen.report_id
        self._ledger.record_not_created(request)
        logger.warning("%s: Amazon has no such report", request.slice.label)
        return None

    def _candidates(self, request: ReportRequest) -> list[Report]:
        """Unclaimed reports of the slice that may be the lost one, oldest first."""
        if request.submitting_at is None:
            raise SubmissionBusyError(f"request {request.id} is not being submitted")
        earliest = request.submitting_at - CLOCK_SKEW
        latest = request.submitting_at + LATEST_CREATION
        reports = self._connections.reports(request.account)
        listed = reports.get_reports(
            report_types=[request.report_type],
            marketplace_ids=[request.marketplace_id],
            created_since=earliest,
        )
        found = [report for report in listed if earliest <= report.created_time <= latest]
        ids = [report.report_id for report in found]
        known = self._ledger.known_report_ids(request.account, ids)
        unclaimed = [report for report in found if report.report_id not in known]
        # The list may leave out what a report is of; a wrong claim would hide it from its owner.
        whole = [r if _says_its_slice(r) else reports.get_report(r.report_id) for r in unclaimed]
        mine = [report for report in whole if _is_of_slice(report, request)]
        return sorted(mine, key=lambda report: report.created_time)

    def _choose(self, request: ReportRequest, candidates: list[Report]) -> Report | None:
        """One candidate is taken at its word: its document is compared when it comes.

        Of several, those whose document is there already and names other options are ruled out; one
        that names ours comes first, then what may still get a document, then what never will.
        """
        if len(candidates) == 1:
            return candidates[0]
        verdicts = [(c, self._answers(c, request)) for c in candidates]
        possible = [(c, is_ours) for c, is_ours in verdicts if is_ours is not False]
        possible.sort(key=lambda one: (not one[1], one[0].processing_status in WITHOUT_DOCUMENT))
        return possible[0][0] if possible else None

    def _answers(self, report: Report, request: ReportRequest) -> bool | None:
        """Whether a report is the one that was asked for; None while its document cannot say it."""
        if report.processing_status != "DONE" or report.report_document_id is None:
            return None
        return answers(self._connections, request, report)


def _says_its_slice(report: Report) -> bool:
    return bool(report.marketplace_ids) and report.data_start_time is not None


def _is_of_slice(report: Report, request: ReportRequest) -> bool:
    is_of_place = report.report_type == request.report_type and (
        not report.marketplace_ids or report.marketplace_ids == [request.marketplace_id]
    )
    if request.slice.period.report_period is ReportPeriod.SNAPSHOT:
        return is_of_place  # its dates are the time of the request
    days = (request.period_start, request.period_end)
    times = (report.data_start_time, report.data_end_time)
    return is_of_place and all(
        time is None or time.astimezone(UTC).date() == day
        for time, day in zip(times, days, strict=True)
    )


def _refusal(exc: SpApiError) -> str | None:
    if isinstance(exc, AccessDeniedError):
        return "role_missing"
    return "bad_option" if isinstance(exc, ApiStatusError) else None
