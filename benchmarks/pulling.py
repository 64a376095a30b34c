"""How long 60 reports of one account take, against what the quotas alone make them take.

createReport: 15 at once, then one a minute. So the sixtieth is asked for after 45 minutes, and is
there a minute later: the bound. The simulator is 20 times as fast, for all that are measured: each
second of CPU that is not hidden in a wait counts as a third of a minute.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.baselines.guide_pull import GUIDE, NAIVE, pull
from benchmarks.database import DATABASE
from benchmarks.documents import END, IN_A_REPORT, START, US, asins_of
from benchmarks.environment import seller
from benchmarks.figures import Figure
from benchmarks.prefect_server import prefect_server
from benchmarks.servers import control, simulator
from chalkola_spapi.report_types import SQP
from tasks.database.embedded import EmbeddedPostgres
from tasks.database.engine import connect_engine
from tasks.database.migrations import migrate

REPORTS, GUIDES_BATCH = 60, 15
SPEED = 20.0
RATE_PER_S, BURST = 0.0167, 15
LIFE_S = 60.0  # the simulator's: 20 in the queue, 40 at work; some take a quarter longer
POLL_S = 15.0
BOUND_S = ((REPORTS - BURST) / RATE_PER_S + LIFE_S) / SPEED
SAMPLE = 6  # batches of the sequential baselines, which take as long for each
PULL = """
import json, sys, time
from datetime import date
from flows.sqp import sqp
given = json.loads(sys.argv[1])
sys.stdin.readline()
started = time.perf_counter()
result = sqp(marketplaces=["US"], start=date(2026, 1, 25), asins=given, wait_minutes=10)
print(json.dumps([time.perf_counter() - started, result["counts"]]))
"""


def measure(scratch: Path) -> Iterator[Figure]:
    """By one worker, and by two that share the account, each pull from an empty database."""
    # All of them mostly wait, so they run at once, each on a simulator of its own.
    with ThreadPoolExecutor() as pool:
        pulls = [
            pool.submit(_ours, scratch / name, workers=n) for name, n in (("one", 1), ("two", 2))
        ]
        loops = [pool.submit(_sequential, pace) for pace in (GUIDE, NAIVE)]
        (alone, refused_alone), (two, refused_two) = (pull.result() for pull in pulls)
        guide, naive = (loop.result() for loop in loops)
    yield Figure("60 reports: ours / the quotas' bound", alone / BOUND_S, target=1.05)
    yield Figure("60 reports, two workers / the bound", two / BOUND_S, target=1.10)
    yield Figure("answers of 429, both", refused_alone + refused_two, target=0)
    yield Figure("  the bound at Amazon's speed", BOUND_S * SPEED / 60, "min")
    # The guide needs 72 batches for the same ASINs.
    batches = REPORTS * IN_A_REPORT // GUIDES_BATCH
    note = f"from {SAMPLE} of its {batches} batches"
    yield Figure("  the guide's algorithm / the bound", guide * batches / BOUND_S, "x", note=note)
    note = f"from {SAMPLE} of {REPORTS} reports"
    yield Figure("  a plain loop / the bound", naive * REPORTS / BOUND_S, "x", note=note)


def _ours(scratch: Path, *, workers: int) -> tuple[float, int]:
    """Give the seconds of the slowest worker, and how often Amazon answered 429."""
    scratch.mkdir()
    with (
        EmbeddedPostgres(scratch / "postgres") as server,
        simulator(speed=SPEED, sqp_reports_a_day=10_000) as amazon,
    ):
        url = server.ensure_database(DATABASE)
        engine = connect_engine(url)
        migrate(engine)
        engine.dispose()
        with prefect_server(server.ensure_database("prefect"), scratch) as prefect:
            environment = os.environ | prefect | seller(amazon, url, home=scratch / "home")
            environment["SP_API_POLL_INTERVAL"] = str(POLL_S / SPEED)
            seconds = _in_processes(environment, workers)
        return seconds, _throttled(control(amazon, "state"))


def _in_processes(environment: dict[str, str], workers: int) -> float:
    processes = []
    for number in range(workers):
        asins = asins_of(REPORTS // workers, first=number * 1000)
        command = [sys.executable, "-c", PULL, json.dumps(asins)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        processes.append(subprocess.Popen(command, env=environment, **pipes))  # type: ignore[call-overload]
    outputs = _released(processes)
    reports = 0
    seconds = 0.0
    for output in outputs:
        took, counts = json.loads(output.splitlines()[-1])
        seconds = max(seconds, took)
        reports += counts.get("loaded", 0)
    assert reports == REPORTS, f"{reports} reports were loaded"
    return seconds


def _released(processes: list[subprocess.Popen[str]]) -> list[str]:
    """Let all go on at once: they wait when they have imported what they need."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [process.communicate(timeout=300)[0] for process in processes]


def _throttled(state: dict[str, Any]) -> int:
    return sum(int(one["throttled"]) for one in state["operations"].values())


def _sequential(pace: dict[str, float]) -> float:
    """Give the seconds for one batch."""
    with simulator(speed=SPEED, sqp_reports_a_day=10_000) as url:
        specifications = [
            {
                "reportType": SQP,
                "marketplaceIds": [US],
                "dataStartTime": f"{START}T00:00:00Z",
                "dataEndTime": f"{END}T00:00:00Z",
                "reportOptions": {"reportPeriod": "WEEK", "asin": " ".join(batch)},
            }
            for batch in (asins_of(1, first=100 * n)[:GUIDES_BATCH] for n in range(SAMPLE))
        ]
        return pull(url, specifications, speed=SPEED, **pace) / SAMPLE
