"""A seller whose clock is ours: Python's, the simulator's and PostgreSQL's move together.

PostgreSQL: now() and clock_timestamp() of a schema that stands before pg_catalog in the search
path, so that the product's statements find them; they add a shift that we move.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks.database import DATABASE
from benchmarks.environment import seller
from chalkola_spapi.simulator import Simulator, serve
from tasks.connections import Connections
from tasks.database import throttle
from tasks.database.embedded import EmbeddedPostgres
from tasks.database.engine import connect_engine
from tasks.database.migrations import migrate
from tasks.database.throttle import PostgresThrottle
from tasks.settings import Settings

CLOCK = """
CREATE SCHEMA clock;
CREATE TABLE clock.shift (by INTERVAL NOT NULL);
INSERT INTO clock.shift VALUES ('0');
CREATE FUNCTION clock.clock_timestamp() RETURNS TIMESTAMPTZ LANGUAGE sql
    AS 'SELECT pg_catalog.clock_timestamp() + by FROM clock.shift';
CREATE FUNCTION clock.now() RETURNS TIMESTAMPTZ LANGUAGE sql STABLE
    AS 'SELECT pg_catalog.now() + by FROM clock.shift';
ALTER DATABASE chalkola SET search_path = clock, pg_catalog, public;
"""


@dataclass
class ShiftedClock:
    """The machine's clock, moved on; the database follows where it is known."""

    by: timedelta = timedelta(0)
    engine: sa.Engine | None = field(default=None, repr=False)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by

    def monotonic(self) -> float:
        return self.now().timestamp()

    def sleep(self, seconds: float) -> None:
        """Nobody waits: time passes."""
        self.by += timedelta(seconds=seconds)
        if self.engine is not None:
            with self.engine.begin() as connection:
                connection.execute(sa.text("UPDATE clock.shift SET by = :by"), {"by": self.by})

    def move_to(self, moment: datetime) -> None:
        """Let time pass until then."""
        self.sleep(max(0.0, (moment - self.now()).total_seconds()))


class ClockedSeller:
    """A database, a simulator and what the product holds open, on one clock."""

    def __init__(self, engine: sa.Engine, simulator: Simulator, clock: ShiftedClock) -> None:
        self.engine = engine
        self.simulator = simulator
        self.clock = clock
        self.conns: Connections | None = None

    def new_process(self) -> Connections:
        """What a process that starts now would hold open; the operating system closed the old's."""
        self.close()
        conns = Connections(Settings.from_env(), now=self.clock.now)
        conns.__dict__["throttle"] = PostgresThrottle(conns.engine, sleep=self.clock.sleep)
        self.conns = conns
        return conns

    def close(self) -> None:
        """Let go of what the last process held."""
        if self.conns is not None:
            self.conns.close()


@contextmanager
def clocked_seller(scratch: Path, *, budget: int, **simulator: object) -> Iterator[ClockedSeller]:
    """Everything fresh; the environment of this process is the seller's."""
    clock = ShiftedClock()
    # Nobody else asks for tokens here: to sleep on in one go is the same, 240 times faster.
    throttle.LONGEST_NAP_S = timedelta(days=1).total_seconds()
    with (
        EmbeddedPostgres(scratch / "clocked", settings={"fsync": "off"}) as server,
        serve(clock=clock, **simulator) as running,  # type: ignore[arg-type]
    ):
        url = server.ensure_database(DATABASE)
        _install_clock(url)
        engine = connect_engine(url)
        clock.engine = engine
        os.environ |= seller(running.url, url, home=scratch / "clocked-home", budget=budget)
        life = ClockedSeller(engine, running, clock)
        yield life
        life.close()
        engine.dispose()


def _install_clock(url: sa.URL) -> None:
    first = connect_engine(url)
    with first.begin() as connection:
        connection.exec_driver_sql(CLOCK, execution_options={"no_parameters": True})
    first.dispose()
    # A new session has the search path, so the tables' defaults are the clock's, too.
    second = connect_engine(url)
    migrate(second)
    second.dispose()
