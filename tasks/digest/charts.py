"""Line and bar charts over periods, as SVG text or PNG. A period that is not loaded is a gap."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from tasks.digest.palette import DAY, SERIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Points of a chart in a page: as wide as a phone's column, so that its text is never made smaller.
WIDTH, HEIGHT = 350, 190
_DPI = 72
_DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)))
_MARKS = ("o", "s", "^")
# Letters of Japan and of others, where the machine has them.
_FONTS = (
    "DejaVu Sans",
    "Noto Sans CJK JP",
    "IPAexGothic",
    "Hiragino Sans",
    "Yu Gothic",
    "Noto Sans Arabic",
    "Arial Unicode MS",
)


@dataclass(frozen=True)
class Series:
    """A line's name and its value in each period; None: not loaded."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Chart:
    """What is drawn: one value of each series for each start of a period.

    `gaps`: what is said in the place of a period without numbers. `shown` writes a value.
    """

    title: str
    starts: Sequence[date]
    series: Sequence[Series]
    shown: Callable[[float], str]
    gaps: Mapping[int, str] = field(default_factory=dict)
    is_bars: bool = False

    def points(self) -> list[dict[str, object]]:
        """Each start with the values of the series; None: not known."""
        return [
            {"start": start} | {one.name: one.values[place] for one in self.series}
            for place, start in enumerate(self.starts)
        ]

    @property
    def description(self) -> str:
        """What a chart says, for those who do not see it."""
        parts = [self.title]
        for one in self.series:
            known = [(s, v) for s, v in zip(self.starts, one.values, strict=True) if v is not None]
            if known:
                (first, before), (last, after) = known[0], known[-1]
                then, now = self.shown(before), self.shown(after)
                parts.append(f"{one.name}: {then} from {first}, {now} from {last}")
        if self.gaps:
            parts.append(f"{len(self.gaps)} of {len(self.starts)} periods are not loaded")
        return ". ".join(parts) + "."


def draw_svg(chart: Chart, *, width: int = WIDTH, height: int = HEIGHT) -> str:
    """An `<svg>` element for a page: its colours follow the page's, its text stays text."""
    text = _saved(_figure(chart, width, height, with_title=False), "svg").decode()
    svg = text[text.index("<svg") :]
    for name, value in DAY.items():
        svg = re.sub(re.escape(value), f"var(--{name})", svg, flags=re.IGNORECASE)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (width|height)="[\d.]+pt"', "", svg, count=2)
    # A page holds many charts, and an id once.
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    return re.sub(r"font-family: [^;\"]*", "font-family: system-ui, sans-serif", svg)


def draw_file(chart: Chart, kind: str, *, width: int = 900, height: int = 420) -> bytes:
    """A file of its own: "png" or "svg"."""
    return _saved(_figure(chart, width, height, with_title=True), kind)


def _saved(figure: Figure, kind: str) -> bytes:
    from matplotlib import rc_context

    sink = io.BytesIO()
    # Text stays text; the same chart gives the same file.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "chalkola"}):
        metadata = {"Date": None} if kind == "svg" else None
        figure.savefig(sink, format=kind, metadata=metadata, dpi=_DPI if kind == "svg" else 144)
    return sink.getvalue()


def _figure(chart: Chart, width: int, height: int, *, with_title: bool) -> Figure:
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    font_size = 11.0 if with_title else 10.5
    with rc_context({"font.family": _installed_fonts(), "font.size": font_size}):
        pad = 0.15 if with_title else 0.04
        layout = ConstrainedLayoutEngine(w_pad=pad, h_pad=pad)
        figure = Figure(figsize=(width / _DPI, height / _DPI), layout=layout)
        axes = figure.subplots()
        if with_title:
            figure.patch.set_facecolor(DAY["card"])
            figure.suptitle(chart.title, x=0.01, ha="left", color=DAY["text"], fontsize=13)
        else:
            figure.patch.set_visible(False)
        _draw(axes, chart)
        figure.draw_without_rendering()
    return figure


def _installed_fonts() -> list[str]:
    from matplotlib.font_manager import get_font_names

    found = set(get_font_names())
    return [name for name in _FONTS if name in found]


def _draw(axes: Axes, chart: Chart) -> None:
    axes.patch.set_visible(False)
    for place, reason in chart.gaps.items():
        axes.axvspan(place - 0.5, place + 0.5, color=DAY["gap"], linewidth=0)
        axes.text(
            place,
            0.5,
            reason,
            rotation=90,
            ha="center",
            va="center",
            fontsize=9,
            color=DAY["quiet"],
            transform=axes.get_xaxis_transform(),
        )
    for place, one in enumerate(chart.series):
        _draw_series(axes, chart, one, place)
    _label_axes(axes, chart)


def _day(chart: Chart, start: date) -> str:
    is_long = (chart.starts[-1] - chart.starts[0]).days > 300
    return f"{start:%b %Y}" if is_long else f"{start.day} {start:%b}"


def _draw_series(axes: Axes, chart: Chart, one: Series, place: int) -> None:
    values = [math.nan if value is None else value for value in one.values]
    colour = DAY[SERIES[place % len(SERIES)]]
    if chart.is_bars:
        axes.bar(range(len(values)), values, width=0.7, color=colour, label=one.name)
        return
    axes.plot(
        values,
        color=colour,
        linestyle=_DASHES[place % len(_DASHES)],
        marker=_MARKS[place % len(_MARKS)],
        markersize=3.5,
        linewidth=1.8,
        label=one.name,
    )


def _label_axes(axes: Axes, chart: Chart) -> None:
    count = len(chart.starts)
    step = max(1, math.ceil(count / 6))
    ticks = list(range(count - 1, -1, -step))[::-1]
    axes.set_xlim(-0.6, count - 0.4)
    axes.set_xticks(ticks, [_day(chart, chart.starts[tick]) for tick in ticks])
    highest = max((value or 0 for one in chart.series for value in one.values), default=0)
    axes.set_ylim(0, highest * 1.1 or 1)
    axes.yaxis.set_major_formatter(lambda value, _place: chart.shown(value))
    axes.locator_params(axis="y", nbins=4)
    axes.tick_params(colors=DAY["quiet"], length=0)
    axes.grid(axis="y", color=DAY["line"], linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.spines["bottom"].set(visible=True, color=DAY["line"])
    if len(chart.series) > 1:
        legend = axes.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=len(chart.series),
            frameon=False,
            borderaxespad=0,
            handlelength=2.2,
            columnspacing=1.0,
        )
        for text in legend.get_texts():
            text.set_color(DAY["text"])
