"""When planned requests may be asked for: their places in the queue for their quotas."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from chalkola_spapi.report_types import SQP
from tasks.connections import Connections
from tasks.ledger.ledger import ReportRequest
from tasks.ledger.quotas import Queue

#: A place in the daily budget that comes within this time is waited for. Left to the next hour's
#: run, what is asked for in a day would come up to an hour later from day to day.
BUDGET_WAIT = timedelta(minutes=10)


def places(
    conns: Connections, requests: Iterable[ReportRequest], *, now: datetime
) -> dict[int, datetime | None]:
    """Give, for each planned one, when its quotas allow it; None if they never do."""
    queue = Queue(now=now, sqp_daily_budget=conns.settings.sqp_daily_budget)
    found: dict[int, datetime | None] = {}
    for request in requests:
        if request.state == "planned":
            for quota, name in queue.scopes(request):
                if not queue.knows(name):
                    queue.begin(name, conns.ledger.submitted(quota, request))
            found[request.id] = queue.place(request)
    return found


def is_soon(request: ReportRequest, place: datetime | None, *, now: datetime) -> bool:
    """Whether a run asks for it at its place: now, or, for the budget alone, a little later."""
    wait = BUDGET_WAIT if request.report_type == SQP else timedelta(0)
    return place is not None and place <= now + wait
