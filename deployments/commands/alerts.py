"""`chalkola alerts`: what needs a person now, and the automations that tell of it."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated

import typer

from deployments.console import Json, err, out, print_json, set_up_logging, table
from tasks.connections import connections
from tasks.errors import ChalkolaError, InputError
from tasks.settings import Settings

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=__doc__)


@app.command("apply")
def apply_command(
    block: Annotated[
        str | None,
        typer.Option(help="Notification block, type/name. Default: ALERT_BLOCK or the webhook."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Create or update the automations on PREFECT_API_URL's server. Safe to repeat.

    They go to ALERT_WEBHOOK_URL, or to the notification block that is named.
    """
    settings = Settings.from_env()
    if block is not None:
        settings = settings.model_copy(update={"alert_block": block, "alert_webhook_url": None})
    names = apply_all(settings)
    if as_json:
        print_json({"automations": names})
    else:
        out.print("\n".join(f"Applied {name}" for name in names))


def apply_all(settings: Settings) -> list[str]:
    """Apply the alerts and what keeps runs alive; returns the automations' names.

    Raises:
        InputError: no server or no way to send is named.
        ChalkolaError: Prefect's server does not answer.
    """
    import httpx
    from prefect.settings import PREFECT_API_URL

    # Prefect reads .env and its profiles, too.
    address = PREFECT_API_URL.value()
    if not address:
        raise InputError("not set: PREFECT_API_URL, the server whose automations are meant")
    from deployments.alerts import alerts, sender
    from deployments.automations import apply_automations, keep_runs_alive

    try:
        return apply_automations([*keep_runs_alive(), *alerts(sender(settings))])
    except httpx.TransportError as exc:
        raise ChalkolaError(f"Prefect's server at {address} does not answer") from exc


@app.command()
def show(as_json: Json = False) -> None:
    """Show what needs a person now; exits 1 if something does."""
    from tasks.database.migrations import require_migrated
    from tasks.upkeep.attention import Limits, attention

    conns = connections()
    set_up_logging(conns.settings)
    require_migrated(conns.engine)
    found = attention(conns, Limits())
    if as_json:
        print_json({"attention": [one.to_dict() for one in found]})
    elif found:
        rows = ((one.kind, one.subject, one.message) for one in found)
        out.print(table("What needs a person", ["kind", "about", "what to do~"], rows))
    else:
        limits = ", ".join(f"{f.name} {f.default}" for f in fields(Limits))
        err.print(f"Nothing needs a person ({limits}).")
    if found:
        raise typer.Exit(1)
