"""`make demo` from a fresh clone of what is committed: with no package cached, and with all."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.timing import wall_s

ROOT = Path(__file__).parents[1]
LIMIT_S = 300


def measure(scratch: Path) -> Iterator[Figure]:
    """Whole commands; the clone itself is not counted. Needs git, make and a package index."""
    environment = os.environ | {
        "PIP_CACHE_DIR": str(scratch / "pip-cache"),
        "UV_CACHE_DIR": str(scratch / "uv-cache"),
    }
    environment.pop("PYTHONPATH", None)
    first = _demo(scratch / "first", environment)
    again = _demo(scratch / "again", environment)
    yield Figure("make demo from a fresh clone, packages cached", again, "s", 60)
    yield Figure("make demo from a fresh clone, nothing cached", first, "s", 150)


def _demo(clone: Path, environment: dict[str, str]) -> float:
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(clone)], check=True)

    def demo() -> None:
        subprocess.run(
            ["make", "demo"],
            cwd=clone,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=LIMIT_S,
        )

    try:
        return wall_s(demo)
    finally:
        shutil.rmtree(clone, ignore_errors=True)
