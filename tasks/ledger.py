"""The report ledger: which report was asked for, by which intent, and what became of it.

Grain of chalkola.report_requests: one row for each report that was, or is to be, asked for.
Everything that costs quota is written here before it is done; Prefect's cache only saves work.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from chalkola_spapi.marketplaces import Marketplace, find_marketplace
from chalkola_spapi.periods import Period, ReportPeriod
from chalkola_spapi.reports import Report
from tasks.queries import queries

PENDING = frozenset({"planned", "submitting", "submitted", "done"})
ANSWERED = frozenset({"loaded", "no_data"})


class BudgetExhaustedError(Exception):
    """The account's daily quota is used up; `frees_at` is when one more may be asked for."""

    def __init__(self, account: str, frees_at: datetime | None) -> None:
        self.frees_at = frees_at
        when = f" until {frees_at:%Y-%m-%d %H:%M} UTC" if frees_at else ""
        super().__init__(f"the daily budget of account {account} is used up{when}")


class SubmissionBusyError(Exception):
    """Another request of the slice is being submitted, or this one is no longer planned."""


@dataclass(frozen=True)
class Slice:
    """One account's report type, marketplace and period: what batches of ASINs share."""

    account: str
    report_type: str
    marketplace_id: str
    period: Period

    @property
    def marketplace(self) -> Marketplace:
        return find_marketplace(self.marketplace_id)

    @property
    def name(self) -> str:
        """Names the slice's locks."""
        return f"{self.account}:{self.report_type}:{self.marketplace_id}:{self.period.label}"

    @property
    def label(self) -> str:
        return f"{self.marketplace.code} · {self.period.label}"

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "account": self.account,
            "report_type": self.report_type,
            "marketplace_id": self.marketplace_id,
            "report_period": self.period.report_period.value,
            "period_start": self.period.start,
        }


@dataclass(frozen=True)
class ReportRequest:
    """A row of the ledger with its ASINs; the migration documents each column."""

    id: int
    identity: str
    attempt: int
    account: str
    report_type: str
    marketplace_id: str
    report_period: str
    period_start: date
    period_end: date
    state: str
    created_at: datetime
    submitting_at: datetime | None
    report_id: str | None
    is_adopted: bool
    report_created_at: datetime | None
    processing_status: str | None
    report_document_id: str | None
    kind: str | None
    message: str | None
    next_action: str | None
    retry_at: datetime | None
    row_count: int | None
    rows_written: int | None
    rows_removed: int | None
    extra_fields: list[str] | None
    superseded_by: str | None
    loaded_at: datetime | None
    asins: tuple[str, ...]

    @classmethod
    def of(cls, row: Any) -> Self:
        values = {field.name: row[field.name] for field in fields(cls)}
        return cls(**values | {"asins": tuple(row["asins"])})

    @property
    def slice(self) -> Slice:
        period = Period(ReportPeriod(self.report_period), self.period_start, self.period_end)
        return Slice(self.account, self.report_type, self.marketplace_id, period)

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING


