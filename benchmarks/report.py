"""One table on the screen, and the kept run: results.json, results.md, results.svg."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure

Results = Mapping[str, list[Figure]]
RESULTS = Path(__file__).with_name("results.json")
PAGE = Path(__file__).with_name("results.md")


def show(results: Results, *, took_s: float) -> None:
    """Print every figure with its target, and what is worse than in the kept run."""
    table = Table(box=None, header_style="bold")
    for title in ("", "measured", "target", ""):
        table.add_column(title, no_wrap=True)
    table.add_column("note")
    for name, figures in results.items():
        table.add_section()
        table.add_row(f"[bold]{name}[/bold]")
        for one in figures:
            table.add_row(one.name, one.value_text, one.target_text, one.verdict, one.note)
    Console(width=150).print(table)
    missed = sum(not one.is_met for figures in results.values() for one in figures)
    print(f"{took_s:.0f} s; {missed} targets missed")
    for line in regressions(results):
        print(f"WORSE than the kept run: {line}")


def regressions(results: Results) -> list[str]:
    """What is much worse than in results.json as it stands."""
    kept = _kept()
    return [
        f"{one.name}: {one.value_text}, was {kept[one.name].value_text}"
        for figures in results.values()
        for one in figures
        if one.name in kept and one.is_regression_of(kept[one.name])
    ]


def _kept() -> dict[str, Figure]:
    if not RESULTS.exists():
        return {}
    groups = json.loads(RESULTS.read_text())["figures"].values()
    return {one["name"]: Figure.from_dict(one) for found in groups for one in found}


def write_results(results: Results) -> None:
    """Write everything that was measured, for machines."""
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "figures": {name: [one.to_dict() for one in found] for name, found in results.items()},
    }
    RESULTS.write_text(json.dumps(content, indent=1) + "\n")


def write_page(results: Results) -> None:
    """Write the table for readers."""
    lines = [
        "# The last full run of `make bench`",
        "",
        f"Made {datetime.now(UTC):%Y-%m-%d}, {platform.platform()}.",
        "How each figure is made: [README.md](README.md).",
    ]
    for name, figures in results.items():
        lines += [
            "",
            f"## {name}",
            "",
            "| what | measured | target | | note |",
            "|---|---|---|---|---|",
        ]
        lines += [
            f"| {one.name.strip()} | {one.value_text} | {one.target_text} | "
            f"{one.verdict} | {one.note} |"
            for one in figures
        ]
    PAGE.write_text("\n".join(lines) + "\n")
