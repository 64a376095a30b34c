"""`chalkola inventory`: bring FBA and AWD stock up to date, and look at what is stored."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import typer

from chalkola_spapi.errors import SpApiError
from deployments.console import Json, err, out, print_json, set_up_logging, table
from deployments.report_plan import print_report_plan, report_plan
from tasks.connections import Connections, connections
from tasks.database.engine import require_migrated
from tasks.ledger.outcomes import BAD
from tasks.marketplaces import resolve_marketplaces
from tasks.read_model.questions import inventory_cover
from tasks.stock.stored import stock_by_sku, stored_levels
from tasks.stock.wanted import accounts_of, check_inventory, wanted_reports

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=__doc__)

Marketplaces = Annotated[
    list[str] | None,
    typer.Option(
        "--marketplace",
        "-m",
        help="Code (US, UK, ...), marketplace id, or region (NA, EU, FE); may be repeated. "
        "Default: all.",
    ),
]
Limit = Annotated[int, typer.Option(min=1, help="The most rows to show.")]
Sku = Annotated[str | None, typer.Option(help="One SKU.")]


@app.command()
def sync(
    marketplace: Marketplaces = None,
    awd: Annotated[
        bool, typer.Option(help="Also AWD, of North American accounts that are asked for.")
    ] = True,
    wait: Annotated[
        float, typer.Option(min=0, help="Minutes to wait for each report after it was asked for.")
    ] = 30,
    dry_run: Annotated[
        bool, typer.Option(help="Only say which reports would be requested; a walk only reads.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Replace the stored stock of each marketplace by what Amazon says now. Safe to repeat.

    Exits 0 when every marketplace is stored, empty, or waits for its report; 1 when one failed: its
    stock is then as it was.
    """
    places = resolve_marketplaces(marketplace or [])
    conns = connections()
    set_up_logging(conns.settings)
    wanted = check_inventory(conns, [place.code for place in places])
    if dry_run:
        plan = report_plan(conns, wanted_reports(conns, wanted), refresh=False)
        print_json(plan) if as_json else print_report_plan(plan)
        return
    conns.open_database(accounts_of(conns, wanted))
    codes = [place.code for place in places]
    result = _run(conns, codes, wait=wait, with_awd=awd and _has_na(wanted), is_quiet=as_json)
    if as_json:
        print_json(result)
    else:
        _print(result)
    for one in result["marketplaces"]:
        _explain(one)
    for one in result["awd"]:
        if one["message"]:
            err.print(f"AWD of account {one['account']}: {one['status']}: {one['message']}")
    if any(one["status"] in BAD for one in [*result["marketplaces"], *result["awd"]]):
        raise typer.Exit(1)


def _has_na(places: Any) -> bool:
    return any(place.region == "NA" for place in places)


def _run(
    conns: Connections, codes: list[str], *, wait: float, with_awd: bool, is_quiet: bool
) -> dict[str, Any]:
    from deployments.foreground import run_in_foreground

    request: dict[str, Any] = {"marketplaces": codes, "wait_minutes": wait}

    def run() -> dict[str, Any]:
        from flows.awd import awd
        from flows.inventory import inventory
        from tasks.stock.inventory import SyncIncompleteError

        try:
            result: dict[str, Any] = inventory(**request)
        except SyncIncompleteError as exc:
            result = exc.summary
        # What FBA said stands, whatever becomes of AWD.
        try:
            accounts = awd()["accounts"] if with_awd else []
        except SpApiError as exc:
            accounts = [{"account": exc.account, "status": "failed", "message": str(exc)}]
        return result | {"awd": accounts}

    return run_in_foreground(conns, run, is_quiet=is_quiet)