def identity(in_slice: Slice, asins: tuple[str, ...]) -> str:
    """The hash of everything that makes two requests the same report."""
    parts = [
        in_slice.account,
        in_slice.report_type,
        in_slice.marketplace_id,
        in_slice.period.report_period.value,
        in_slice.period.start.isoformat(),
        *sorted(asins),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class Ledger:
    """Reads and moves the ledger's rows; each method is one short transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sql = queries("ledger")

    # -- reading ----------------------------------------------------------------------------------

    def read(self, ids: list[int]) -> list[ReportRequest]:
        """Give the requests in the order of `ids`; ids that do not exist are left out."""
        with self._engine.connect() as connection:
            rows = connection.execute(self._sql["read_requests"], {"ids": ids}).mappings()
            found = {row["id"]: ReportRequest.of(row) for row in rows}
        return [found[i] for i in ids if i in found]

    def get(self, request_id: int) -> ReportRequest:
        """Give one request."""
        return self.read([request_id])[0]

    def find(self, name: str) -> list[ReportRequest]:
        """Find requests by Amazon's report id, unique only in an account, or by their number."""
        with self._engine.connect() as connection:
            found = list(connection.execute(self._sql["find_requests"], {"name": name}).scalars())
        return self.read(found)

    def recent(
        self, *, limit: int, state: str | None = None, marketplace_id: str | None = None
    ) -> list[ReportRequest]:
        """Give the newest requests, without their ASINs."""
        values = {"limit": limit, "state": state, "marketplace_id": marketplace_id}
        with self._engine.connect() as connection:
            rows = connection.execute(self._sql["recent_requests"], values).mappings()
            return [ReportRequest.of(row) for row in rows]

    def open_ids(self) -> list[int]:
        """Give the requests that are not finished, newest period first."""
        with self._engine.connect() as connection:
            return list(connection.execute(self._sql["open_request_ids"]).scalars())

    def lost_submissions(self, in_slice: Slice) -> list[ReportRequest]:
        """Give the slice's requests whose createReport was never answered."""
        with self._engine.connect() as connection:
            ids = connection.execute(self._sql["lost_submissions"], in_slice.columns).scalars()
            found = list(ids)
        return self.read(found)

    def known_report_ids(self, account: str, report_ids: list[str]) -> set[str]:
        """Give those of the reports that are in the ledger or known to be somebody else's."""
        values = {"account": account, "report_ids": report_ids}
        with self._engine.connect() as connection:
            return set(connection.execute(self._sql["known_report_ids"], values).scalars())

    def slice_outcomes(self, request: ReportRequest) -> dict[str, int]:
        """Give state -> number of the slice's other requests."""
        values = request.slice.columns | {"id": request.id}
        with self._engine.connect() as connection:
            rows = connection.execute(self._sql["slice_outcomes"], values)
            return {row.state: row.requests for row in rows}

    def budget_frees(self, account: str, report_type: str) -> list[datetime]:
        """Give, for each submission of the last 24 hours, when it stops counting; oldest first."""
        with self._engine.connect() as connection:
            return self._budget_frees(connection, account, report_type)

    def _budget_frees(
        self, connection: Connection, account: str, report_type: str, *, without: int | None = None
    ) -> list[datetime]:
        values = {"account": account, "report_type": report_type, "without": without}
        return connection.execute(self._sql["budget"], values).one().frees or []

    def states_since(self, since: datetime) -> dict[str, int]:
        """Give state -> number of the requests that moved since then."""
        with self._engine.connect() as connection:
            rows = connection.execute(self._sql["states_since"], {"since": since})
            return {row.state: row.requests for row in rows}

    def planned_count(self, account: str, report_type: str) -> int:
        """Give the number of requests that wait for the account's budget."""
        values = {"account": account, "report_type": report_type}
        with self._engine.connect() as connection:
            return int(connection.execute(self._sql["planned_count"], values).scalar_one())

    def has_loaded(self, account: str) -> bool:
        """Whether Amazon has ever answered a report of this account."""
        with self._engine.connect() as connection:
            return bool(
                connection.execute(self._sql["has_loaded"], {"account": account}).scalar_one()
            )

    # -- submitting -------------------------------------------------------------------------------

    def begin_submission(self, request: ReportRequest, *, daily_budget: int | None) -> None:
        """Write the intent to create the report, inside the account's budget of the last 24 hours.

        Raises:
            BudgetExhaustedError: nothing was written.
            SubmissionBusyError: nothing was written; look at the request again.
        """
        try:
            with self._engine.begin() as connection:
                if daily_budget is not None:
                    self._reserve(connection, request, daily_budget)
                begun = connection.execute(self._sql["begin_submission"], {"id": request.id})
                if not begun.rowcount:
                    raise SubmissionBusyError(f"request {request.id} is no longer planned")
        except IntegrityError as exc:
            raise SubmissionBusyError(f"another request of {request.slice.label}") from exc

    def _reserve(self, connection: Connection, request: ReportRequest, budget: int) -> None:
        # Two processes that submit for one account take turns, so the count holds until commit.
        lock = {"name": f"budget:{request.account}:{request.report_type}"}
        connection.execute(self._sql["take_turns"], lock)
        # A POST that met a 429 comes here again: its own intent does not count against it.
        frees = self._budget_frees(
            connection, request.account, request.report_type, without=request.id
        )
        if len(frees) >= budget:
            raise BudgetExhaustedError(request.account, frees[-budget] if budget else None)

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

    def record_status(self, request: ReportRequest, report: Report) -> None:
        """DONE and CANCELLED move the request on; everything else is only noted."""
        self._write(
            "record_status",
            id=request.id,
            processing_status=report.processing_status,
            report_created_at=report.created_time,
            report_document_id=report.report_document_id,
        )

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
        with self._engine.begin() as connection:
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
