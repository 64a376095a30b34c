"""Fills gaps: what is missing is planned, the newest period first, and no more than fits.

A gap whose document is still kept under CHALKOLA_HOME/raw is loaded again without Amazon.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from chalkola_spapi.report_types import SQP
from tasks.connections import Connections
from tasks.coverage.coverage import NEVER, SliceCoverage, coverage_of
from tasks.database.queries import queries
from tasks.ledger.ledger import ReportRequest, budget_left
from tasks.ledger.planner import insert_plan, insert_request
from tasks.reports.canary import canaries
from tasks.reports.raw_documents import kept_document

logger = logging.getLogger(__name__)


class Allowance:
    """How many more reports may be planned for each account.

    `ahead`: as many as the account may ask for in a day, since a scheduled harvest asks for what is
    planned as soon as the budget has room; else only what it has room for now.
    """

    def __init__(self, conns: Connections, *, ahead: bool) -> None:
        self._conns = conns
        self._ahead = ahead
        self._left: dict[str, int] = {}

    def left(self, account: str) -> int:
        """How many are left."""
        if account not in self._left:
            self._left[account] = max(0, self._room(account) - self._waiting(account))
        return self._left[account]

    def take(self, account: str) -> None:
        """Use one."""
        self._left[account] = self.left(account) - 1

    def _room(self, account: str) -> int:
        budget = self._conns.settings.sqp_daily_budget
        if self._ahead:
            return budget
        return budget_left(self._conns.ledger.budget_frees(account, SQP), budget)

    def _waiting(self, account: str) -> int:
        """Planned requests that draw on the budget next; those that are held back do not."""
        with self._conns.engine.connect() as connection:
            ids = list(
                connection.execute(queries("coverage")["planned"], {"account": account}).scalars()
            )
        requests = self._conns.ledger.read(ids)
        return len(ids) - len(canaries(self._conns, requests).held)


def fill_gaps(
    conns: Connections,
    found: Iterable[SliceCoverage],
    *,
    allowance: Allowance,
    failed_before: datetime = NEVER,
) -> list[int]:
    """Plan what is missing in these slices, in their order; gives the ids of the requests."""
    ids: list[int] = []
    for one in found:
        if one.missing and (one.lost_request_ids or allowance.left(one.slice.account)):
            with conns.engine.begin() as connection:
                ids += _fill(conns, connection, one, allowance, failed_before)
    return ids


def _fill(
    conns: Connections,
    connection: Connection,
    seen: SliceCoverage,
    allowance: Allowance,
    failed_before: datetime,
) -> list[int]:
    # Looked up again under the planner's lock: another run may have planned the same meanwhile.
    lock = {"name": f"plan:{seen.slice.name}"}
    connection.execute(queries("ledger")["take_turns"], lock)
    found = coverage_of(connection, [seen.slice], failed_before=failed_before)
    reopened = [r for one in found for r in _reopen(conns, connection, one)]
    restored = {asin for request in reopened for asin in request.asins}
    ids = [request.id for request in reopened]
    plan_id: int | None = None
    for one in found:
        for batch in one.without(restored).batches[: allowance.left(one.slice.account)]:
            plan_id = plan_id or insert_plan(connection, is_refresh=False)
            ids.append(insert_request(connection, one.slice, batch, plan_id=plan_id))
            allowance.take(one.slice.account)
    return ids


def _reopen(
    conns: Connections, connection: Connection, found: SliceCoverage
) -> Sequence[ReportRequest]:
    """Set reports back whose rows were deleted and whose document is kept on this machine."""
    reopened = []
    for request in conns.ledger.read(list(found.lost_request_ids)):
        if kept_document(conns, request) is not None:
            logger.warning("%s: rows were deleted: loading them again", request.slice.label)
            connection.execute(queries("coverage")["reopen"], {"id": request.id})
            reopened.append(request)
    return reopened
