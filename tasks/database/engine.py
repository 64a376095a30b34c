"""The way to our database: its address, engine and marker, and what `chalkola check` tells.

https://supabase.com/docs/guides/database/connecting-to-postgres
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, ProgrammingError

from tasks.database.errors import (
    DatabaseError,
    DatabaseUnreachableError,
    DatabaseUrlError,
    LockLostError,
    MigrationError,
    NotMigratedError,
    WrongDatabaseError,
    address,
    answering,
)
from tasks.database.liveness import replace_dead_connections
from tasks.database.migrations import require_migrated

__all__ = [
    "DatabaseDescription",
    "DatabaseError",
    "DatabaseUnreachableError",
    "DatabaseUrlError",
    "LockLostError",
    "MigrationError",
    "NotMigratedError",
    "WrongDatabaseError",
    "address",
    "answering",
    "connect_engine",
    "describe_database",
    "mark_database",
    "marked_as",
    "normalise_url",
    "require_migrated",
]

DRIVER = "postgresql+psycopg2"
# What dashboards append for other tools' drivers; libpq refuses the whole address because of them.
FOREIGN_OPTIONS = ("pgbouncer", "connection_limit", "pool_timeout", "schema", "supa")
CONNECT_ARGS: dict[str, str | int] = {
    "application_name": "chalkola",
    "connect_timeout": 10,
    # Gates wait for days: a connection that a router forgot must be noticed, not waited on.
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
DatabaseKind = Literal["real", "simulated"]


@dataclass(frozen=True)
class DatabaseDescription:
    """What `chalkola check` says; clock_skew_s is positive where the database is ahead of us."""

    address: str
    server_version: str
    is_transaction_pooler: bool
    clock_skew_s: float


def normalise_url(text: str) -> sa.URL:
    """The address as SQLAlchemy wants it; SQLAlchemy 2.1 reads postgresql:// as another driver.

    Raises:
        DatabaseUrlError: not a PostgreSQL address; the message never repeats it.
    """
    text = text.strip()
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in {"postgres", "postgresql", DRIVER}:
        raise _url_error("it has to begin with postgresql://")
    try:
        url = sa.make_url(f"{DRIVER}://{rest}")
    except (ArgumentError, ValueError):
        # Not chained: the parser's own text may quote a piece of the password.
        raise _url_error("it cannot be read") from None
    if not url.database:
        raise _url_error("it names no database")
    if url.host and not re.fullmatch(r"[\w.:-]+", url.host):
        raise _url_error("its host name is odd; write @ in the password as %40")
    return url.difference_update_query(FOREIGN_OPTIONS)


def _url_error(problem: str) -> DatabaseUrlError:
    return DatabaseUrlError(
        f"SUPABASE_DB_URL is not a PostgreSQL address: {problem} "
        "(expected postgresql://user:password@host:5432/database)"
    )


def connect_engine(url: sa.URL | str) -> sa.Engine:
    """An engine with a pool small enough for Supabase's session pooler; nothing is connected yet.

    Options in the address win over ours. hide_parameters keeps our rows out of exception texts.
    """
    url = url if isinstance(url, sa.URL) else normalise_url(url)
    engine = sa.create_engine(
        url,
        pool_use_lifo=True,  # few of them work, and are known to live; the others may lapse
        pool_size=4,
        max_overflow=8,
        pool_timeout=60,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args={name: value for name, value in CONNECT_ARGS.items() if name not in url.query},
    )
    replace_dead_connections(engine)
    return engine


def mark_database(engine: sa.Engine, *, kind: DatabaseKind, endpoint_host: str) -> str:
    """Note which kind of data this database holds; the first run decides, later ones compare.

    Returns the database's id, which is part of every cache key.

    Raises:
        WrongDatabaseError: it holds the other kind.
        NotMigratedError: there are no tables yet.
    """
    with answering(engine), engine.begin() as connection:
        marked_kind, marked_host, database_id = _write_marker(connection, kind, endpoint_host)
    if marked_kind != kind:
        raise WrongDatabaseError(
            f"The database at {address(engine.url)} holds {marked_kind} data (from {marked_host}), "
            f"and this run would add {kind} data (from {endpoint_host}): "
            "name another one in SUPABASE_DB_URL or CHALKOLA_HOME"
        )
    return database_id


def marked_as(engine: sa.Engine) -> tuple[str, str] | None:
    """Give the kind of data that the database holds and the host it came from; None: none yet."""
    with answering(engine), engine.connect() as connection:
        row = connection.execute(
            sa.text("SELECT kind, endpoint_host FROM chalkola.database_marker")
        ).one_or_none()
    return None if row is None else (row.kind, row.endpoint_host)


def _write_marker(connection: sa.Connection, kind: str, endpoint_host: str) -> tuple[str, str, str]:
    insert = sa.text(
        "INSERT INTO chalkola.database_marker (kind, endpoint_host) VALUES (:kind, :endpoint_host)"
        " ON CONFLICT DO NOTHING"
    )
    try:
        connection.execute(insert, {"kind": kind, "endpoint_host": endpoint_host})
    except ProgrammingError as exc:
        raise NotMigratedError(
            f"The database at {address(connection.engine.url)} has no tables yet: "
            "run `chalkola db migrate`"
        ) from exc
    row = connection.execute(
        sa.text("SELECT kind, endpoint_host, database_id FROM chalkola.database_marker")
    ).one()
    return row.kind, row.endpoint_host, str(row.database_id)


def describe_database(engine: sa.Engine) -> DatabaseDescription:
    """What the server is, whether it is a transaction-mode pooler, and how far its clock is off.

    Raises:
        DatabaseUnreachableError: it does not answer.
    """
    with answering(engine), engine.connect() as connection:
        version = connection.scalar(sa.text("SHOW server_version"))
        skew_s = _clock_skew_s(connection)
    return DatabaseDescription(
        address(engine.url), str(version), _is_transaction_pooler(engine), skew_s
    )


def _clock_skew_s(connection: sa.Connection) -> float:
    before = time.time()
    theirs = connection.scalar(sa.text("SELECT extract(epoch FROM clock_timestamp())"))
    return float(theirs or 0) - (before + time.time()) / 2


def _is_transaction_pooler(engine: sa.Engine) -> bool:
    """Whether two open connections are ever served by one backend, or one connection by two.

    Without a pooler, or with one in session mode, neither can happen. Session-level advisory locks,
    which keep two runs apart, do not work behind a transaction-mode pooler.
    """
    with answering(engine), engine.connect() as first, engine.connect() as second:
        first.execution_options(isolation_level="AUTOCOMMIT")
        own = _backend_pid(first)
        for _ in range(5):
            with second.begin():
                # Asked first: with a pool of one, `first` would wait for this transaction for ever.
                if _backend_pid(second) == own or _backend_pid(first) != own:
                    return True
    return False


def _backend_pid(connection: sa.Connection) -> int:
    return int(connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())
