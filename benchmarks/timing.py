"""Times of several runs in turn, so that a noisy minute falls on all that are compared."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
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


def rounds_of(
    actions: Mapping[str, Callable[[], float]], *, rounds: int, warm_ups: int = 1
) -> dict[str, list[float]]:
    """Run each action in each round; gives what it measured, by name."""
    found: dict[str, list[float]] = {name: [] for name in actions}
    for number in range(-warm_ups, rounds):
        for name, action in actions.items():
            value = action()
            if number >= 0:
                found[name].append(value)
    return found


def in_turn(
    actions: Mapping[str, Callable[[], float]], *, rounds: int, warm_ups: int = 1
) -> dict[str, float]:
    """Run each action in each round; gives the median of what it measured, by name."""
    found = rounds_of(actions, rounds=rounds, warm_ups=warm_ups)
    return {name: median(values) for name, values in found.items()}


def ratio(values: Sequence[float], others: Sequence[float]) -> float:
    """The median of the ratios of pairs that ran after one another."""
    return median(one / other for one, other in zip(values, others, strict=True))
