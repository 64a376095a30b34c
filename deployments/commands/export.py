"""`chalkola export`: rows of a view as a spreadsheet, CSV or Parquet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from chalkola_spapi.periods import ReportPeriod
from deployments.console import Json, out, print_json, set_up_logging, table
from tasks.connections import connections
from tasks.database.engine import require_migrated
from tasks.marketplaces import resolve_marketplaces
from tasks.read_model.exports import export as write
from tasks.read_model.exports import format_of
from tasks.read_model.views import Filter, grains, select

_DAYS = ["%Y-%m-%d"]


def export(
    view: Annotated[
        str | None, typer.Argument(help="The view. Without one: what there is to export.")
    ] = None,
    file_format: Annotated[
        str | None,
        typer.Option("--format", help="xlsx, csv or parquet. Default: as --output ends."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="The file, replaced if it is there. Default: VIEW.FORMAT."
        ),
    ] = None,
    marketplace: Annotated[
        list[str] | None,
        typer.Option(
            "--marketplace", "-m", help="Code, marketplace id or region; may be repeated."
        ),
    ] = None,
    period: Annotated[
        ReportPeriod | None, typer.Option(case_sensitive=False, help="WEEK, MONTH or QUARTER.")
    ] = None,
    start: Annotated[
        datetime | None,
        typer.Option(formats=_DAYS, help="Only the period that starts on this day."),
    ] = None,
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=_DAYS, help="Periods that start then or later."),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=_DAYS, help="Periods that start then or earlier."),
    ] = None,
    asin: Annotated[str | None, typer.Option(help="One ASIN.")] = None,
    as_json: Json = False,
) -> None:
    """Write the rows of a view to a file: typed columns, a header, nothing cut off.

    Narrow the large ones (sqp_funnel, sqp_changes, sqp_brand) by marketplace and period.
    """
    if view is None:
        _list(as_json=as_json)
        return
    chosen = format_of(output, file_format)
    places = resolve_marketplaces(marketplace or [])
    given = [
        Filter("marketplace", "marketplace_id", "IN", [p.marketplace_id for p in places] or None),
        Filter("period", "report_period", "=", period and period.value),
        Filter("start", "period_start", "=", start and start.date()),
        Filter("from", "period_start", ">=", first and first.date()),
        Filter("to", "period_start", "<=", last and last.date()),
        Filter("asin", "asin", "=", asin),
    ]
    conns = connections()
    set_up_logging(conns.settings)
    require_migrated(conns.engine)
    selection = select(conns.engine, view, [one for one in given if one.value is not None])
    target = output or Path(f"{view}.{chosen}")
    written = write(conns.engine, selection, target, file_format=chosen)
    if as_json:
        print_json(
            {
                "view": view,
                "format": chosen,
                "path": str(target),
                "rows": written.rows,
                "size_bytes": written.size_bytes,
            }
        )
    else:
        out.print(f"{written.rows:,} rows of {view} are in {target}")


def _list(*, as_json: bool) -> None:
    conns = connections()
    set_up_logging(conns.settings)
    require_migrated(conns.engine)
    found = grains(conns.engine)
    if as_json:
        print_json({"views": [{"view": name, "grain": grain} for name, grain in found.items()]})
        return
    rows = ((name, (grain or "").removeprefix("Grain: ")) for name, grain in found.items())
    out.print(table("Views", ["view", "one row for each~"], rows))
