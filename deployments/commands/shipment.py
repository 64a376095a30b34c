"""`chalkola shipment`: from a request over two approvals to labels, and what follows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from deployments.console import Json, err, out, print_json, set_up_logging, table
from deployments.shipment_display import print_list, print_shipment
from tasks.connections import Connections, connections
from tasks.shipments.ledger import Shipment, ShipmentLedger

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=__doc__)

Name = Annotated[str, typer.Argument(help="The shipment's name, or its inbound plan id.")]


@app.command()
def create(
    request: Annotated[Path, typer.Argument(help="REQUEST.json; README describes it.")],
    dry_run: Annotated[
        bool, typer.Option(help="Only check it, with Amazon too; create nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Create a shipment, or go on with the one of this name; waits at both approvals.

    Exits 0 once it is COMPLETED, 1 when it was rejected or cannot go on, 2 when the request is
    wrong or differs from the one of this name.
    """
    from deployments.shipment_foreground import run_shipment
    from tasks.shipments.preflight import preflight
    from tasks.shipments.request_file import read_request_file

    wanted = read_request_file(request)
    conns = _connections(wanted.place.code)
    found = preflight(conns, wanted) if ShipmentLedger(conns.engine).is_new(wanted) else None
    if dry_run:
        _print_preflight(found, as_json=as_json)
        return
    if found is not None:
        _print_warnings(found)
    run_shipment(conns, wanted, as_json=as_json)


def _print_preflight(found: dict[str, Any] | None, *, as_json: bool) -> None:
    if found is None:
        found = {"warnings": [], "is_stored": True}
    if as_json:
        print_json({"ok": True, **found})
        return
    _print_warnings(found)
    if "items" not in found:
        out.print("The shipment exists with an equal request; `create` goes on with it.")
        return
    columns = ["MSKU~", "units#", "labelled by", "prepared by"]
    rows = ((i["msku"], i["quantity"], i["label_owner"], i["prep_owner"]) for i in found["items"])
    out.print(table(f"{found['name']}: {found['boxes']} boxes", columns, rows))
    out.print("Nothing is wrong with it. Nothing was created.")


def _print_warnings(found: dict[str, Any]) -> None:
    for warning in found["warnings"]:
        err.print(f"Warning: {warning}")


@app.command("list")
def list_command(
    status: Annotated[str | None, typer.Option(help="Only those with this status.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The most to show, newest first.")] = 50,
    as_json: Json = False,
) -> None:
    """List shipments, the newest first."""
    from tasks.shipments.view import listed

    wanted = status.upper() if status else None
    found = ShipmentLedger(_connections().engine).recent(limit=limit, status=wanted)
    rows = [listed(shipment) for shipment in found]
    print_json({"shipments": rows}) if as_json else print_list(rows)


@app.command()
def show(name: Name, as_json: Json = False) -> None:
    """Show a shipment: status, options with ids and totals, quotes, destinations, labels."""
    from tasks.shipments.view import shipment_view

    conns, shipment = _shipment(name)
    view = shipment_view(conns, shipment)
    print_json(view) if as_json else print_shipment(view)


@app.command()
def approve(
    name: Name,
    placement: Annotated[str | None, typer.Option(help="The placement option's id.")] = None,
    transportation: Annotated[
        str | None,
        typer.Option(help="auto-cheapest, or option ids, one a shipment, comma separated."),
    ] = None,
    over_limit: Annotated[bool, typer.Option(help="Spend more than the spend limit.")] = False,
    as_json: Json = False,
) -> None:
    """Approve an option of the question that waits; the waiting run goes on with it.

    Exits 1 if the option has expired or changed since it was shown: fresh ones are then asked.
    """
    from deployments.shipment_answers import approve_and_wait
    from tasks.shipments.errors import ShipmentInputError

    if (placement is None) == (transportation is None):
        raise ShipmentInputError("--placement, --transportation: give one of them")
    conns, shipment = _shipment(name)
    if placement is not None:
        said = approve_and_wait(conns, shipment, "placement", placement, over_limit=over_limit)
    else:
        said = approve_and_wait(
            conns, shipment, "transportation", transportation or "", over_limit=over_limit
        )
    _say(said, as_json=as_json)


@app.command()
def reject(
    name: Name,
    reason: Annotated[str, typer.Option(help="Kept with the shipment.")],
    as_json: Json = False,
) -> None:
    """Reject a shipment at either approval: its plan is voided at Amazon, and read to prove it."""
    from deployments.shipment_changes import decide

    conns, shipment = _shipment(name)
    _say(decide(conns, shipment, "reject", reason=reason), as_json=as_json)


