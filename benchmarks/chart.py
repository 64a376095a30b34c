"""The figure of the README: how much of each target is used, as an SVG."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.kept import Group

CHART = Path(__file__).with_name("results.svg")
WIDTH, ROW, NAMES, BAR, TOP = 920, 22, 430, 260, 58
#: Where the bars end; longer ones are cut off.
MOST = 1.5
MET, MISSED = "#2e7d57", "#b3402a"


def write_chart(groups: Mapping[str, Group]) -> None:
    """Write a bar for each figure that has a target above zero."""
    figures = [one for group in groups.values() for one in group.figures if one.target]
    days = sorted({group.measured_at.date().isoformat() for group in groups.values()})
    on = " to ".join(dict.fromkeys((days[0], days[-1])))
    height = TOP + ROW * len(figures) + 12
    limit = NAMES + BAR / MOST
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
            'font-family="system-ui, sans-serif" font-size="12">'
        ),
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        (
            f'<text x="12" y="22" font-size="15">make bench, {on}: how much of each target is used'
            "</text>"
        ),
        f'<text x="{limit:.0f}" y="44" text-anchor="middle" fill="#555">the target</text>',
        *(_bar(one, TOP + ROW * number) for number, one in enumerate(figures)),
        (
            f'<line x1="{limit:.0f}" x2="{limit:.0f}" y1="48" y2="{height - 8}" stroke="#555" '
            'stroke-dasharray="3 3"/>'
        ),
        "</svg>",
    ]
    CHART.write_text("\n".join(lines) + "\n")


def _bar(one: Figure, top: int) -> str:
    width = BAR * min(one.used, MOST) / MOST
    colour = MET if one.is_met else MISSED
    value = f"{one.value_text}  ({one.target_text})"
    return (
        f'<text x="12" y="{top + 13}">{escape(one.name)}</text>'
        f'<rect x="{NAMES}" y="{top + 2}" width="{width:.1f}" height="14" fill="{colour}"/>'
        f'<text x="{NAMES + BAR + 12}" y="{top + 13}">{escape(value)}</text>'
    )
