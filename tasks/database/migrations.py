"""Applies sql/migrations/NNNN_name.sql in order, once each: plain SQL that psql runs as well.

After them the views of sql/views (tasks/database/views.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable

import psycopg2
import sqlalchemy as sa

from tasks.database.driver import driver_cursor
from tasks.database.errors import MigrationError, NotMigratedError, address, answering, reason
from tasks.database.sql_files import SqlFile, read_sql_files
from tasks.database.views import PREFIX, apply_views, read_views, view_status

FILE_NAME = re.compile(r"\d{4}_[a-z0-9_]+\.sql")
# Any fixed number: one migrator at a time. It ends with the transaction, so it also holds behind a
# transaction-mode pooler and nobody has to break it after a crash.
LOCK_KEY = 7_215_001

RUNNERS_OWN_TABLE = """
CREATE TABLE IF NOT EXISTS chalkola.schema_migrations (
    version    TEXT        PRIMARY KEY,
    name       TEXT        NOT NULL,
    sha256     TEXT        NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
ALTER TABLE chalkola.schema_migrations ENABLE ROW LEVEL SECURITY;
"""


@dataclass(frozen=True)
class MigrationStatus:
    """One migration or view: applied_at is None while it waits.

    changed: a migration's file was edited since. A view's may be: it then waits.
    """

    name: str
    applied_at: datetime | None
    changed: bool


@dataclass(frozen=True)
class _Applied:
    name: str
    sha256: str
    applied_at: datetime


def migrate(
    engine: sa.Engine, *, folder: Traversable | None = None, views: Traversable | None = None
) -> list[str]:
    """Apply what is missing, each file in its own transaction, then the views in one.

    Returns the names of the files that were not applied yet. Safe to run from several processes at
    once and to kill: a file is applied and noted, or neither.

    Raises:
        MigrationError: a file failed (it left nothing behind), was edited after it was applied, or
            the database is ahead of this code.
        DatabaseUnreachableError: the database does not answer.
    """
    sources = _read_files(folder)
    done: list[str] = []
    while (name := _apply_next(engine, sources)) is not None:
        done.append(name)
    with _migrating(engine) as connection:
        return done + apply_views(connection, _read_views(folder, views))


def migration_status(
    engine: sa.Engine, *, folder: Traversable | None = None, views: Traversable | None = None
) -> list[MigrationStatus]:
    """Every migration and view that the code or the database knows, in order; changes nothing.

    A migration that only the database knows counts as changed.
    """
    sources = {_version(source): source for source in _read_files(folder)}
    with answering(engine), engine.connect() as connection:
        applied = _read_applied(connection)
        shown = _view_status(connection, _read_views(folder, views))
    return [
        _status(sources.get(version), applied.get(version))
        for version in sorted(sources.keys() | applied.keys())
    ] + shown


def require_migrated(engine: sa.Engine) -> None:
    """Return if the tables are those of this code.

    Raises:
        NotMigratedError: migrations wait.
        MigrationError: the database is ahead of this code, or a file was edited.
    """
    statuses = migration_status(engine)
    changed = [status.name for status in statuses if status.changed]
    if changed:
        raise MigrationError(
            f"The database at {address(engine.url)} does not fit this code: {', '.join(changed)} "
            "differs from what was applied; see `chalkola db status`"
        )
    waiting = sum(status.applied_at is None for status in statuses)
    if waiting:
        raise NotMigratedError(
            f"The database at {address(engine.url)} lacks {waiting} of {len(statuses)} migrations "
            "and views: run `chalkola db migrate`"
        )


def _version(source: SqlFile) -> str:
    return source.name[:4]


def _read_files(folder: Traversable | None) -> list[SqlFile]:
    """The migrations of `folder` (default: the package sql's) in order, checked by name."""
    folder = folder if folder is not None else files("sql") / "migrations"
    sources = read_sql_files(folder, FILE_NAME, rule="a migration is named NNNN_what_it_does.sql")
    doubled = [
        source.name
        for source, before in zip(sources[1:], sources, strict=False)
        if _version(source) == _version(before)
    ]
    if doubled:
        raise MigrationError(f"{', '.join(doubled)}: its number is taken")
    return sources


def _read_views(folder: Traversable | None, views: Traversable | None) -> list[SqlFile]:
    """Other migrations than the package's have none of its views."""
    return read_views(views) if folder is None or views is not None else []


@contextmanager
def _migrating(engine: sa.Engine) -> Iterator[sa.Connection]:
    with answering(engine), engine.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
        yield connection


def _apply_next(engine: sa.Engine, sources: list[SqlFile]) -> str | None:
    with _migrating(engine) as connection:
        # Looked up first: IF NOT EXISTS asks for the right to create even where nothing is made.
        if connection.scalar(sa.text("SELECT to_regnamespace('chalkola')")) is None:
            connection.execute(sa.text("CREATE SCHEMA chalkola"))
        if not _has_table(connection):
            connection.execute(sa.text(RUNNERS_OWN_TABLE))
        applied = _read_applied(connection)
        _refuse_surprises(sources, applied)
        source = next((source for source in sources if _version(source) not in applied), None)
        if source is None:
            return None
        _apply(connection, source)
        return source.name


def _refuse_surprises(sources: list[SqlFile], applied: dict[str, _Applied]) -> None:
    known = {_version(source): source for source in sources}
    ahead = [row.name for version, row in sorted(applied.items()) if version not in known]
    if ahead:
        raise MigrationError(
            f"The database is ahead of this code: it has {', '.join(ahead)}; update the code"
        )
    for version, row in sorted(applied.items()):
        if known[version].sha256 != row.sha256:
            raise MigrationError(
                f"{known[version].name} was edited after it was applied: add a new file instead"
            )


def _apply(connection: sa.Connection, source: SqlFile) -> None:
    try:
        # Without parameters '%' and ':name' in a file are only text.
        with driver_cursor(connection) as cursor:
            cursor.execute(source.sql)
    except psycopg2.OperationalError:
        raise
    except psycopg2.Error as exc:
        raise MigrationError(f"{source.name}: {reason(exc)}") from exc
    connection.execute(
        sa.text(
            "INSERT INTO chalkola.schema_migrations (version, name, sha256)"
            " VALUES (:version, :name, :sha256)"
        ),
        {"version": _version(source), "name": source.name, "sha256": source.sha256},
    )


def _has_table(connection: sa.Connection) -> bool:
    # A catalogue look-up: to_regclass fails for a role without rights on the schema.
    found = connection.scalar(
        sa.text(
            "SELECT 1 FROM pg_tables"
            " WHERE schemaname = 'chalkola' AND tablename = 'schema_migrations'"
        )
    )
    return found is not None


def _read_applied(connection: sa.Connection) -> dict[str, _Applied]:
    if not _has_table(connection):
        return {}
    rows = connection.execute(
        sa.text(
            "SELECT version, name, sha256, applied_at FROM chalkola.schema_migrations"
            " WHERE version NOT LIKE 'views/%'"
        )
    )
    return {row.version: _Applied(row.name, row.sha256, row.applied_at) for row in rows}


def _view_status(connection: sa.Connection, sources: list[SqlFile]) -> list[MigrationStatus]:
    if not _has_table(connection):
        return [MigrationStatus(PREFIX + one.name, None, changed=False) for one in sources]
    found = view_status(connection, sources)
    return [MigrationStatus(one.name, one.applied_at, changed=False) for one in found]


def _status(source: SqlFile | None, applied: _Applied | None) -> MigrationStatus:
    if source is None or applied is None:
        name = source.name if source is not None else applied.name if applied is not None else ""
        return MigrationStatus(
            name, applied.applied_at if applied else None, changed=source is None
        )
    return MigrationStatus(source.name, applied.applied_at, changed=source.sha256 != applied.sha256)