@app.command()
def resume(name: Name, as_json: Json = False) -> None:
    """Go on with a shipment whose run failed or died; waits at the approvals as `create` does."""
    from deployments.shipment_foreground import print_end, run_shipment
    from tasks.shipments.ledger import VOIDED

    conns, shipment = _shipment(name)
    if shipment.status in {*VOIDED, "COMPLETED"}:
        print_end(conns, shipment.plan_name, as_json=as_json)
        return
    run_shipment(conns, shipment.wanted, as_json=as_json)


@app.command()
def cancel(
    name: Name,
    reason: Annotated[str | None, typer.Option(help="Kept with the shipment.")] = None,
    accept_charges: Annotated[
        bool, typer.Option(help="Cancel though it is no longer free of charge.")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Only say what it would mean.")] = False,
    as_json: Json = False,
) -> None:
    """Void the plan at Amazon, and read it to prove it. Refused once that is no longer free."""
    from deployments.shipment_changes import decide
    from tasks.shipments.cancellation import is_free_of_charge, proof, refuse_decision
    from tasks.shipments.work import Work

    conns, shipment = _shipment(name)
    work = Work.on(shipment.plan_name)
    said: dict[str, Any] = {
        "is_free": is_free_of_charge(work),
        "free_void_until": shipment.free_void_until,
    }
    if dry_run:
        refuse_decision(work, "cancel", accept_charges=accept_charges)
        said |= {"name": shipment.plan_name, "status": shipment.status, "proof": proof(work)}
    else:
        said |= decide(conns, shipment, "cancel", reason=reason, accept_charges=accept_charges)
    _say(said, as_json=as_json)


@app.command()
def track(
    name: Name,
    file: Annotated[Path, typer.Argument(help="CSV with the columns box,tracking_id.")],
    dry_run: Annotated[bool, typer.Option(help="Only match the boxes.")] = False,
    as_json: Json = False,
) -> None:
    """Tell Amazon the tracking ids of your own carrier, one for each box.

    A box is Amazon's id (on its label) or its name in the request; pallets: the confirmation id.
    """
    from deployments.shipment_changes import track as send
    from tasks.shipments.tracking import match_boxes, read_tracking_file
    from tasks.shipments.work import Work

    lines = read_tracking_file(file)
    conns, shipment = _shipment(name)
    matched = match_boxes(Work.on(shipment.plan_name), lines)
    if dry_run:
        shown = [
            {"shipment": shipment_id, "box_id": box, "tracking_id": tracking_id, "status": None}
            for shipment_id, ids in matched.items()
            for box, tracking_id in ids.items()
        ]
    else:
        shown = send(conns, shipment, lines)
    if as_json:
        print_json({"name": shipment.plan_name, "boxes": shown})
        return
    columns = ["shipment", "box", "tracking id", "Amazon says~"]
    out.print(table("Tracking", columns, (tuple(one.values()) for one in shown)))


@app.command()
def labels(
    name: Name,
    again: Annotated[bool, typer.Option(help="Download them from Amazon again.")] = False,
    as_json: Json = False,
) -> None:
    """Say where the labels are; files that are gone are written again from the database."""
    from deployments.shipment_changes import fetch_labels_again
    from tasks.shipments.labels import refuse_without_labels, restore_files
    from tasks.shipments.work import Work

    conns, shipment = _shipment(name)
    work = Work.on(shipment.plan_name)
    refuse_without_labels(work)
    if again:
        fetch_labels_again(conns, shipment)
    restore_files(work)
    rows = work.ledger.rows("labels", shipment_id=shipment.id)
    names = ("shipment_confirmation_id", "kind", "page_type", "path", "size_bytes", "sha256")
    shown = [{key: row[key] for key in names} for row in rows]
    if as_json:
        print_json({"name": shipment.plan_name, "labels": shown})
        return
    for one in shown:
        out.print(f"{one['path']}")


def _say(said: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(said)
        return
    for key, value in said.items():
        if value is not None:
            text = f"{value:%a %d %b %Y %H:%M} UTC" if isinstance(value, datetime) else value
            out.print(f"{key.replace('_', ' ')}: {text}")


def _connections(code: str | None = None) -> Connections:
    """Give the connections, logging set up; with a marketplace, its account is needed too."""
    from chalkola_spapi.marketplaces import find_marketplace

    conns = connections()
    set_up_logging(conns.settings)
    accounts = conns.settings.account_names
    if code is not None:
        accounts = [conns.settings.account_name_for(find_marketplace(code))]
        conns.settings.require_credentials(accounts)
    conns.open_database(accounts)
    return conns


def _shipment(name: str) -> tuple[Connections, Shipment]:
    conns = _connections()
    return conns, ShipmentLedger(conns.engine).get(name)