def _print(result: dict[str, Any]) -> None:
    columns = [
        "",
        "source",
        "status",
        "SKUs#",
        "new#",
        "changed#",
        "vanished#",
        "returned#",
        "as of",
    ]
    rows = (
        (
            one["marketplace"],
            one["source"],
            one["status"],
            one["skus"],
            one["new"],
            one["changed"],
            one["vanished"],
            one["returned"],
            (one["as_of"] or "")[:16],
        )
        for one in result["marketplaces"]
    )
    out.print(table("FBA stock", columns, rows))
    if result["awd"]:
        columns = ["account", "status", "SKUs#", "changed#", "vanished#", "shipments#"]
        names = ("account", "status", "skus", "changed", "vanished", "shipments")
        awd = ([one.get(name) for name in names] for one in result["awd"])
        out.print()
        out.print(table("AWD stock", columns, awd))


def _explain(one: dict[str, Any]) -> None:
    """Say on stderr what is not as it should be, and how old the stock is that a report tells."""
    if one["status"] == "pending":
        err.print(f"{one['marketplace']}: report {one['report_id']} is still pending at Amazon")
    elif one["message"]:
        err.print(f"{one['marketplace']}: {one['status']}: {one['message']}")
    if one["age_minutes"]:
        err.print(f"{one['marketplace']}: the stock is {one['age_minutes']} minutes old")


@app.command()
def show(
    marketplace: Marketplaces = None, sku: Sku = None, limit: Limit = 50, as_json: Json = False
) -> None:
    """Show the stored FBA stock of each marketplace, the biggest first."""
    places = resolve_marketplaces(marketplace or [])
    engine = _migrated().engine
    rows = stored_levels(engine, marketplaces=places, sku=sku, limit=limit)
    if as_json:
        print_json({"levels": rows})
        return
    columns = ["", "SKU", "ASIN", "total#", "sellable#", "remote#", "inbound#", "reserved#"]
    columns += ["unsellable#", "from", "as of (UTC)", "vanished at"]
    out.print(table("FBA stock", columns, (tuple(row.values()) for row in rows)))


@app.command()
def total(sku: Sku = None, limit: Limit = 50, as_json: Json = False) -> None:
    """Show each SKU's units, FBA and AWD together: every unit once."""
    rows = stock_by_sku(_migrated().engine, sku=sku, limit=limit)
    if as_json:
        print_json({"stock": rows})
        return
    columns = ["account", "SKU", "ASIN", "name~", "sellable#", "on hand#", "to FBA#", "searched#"]
    columns += ["AWD#", "to AWD#", "AWD to FBA#", "open#", "total#", "as of (UTC)"]
    out.print(table("Stock", columns, (tuple(row.values()) for row in rows)))


@app.command()
def cover(
    marketplace: Marketplaces = None,
    asin: Annotated[str | None, typer.Option(help="One ASIN.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Show how many weeks the stock of each ASIN lasts, the most urgent first.

    Velocity is of the last 28 days that Sales and Traffic is loaded of; unknown stays empty.
    """
    places = resolve_marketplaces(marketplace or [])
    rows = inventory_cover(_migrated().engine, marketplaces=places, asin=asin, limit=limit)
    if as_json:
        print_json({"cover": rows})
        return
    if not rows:
        err.print("No stock is stored: run `chalkola inventory sync`.")
        return
    columns = ["", "ASIN", "hint", "sellable#", "coming#", "AWD#", "a day#", "weeks#", "with all#"]
    columns += ["out on", "reorder#", "sold through", "days loaded#", "as of (UTC)"]
    names = ["marketplace", "asin", "hint", "sellable_quantity", "incoming_quantity"]
    names += ["awd_on_hand_quantity", "units_per_day", "weeks_of_cover", "weeks_of_supply"]
    names += ["stock_out_on", "reorder_quantity", "sold_through", "days_covered_28", "as_of"]
    out.print(
        table("Stock cover", columns, ([_rounded(row[name]) for name in names] for row in rows))
    )


def _rounded(cell: Any) -> Any:
    return f"{cell:,.1f}" if isinstance(cell, Decimal) else cell


def _migrated() -> Connections:
    conns = connections()
    set_up_logging(conns.settings)
    require_migrated(conns.engine)
    return conns
