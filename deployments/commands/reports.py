"""`chalkola reports`: what was asked of Amazon, what became of it, why not, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from chalkola_spapi.periods import ReportPeriod
from chalkola_spapi.report_rules import find_rules
from deployments.console import Json, out, print_json, set_up_logging, table
from deployments.summary import print_result
from tasks.connections import Connections, connections
from tasks.database.engine import require_migrated
from tasks.errors import InputError
from tasks.ledger.fatal import KIND_BY_NAME
from tasks.ledger.ledger import ReportRequest
from tasks.marketplaces import resolve_marketplaces
from tasks.reports.replay import check_replay

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=__doc__)

Name = Annotated[str, typer.Argument(help="Amazon's report id, or the ledger's number.")]
STATES = ("planned", "submitting", "submitted", "done", "loaded", "no_data", "fatal")


@app.command("list")
def list_command(
    marketplace: Annotated[str | None, typer.Option("--marketplace", "-m")] = None,
    state: Annotated[str | None, typer.Option(help=f"One of {', '.join(STATES)}.")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 50,
    as_json: Json = False,
) -> None:
    """Show the newest requests."""
    if state is not None and state not in STATES:
        raise InputError(f"state: {state!r} is none of {', '.join(STATES)}")
    places = resolve_marketplaces([marketplace] if marketplace else [])
    conns = _migrated()
    found = conns.ledger.recent(
        limit=limit, state=state, marketplace_id=places[0].marketplace_id if places else None
    )
    if as_json:
        print_json({"reports": [_view(r) for r in found]})
        return
    columns = ["no.#", "", "type", "period", "report", "state", "rows#", "asked at (UTC)", "why~"]
    rows = (
        (
            str(r.id),
            r.slice.marketplace.code,
            find_rules(r.report_type).name,
            r.slice.period.label,
            r.report_id,
            r.state,
            r.row_count,
            r.submitting_at,
            r.kind,
        )
        for r in found
    )
    out.print(table("Reports, the newest first", columns, rows))


@app.command()
def show(name: Name, as_json: Json = False) -> None:
    """Show everything that the ledger holds of one report."""
    views = [_view(request) for request in _find(_migrated(), name)]
    if as_json:
        print_json(views[0] if len(views) == 1 else {"reports": views})
        return
    for view in views:
        for key, value in view.items():
            if value not in (None, [], ()):
                shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
                out.print(f"{key:<20} {shown}")


@app.command()
def why(name: Name, as_json: Json = False) -> None:
    """Explain what became of a report, and say what follows and when."""
    answers = [explain(request) for request in _find(_migrated(), name)]
    if as_json:
        print_json(answers[0] if len(answers) == 1 else {"reports": answers})
        return
    for answer in answers:
        for line in answer["lines"]:
            out.print(line)


def explain(request: ReportRequest) -> dict[str, Any]:
    """Give the explanation of a report's state: Amazon's own text, its meaning, the next action."""
    number = request.report_id or f"no. {request.id}"
    asins = f", {len(request.asins)} ASINs" if request.asins else ""
    lines = [f"{number}: {request.slice.label}{asins}: {request.state}"]
    lines += _STATE_LINES[request.state](request)
    return {
        "report_id": request.report_id,
        "status": request.state,
        "kind": request.kind,
        "message": request.message,
        "next_action": request.next_action,
        "retry_at": request.retry_at,
        "lines": lines,
    }


def _fatal_lines(request: ReportRequest) -> list[str]:
    kind = KIND_BY_NAME[request.kind or "unknown"]
    return [
        f"Amazon says: {request.message}",
        f"It means ({kind.name}): {kind.meaning}.",
        f"Next: {_NEXT[request.next_action or 'give_up'](request)}",
        f"Good to know: {kind.advice}.",
    ]


_NEXT: dict[str, Callable[[ReportRequest], str]] = {
    "retry": lambda r: f"it is asked for again from {r.retry_at:%Y-%m-%d %H:%M} UTC.",
    "bisect": lambda _: (
        "the batch is asked for again in two halves, to find the ASIN that spoils it."
    ),
    "give_up": lambda _: "nothing by itself; the same pull asks for it again.",
}


def _planned_lines(request: ReportRequest) -> list[str]:
    if request.message:
        return [f"The last try failed: {request.message}", "Next: the same pull tries it again."]
    return ["It is not asked for yet: `chalkola sqp plan` says when the budget allows it."]


def _done_lines(request: ReportRequest) -> list[str]:
    lines = ["Amazon has finished it; it is not loaded yet."]
    if not request.message:
        return [*lines, "Next: harvest loads it."]
    if request.slice.period.report_period is ReportPeriod.SNAPSHOT:
        follows = "the next run asks how things stand by then"
    else:
        follows = "harvest tries it again; nothing else is asked for"
    return [*lines, f"The last try failed: {request.message}", f"Next: {follows}."]


def _loaded_lines(request: ReportRequest) -> list[str]:
    if request.superseded_by:
        return [f"A newer report, {request.superseded_by}, was loaded before: nothing was changed."]
    counts = f"{request.row_count:,} rows, {request.rows_written:,} new or changed"
    return [f"{counts}, {request.rows_removed:,} removed, at {request.loaded_at:%F %H:%M} UTC."]


_STATE_LINES: dict[str, Callable[[ReportRequest], list[str]]] = {
    "planned": _planned_lines,
    "submitting": lambda _: [
        "It was being asked for when the run died, or is right now.",
        "Next: the next pull or harvest looks for it at Amazon before anything is asked again.",
    ],
    "submitted": lambda r: [
        f"Amazon has it since {r.submitting_at:%Y-%m-%d %H:%M} UTC: {r.processing_status}.",
        "Next: `chalkola reports harvest`, or the harvest deployment, collects it.",
    ],
    "done": _done_lines,
    "loaded": _loaded_lines,
    "no_data": lambda _: ["Amazon has no data of what was asked for. That is no error."],
    "fatal": _fatal_lines,
}


@app.command()
def harvest(
    retry_fatal: Annotated[
        bool, typer.Option(help="Also ask again for FATAL reports whose time has come.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Collect what has become ready; plans nothing new."""
    conns = _migrated()
    conns.settings.require_accounts()
    conns.open_database(conns.settings.account_names)
    print_result(_run_harvest(conns, retry_fatal=retry_fatal, is_quiet=as_json), as_json=as_json)


