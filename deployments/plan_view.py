"""What the next pull would request: reports, quota and the time it is complete."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from chalkola_spapi.operations import CREATE_REPORT
from chalkola_spapi.report_types import SQP
from deployments.console import out, table
from tasks.connections import Connections
from tasks.ledger.ledger import budget_left, budget_time
from tasks.ledger.planner import Coverage, Wanted, coverage

#: How long Amazon usually takes for a report, after it was asked for.
USUAL_PROCESSING = timedelta(minutes=5)


def plan_view(conns: Connections, wanted: Sequence[Wanted], *, refresh: bool) -> dict[str, Any]:
    """Look at the ledger and the budget; writes and requests nothing."""
    with conns.engine.connect() as connection:
        found = [coverage(connection, one, refresh=refresh) for one in wanted]
    slices = [_slice_view(one, w) for one, w in zip(found, wanted, strict=True)]
    accounts = [_account_view(conns, name, found) for name in _accounts(found)]
    times = [a["complete_at"] for a in accounts]
    return {
        "slices": slices,
        "accounts": accounts,
        "reports_to_request": sum(s["reports_to_request"] for s in slices),
        "complete_at": max(times) if times and None not in times else None,
    }


def _slice_view(found: Coverage, wanted: Wanted) -> dict[str, Any]:
    return {
        "marketplace": found.slice.marketplace.code,
        "account": found.slice.account,
        "period": found.slice.period.label,
        "asins": len(wanted.asins),
        "asins_covered": len(wanted.asins) - len(found.missing),
        "reports_to_request": len(found.batches),
    }


def _accounts(found: Sequence[Coverage]) -> list[str]:
    return list(dict.fromkeys(one.slice.account for one in found))


def _account_view(conns: Connections, account: str, found: Sequence[Coverage]) -> dict[str, Any]:
    budget = conns.settings.sqp_daily_budget
    now = conns.now()
    frees = conns.ledger.budget_frees(account, SQP)
    needed = sum(len(one.batches) for one in found if one.slice.account == account)
    needed += conns.ledger.planned_count(account, SQP)
    return {
        "account": account,
        "daily_budget": budget,
        "left_today": budget_left(frees, budget),
        "needed": needed,
        "complete_at": _complete_at(frees, budget, needed, now=now),
    }


def _complete_at(frees: list[datetime], budget: int, needed: int, *, now: datetime) -> str | None:
    if needed == 0:
        return now.isoformat()
    last = budget_time(frees, budget, needed - 1, now=now)
    if last is None:
        return None
    if last == now:  # all fit into today's budget: the rate of createReport decides
        waiting = max(0, needed - CREATE_REPORT.burst)
        last = now + timedelta(seconds=waiting / CREATE_REPORT.rate_per_s)
    return (last + USUAL_PROCESSING).isoformat()


def print_plan(view: dict[str, Any]) -> None:
    """Print the plan for a person."""
    columns = ["", "account", "period", "ASINs#", "covered#", "to request#"]
    out.print(table("The next pull", columns, (tuple(s.values()) for s in view["slices"])))
    out.print()
    columns = ["account", "a day#", "left today#", "needed#", "complete at (UTC)"]
    rows = (
        (*list(a.values())[:-1], (a["complete_at"] or "never: the budget is 0")[:16])
        for a in view["accounts"]
    )
    out.print(table("Quota of SQP reports", columns, rows))
    out.print()
    out.print(
        f"{view['reports_to_request']} reports would be requested. Nothing was requested now."
    )
