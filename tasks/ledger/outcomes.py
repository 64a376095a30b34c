"""What became of each report of a run: for the summary, the artifact and the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tasks.ledger.ledger import ReportRequest

STATUSES = ("loaded", "no_data", "pending", "planned", "fatal", "failed")
BAD = frozenset({"fatal", "failed"})


@dataclass(frozen=True)
class Outcome:
    """One report of a run.

    status: loaded, no_data, pending (Amazon is still working on it), planned (not asked for yet),
    fatal (Amazon gave up), failed (we did; it can be taken up again).
    """

    marketplace: str
    account: str
    report_type: str
    period: str
    report_id: str | None
    status: str
    rows: int
    rows_written: int
    rows_removed: int
    asins: int
    is_new: bool
    kind: str | None
    message: str | None
    next_action: str | None
    next_at: str | None
    request_id: int

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def outcome(
    request: ReportRequest,
    *,
    failure: str | None,
    is_new: bool,
    planned_at: datetime | None,
) -> Outcome:
    """Sum up a request: what its batch raised, and when the budget has room for it."""
    status = _status(request, failure)
    next_at = planned_at if status == "planned" else request.retry_at
    return Outcome(
        marketplace=request.slice.marketplace.code,
        account=request.account,
        report_type=request.report_type,
        period=request.slice.period.label,
        report_id=request.report_id,
        status=status,
        rows=request.row_count or 0,
        rows_written=(request.rows_written or 0) if is_new else 0,
        rows_removed=(request.rows_removed or 0) if is_new else 0,
        asins=len(request.asins),
        is_new=is_new,
        kind=request.kind,
        message=request.message if status == "fatal" else failure,
        next_action=request.next_action,
        next_at=next_at.isoformat() if next_at else None,
        request_id=request.id,
    )


def _status(request: ReportRequest, failure: str | None) -> str:
    if request.state in {"loaded", "no_data", "fatal"}:
        return request.state
    if failure is not None:
        return "failed"
    return "planned" if request.state == "planned" else "pending"


def counts(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Give the number of reports by status; every status is there."""
    found: Mapping[str, int] = Counter(one.status for one in outcomes)
    return {status: found.get(status, 0) for status in STATUSES}


def summary(outcomes: list[Outcome]) -> dict[str, Any]:
    """Give what a flow returns and `--json` prints."""
    return {"reports": [one.to_dict() for one in outcomes], "counts": counts(outcomes)}
