"""A gzip document to committed rows and its ledger row, beside COPY of ready-made lines.

Ours begins with the gzip: it is unpacked, checked, parsed, and loaded with its ledger in one
transaction. COPY begins with lines that are ready, and keeps no ledger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import sqlalchemy as sa

from benchmarks.baselines.guide_insert import insert
from benchmarks.baselines.plain_copy import copy, in_document_order
from benchmarks.database import CREATED, clear, engine_of, new_request
from benchmarks.documents import Document, write_document
from benchmarks.figures import Figure
from benchmarks.timing import cpu_s, ratio, rounds_of, wall_s
from tasks.documents.transaction import LoadResult
from tasks.sqp.document import write_copy_file
from tasks.sqp.load import load_sqp

#: Rows of 1.35 kB: 5, 50 and 500 MB; and how often each is loaded.
SIZES = ((3_840, 9), (38_400, 5), (384_000, 2))
GUIDE_ROWS, GUIDE_ROUNDS = 3_840, 3


def measure(scratch: Path) -> Iterator[Figure]:
    """First loads and loads of the same again, for three sizes; row by row for the smallest."""
    with engine_of(scratch) as engine:
        for rows, rounds in SIZES:
            document = write_document(scratch / f"{rows}.gz", rows)
            yield from _of_size(engine, document, scratch, rounds=rounds)


def _of_size(
    engine: sa.Engine, document: Document, scratch: Path, *, rounds: int
) -> Iterator[Figure]:
    parsed, ready = scratch / "parsed.copy", scratch / "ready.copy"
    write_copy_file(document.path, is_gzip=True, target=parsed, context=document.context)
    in_document_order(parsed, ready)
    loads, cost = _Loads(engine, document, scratch), _Cost(engine)
    actions = {
        "copy": lambda: cost.after_clearing("copy", lambda: copy(engine, ready)),
        "first": lambda: cost.after_clearing("first", loads.first, prepare=loads.ask),
        "again": lambda: cost.of("again", loads.again, prepare=loads.ask),
    }
    found = rounds_of(actions, rounds=rounds, warm_ups=1 if rounds > 2 else 0)
    a_second = {kind: document.rows / median(times) for kind, times in found.items()}
    megabytes = round(document.rows * 1.35 / 1000)
    name = f"{megabytes} MB document"
    yield Figure(
        f"{name}: COPY of ready lines / first load",
        ratio(found["copy"], found["first"]),
        target=0.6,
        is_floor=True,
        note=f"{a_second['first']:,.0f} rows/s; COPY {a_second['copy']:,.0f}; "
        f"by CPU {cost.ratio('copy', 'first'):.2f}",
    )
    yield Figure(
        f"{name}: COPY / the same loaded again",
        ratio(found["copy"], found["again"]),
        target=0.7,
        is_floor=True,
        note=f"{a_second['again']:,.0f} rows/s; by CPU {cost.ratio('copy', 'again'):.2f}",
    )
    yield Figure(f"{name}: dead rows after that", loads.dead_rows(), target=0)
    if document.rows == GUIDE_ROWS:
        guide = {
            "guide": lambda: cost.after_clearing("guide", lambda: insert(engine, document)),
            "first": actions["first"],
        }
        found = rounds_of(guide, rounds=GUIDE_ROUNDS, warm_ups=0)
        times = ratio(found["guide"], found["first"])
        yield Figure(f"{name}: row by row / first load", times, "x", 10, is_floor=True)


def nothing() -> None:
    """What needs no preparation."""


class _Cost:
    """Wall time of actions, and beside it the CPU of this process and its server process (Linux).

    Both sides' CPU is what stays the same while others use the machine.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._cpu: defaultdict[str, list[float]] = defaultdict(list)
        with engine.connect() as connection:
            # The pool has one connection, which all that follows uses.
            pid = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
        self._server = Path(f"/proc/{pid}/schedstat")

    def after_clearing(
        self, kind: str, action: Callable[[], object], *, prepare: Callable[[], object] = nothing
    ) -> float:
        clear(self._engine)
        return self.of(kind, action, prepare=prepare)

    def of(
        self, kind: str, action: Callable[[], object], *, prepare: Callable[[], object] = nothing
    ) -> float:
        prepare()
        before = self._server_s()
        seconds = 0.0

        def run() -> None:
            nonlocal seconds
            seconds = wall_s(action)

        own = cpu_s(run)
        self._cpu[kind].append(own + self._server_s() - before)
        return seconds

    def ratio(self, kind: str, other: str) -> float:
        return ratio(self._cpu[kind], self._cpu[other])

    def _server_s(self) -> float:
        if not self._server.exists():
            return 0.0
        return int(self._server.read_text().split()[0]) / 1e9


class _Loads:
    """Loads one document, each time under a new report id."""

    def __init__(self, engine: sa.Engine, document: Document, scratch: Path) -> None:
        self._engine = engine
        self._document = document
        self._target = scratch / "loaded.copy"
        self._number = self._request_id = 0

    def first(self) -> None:
        assert self._load().written == self._document.rows

    def again(self) -> None:
        result = self._load()
        assert (result.status, result.written) == ("loaded", 0)

    def dead_rows(self) -> float:
        """Rows that a vacuum would take away."""
        with self._engine.connect() as connection:
            sql = "SELECT pg_stat_force_next_flush(); SELECT n_dead_tup FROM pg_stat_user_tables"
            where = " WHERE relname = 'sqp_data_us'"
            return float(connection.execute(sa.text(sql + where)).scalar_one())

    def ask(self) -> None:
        """Put a new report of it into the ledger, as if it were asked for and DONE."""
        self._number += 1
        context = replace(self._document.context, report_id=f"R{self._number}")
        self._document = replace(self._document, context=context)
        self._request_id = new_request(self._engine, self._document, at=self._created)

    @property
    def _created(self) -> datetime:
        return CREATED + timedelta(hours=self._number)

    def _load(self) -> LoadResult:
        document = self._document
        parsed = write_copy_file(
            document.path, is_gzip=True, target=self._target, context=document.context
        )
        return load_sqp(
            self._engine,
            parsed,
            context=document.context,
            report_created_at=self._created,
            request_id=self._request_id,
        )
