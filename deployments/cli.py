"""The command `chalkola`. Each command's module is imported when it is called, never for --help."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

# name -> (module:attribute of a typer.Typer or a function, help line)
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": (
        "deployments.commands.demo:demo",
        "Try the whole main job here, without an Amazon account.",
    ),
    "up": ("deployments.commands.up:up", "Keep server, UI, worker and deployments running here."),
    "simulator": ("deployments.commands.simulator:simulator", "Run the SP-API simulator alone."),
    "check": ("deployments.commands.check:check", "Check settings, database, tokens and roles."),
    "db": ("deployments.commands.db:app", "Migrate the database, or see what is migrated."),
    "asins": ("deployments.commands.asins:app", "The ASINs that are asked for."),
    "sqp": ("deployments.commands.sqp:app", "Search Query Performance: plan, pull, search."),
    "shipment": (
        "deployments.commands.shipment:app",
        "FBA shipments: create, approve, labels, tracking.",
    ),
    "inventory": ("deployments.commands.inventory:app", "FBA and AWD stock: sync, show."),
    "export": (
        "deployments.commands.export:export",
        "Rows of a view as a spreadsheet, CSV or Parquet.",
    ),
    "report": ("deployments.commands.report:app", "Pull any other report."),
    "reports": (
        "deployments.commands.reports:app",
        "The report ledger: what was asked for, and why not.",
    ),
    "digest": (
        "deployments.commands.digest:digest",
        "What happened to search terms and stock, and what to do, on one page.",
    ),
    "alerts": (
        "deployments.commands.alerts:app",
        "What needs a person, and the automations that tell of it.",
    ),
    "deploy": (
        "deployments.commands.deploy:deploy",
        "Create deployments and automations on a Prefect server.",
    ),
    "server": ("deployments.commands.services:server", "Run the Prefect server alone."),
    "worker": ("deployments.commands.services:worker", "Run a worker alone."),
    "health": ("deployments.commands.health:health", "Serve /health, /ready and /metrics."),
}


class LazyGroup(TyperGroup):
    """Lists the commands from the table and imports only the one that is called."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- click's signature
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        path, line = target
        if ctx.resilient_parsing or ctx.meta.get("is_listing"):
            return typer.core.TyperCommand(cmd_name, help=line)
        return _load(cmd_name, path, line)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        ctx.meta["is_listing"] = True
        super().format_help(ctx, formatter)


def _load(name: str, path: str, line: str) -> Any:
    module, attribute = path.split(":")
    found = getattr(import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(name=name)(found)
        found = single
    command = typer.main.get_command(found)
    command.name = name
    command.help = command.help or line
    return command


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def root() -> None:
    """A seller's Amazon data in Postgres and its FBA shipments out of the door, on Prefect."""


def main() -> None:
    """Run a command; a user's error is one message on stderr and an exit code, no traceback."""
    try:
        app(prog_name="chalkola")
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted. The same command goes on where it stopped.\n")
        sys.stderr.flush()
        # Batches may be waiting in their threads; every state is safe to be left at any moment.
        os._exit(130)
    except Exception as exc:
        code = _exit_code(exc)
        if code is None:
            raise
        _say(exc)
        sys.exit(code)


def _exit_code(exc: Exception) -> int | None:
    """Give the exit code of an error that is meant for a person; None for a fault of ours."""
    from sqlalchemy.exc import OperationalError

    from chalkola_spapi.errors import SpApiError
    from tasks.errors import ChalkolaError

    if isinstance(exc, ChalkolaError):
        return exc.exit_code
    return 1 if isinstance(exc, SpApiError | OperationalError) else None


def _say(exc: Exception) -> None:
    from tasks.errors import InputError

    line = " ".join(str(exc).split())
    problems = list(exc.problems) if isinstance(exc, InputError) else []
    listed = "".join(f"\n  {problem}" for problem in problems)
    said = f"{len(problems)} things are wrong:{listed}" if len(problems) > 1 else line
    sys.stderr.write(f"Error: {said}\n")
    if "--json" in sys.argv:
        more = {"problems": problems} if problems else {}
        sys.stdout.write(json.dumps({"error": line, **more}) + "\n")


if __name__ == "__main__":
    main()
