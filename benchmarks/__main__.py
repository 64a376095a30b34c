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
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

from benchmarks.chart import write_chart
from benchmarks.figures import Figure
from benchmarks.kept import Group, keep, read_kept, regressions
from benchmarks.report import show, write_page

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
#: Three of these run at once, on two CPUs: one that computes, and counts; a pull, a shipment and a
#: delayed connection, which wait; and what a busy machine hardly changes, or has no target.
AT_ONCE = (
    "quota_units",
    "pulling",
    "shipping",
    "queries",
    "memory",
    "latency",
    "scale",
    "planning",
)
#: Of these only what they prepare is done then: what they measure has its turn later.
PREPARED = ("queries",)
LIMIT_S = 900
OURS = ("SP_API_", "SQP_", "CHALKOLA_", "SUPABASE_", "PREFECT_", "SENTRY_", "LOG_", "PG")


def main() -> int:
    """Run the benchmarks that were named, or all."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME", help=str(NAMES))
    options.add_argument("--keep", action="store_true", help="replace what is kept of these")
    options.add_argument("--in-this-process", metavar="FOLDER", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.prepare:
        return _prepare(given.names[0], given.in_this_process)
    if given.in_this_process:
        return _measure(given.names[0], given.in_this_process)
    started = time.monotonic()
    groups, kept = _run(given.names or NAMES), read_kept()
    show(groups, seconds=time.monotonic() - started)
    worse = regressions(groups, kept)
    for line in worse:
        print(f"WORSE than the kept run: {line}")
    if given.keep or not given.names:
        _keep(kept | groups)
    is_met = all(one.is_met for group in groups.values() for one in group.figures)
    return 0 if is_met and not worse else 1


def _keep(groups: dict[str, Group]) -> None:
    ordered = {name: groups[name] for name in NAMES if name in groups}
    keep(ordered)
    write_page(ordered)
    write_chart(ordered)


def _run(names: tuple[str, ...] | list[str]) -> dict[str, Group]:
    scratch = Path(tempfile.mkdtemp(prefix="chalkola-bench-"))
    try:
        with ThreadPoolExecutor(max_workers=3) as pool:
            at_once = [name for name in AT_ONCE if name in names]
            groups = pool.map(_run_beside, at_once, repeat(scratch))
            found = {name: one for name, one in zip(at_once, groups, strict=True) if one}
        found |= {name: _run_one(name, scratch) for name in names if name not in found}
        return {name: found[name] for name in names}
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _run_beside(name: str, scratch: Path) -> Group | None:
    if name not in PREPARED:
        return _run_one(name, scratch)
    print(f"what {name} needs ...", file=sys.stderr, flush=True)
    _in_process_of_its_own(name, scratch, "--prepare")
    return None


def _run_one(name: str, scratch: Path) -> Group:
    print(f"{name} ...", file=sys.stderr, flush=True)
    started = time.monotonic()
    code, output = _in_process_of_its_own(name, scratch)
    figures = [Figure.from_dict(json.loads(line)) for line in output if line.startswith(b"{")]
    if code:
        figures.append(Figure(f"{name} failed: exit code", code, target=0))
    return Group.of(figures, seconds=time.monotonic() - started)


def _in_process_of_its_own(name: str, scratch: Path, *flags: str) -> tuple[int, list[bytes]]:
    """Give its exit code and what it printed; after LIMIT_S it ends with all that it started."""
    command = [sys.executable, "-m", "benchmarks", name, "--in-this-process", str(scratch), *flags]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    environment |= {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[1])
    # A warm machine has its modules compiled.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.Popen(
        command, cwd=scratch, env=environment, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        output, _ = process.communicate(timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGTERM)
        output, _ = process.communicate()
    return process.returncode, output.splitlines()


def _prepare(name: str, scratch: Path) -> int:
    importlib.import_module(f"benchmarks.{name}").prepare(scratch)
    return 0


def _measure(name: str, scratch: Path) -> int:
    for figure in importlib.import_module(f"benchmarks.{name}").measure(scratch):
        print(json.dumps(figure.to_dict()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
