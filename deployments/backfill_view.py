"""How far a backfill is: a progress bar on a terminal, a few lines or JSON at the end."""

from __future__ import annotations

import threading
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deployments.console import err, out
from tasks.connections import Connections
from tasks.coverage.backfills import BackfillProgress, BackfillRequest, begin, progress

LOOK_EVERY_S = 2.0


def watch_backfill(conns: Connections, asked: BackfillRequest, ended: threading.Event) -> None:
    """Draw a progress bar on stderr until the event is set; it counts ASINs of periods."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}"),
        TimeElapsedColumn(),
    )
    backfill = begin(conns, asked)
    with Progress(*columns, console=err) as bar:
        shown = bar.add_task(backfill.label, total=None, left="")
        while True:
            now = progress(conns, backfill)
            left = f"{now.open_reports + now.reports_needed} reports to go"
            bar.update(shown, total=now.expected, completed=now.answered, left=left)
            if ended.wait(LOOK_EVERY_S):
                return


def backfill_json(done: BackfillProgress) -> dict[str, Any]:
    """Give what `--json` prints of it."""
    return done.to_dict() | {"percent": round(done.percent, 1)}


def print_backfill(done: BackfillProgress) -> None:
    """Say what is left, when it is complete, and who goes on with it."""
    out.print(
        f"{done.label}: {done.answered:,} of {done.expected:,} ASINs of periods are answered."
    )
    if done.failed:
        out.print(f"{done.failed:,} failed: `chalkola reports list --state fatal` says why.")
    if done.is_complete:
        out.print("Complete: nothing more is asked for.")
        return
    out.print(
        f"Left: {done.reports_needed} reports to ask for, {done.open_reports} planned or at Amazon."
    )
    if done.complete_at:
        out.print(f"By the daily budget it is complete about {done.complete_at[:10]}.")
    out.print("The catch-up goes on with it, and so does the same command.")
