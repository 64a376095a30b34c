"""What Prefect adds to 200 batches with instant answers, beside what it adds to empty task runs.

Six task runs a batch (batch, create_report, wait_for_report, download_report, parse, upsert).
Without Prefect: the same functions in as many threads. The floor: as many empty task runs of the
same kinds, on the same server. Both end when the server has recorded the last of them.
Of a batch's ASINs one has rows: documents of all would keep the simulator busy, not Prefect.
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
from typing import NamedTuple

from benchmarks.database import DATABASE
from benchmarks.documents import IN_A_REPORT, asins_of
from benchmarks.environment import seller
from benchmarks.figures import Figure
from benchmarks.prefect_server import prefect_server
from benchmarks.servers import control, simulator
from tasks.database.embedded import EmbeddedPostgres
from tasks.database.engine import connect_engine
from tasks.database.migrations import migrate

BATCHES, FEW, MANY = 200, 100, 1000
TASKS_A_BATCH = 6
ROUNDS = 3
RUNS = Path(__file__).with_name("prefect_runs.py")
#: Quotas far away; reports are done when first looked at.
INSTANT = {"queue_s": 0.0, "processing_s": 0.0, "spread": 0.0}


class Run(NamedTuple):
    """What one took: until its flow ended, and until the server had recorded all of it."""

    seconds: float
    recorded_s: float
    cpu_s: float
    peak_mb: float


class Round(NamedTuple):
    """The three, one right after the other in one process."""

    bare: Run
    floor: Run
    ours: Run

    def share(self, what: str) -> float:
        """What Prefect adds to ours, in empty task runs."""
        bare, floor, ours = (getattr(run, what) for run in self)
        return float((ours - bare) / floor)


def measure(scratch: Path) -> Iterator[Figure]:
    """Rounds of the three in turn, then one long run."""
    weeks = count(0, 2 * len(Round._fields))
    with (
        EmbeddedPostgres(scratch / "share") as server,
        simulator(speed=1_000_000, sqp_reports_a_day=10_000_000, progress=INSTANT) as amazon,
    ):
        url = server.ensure_database(DATABASE)
        engine = connect_engine(url)
        migrate(engine)
        engine.dispose()
        _thin_documents(amazon)
        with prefect_server(server.ensure_database("prefect"), scratch) as prefect:
            home = scratch / "share-home"
            environment = os.environ | prefect | seller(amazon, url, home=home, budget=100_000)
            rounds = [
                Round(*_runs(environment, BATCHES, next(weeks), *Round._fields))
                for _ in range(ROUNDS)
            ]
            yield from _shares(rounds)
            [few] = _runs(environment, FEW, next(weeks), "ours")
            [many] = _runs(environment, MANY, next(weeks), "long")
    # Until the flow ended: what the server has left to record then is as much for 100 as for 1,000.
    a_batch = (many.seconds / MANY) / (few.seconds / FEW)
    by_cpu = (many.cpu_s / MANY) / (few.cpu_s / FEW)
    note = f"by the flow's own CPU {by_cpu:.2f}"
    yield Figure("a batch of 1,000 / a batch of 100", a_batch, target=1.15, note=note)
    memory = 1000 * (many.peak_mb - few.peak_mb) / (MANY - FEW)
    yield Figure("memory for a batch more, from 100 to 1,000", memory, "kB", 150)


def _thin_documents(amazon: str) -> None:
    without = [asin for n, asin in enumerate(asins_of(MANY)) if n % IN_A_REPORT]
    control(amazon, "scripts", {"times": None, "sqp": {"without_asins": without}})


def _shares(rounds: list[Round]) -> Iterator[Figure]:
    share = median(one.share("recorded_s") for one in rounds)
    by_cpu = median(one.share("cpu_s") for one in rounds)
    note = f"the flows' own CPU alone: {by_cpu:.2f}"
    name = f"Prefect's share of {BATCHES} batches / its floor"
    yield Figure(name, share, target=1.15, note=note)
    for name, kind in (("ours", "ours"), ("without Prefect", "bare"), ("empty task runs", "floor")):
        runs = [getattr(one, kind) for one in rounds]
        yield Figure(f"  {name}", median(run.recorded_s for run in runs), "s", note=_note(runs))


def _note(runs: list[Run]) -> str:
    tasks = BATCHES * TASKS_A_BATCH
    took, cpu_s = median(run.recorded_s for run in runs), median(run.cpu_s for run in runs)
    return f"{1000 * took / tasks:.1f} ms a task run, {1000 * cpu_s / tasks:.1f} of its own CPU"


def _runs(environment: dict[str, str], batches: int, week: int, *kinds: str) -> list[Run]:
    """Run each kind once, in a process of their own."""
    numbers = map(str, (batches, TASKS_A_BATCH, week))
    command = [sys.executable, str(RUNS), *numbers, *kinds]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    return [Run(*json.loads(line)) for line in done.stdout.splitlines() if line.startswith(b"[")]
