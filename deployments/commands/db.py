"""`chalkola db`: apply the migrations, see which are applied, give roles their least rights."""

from __future__ import annotations

from typing import Annotated

import typer

from deployments.console import Json, out, print_json, table
from tasks.connections import connections
from tasks.database.migrations import migrate, migration_status, require_migrated
from tasks.database.roles import LOADER, READER, apply_roles, roles_sql

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=__doc__)


@app.command("migrate")
def migrate_command(as_json: Json = False) -> None:
    """Apply the migrations that are missing, and make the views anew whose files changed.

    Safe to repeat, and from two machines at once.
    """
    applied = migrate(connections().engine)
    if as_json:
        print_json({"applied": applied})
    elif applied:
        out.print("\n".join(f"Applied {name}" for name in applied))
    else:
        out.print("Nothing to do: every migration and view is applied.")


@app.command()
def status(as_json: Json = False) -> None:
    """Show migrations and views; exits 1 when some are not applied, or were changed afterwards."""
    found = migration_status(connections().engine)
    if as_json:
        print_json(
            {
                "migrations": [
                    {"name": m.name, "applied_at": m.applied_at, "changed": m.changed}
                    for m in found
                ]
            }
        )
    else:
        rows = (
            (m.name, m.applied_at or "not applied", "changed!" if m.changed else "") for m in found
        )
        out.print(table("Migrations and views", ["name", "applied at (UTC)", ""], rows))
    if any(m.applied_at is None or m.changed for m in found):
        raise typer.Exit(1)


@app.command()
def roles(
    apply: Annotated[bool, typer.Option("--apply", help="Run it, too.")] = False,
    reader: Annotated[str, typer.Option(help="The role for dashboards.")] = READER,
    loader: Annotated[str, typer.Option(help="The role for workers.")] = LOADER,
    as_json: Json = False,
) -> None:
    """Print the SQL of a read-only and a loader role with their grants and policies, or run it.

    Repeat it after each `db migrate`: a new table has no grant and no policy yet.
    """
    sql = roles_sql(reader=reader, loader=loader)
    if apply:
        engine = connections().engine
        require_migrated(engine)
        apply_roles(engine, reader=reader, loader=loader)
    if as_json:
        print_json({"sql": sql, "applied": apply})
    elif apply:
        out.print(f"{reader} may read, {loader} may read and write rows.")
    else:
        out.print(sql, end="")
