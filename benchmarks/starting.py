"""How long the command takes to start: `--help`, and `sqp plan` against a warm database."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.database import database
from benchmarks.environment import seller
from benchmarks.figures import Figure
from benchmarks.timing import in_turn, wall_s

ROUNDS = 5
COMMAND = Path(sys.executable).with_name("chalkola")


def measure(scratch: Path) -> Iterator[Figure]:
    """Wall time of whole processes."""
    with database(scratch) as url:
        environment = os.environ | seller("http://127.0.0.1:9", url, home=scratch / "home")

        cpu: defaultdict[str, list[float]] = defaultdict(list)

        def run(*command: object) -> float:
            given = list(map(str, command))
            before = _children_s()
            seconds = wall_s(
                lambda: subprocess.run(
                    given, env=environment, check=True, stdout=subprocess.DEVNULL
                )
            )
            cpu[given[1]].append(_children_s() - before)
            return seconds

        asins = [f"--asin=B0CHALK{number:03d}" for number in range(42)]
        found = in_turn(
            {
                "python": lambda: run(sys.executable, "-c", "pass"),
                "help": lambda: run(COMMAND, "--help"),
                "plan": lambda: run(COMMAND, "sqp", "plan", "--marketplace=US", *asins),
            },
            rounds=ROUNDS,
        )
    notes = {name: f"{median(times):.2f} s CPU" for name, times in cpu.items()}
    yield Figure("chalkola --help", found["help"], "s", 0.4, note=notes["--help"])
    yield Figure("chalkola sqp plan", found["plan"], "s", 1.5, note=notes["sqp"])
    yield Figure("  python -c pass", found["python"], "s")


def _children_s() -> float:
    """CPU of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
