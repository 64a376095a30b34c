"""`chalkola report`: pull any report type; known ones are loaded, every one is kept as it came."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from chalkola_spapi.report_rules import REPORT_RULES
from deployments.console import Json, err, out, print_json, set_up_logging, table
from deployments.report_plan import print_report_plan, report_plan
from deployments.summary import print_result
from tasks.connections import Connections, connections
from tasks.marketplaces import resolve_marketplaces
from tasks.reports.kinds import TABLES
from tasks.reports.raw_documents import kept_document
from tasks.reports.request import check_report, read_options

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=__doc__)

ReportType = Annotated[
    str, typer.Argument(help="Amazon's name (GET_...), or one of `chalkola report types`.")
]
Marketplaces = Annotated[
    list[str] | None,
    typer.Option(
        "--marketplace",
        "-m",
        help="Code (US, UK, ...), marketplace id, or region (NA, EU, FE); may be repeated. "
        "Default: all.",
    ),
]
Options = Annotated[
    list[str] | None,
    typer.Option(
        "--option", "-o", help="One of Amazon's reportOptions: name=value; may be repeated."
    ),
]


@app.command()
def pull(
    report_type: ReportType,
    marketplace: Marketplaces = None,
    start: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="First day of the first period. Default: the newest one."
        ),
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Last day of the last period; each period is a report. Default: one period.",
        ),
    ] = None,
    option: Options = None,
    refresh: Annotated[bool, typer.Option(help="Ask Amazon again for what is loaded.")] = False,
    wait: Annotated[
        float, typer.Option(min=0, help="Minutes to wait for each report after it was asked for.")
    ] = 30,
    dry_run: Annotated[bool, typer.Option(help="Only say what would be requested.")] = False,
    as_json: Json = False,
) -> None:
    """Pull a report, keep its raw file, and load it if its type has a table. Safe to repeat.

    Exits 0 when every report is loaded, without data, still pending, or planned for later; 1 when
    one failed.
    """
    request: dict[str, Any] = {
        "report_type": report_type,
        "marketplaces": [m.code for m in resolve_marketplaces(marketplace or [])],
        "start": start.date() if start else None,
        "end": end.date() if end else None,
        "options": read_options(option or []),
    }
    conns = connections()
    set_up_logging(conns.settings)
    wanted = check_report(conns, **request)
    if dry_run:
        plan = report_plan(conns, wanted, refresh=refresh)
        print_json(plan) if as_json else print_report_plan(plan)
        return
    conns.open_database(list({w.slice.account for w in wanted}))
    result = _run(conns, request, refresh=refresh, wait=wait, is_quiet=as_json)
    _add_paths(conns, result)
    if not as_json:
        _say_where(result)
    print_result(result, as_json=as_json)


def _run(
    conns: Connections, request: dict[str, Any], *, refresh: bool, wait: float, is_quiet: bool
) -> dict[str, Any]:
    from deployments.foreground import run_in_foreground

    def run() -> dict[str, Any]:
        from flows.report import report

        result: dict[str, Any] = report(**request, refresh=refresh, wait_minutes=wait)
        return result

    return run_in_foreground(conns, run, is_quiet=is_quiet)


def _add_paths(conns: Connections, result: dict[str, Any]) -> None:
    """Say of each report where its document lies on this machine, and how old it is."""
    requests = {r.id: r for r in conns.ledger.read([r["request_id"] for r in result["reports"]])}
    for report in result["reports"]:
        request = requests[report["request_id"]]
        path = kept_document(conns, request) if request.report_id else None
        report["path"] = None if path is None else str(path)
        made_at = request.report_created_at
        report["age_minutes"] = (
            None if made_at is None else round((conns.now() - made_at).total_seconds() / 60)
        )


def _say_where(result: dict[str, Any]) -> None:
    for report in result["reports"]:
        if report["path"]:
            age = "" if report["is_new"] else f", made {report['age_minutes']} minutes ago"
            err.print(f"{report['marketplace']} {report['period']}: {report['path']}{age}")


@app.command()
def types(as_json: Json = False) -> None:
    """List the report types that are loaded, with their tables, periods and options."""
    found = [
        {
            "name": rules.name,
            "report_type": rules.report_type,
            "tables": [t.name for t in TABLES.get(rules.report_type, ())] or ["sqp_data"],
            "periods": list(rules.periods),
            "options": sorted(
                name for name in (rules.period_option, rules.asin_option, *rules.options) if name
            ),
        }
        for rules in REPORT_RULES.values()
    ]
    if as_json:
        print_json({"types": found})
        return
    columns = ["name", "Amazon's name", "tables~", "periods~", "options~"]
    rows = (
        (
            one["name"],
            one["report_type"],
            *(", ".join(map(str, one[k])) for k in ("tables", "periods", "options")),
        )
        for one in found
    )
    out.print(table("Report types", columns, rows))
