"""How long the command takes to start: `--help`, and `sqp plan` against a warm database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

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

        def run(*command: object) -> float:
            given = list(map(str, command))
            return wall_s(
                lambda: subprocess.run(
                    given, env=environment, check=True, stdout=subprocess.DEVNULL
                )
            )

        asins = [f"--asin=B0CHALK{number:03d}" for number in range(42)]
        found = in_turn(
            {
                "python": lambda: run(sys.executable, "-c", "pass"),
                "help": lambda: run(COMMAND, "--help"),
                "plan": lambda: run(COMMAND, "sqp", "plan", "--marketplace=US", *asins),
            },
            rounds=ROUNDS,
        )
    yield Figure("chalkola --help", found["help"], "s", 0.4)
    yield Figure("chalkola sqp plan", found["plan"], "s", 1.5)
    yield Figure("  python -c pass", found["python"], "s")
