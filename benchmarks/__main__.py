"""`python -m benchmarks [NAME ...]`: measures, shows one table of ratios, and writes results.json.

Each benchmark runs in a process of its own. A run of all replaces the kept one. Exit code 1: a
target is missed, or a ratio is much worse than in the kept run.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.chart import write_chart
from benchmarks.figures import Figure
from benchmarks.report import regressions, show, write_page, write_results

#: In the order of the table; each is a module with measure(scratch).
NAMES = (
    "planning",
    "parsing",
    "lifecycle",
    "loading",
    "latency",
    "memory",
    "queries",
    "starting",
    "quota_units",
    "pulling",
    "prefect_share",
    "shipping",
    "scale",
    "demo",
)
LIMIT_S = 400
OURS = ("SP_API_", "SQP_", "CHALKOLA_", "SUPABASE_", "PREFECT_", "SENTRY_", "LOG_", "PG")


def main() -> int:
    """Run the benchmarks that were named, or all."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME", help=str(NAMES))
    options.add_argument("--in-this-process", metavar="FOLDER", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.in_this_process:
        return _measure(given.names[0], given.in_this_process)
    started = time.monotonic()
    results = _run(given.names or NAMES)
    show(results, took_s=time.monotonic() - started)
    is_good = all(one.is_met for figures in results.values() for one in figures)
    is_good = is_good and not regressions(results)
    if not given.names:
        write_results(results)
        write_page(results)
        write_chart(results, on=datetime.now(UTC).date())
    return 0 if is_good else 1


def _run(names: tuple[str, ...] | list[str]) -> dict[str, list[Figure]]:
    scratch = Path(tempfile.mkdtemp(prefix="chalkola-bench-"))
    try:
        return {name: _run_one(name, scratch) for name in names}
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _run_one(name: str, scratch: Path) -> list[Figure]:
    print(f"{name} ...", file=sys.stderr, flush=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "benchmarks", name, "--in-this-process", str(scratch)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    environment |= {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[1])
    done = subprocess.run(
        command, cwd=scratch, env=environment, stdout=subprocess.PIPE, timeout=LIMIT_S, check=False
    )
    print(f"  {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    if done.returncode:
        return [Figure(f"{name} failed: exit code", done.returncode, target=0)]
    return [
        Figure.from_dict(json.loads(line))
        for line in done.stdout.splitlines()
        if line.startswith(b"{")
    ]


def _measure(name: str, scratch: Path) -> int:
    for figure in importlib.import_module(f"benchmarks.{name}").measure(scratch):
        print(json.dumps(figure.to_dict()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
