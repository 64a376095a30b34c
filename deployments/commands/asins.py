"""`chalkola asins`: the ASINs that every pull asks for unless told otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deployments.console import Json, err, out, print_json, table
from tasks.asins.suppression import release_asins
from tasks.asins.tracked import import_asins, list_tracked, read_csv
from tasks.connections import connections
from tasks.database.engine import require_migrated
from tasks.marketplaces import resolve_marketplaces

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=__doc__)


@app.command("import")
def import_command(
    file: Annotated[
        Path, typer.Argument(help="CSV: marketplace,asin[,priority]; priority 1 first.")
    ],
    as_json: Json = False,
) -> None:
    """Add ASINs from a CSV file, or change their priority. Safe to repeat."""
    tracked = read_csv(file)
    engine = connections().engine
    require_migrated(engine)
    changed = import_asins(engine, tracked)
    if as_json:
        print_json({"read": len(tracked), "changed": changed})
    else:
        out.print(f"{len(tracked)} ASINs read, {changed} new or changed.")


@app.command("list")
def list_command(as_json: Json = False) -> None:
    """Show the tracked ASINs."""
    engine = connections().engine
    require_migrated(engine)
    rows = list_tracked(engine)
    if as_json:
        print_json({"asins": rows})
        return
    if not rows:
        err.print("No ASIN is tracked yet: chalkola asins import FILE.csv")
        return
    columns = [
        "marketplace",
        "ASIN",
        "priority#",
        "source",
        "periods#",
        "with rows#",
        "suppressed",
        "note~",
    ]
    shown = (
        (
            r["marketplace"],
            r["asin"],
            r["priority"],
            r["source"],
            r["periods"],
            r["periods_with_rows"],
            r["suppressed_at"],
            r["note"],
        )
        for r in rows
    )
    out.print(table("Tracked ASINs", columns, shown))


@app.command()
def release(
    asin: Annotated[
        list[str] | None, typer.Argument(help="Suppressed ASINs. Default: all of them.")
    ] = None,
    marketplace: Annotated[
        list[str] | None, typer.Option("--marketplace", "-m", help="Only in these marketplaces.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask again for ASINs that were suppressed since they failed alone three times."""
    places = resolve_marketplaces(marketplace or [])
    engine = connections().engine
    require_migrated(engine)
    released = release_asins(engine, asin or [], marketplaces=places)
    if as_json:
        print_json({"released": [{"marketplace": m, "asin": a} for m, a in released]})
    elif released:
        out.print("\n".join(f"Released {a} in {m}" for m, a in released))
    else:
        out.print("Nothing to release: none of them is suppressed.")