def _run_harvest(conns: Connections, *, retry_fatal: bool, is_quiet: bool) -> dict[str, Any]:
    from deployments.foreground import run_in_foreground

    def run() -> dict[str, Any]:
        from flows.harvest import harvest as harvest_flow

        return harvest_flow(retry_fatal=retry_fatal)

    return run_in_foreground(conns, run, is_quiet=is_quiet)


@app.command()
def load(name: Name, as_json: Json = False) -> None:
    """Load a loaded report again from its kept document, without Amazon. Safe to repeat."""
    conns = _migrated()
    requests = check_replay(conns, name)
    conns.open_database([request.account for request in requests])
    print_result(_run_replay(conns, name, is_quiet=as_json), as_json=as_json)


def _run_replay(conns: Connections, name: str, *, is_quiet: bool) -> dict[str, Any]:
    from deployments.foreground import run_in_foreground

    def run() -> dict[str, Any]:
        from flows.replay import replay

        return replay(name)

    return run_in_foreground(conns, run, is_quiet=is_quiet)


def _migrated() -> Connections:
    conns = connections()
    set_up_logging(conns.settings)
    require_migrated(conns.engine)
    return conns


def _find(conns: Connections, name: str) -> list[ReportRequest]:
    """Find the reports of this name: an id is unique only within an account."""
    found = conns.ledger.find(name)
    if not found:
        raise InputError(f"report: {name!r} is not in the ledger; see `chalkola reports list`")
    return found


def _view(request: ReportRequest) -> dict[str, Any]:
    return {
        "no": request.id,
        "report_id": request.report_id,
        "status": request.state,
        "marketplace": request.slice.marketplace.code,
        "account": request.account,
        "report_type": request.report_type,
        "period": request.slice.period.label,
        "period_start": request.period_start,
        "period_end": request.period_end,
        "asins": list(request.asins),
        "attempt": request.attempt,
        "asked_at": request.submitting_at,
        "processing_status": request.processing_status,
        "rows": request.row_count,
        "rows_written": request.rows_written,
        "rows_removed": request.rows_removed,
        "loaded_at": request.loaded_at,
        "extra_fields": request.extra_fields,
        "kind": request.kind,
        "message": request.message,
        "next_action": request.next_action,
        "retry_at": request.retry_at,
    }
