"""`chalkola demo`: the whole main job once, on this machine, without an Amazon account."""

from __future__ import annotations

import os
import sys
import time
from datetime import date, timedelta
from typing import Any, Literal

import typer

from chalkola_spapi.marketplaces import MARKETPLACES
from chalkola_spapi.periods import ReportPeriod
from deployments.console import err, out, set_up_logging, table
from deployments.simulated import (
    ASINS,
    CODES,
    SPEED,
    demo_asins,
    enter_simulation,
    first_report_id,
)
from tasks.asins.tracked import import_asins
from tasks.connections import Connections, connections
from tasks.database.embedded import DATABASE
from tasks.database.migrations import migrate
from tasks.database.queries import queries
from tasks.errors import ChalkolaError
from tasks.settings import Settings

TOP = 5
#: Where the digest has something to tell of: weeks before the newest, stock and sales.
TOLD: Literal["US"] = "US"
#: As many as make the mean that the newest week is compared with.
WEEKS_BEFORE = 4


def demo() -> None:
    """Pull Search Query Performance, stock and sales of a simulated seller, and show them.

    Starts an embedded PostgreSQL, the SP-API simulator and Prefect under CHALKOLA_HOME/simulated;
    reads no credentials and reaches no network. Takes about half a minute; safe to repeat.
    """
    from chalkola_spapi.simulator import serve
    from deployments.commands.digest import show as show_digest
    from tasks.digest.making import make_digests

    started = time.monotonic()
    real = Settings.from_env()
    with serve(speed=SPEED, has_story=True, first_report_id=first_report_id()) as simulator:
        settings = enter_simulation(real, simulator.url)
        conns = connections()
        set_up_logging(settings)
        _say(f"simulator of Amazon's API   {simulator.url}")
        result = _pull(conns)
        _show(conns, result)
        out.print()
        made = make_digests(conns, marketplaces=[], report_period=ReportPeriod.WEEK, start=None)
        _closing_words(conns, time.monotonic() - started)
        out.print()
        show_digest(made[:1])
    if result["counts"]["fatal"] or result["counts"]["failed"]:
        raise typer.Exit(1)


def _say(line: str) -> None:
    err.print(f"· {line}", style="dim")


def _prepare(conns: Connections) -> None:
    applied = migrate(conns.engine)
    _say(f"embedded PostgreSQL         {conns.settings.chalkola_home / 'postgres'}")
    _say(f"migrations                  {len(applied)} applied now")
    import_asins(conns.engine, demo_asins())
    _say(f"tracked ASINs               {len(ASINS)} in each of {', '.join(CODES)}")
    _say("Prefect                     starts, then pulls the newest published week ...")


def _pull(conns: Connections) -> dict[str, Any]:
    from deployments.foreground import run_in_foreground

    def run() -> dict[str, Any]:
        from flows.sqp import sqp
        from tasks.reports.collection import IncompleteError

        result: dict[str, Any] = sqp(marketplaces=list(CODES))
        try:
            _pull_the_rest(date.fromisoformat(_period(result, TOLD)[1]))
        except IncompleteError as exc:
            raise ChalkolaError(str(exc)) from exc
        return result

    return run_in_foreground(conns, run, is_quiet=False, prepare=lambda: _prepare(conns))


def _pull_the_rest(newest: date) -> None:
    from flows.backfill import backfill
    from flows.inventory import inventory
    from flows.report import report

    _say(
        f"and of {TOLD}                   {WEEKS_BEFORE} weeks before it, stock, a week's sales ..."
    )
    week = timedelta(days=7)
    backfill(first=newest - WEEKS_BEFORE * week, last=newest - week, marketplaces=[TOLD])
    inventory(marketplaces=[TOLD])
    report("SALES_TRAFFIC", marketplaces=[TOLD], options={"dateGranularity": "WEEK"})


def _period(result: dict[str, Any], code: str) -> tuple[str, str]:
    """The length and the first day of what was pulled of a marketplace."""
    period = next(r["period"] for r in result["reports"] if r["marketplace"] == code)
    length, _, start = period.partition(" ")
    return length, start


def _show(conns: Connections, result: dict[str, Any]) -> None:
    out.print()
    out.print(_marketplaces(conns, result))
    for code in CODES:
        out.print()
        out.print(_top_queries(conns, code, result))


def _marketplaces(conns: Connections, result: dict[str, Any]) -> Any:
    columns = ["", "period", "reports#", "ASINs#", "rows#", "seconds#", "~"]
    rows = []
    for code in CODES:
        mine = [r for r in result["reports"] if r["marketplace"] == code]
        requests = conns.ledger.read([r["request_id"] for r in mine])
        spent = [r.loaded_at - r.submitting_at for r in requests if r.loaded_at and r.submitting_at]
        rows.append(
            (
                code,
                mine[0]["period"],
                len(mine),
                sum(r["asins"] for r in mine),
                sum(r["rows"] for r in mine),
                f"{max(spent).total_seconds():.1f}" if spent else "",
                "" if any(r["is_new"] for r in mine) else "loaded before",
            )
        )
    return table("Search Query Performance, now in Postgres", columns, rows)


def _top_queries(conns: Connections, code: str, result: dict[str, Any]) -> Any:
    length, start = _period(result, code)
    values = {
        "marketplace_id": MARKETPLACES[code].marketplace_id,
        "period": length,
        "period_start": start,
        "limit": TOP,
    }
    with conns.engine.connect() as connection:
        found = connection.execute(queries("sqp")["top_queries"], values).all()
    rows = (
        (r.search_query, r.volume, f"{r.impression_share or 0:.1%}", r.clicks, r.purchases)
        for r in found
    )
    columns = ["search query~", "searches#", "our share#", "our clicks#", "we sold#"]
    return table(f"{code}: the biggest queries", columns, rows)


def _closing_words(conns: Connections, seconds: float) -> None:
    home = conns.settings.chalkola_home
    command = sys.argv[0] if os.sep in sys.argv[0] else "chalkola"
    here = f"CHALKOLA_HOME={home} {command}"
    words = {
        "The data": [f"table chalkola.sqp_data, database {DATABASE}, under {home}"],
        "Look": [
            f"{here} sqp search marker",
            f"{here} sqp asin {ASINS[0]}",
            f"{here} digest --open",
            f"{here} reports list",
        ],
        "Next": [
            "make up      the Prefect UI with schedules, on the simulator",
            f"cp .env.example .env, fill it in, then: {command} check",
        ],
    }
    out.print(
        f"Done in {seconds:.0f} seconds. All of it is simulated; real data never mixes with it."
    )
    for name, lines in words.items():
        out.print()
        for number, line in enumerate(lines):
            out.print(f"{'' if number else name:<10}", style="bold", end="")
            out.print(line)
