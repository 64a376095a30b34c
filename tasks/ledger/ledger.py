"""The report ledger: which report was asked for, by which intent, and what became of it.

Grain of chalkola.report_requests: one row for each report that was, or is to be, asked for.
Everything that costs quota is written here before it is done; Prefect's cache only saves work.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from chalkola_spapi.reports import Report
from tasks.database.driver import autocommit
from tasks.database.queries import queries
from tasks.ledger.quotas import Asked, Quota, scope_of
from tasks.ledger.requests import (
    ANSWERED,
    PENDING,
    BudgetExhaustedError,
    CooldownError,
    ReportRequest,
    Slice,
    SubmissionBusyError,
    identity,
)

__all__ = [
    "ANSWERED",
    "PENDING",
    "BudgetExhaustedError",
    "CooldownError",
    "Ledger",
    "ReportRequest",
    "Slice",
    "SubmissionBusyError",
    "budget_left",
    "budget_time",
    "identity",
]


class Ledger:
    """Reads and moves the ledger's rows; each method is one short transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sql = queries("ledger")

    # -- reading ----------------------------------------------------------------------------------

    def read(self, ids: list[int]) -> list[ReportRequest]:
        """Give the requests in the order of `ids`; ids that do not exist are left out."""
        if not ids:
            return []
        with autocommit(self._engine) as connection:
            rows = connection.execute(self._sql["read_requests"], {"ids": ids}).mappings()
            found = {row["id"]: ReportRequest.of(row) for row in rows}
        return [found[i] for i in ids if i in found]

    def get(self, request_id: int) -> ReportRequest:
        """Give one request."""
        return self.read([request_id])[0]

    def find(self, name: str) -> list[ReportRequest]:
        """Find requests by Amazon's report id, unique only in an account, or by their number."""
        with autocommit(self._engine) as connection:
            found = list(connection.execute(self._sql["find_requests"], {"name": name}).scalars())
        return self.read(found)

    def recent(
        self, *, limit: int, state: str | None = None, marketplace_id: str | None = None
    ) -> list[ReportRequest]:
        """Give the newest requests, without their ASINs."""
        values = {"limit": limit, "state": state, "marketplace_id": marketplace_id}
        with autocommit(self._engine) as connection:
            rows = connection.execute(self._sql["recent_requests"], values).mappings()
            return [ReportRequest.of(row) for row in rows]

    def open_ids(self) -> list[int]:
        """Give the requests that are not finished, newest period first."""
        with autocommit(self._engine) as connection:
            return list(connection.execute(self._sql["open_request_ids"]).scalars())

    def with_lost(self, request: ReportRequest) -> tuple[ReportRequest, list[ReportRequest]]:
        """Give a request as it is now, and those of its slice that createReport never answered."""
        values = request.slice.columns | {"id": request.id}
        with autocommit(self._engine) as connection:
            rows = connection.execute(self._sql["request_and_lost"], values).mappings()
            found = {row["id"]: ReportRequest.of(row) for row in rows}
        return found[request.id], [r for r in found.values() if r.state == "submitting"]

    def known_report_ids(self, account: str, report_ids: list[str]) -> set[str]:
        """Give those of the reports that are in the ledger or known to be somebody else's."""
        values = {"account": account, "report_ids": report_ids}
        with autocommit(self._engine) as connection:
            return set(connection.execute(self._sql["known_report_ids"], values).scalars())

    def slice_outcomes(self, request: ReportRequest) -> dict[str, int]:
        """Give state -> number of the slice's other requests."""
        values = request.slice.columns | {"id": request.id}
        with autocommit(self._engine) as connection:
            rows = connection.execute(self._sql["slice_outcomes"], values)
            return {row.state: row.requests for row in rows}

    def budget_frees(self, account: str, report_type: str) -> list[datetime]:
        """Give, for each submission of the last 24 hours, when it stops counting; oldest first."""
        with autocommit(self._engine) as connection:
            values = {"account": account, "report_type": report_type}
            return list(connection.execute(self._sql["budget"], values).scalars())

    def states_since(self, since: datetime) -> dict[str, int]:
        """Give state -> number of the requests that moved since then."""
        with autocommit(self._engine) as connection:
            rows = connection.execute(self._sql["states_since"], {"since": since})
            return {row.state: row.requests for row in rows}

    def planned_count(self, account: str, report_type: str) -> int:
        """Give the number of requests that wait for the account's budget."""
        values = {"account": account, "report_type": report_type}
        with autocommit(self._engine) as connection:
            return int(connection.execute(self._sql["planned_count"], values).scalar_one())

    def has_loaded(self, account: str) -> bool:
        """Whether Amazon has ever answered a report of this account."""
        with autocommit(self._engine) as connection:
            return bool(
                connection.execute(self._sql["has_loaded"], {"account": account}).scalar_one()
            )

    # -- submitting -------------------------------------------------------------------------------

    def begin_submission(
        self, request: ReportRequest, *, daily_budget: int | None, quotas: Sequence[Quota] = ()
    ) -> None:
        """Write the intent to create the report, inside the account's budget of the last 24 hours.

        Raises:
            BudgetExhaustedError, CooldownError: nothing was written.
            SubmissionBusyError: nothing was written; look at the request again.
        """
        try:
            with self._engine.begin() as connection:
                if daily_budget is not None:
                    self._reserve(connection, request, daily_budget)
                for quota in quotas:
                    self._await_quota(connection, request, quota)
                begun = connection.execute(self._sql["begin_submission"], {"id": request.id})
                if not begun.rowcount:
                    raise SubmissionBusyError(f"request {request.id} is no longer planned")
        except IntegrityError as exc:
            raise SubmissionBusyError(f"another request of {request.slice.label}") from exc

    def _reserve(self, connection: Connection, request: ReportRequest, budget: int) -> None:
        scope = {"account": request.account, "report_type": request.report_type}
        turn = f"budget:{request.account}:{request.report_type}"
        # A POST that met a 429 comes here again: its own intent does not count against it.
        values = scope | {"without": request.id, "budget": budget, "turn": turn}
        found = connection.execute(self._sql["budget_used"], values).one()
        if found.used >= budget:
            raise BudgetExhaustedError(request.account, found.frees_at)

    def _await_quota(self, connection: Connection, request: ReportRequest, quota: Quota) -> None:
        """Refuse what Amazon would not build now; whoever shares the quota takes turns."""
        scope = scope_of(quota, request)
        name = ":".join(value or "*" for value in scope.values())
        connection.execute(self._sql["take_turns"], {"name": f"quota:{name}"})
        submitted = self._submitted(connection, quota, scope, without=request.id)
        if len(submitted) >= quota.reports:
            frees_at = submitted[-quota.reports] + quota.window if quota.reports else None
            raise CooldownError(request.slice.label, frees_at)

    def submitted(self, quota: Quota, request: Asked) -> list[datetime]:
        """Give when reports were asked for that count against a quota now, oldest first."""
        with autocommit(self._engine) as connection:
            return self._submitted(connection, quota, scope_of(quota, request), without=None)

    def _submitted(
        self,
        connection: Connection,
        quota: Quota,
        scope: dict[str, str | None],
        *,
        without: int | None,
    ) -> list[datetime]:
        values = scope | {"window_s": quota.window.total_seconds(), "without": without}
        return list(connection.execute(self._sql["submitted_within"], values).scalars())

    def record_submitted(
        self, request: ReportRequest, report_id: str, *, is_adopted: bool = False
    ) -> None:
        values = {"id": request.id, "report_id": report_id, "is_adopted": is_adopted}
        self._write("record_submitted", **values)

    def record_not_created(
        self, request: ReportRequest, *, kind: str | None = None, message: str | None = None
    ) -> None:
        """Amazon holds no such report, or refused it: it may be asked for again."""
        self._write("record_not_created", id=request.id, kind=kind, message=message)

    def disown_report(self, request: ReportRequest, message: str) -> None:
        """The adopted report is somebody else's: ask for our own."""
        self._write("disown_report", id=request.id, message=message)

    # -- what became of it ------------------------------------------------------------------------

    def record_status(self, request: ReportRequest, report: Report) -> ReportRequest:
        """Give the request as it is then: DONE and CANCELLED move it on, all else is only noted."""
        values = {
            "id": request.id,
            "processing_status": report.processing_status,
            "report_created_at": report.created_time,
            "report_document_id": report.report_document_id,
        }
        with autocommit(self._engine) as connection:
            row = connection.execute(self._sql["record_status"], values).mappings().one_or_none()
        if row is None:
            return self.get(request.id)
        return ReportRequest.of({**row, "asins": request.asins})

    def record_charset(self, request: ReportRequest, charset: str | None) -> None:
        """Note which characters the document's bytes are: the document does not say."""
        self._write("record_charset", id=request.id, charset=charset)

    def record_fatal(
        self,
        request: ReportRequest,
        *,
        kind: str,
        message: str,
        next_action: str,
        retry_at: datetime | None,
    ) -> None:
        self._write(
            "record_fatal",
            id=request.id,
            kind=kind,
            message=message,
            next_action=next_action,
            retry_at=retry_at,
        )

    def record_problem(self, request_id: int, message: str) -> None:
        """Note what stopped a chain that will be taken up again."""
        self._write("record_problem", id=request_id, message=message)

    def finish_plans(self, ids: list[int]) -> None:
        """The run over these requests has ended by itself: it was not interrupted."""
        self._write("finish_plans", ids=ids)

    def _write(self, name: str, **values: Any) -> None:
        with autocommit(self._engine) as connection:
            connection.execute(self._sql[name], values)


def budget_left(frees: list[datetime], daily_budget: int) -> int:
    """How many reports may be asked for now."""
    return max(0, daily_budget - len(frees))


def budget_time(
    frees: list[datetime], daily_budget: int, position: int, *, now: datetime
) -> datetime | None:
    """When the request at `position` (0 is the first) of a queue fits into the budget.

    None when the budget is 0: it never does.
    """
    if daily_budget == 0:
        return None
    # What is asked for at a time counts for the next 24 hours.
    slots = list(frees[-daily_budget:])
    slots = [now] * (daily_budget - len(slots)) + slots
    rounds, place = divmod(position, daily_budget)
    return slots[place] + timedelta(days=rounds)
