"""`chalkola sqp backfill` and `chalkola sqp catch-up`: what is missing, within the daily budget."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Annotated, Any

import typer

from chalkola_spapi.periods import ReportPeriod
from deployments.console import Json, out, print_json, set_up_logging
from deployments.summary import print_result
from tasks.connections import Connections, connections
from tasks.database.engine import require_migrated

FORMATS = ["%Y-%m-%d"]
Wait = Annotated[
    float, typer.Option(min=0, help="Minutes to wait for each report after it was asked for.")
]


def backfill(
    first: Annotated[
        datetime, typer.Option("--from", formats=FORMATS, help="A day in the first period.")
    ],
    last: Annotated[
        datetime | None,
        typer.Option(
            "--to", formats=FORMATS, help="A day in the last period. Default: the newest published."
        ),
    ] = None,
    period: Annotated[
        ReportPeriod, typer.Option("--period", case_sensitive=False, help="Length of the periods.")
    ] = ReportPeriod.WEEK,
    marketplace: Annotated[
        list[str] | None,
        typer.Option(
            "--marketplace",
            "-m",
            help="Code, marketplace id, or region (NA, EU, FE); may be repeated. "
            "Default: all that have tracked ASINs.",
        ),
    ] = None,
    wait: Wait = 30,
    dry_run: Annotated[bool, typer.Option(help="Only say what is missing and how long.")] = False,
    as_json: Json = False,
) -> None:
    """Load the tracked ASINs of many periods: newest first, today's budget now.

    The catch-up goes on with it, and so does the same command; nothing is asked for twice.
    Exits 0 unless a report failed.
    """
    from tasks.coverage.backfills import check_backfill

    conns = _connections()
    asked = check_backfill(
        conns,
        period=period.value,
        first=first.date(),
        last=last.date() if last else None,
        marketplaces=marketplace or [],
    )
    if dry_run:
        _finish(conns, asked, None, as_json=as_json)
        return
    _finish(conns, asked, _run(conns, asked, wait=wait, is_quiet=as_json), as_json=as_json)


def _run(conns: Connections, asked: Any, *, wait: float, is_quiet: bool) -> dict[str, Any]:
    from deployments.backfill_view import watch_backfill
    from deployments.foreground import run_in_foreground

    def run() -> dict[str, Any]:
        from flows.backfill import backfill as flow

        result: dict[str, Any] = flow(
            first=asked.first,
            last=asked.last,
            period=asked.report_period.value,
            marketplaces=[m.code for m in asked.marketplaces],
            wait_minutes=wait,
        )
        return result

    def watch(conns: Connections, ended: threading.Event) -> None:
        watch_backfill(conns, asked, ended)

    return run_in_foreground(conns, run, is_quiet=is_quiet, watch=watch)


def _finish(
    conns: Connections, asked: Any, result: dict[str, Any] | None, *, as_json: bool
) -> None:
    """Print the reports of this run, if there was one, and how far the backfill is."""
    from deployments.backfill_view import backfill_json, print_backfill
    from tasks.coverage.backfills import look_at, progress

    done = progress(conns, look_at(conns, asked))
    if as_json:
        print_result((result or EMPTY) | {"backfill": backfill_json(done)}, as_json=True)
        return
    try:
        if result is not None:
            print_result(result, as_json=False)
    finally:
        print_backfill(done)


EMPTY: dict[str, Any] = {"reports": [], "counts": {}}


def catch_up(
    weeks: Annotated[int, typer.Option(min=0, max=104, help="Published weeks to look at.")] = 8,
    months: Annotated[int, typer.Option(min=0, max=24, help="Published months.")] = 3,
    quarters: Annotated[int, typer.Option(min=0, max=8, help="Published quarters.")] = 1,
    wait: Wait = 30,
    as_json: Json = False,
) -> None:
    """Ask for what is missing of the last periods and of open backfills, newest first."""
    from deployments.foreground import run_in_foreground

    conns = _connections()

    def run() -> dict[str, Any]:
        from flows.catch_up import catch_up as flow

        result: dict[str, Any] = flow(
            weeks=weeks, months=months, quarters=quarters, wait_minutes=wait
        )
        return result

    print_result(run_in_foreground(conns, run, is_quiet=as_json), as_json=as_json)


def coverage(
    period: Annotated[
        ReportPeriod, typer.Option("--period", case_sensitive=False, help="Length of the periods.")
    ] = ReportPeriod.WEEK,
    limit: Annotated[int, typer.Option(min=1, help="The most rows to show.")] = 50,
    as_json: Json = False,
) -> None:
    """Show what is expected of each marketplace and period, and what became of it."""
    from deployments.coverage_view import coverage_rows, coverage_table

    rows = coverage_rows(_connections(), period=period, limit=limit)
    print_json({"coverage": rows}) if as_json else out.print(coverage_table(rows))


def _connections() -> Connections:
    conns = connections()
    set_up_logging(conns.settings)
    require_migrated(conns.engine)
    return conns
