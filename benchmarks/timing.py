"""Times of several runs in turn, so that a noisy minute falls on all that are compared."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median


def cpu_s(action: Callable[[], object]) -> float:
    """CPU seconds of this process for one run."""
    started = time.process_time()
    action()
    return time.process_time() - started


def wall_s(action: Callable[[], object]) -> float:
    """Seconds that one run takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def in_turn(
    actions: Mapping[str, Callable[[], float]], *, rounds: int, warm_ups: int = 1
) -> dict[str, float]:
    """Run each action in each round; gives the median of what it measured, by name."""
    found: dict[str, list[float]] = {name: [] for name in actions}
    for number in range(-warm_ups, rounds):
        for name, action in actions.items():
            value = action()
            if number >= 0:
                found[name].append(value)
    return {name: median(values) for name, values in found.items()}
