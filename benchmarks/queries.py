"""The questions people ask, on 5 million rows, warm; their plans are kept in benchmarks/plans."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks.database import UNSAFE, engine_of
from benchmarks.figures import Figure
from benchmarks.timing import in_turn, wall_s

PLANS = Path(__file__).with_name("plans")
ROUNDS = 5
#: Name -> the most milliseconds; other questions are shown beside.
LIMITS_MS = {
    "one ASIN over 104 weeks": 50,
    "top movers of a week": 500,
    "coverage of every period": 1000,
}
#: Seven marketplaces, 104 weeks, 69 ASINs, 100 search queries: 5,023,200 rows.
FILL = Path(__file__).with_name("queries_fill.sql")


PRIMARY_KEY = """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = 'chalkola.sqp_data'::REGCLASS AND contype = 'p'
"""
INDEXES = """
    SELECT c.relname, replace(pg_get_indexdef(c.oid), ' ON ONLY ', ' ON ')
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
    WHERE i.indrelid = 'chalkola.sqp_data'::REGCLASS AND NOT i.indisprimary
"""


def prepare(scratch: Path) -> None:
    """Write the rows."""
    with engine_of(scratch / "queries", settings=UNSAFE) as engine:
        _fill(engine, _newest_sunday())


def measure(scratch: Path) -> Iterator[Figure]:
    """Medians, after a vacuum, as autovacuum leaves such tables."""
    newest = _newest_sunday()
    with engine_of(scratch / "queries", settings=UNSAFE) as engine:
        rows = _count(engine)
        assert rows, "no rows were prepared"
        questions = {name: sql.replace(":newest", f"DATE '{newest}'") for name, sql in _questions()}
        with engine.connect() as connection:
            found = in_turn(
                {name: _timed(connection, sql) for name, sql in questions.items()},
                rounds=ROUNDS,
            )
            for name, sql in questions.items():
                _keep_plan(connection, name, sql)
    for name, milliseconds in found.items():
        yield Figure(f"{name}, {rows / 1e6:.1f} M rows", milliseconds, "ms", LIMITS_MS.get(name))


def _newest_sunday() -> date:
    today = date.today() - timedelta(days=10)  # noqa: DTZ011 -- a week that is surely published
    return today - timedelta(days=(today.weekday() + 1) % 7)


def _questions() -> Iterator[tuple[str, str]]:
    text = Path(__file__).with_name("queries.sql").read_text()
    parts = re.split(r"^-- (.+) --\n", text, flags=re.MULTILINE)
    yield from zip(parts[1::2], (part.strip().rstrip(";") for part in parts[2::2]), strict=True)


def _fill(engine: sa.Engine, newest: date) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL work_mem = '256MB'"))
        connection.execute(sa.text("SET LOCAL maintenance_work_mem = '256MB'"))
        connection.execute(sa.text("SET LOCAL synchronous_commit = off"))
        with _without_indexes(connection):
            connection.exec_driver_sql(
                FILL.read_text().replace("{newest}", str(newest)),
                execution_options={"no_parameters": True},
            )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM (ANALYZE)"))


def _count(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        counted = connection.execute(sa.text("SELECT count(*) FROM chalkola.sqp_data"))
        return int(counted.scalar_one())


@contextmanager
def _without_indexes(connection: sa.Connection) -> Iterator[None]:
    """Build the table's indexes after its rows, which takes half the time."""
    primary, others = (connection.execute(sa.text(sql)).all() for sql in (PRIMARY_KEY, INDEXES))
    for name, _ in others:
        connection.execute(sa.text(f"DROP INDEX chalkola.{name}"))
    for name, _ in primary:
        connection.execute(sa.text(f"ALTER TABLE chalkola.sqp_data DROP CONSTRAINT {name}"))
    yield
    for name, definition in primary:
        added = f"ALTER TABLE chalkola.sqp_data ADD CONSTRAINT {name} {definition}"
        connection.execute(sa.text(added))
    for _, definition in others:
        connection.execute(sa.text(definition))


def _timed(connection: sa.Connection, sql: str) -> Callable[[], float]:
    def run() -> float:
        return 1000 * wall_s(lambda: connection.exec_driver_sql(sql).fetchall())

    return run


def _keep_plan(connection: sa.Connection, name: str, sql: str) -> None:
    lines = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS) {sql}").scalars()
    PLANS.mkdir(exist_ok=True)
    file = PLANS / f"{re.sub('[^a-z0-9]+', '-', name.lower())}.txt"
    file.write_text("\n".join(lines) + "\n")
