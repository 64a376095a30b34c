"""One table on the screen, and the same for readers: results.md."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.kept import Group

PAGE = Path(__file__).with_name("results.md")


def show(groups: Mapping[str, Group], *, seconds: float) -> None:
    """Print every figure with its target, and how long all took."""
    table = Table(box=None, header_style="bold")
    for title in ("", "measured", "target", ""):
        table.add_column(title, no_wrap=True)
    table.add_column("note")
    for name, group in groups.items():
        table.add_section()
        table.add_row(f"[bold]{name}[/bold]", note(group))
        for one in group.figures:
            table.add_row(one.name, one.value_text, one.target_text, one.verdict, one.note)
    Console(width=150).print(table)
    missed = sum(not one.is_met for group in groups.values() for one in group.figures)
    print(f"{seconds:.0f} s; {missed} targets missed")


def note(group: Group) -> str:
    """How long it took, and how busy the machine was."""
    return f"{group.seconds:.0f} s, load {group.load}"


def write_page(groups: Mapping[str, Group]) -> None:
    """Write the table for readers."""
    lines = [
        "# What `make bench` measured last",
        "",
        "How each figure is made, and what its physical limit is: [README.md](README.md).",
        "A load above the number of CPUs means that others used the machine, too.",
    ]
    for name, group in groups.items():
        lines += [
            "",
            f"## {name}",
            "",
            f"{group.measured_at:%Y-%m-%d %H:%M} UTC, {group.machine}; {note(group)}.",
            "",
            "| what | measured | target | | note |",
            "|---|---|---|---|---|",
        ]
        lines += [
            f"| {one.name.strip()} | {one.value_text} | {one.target_text} | "
            f"{one.verdict} | {one.note} |"
            for one in group.figures
        ]
    PAGE.write_text("\n".join(lines) + "\n")
