"""What follows a FATAL: another attempt when its time has come, or the halves of its batch."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine

from tasks.database.queries import queries
from tasks.ledger.fatal import BISECT, RETRY
from tasks.ledger.ledger import Ledger, ReportRequest
from tasks.ledger.planner import insert_plan, insert_request

#: Halving costs quota: at most this many extra reports a day and account.
EXTRA_REPORTS_A_DAY = 2


def plan_retries(engine: Engine, ledger: Ledger, *, now: datetime) -> list[int]:
    """Write the attempts that are due to the ledger; returns their ids. Asks Amazon nothing."""
    retries = ledger.read(_due(engine, RETRY, now))
    halved = ledger.read(_due(engine, BISECT, now))
    with engine.begin() as connection:
        # Two harvests at once: the second sees what the first has planned.
        connection.execute(queries("ledger")["take_turns"], {"name": "retries"})
        still_due = set(_due_in(connection, RETRY, now) + _due_in(connection, BISECT, now))
        plan_id: int | None = None
        ids: list[int] = []
        for request in (r for r in (*retries, *halved) if r.id in still_due):
            parts = _parts(connection, request)
            plan_id = plan_id or insert_plan(connection, is_refresh=False)
            ids += [_insert(connection, request, part, plan_id) for part in parts]
    return ids


def _due(engine: Engine, next_action: str, now: datetime) -> list[int]:
    with engine.connect() as connection:
        return _due_in(connection, next_action, now)


def _due_in(connection: Connection, next_action: str, now: datetime) -> list[int]:
    values = {"next_action": next_action, "now": now}
    return list(connection.execute(queries("ledger")["due_retries"], values).scalars())


def _parts(connection: Connection, request: ReportRequest) -> list[tuple[str, ...]]:
    """The whole batch again, or its halves where the day's extra reports allow them."""
    if request.next_action == RETRY:
        return [request.asins]
    used = connection.execute(
        queries("ledger")["bisections_today"], {"account": request.account}
    ).scalar_one()
    if used + 2 > EXTRA_REPORTS_A_DAY:
        return []
    middle = len(request.asins) // 2
    return [request.asins[:middle], request.asins[middle:]]


def _insert(
    connection: Connection, request: ReportRequest, asins: tuple[str, ...], plan_id: int
) -> int:
    origin = request.id if request.next_action == BISECT else None
    return insert_request(
        connection,
        request.slice,
        asins,
        plan_id=plan_id,
        bisected_from=origin,
        options=None if request.asins else request.report_options,
    )
