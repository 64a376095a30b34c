"""The first Prefect task of a run: what is to be collected, written to the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from tasks.connections import connections
from tasks.database.queries import queries
from tasks.ledger.planner import accounts_of, plan_reports
from tasks.ledger.retries import plan_retries
from tasks.reports.replay import check_replay
from tasks.reports.request import check_report
from tasks.sqp.request import check_sqp


@task(task_run_name="plan", cache_policy=NO_CACHE)
def plan_sqp(
    *,
    marketplaces: Sequence[str],
    period: str,
    start: date | None,
    asins: Sequence[str],
    refresh: bool,
) -> dict[str, Any]:
    """Write the missing requests to the ledger; gives the ids of all that hold what is wanted.

    Raises:
        InputError: something that was asked for is wrong; nothing was written.
    """
    conns = connections()
    wanted = check_sqp(conns, marketplaces=marketplaces, period=period, start=start, asins=asins)
    database_id = conns.open_database(accounts_of(wanted))
    ids = plan_reports(conns.engine, wanted, refresh=refresh)
    get_run_logger().info("%d reports hold what is wanted", len(ids))
    return {"request_ids": ids, "database_id": database_id}


@task(task_run_name="plan", cache_policy=NO_CACHE)
def plan_harvest(*, retry_fatal: bool) -> dict[str, Any]:
    """Give the open requests; with `retry_fatal` also new attempts of FATAL ones that are due."""
    conns = connections()
    conns.settings.require_accounts()
    database_id = conns.open_database(conns.settings.account_names)
    if retry_fatal:
        plan_retries(conns.engine, conns.ledger, now=conns.now())
    ids = conns.ledger.open_ids()
    get_run_logger().info("%d reports are open", len(ids))
    return {"request_ids": ids, "database_id": database_id}


@task(task_run_name="plan", cache_policy=NO_CACHE)
def plan_report(
    *,
    report_type: str,
    marketplaces: Sequence[str],
    start: date | None,
    end: date | None,
    options: Mapping[str, str],
    refresh: bool,
) -> dict[str, Any]:
    """Write the missing requests of any report type to the ledger; gives the ids of all.

    Raises:
        InputError: something that was asked for is wrong; nothing was written.
    """
    conns = connections()
    wanted = check_report(
        conns,
        report_type=report_type,
        marketplaces=marketplaces,
        start=start,
        end=end,
        options=options,
    )
    database_id = conns.open_database(accounts_of(wanted))
    ids = plan_reports(conns.engine, wanted, refresh=refresh)
    get_run_logger().info("%d reports hold what is wanted", len(ids))
    return {"request_ids": ids, "database_id": database_id}


@task(task_run_name="plan", cache_policy=NO_CACHE)
def plan_replay(name: str) -> dict[str, Any]:
    """Set a report back to what it was before it was loaded; gives its requests' ids.

    Raises:
        InputError: it cannot be loaded again; nothing was changed.
    """
    conns = connections()
    requests = check_replay(conns, name)
    database_id = conns.open_database([request.account for request in requests])
    with conns.engine.begin() as connection:
        for request in requests:
            connection.execute(queries("coverage")["reopen"], {"id": request.id})
    get_run_logger().info("%s is loaded again from its kept document", name)
    return {"request_ids": [request.id for request in requests], "database_id": database_id}
