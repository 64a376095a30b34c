"""One batch first: in scheduled runs the rest of a slice is asked for when its first has loaded.

Amazon publishes late now and then, and each report of an unpublished period is FATAL and counts
against the daily quota. What is held back stays planned; a later run asks again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tasks.connections import Connections
from tasks.database.queries import queries
from tasks.ledger.ledger import ReportRequest

#: Causes that the whole slice shares; any other may be the batch's own, so the next batch is tried.
SHARED_CAUSES = (
    "too_early",
    "quota",
    "too_frequent",
    "role_missing",
    "bad_period",
    "bad_option",
)


@dataclass(frozen=True)
class Canaries:
    """Who has to wait for whom; requests of slices that have shown data wait for nobody.

    follows: request -> the request of its slice that goes first.
    held: request -> until when nothing of its slice is asked for; None: until another run's canary
    has ended.
    """

    follows: dict[int, int]
    held: dict[int, datetime | None]


def canaries(conns: Connections, requests: Sequence[ReportRequest]) -> Canaries:
    """Choose the canary of each slice among these requests: one under way, else the first."""
    planned = [r for r in requests if r.state == "planned"]
    facts = _facts(conns, planned)
    ours = {r.id for r in requests}
    leaders: dict[str, int] = {}
    chosen = Canaries({}, {})
    for request in planned:
        fact = facts[request.id]
        if fact.is_proven:
            continue
        leader = next((i for i in fact.under_way if i in ours), leaders.get(request.slice.name))
        if leader is not None:
            chosen.follows[request.id] = leader
        elif fact.under_way:
            chosen.held[request.id] = None
        elif fact.held_until is not None and fact.held_until > conns.now():
            chosen.held[request.id] = fact.held_until
        else:
            leaders[request.slice.name] = request.id
    return chosen


def is_released(conns: Connections, request: ReportRequest) -> bool:
    """Whether the slice has shown by now that Amazon has its data."""
    return _facts(conns, [request])[request.id].is_proven


@dataclass(frozen=True)
class _Fact:
    is_proven: bool
    under_way: list[int]
    held_until: datetime | None


def _facts(conns: Connections, planned: Sequence[ReportRequest]) -> dict[int, _Fact]:
    values = {"ids": [r.id for r in planned], "kinds": list(SHARED_CAUSES)}
    with conns.engine.connect() as connection:
        rows = connection.execute(queries("coverage")["slice_of_planned"], values)
        return {row.id: _Fact(row.is_proven, row.under_way, row.held_until) for row in rows}
