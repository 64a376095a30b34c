"""What a pull of any report would ask Amazon for, and from when its quotas allow it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deployments.console import out, table
from tasks.connections import Connections
from tasks.ledger.planner import Wanted, coverage
from tasks.ledger.quotas import Queue


def report_plan(conns: Connections, wanted: Sequence[Wanted], *, refresh: bool) -> dict[str, Any]:
    """Look at the ledger and the quotas; writes and requests nothing.

    Each report: to_request, with the time from when (none: never, the budget is 0), or covered by
    one that is under way, or loaded, or too young for another.
    """
    queue = Queue(now=conns.now(), sqp_daily_budget=conns.settings.sqp_daily_budget)
    reports = [one for w in wanted for one in _reports(conns, queue, w, refresh=refresh)]
    to_request = sum(one["status"] == "to_request" for one in reports)
    return {"reports": reports, "reports_to_request": to_request}


def _reports(
    conns: Connections, queue: Queue, wanted: Wanted, *, refresh: bool
) -> Iterator[dict[str, Any]]:
    with conns.engine.connect() as connection:
        found = coverage(connection, wanted, refresh=refresh)
    same = {
        "marketplace": wanted.slice.marketplace.code,
        "account": wanted.slice.account,
        "report_type": wanted.slice.report_type,
        "period": wanted.slice.period.label,
        "options": dict(wanted.options or {}),
    }
    for request in conns.ledger.read(list(found.request_ids)):
        yield same | {"status": "covered", "report_id": request.report_id, "state": request.state}
    for batch in found.batches:
        at = _place(conns, queue, wanted)
        yield same | {"status": "to_request", "asins": list(batch), "next_at": at}


def _place(conns: Connections, queue: Queue, wanted: Wanted) -> str | None:
    for quota, name in queue.scopes(wanted.slice):
        if not queue.knows(name):
            queue.begin(name, conns.ledger.submitted(quota, wanted.slice))
    at = queue.place(wanted.slice)
    return None if at is None else at.isoformat()


def print_report_plan(plan: dict[str, Any]) -> None:
    """Print the plan for a person."""
    rows = (
        (
            one["marketplace"],
            one["period"],
            " ".join(f"{name}={value}" for name, value in one["options"].items()),
            len(one.get("asins", [])),
            _what(one),
        )
        for one in plan["reports"]
    )
    out.print(table("The next pull", ["", "period", "options~", "ASINs#", "what~"], rows))
    out.print(
        f"{plan['reports_to_request']} reports would be requested. Nothing was requested now."
    )


def _what(one: dict[str, Any]) -> str:
    if one["status"] == "covered":
        return f"{one['state']}: report {one['report_id'] or 'not asked for yet'}"
    at = one["next_at"]
    return f"to request from {at[:16]} UTC" if at else "never: the budget is 0"
