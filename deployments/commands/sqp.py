"""`chalkola sqp`: plan and pull Search Query Performance, and look at what is stored."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from chalkola_spapi.periods import ReportPeriod
from deployments.commands import backfill, chart, search_terms
from deployments.console import Json, err, out, print_json, set_up_logging, table
from deployments.summary import print_result
from tasks.asins.tracked import read_asins_file
from tasks.connections import Connections, connections
from tasks.marketplaces import resolve_marketplaces
from tasks.sqp.request import check_sqp
from tasks.sqp.stored import queries_of_asin, search_queries

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=__doc__)
app.command("backfill")(backfill.backfill)
app.command("catch-up")(backfill.catch_up)
app.command("coverage")(backfill.coverage)
app.command("chart")(chart.chart)
app.command("top")(search_terms.top)
app.command("movers")(search_terms.movers)
app.command("opportunities")(search_terms.opportunities)

Marketplaces = Annotated[
    list[str] | None,
    typer.Option(
        "--marketplace",
        "-m",
        help="Code (US, UK, ...), marketplace id, or region (NA, EU, FE); may be repeated. "
        "Default: all that have tracked ASINs.",
    ),
]
PeriodChoice = Annotated[
    ReportPeriod, typer.Option("--period", case_sensitive=False, help="Length of the period.")
]
Start = Annotated[
    datetime | None,
    typer.Option(
        "--start",
        formats=["%Y-%m-%d"],
        help="First day of the period (a WEEK begins on Sunday). Default: the newest one.",
    ),
]
AsinsFile = Annotated[
    Path | None,
    typer.Option(help="CSV with marketplace,asin[,priority], or one ASIN a line."),
]
Asins = Annotated[
    list[str] | None,
    typer.Option("--asin", help="An ASIN, or US:B0... for one marketplace; may be repeated."),
]
Refresh = Annotated[bool, typer.Option(help="Ask Amazon again for what is loaded already.")]


@app.command()
def pull(
    marketplace: Marketplaces = None,
    period: PeriodChoice = ReportPeriod.WEEK,
    start: Start = None,
    asins_file: AsinsFile = None,
    asin: Asins = None,
    refresh: Refresh = False,
    wait: Annotated[
        float, typer.Option(min=0, help="Minutes to wait for each report after it was asked for.")
    ] = 30,
    dry_run: Annotated[bool, typer.Option(help="Only say what would be requested.")] = False,
    as_json: Json = False,
) -> None:
    """Pull one period into chalkola.sqp_data. Safe to repeat; goes on after an interruption.

    Exits 0 when every report is loaded, without data, still pending, or planned beyond the budget;
    1 when one failed.
    """
    request = _request(marketplace, period, start, asins_file, asin)
    if dry_run:
        _show_plan(request, refresh=refresh, as_json=as_json)
        return
    conns = _connections()
    wanted = check_sqp(conns, **request)
    conns.open_database(list({w.slice.account for w in wanted}))
    result = _run_pull(conns, request, refresh=refresh, wait=wait, is_quiet=as_json)
    print_result(result, as_json=as_json)


def _run_pull(
    conns: Connections, request: dict[str, Any], *, refresh: bool, wait: float, is_quiet: bool
) -> dict[str, Any]:
    from deployments.foreground import run_in_foreground

    def run() -> dict[str, Any]:
        from flows.sqp import sqp

        result: dict[str, Any] = sqp(**request, refresh=refresh, wait_minutes=wait)
        return result

    return run_in_foreground(conns, run, is_quiet=is_quiet)


@app.command()
def plan(
    marketplace: Marketplaces = None,
    period: PeriodChoice = ReportPeriod.WEEK,
    start: Start = None,
    asins_file: AsinsFile = None,
    asin: Asins = None,
    refresh: Refresh = False,
    as_json: Json = False,
) -> None:
    """Say what the next pull would request, its cost and when it is complete; requests nothing."""
    request = _request(marketplace, period, start, asins_file, asin)
    _show_plan(request, refresh=refresh, as_json=as_json)


def _request(
    marketplace: list[str] | None,
    period: ReportPeriod,
    start: datetime | None,
    asins_file: Path | None,
    asin: list[str] | None,
) -> dict[str, Any]:
    """Give the flow's parameters, checked as far as no database is needed."""
    places = [m.code for m in resolve_marketplaces(marketplace or [])]
    asins = [*(read_asins_file(asins_file) if asins_file else []), *(asin or [])]
    return {
        "marketplaces": places,
        "period": period.value,
        "start": start.date() if start else None,
        "asins": asins,
    }


def _connections() -> Connections:
    conns = connections()
    set_up_logging(conns.settings)
    return conns


def _show_plan(request: dict[str, Any], *, refresh: bool, as_json: bool) -> None:
    from deployments.plan_view import plan_view, print_plan

    conns = _connections()
    view = plan_view(conns, check_sqp(conns, **request), refresh=refresh)
    print_json(view) if as_json else print_plan(view)


@app.command()
def search(
    term: Annotated[str, typer.Argument(help="Part of a search query.")],
    marketplace: Marketplaces = None,
    period: PeriodChoice = ReportPeriod.WEEK,
    limit: Annotated[int, typer.Option(min=1, help="The most queries to show.")] = 50,
    as_json: Json = False,
) -> None:
    """Show stored search queries that contain TERM, in the newest stored period, biggest first."""
    places = resolve_marketplaces(marketplace or [])
    rows = search_queries(
        _connections().engine, term, marketplaces=places, period=period, limit=limit
    )
    if as_json:
        print_json({"queries": rows})
        return
    if not rows:
        err.print(f"No stored {period} query contains {term!r}.")
        return
    columns = ["", "from", "search query~", "searches#", "rank#"]
    columns += ["impressions#", "clicks#", "bought#"]
    out.print(
        table(f"Queries with {term!r} ({period})", columns, (tuple(r.values()) for r in rows))
    )


@app.command("asin")
def asin_command(
    asin: Annotated[str, typer.Argument(help="The ASIN.")],
    marketplace: Marketplaces = None,
    period: PeriodChoice = ReportPeriod.WEEK,
    limit: Annotated[int, typer.Option(min=1, help="The most rows to show.")] = 50,
    as_json: Json = False,
) -> None:
    """Show what is stored for one ASIN: newest period first, best rank first."""
    places = resolve_marketplaces(marketplace or [])
    rows = queries_of_asin(
        _connections().engine, asin, marketplaces=places, period=period, limit=limit
    )
    if as_json:
        print_json({"rows": rows})
        return
    if not rows:
        err.print(f"Nothing is stored for {asin} ({period}).")
        return
    columns = ["", "from", "rank#", "search query~", "searches#"]
    columns += [
        "shown#",
        "share#",
        "clicks#",
        "cart#",
        "bought#",
        "share is lost at",
        "price/median#",
    ]
    shown = (
        (
            r["marketplace"],
            r["period_start"],
            r["search_query_score"],
            r["search_query"],
            r["search_query_volume"],
            r["asin_impressions"],
            search_terms.percent(r["asin_impression_share"]),
            r["asin_clicks"],
            r["asin_cart_adds"],
            r["asin_purchases"],
            r["lost_at"],
            search_terms.ratio(r["price_ratio"]),
        )
        for r in rows
    )
    out.print(table(f"{asin} ({period})", columns, shown))
