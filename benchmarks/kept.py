"""The kept run, results.json: what a later run is compared with, and the README's figure."""

from __future__ import annotations

import json
import math
import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
from benchmarks.timing import cpu_s

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True)
class Group:
    """The figures of one benchmark.

    load: how many processes wanted a CPU when it ended, of machine's `cpus`; seconds: it took.
    """

    figures: tuple[Figure, ...]
    seconds: float
    measured_at: datetime
    load: float
    machine: str

    @classmethod
    def of(cls, figures: list[Figure], *, seconds: float) -> Group:
        """What has just been measured here."""
        machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs"
        machine += (
            f", Python {platform.python_version()}, a million additions in {_loop_ms():.0f} ms"
        )
        now = datetime.now(UTC).replace(microsecond=0)
        return cls(tuple(figures), round(seconds, 1), now, round(os.getloadavg()[0], 1), machine)

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "measured_at": self.measured_at.isoformat(),
            "machine": self.machine,
            "load": self.load,
            "seconds": self.seconds,
            "figures": [_without_nan(one.to_dict()) for one in self.figures],
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Group:
        """What to_dict gave."""
        figures = tuple(Figure.from_dict(_with_nan(one)) for one in values.pop("figures"))
        at = datetime.fromisoformat(values.pop("measured_at"))
        return cls(figures=figures, measured_at=at, **values)


def _loop_ms() -> float:
    """How fast the machine is: what takes seconds there means little without."""
    return 1000 * cpu_s(lambda: sum(number for number in range(1_000_000)))


def read_kept() -> dict[str, Group]:
    """By the benchmark's name; empty before the first run."""
    if not RESULTS.exists():
        return {}
    return {name: Group.from_dict(one) for name, one in json.loads(RESULTS.read_text()).items()}


def keep(groups: dict[str, Group]) -> None:
    """Replace the kept run."""
    content = {name: group.to_dict() for name, group in groups.items()}
    RESULTS.write_text(json.dumps(content, indent=1) + "\n")


def regressions(groups: dict[str, Group], kept: dict[str, Group]) -> list[str]:
    """What is much worse than it was."""
    before = {one.name: one for group in kept.values() for one in group.figures}
    return [
        f"{one.name}: {one.value_text}, was {before[one.name].value_text}"
        for group in groups.values()
        for one in group.figures
        if one.name in before and one.is_regression_of(before[one.name])
    ]


def _without_nan(values: dict[str, Any]) -> dict[str, Any]:
    return values | ({"value": None} if math.isnan(values["value"]) else {})


def _with_nan(values: dict[str, Any]) -> dict[str, Any]:
    return values | ({"value": math.nan} if values["value"] is None else {})
