"""What Prefect adds to 200 batches with instant answers, beside what it adds to empty task runs.

Six task runs a batch (batch, create_report, wait_for_report, download_report, parse, upsert).
Without Prefect: the same functions in as many threads. The floor: as many empty task runs of the
same kinds, on the same server.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from statistics import median

from benchmarks.database import DATABASE
from benchmarks.environment import seller
from benchmarks.figures import Figure
from benchmarks.prefect_server import prefect_server
from benchmarks.servers import simulator
from tasks.database.embedded import EmbeddedPostgres
from tasks.database.engine import connect_engine
from tasks.database.migrations import migrate

BATCHES, FEW, MANY = 200, 100, 1000
TASKS_A_BATCH = 6
ROUNDS = 3
#: Quotas far away; reports are done when first looked at.
INSTANT = {"queue_s": 0.0, "processing_s": 0.0, "spread": 0.0}
RUNS = Path(__file__).with_name("prefect_runs.py")


def measure(scratch: Path) -> Iterator[Figure]:
    """Rounds of the three in turn, then one long run."""
    weeks = count(0, 2)
    with (
        EmbeddedPostgres(scratch / "share") as server,
        simulator(speed=1_000_000, sqp_reports_a_day=10_000_000, progress=INSTANT) as amazon,
    ):
        url = server.ensure_database(DATABASE)
        engine = connect_engine(url)
        migrate(engine)
        engine.dispose()
        with prefect_server(server.ensure_database("prefect"), scratch) as prefect:
            home = scratch / "share-home"
            environment = os.environ | prefect | seller(amazon, url, home=home, budget=100_000)
            found: dict[str, list[float]] = {"ours": [], "bare": [], "floor": []}
            for _ in range(ROUNDS):
                for kind, times in found.items():
                    times.append(_run(environment, kind, BATCHES, next(weeks))[0])
            few, few_mb = _run(environment, "ours", FEW, next(weeks))
            many, many_mb = _run(environment, "ours", MANY, next(weeks))
    ours, bare, floor = (median(found[kind]) for kind in ("ours", "bare", "floor"))
    tasks = BATCHES * TASKS_A_BATCH
    yield Figure("Prefect's share of 200 batches / its floor", (ours - bare) / floor, target=1.15)
    yield Figure("  ours", ours, "s", note=f"{1000 * ours / tasks:.1f} ms a task run")
    yield Figure("  without Prefect", bare, "s")
    yield Figure("  empty task runs", floor, "s", note=f"{1000 * floor / tasks:.1f} ms a task run")
    a_batch = (many / MANY) / (few / FEW)
    yield Figure("a batch of 1,000 / a batch of 100", a_batch, target=1.15)
    yield Figure(
        "memory for a batch more, from 100 to 1,000",
        1000 * (many_mb - few_mb) / (MANY - FEW),
        "kB",
        150,
    )


def _run(environment: dict[str, str], kind: str, batches: int, week: int) -> tuple[float, float]:
    command = [sys.executable, str(RUNS), kind, str(batches), str(week)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, timeout=300)
    seconds, megabytes = json.loads(done.stdout.splitlines()[-1])
    return seconds, megabytes
