"""The catch-up's and the backfill's Prefect tasks: what is missing, and how far it is now."""

from __future__ import annotations

from datetime import date
from typing import Any

from prefect import get_run_logger, task
from prefect.artifacts import create_progress_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from chalkola_spapi.periods import ReportPeriod
from tasks.connections import Connections, connections
from tasks.coverage import backfills
from tasks.coverage.coverage import Backfill, coverage_of, look_back, open_backfills
from tasks.coverage.gaps import Allowance, fill_gaps
from tasks.ledger.retries import plan_retries
from tasks.reports.collection import collect


@task(task_run_name="plan", cache_policy=NO_CACHE)
def plan_catch_up(*, weeks: int, months: int, quarters: int) -> dict[str, Any]:
    """Write to the ledger what is missing of the last periods, then of the open backfills.

    Newest first, and at most a day's budget for each account; FATAL requests that are due are asked
    for again. Gives the ids of all of them.
    """
    conns = connections()
    conns.settings.require_accounts()
    database_id = conns.open_database(conns.settings.account_names)
    ids = plan_retries(conns.engine, conns.ledger, now=conns.now())
    allowance = Allowance(conns, ahead=True)
    back = {
        ReportPeriod.WEEK: weeks,
        ReportPeriod.MONTH: months,
        ReportPeriod.QUARTER: quarters,
    }
    slices = look_back(conns.settings, back, now=conns.now())
    with conns.engine.connect() as connection:
        found = coverage_of(connection, slices)
        open_ones = open_backfills(connection)
    ids += fill_gaps(conns, found, allowance=allowance)
    for backfill in open_ones:
        ids += _fill_backfill(conns, backfill, allowance)
    get_run_logger().info("%d reports are to be asked for or loaded again", len(ids))
    return {"request_ids": ids, "database_id": database_id}


@task(task_run_name="plan", cache_policy=NO_CACHE)
def plan_backfill(
    *, period: str, first: date | None, last: date | None, marketplaces: list[str], canary: bool
) -> dict[str, Any]:
    """Note the backfill and write what the budget has room for to the ledger; gives the ids.

    Raises:
        InputError: something that was asked for is wrong; nothing was written.
    """
    conns = connections()
    asked = backfills.check_backfill(
        conns, period=period, first=first, last=last, marketplaces=marketplaces
    )
    names = {conns.settings.account_name_for(place) for place in asked.marketplaces}
    database_id = conns.open_database(sorted(names))
    backfill = backfills.begin(conns, asked)
    found = backfills.coverage(conns, backfill)
    under_way = [i for one in found for i in one.open_request_ids]
    ids = _fill_backfill(conns, backfill, Allowance(conns, ahead=canary))
    get_run_logger().info("%s: %d reports now", backfill.label, len(ids) + len(under_way))
    return {"request_ids": [*under_way, *ids], "database_id": database_id}


def _fill_backfill(conns: Connections, backfill: Backfill, allowance: Allowance) -> list[int]:
    return fill_gaps(
        conns,
        backfills.coverage(conns, backfill),
        allowance=allowance,
        failed_before=backfill.requested_at,
    )


def collect_gaps(plan: dict[str, Any], *, wait_minutes: float, canary: bool) -> dict[str, Any]:
    """Collect what was planned, and show how far every open backfill is then.

    Raises:
        IncompleteError: some reports failed; the others are loaded.
    """
    try:
        return collect(
            plan["request_ids"],
            wait_minutes=wait_minutes,
            database_id=plan["database_id"],
            canary=canary,
        )
    finally:
        _show_backfills(connections())


def _show_backfills(conns: Connections) -> None:
    with conns.engine.connect() as connection:
        open_ones = open_backfills(connection)
    for backfill in open_ones:
        done = backfills.progress(conns, backfill)
        create_progress_artifact(
            round(done.percent, 1), key=f"backfill-{backfill.id}", description=_description(done)
        )
        if rows := backfills.not_whole(backfills.coverage(conns, backfill)):
            create_table_artifact(
                key=f"backfill-{backfill.id}-gaps", table=rows, description=backfill.label
            )
        backfills.close_if_complete(conns, backfill, done)


def _description(done: backfills.BackfillProgress) -> str:
    text = f"{done.label}: {done.answered:,} of {done.expected:,} ASINs of periods are answered"
    if done.reports_needed:
        when = f"complete about {done.complete_at[:10]}" if done.complete_at else "the budget is 0"
        return f"{text}; {done.reports_needed} more reports, {when}"
    return text
