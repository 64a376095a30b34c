"""The read model: sql/views/NN_name.sql, one view a file, made anew whenever a file of it differs.

All views in one transaction, dropped and created, so that a column may go or change its type.
What was granted on them is granted again. Noted beside the migrations, as views/NN_name.sql.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable

import psycopg2
import sqlalchemy as sa
from psycopg2 import sql

from tasks.database.driver import driver_cursor
from tasks.database.errors import MigrationError
from tasks.database.sql_files import SqlFile, read_sql_files

PREFIX = "views/"
_FILE_NAME = re.compile(r"\d{2}_([a-z0-9_]+)\.sql")

# Whoever had a right on a view before, and the roles of `db roles`, which a new view must not miss.
_GRANTS = """
    SELECT c.relname, pg_get_userbyid(a.grantee), a.privilege_type
    FROM pg_class AS c, aclexplode(c.relacl) AS a
    WHERE c.relnamespace = 'chalkola'::REGNAMESPACE AND c.relkind = 'v'
      AND c.relname = ANY(%(names)s) AND a.grantee NOT IN (0, c.relowner)
    UNION
    SELECT name, r.rolname, 'SELECT'
    FROM unnest(%(names)s) AS name, pg_policy AS p, pg_roles AS r
    WHERE p.polrelid = 'chalkola.schema_migrations'::REGCLASS AND r.oid = ANY(p.polroles)
      AND p.polname IN ('chalkola_reader', 'chalkola_loader')
"""
_APPLIED = """
    SELECT m.name, m.sha256, m.applied_at, v.viewname IS NOT NULL
    FROM chalkola.schema_migrations AS m
    LEFT JOIN pg_views AS v ON v.schemaname = 'chalkola'
        AND v.viewname = regexp_replace(m.name, '^views/[0-9]{2}_(.*)[.]sql$', '\\1')
    WHERE m.version LIKE 'views/%'
"""


@dataclass(frozen=True)
class ViewStatus:
    """One view: applied_at is None while its file waits; a view without a file is superfluous."""

    name: str
    applied_at: datetime | None


def read_views(folder: Traversable | None = None) -> list[SqlFile]:
    """Give the views of `folder` (default: the package sql's), in the order of their making."""
    folder = folder if folder is not None else files("sql") / "views"
    return read_sql_files(folder, _FILE_NAME, rule="a view's file is named NN_the_view.sql")


def view_name(source: SqlFile) -> str:
    """Give the view that a file makes."""
    return _name_in(source.name)


def _name_in(file_name: str) -> str:
    return _FILE_NAME.sub(r"\1", file_name.removeprefix(PREFIX))


def view_status(connection: sa.Connection, sources: list[SqlFile]) -> list[ViewStatus]:
    """Whether each view is there as its file says; one whose file is gone waits to be dropped."""
    applied = _applied(connection)
    known = {PREFIX + source.name: source.sha256 for source in sources}
    current = {
        name: applied_at
        for name, (sha256, applied_at, is_there) in applied.items()
        if is_there and known.get(name) == sha256
    }
    return [ViewStatus(name, current.get(name)) for name in sorted(known.keys() | applied.keys())]


def apply_views(connection: sa.Connection, sources: list[SqlFile]) -> list[str]:
    """Make all views anew if one of them waits; returns the names of those that differed.

    Raises:
        MigrationError: a file failed, or something else stands on one of the views.
    """
    waiting = [one.name for one in view_status(connection, sources) if one.applied_at is None]
    if waiting:
        before = [_name_in(name) for name in _applied(connection)]
        _make_anew(connection, sources, old=before)
        _note(connection, sources)
    return waiting


def _make_anew(connection: sa.Connection, sources: list[SqlFile], *, old: list[str]) -> None:
    new = [view_name(source) for source in sources]
    with driver_cursor(connection) as cursor:
        cursor.execute(_GRANTS, {"names": sorted({*old, *new})})
        grants = [grant for grant in cursor.fetchall() if grant[0] in new]
        _run(cursor, "the views", _drop(sorted({*old, *new})))
        for source in sources:
            _run(cursor, PREFIX + source.name, source.sql)
        for view, role, privilege in grants:
            # The privilege is PostgreSQL's own word.
            grant = sql.SQL("GRANT {} ON chalkola.{} TO {}")
            names = sql.SQL(privilege), sql.Identifier(view), sql.Identifier(role)
            cursor.execute(grant.format(*names))


def _drop(names: list[str]) -> sql.Composable:
    # In one statement: they stand on each other. Without CASCADE: what others built stays.
    listed = sql.SQL(", ").join(sql.Identifier("chalkola", name) for name in names)
    return sql.SQL("DROP VIEW IF EXISTS {}").format(listed) if names else sql.SQL("SELECT 1")


def _run(cursor: psycopg2.extensions.cursor, what: str, statement: str | sql.Composable) -> None:
    try:
        # Without parameters '%' in a file is only text.
        cursor.execute(statement)
    except psycopg2.OperationalError:
        raise
    except psycopg2.Error as exc:
        text = ": ".join(filter(None, (exc.diag.message_primary, exc.diag.message_detail)))
        raise MigrationError(f"{what}: {' '.join(text.split())}") from exc


def _note(connection: sa.Connection, sources: list[SqlFile]) -> None:
    connection.execute(
        sa.text("DELETE FROM chalkola.schema_migrations WHERE version LIKE 'views/%'")
    )
    insert = sa.text(
        "INSERT INTO chalkola.schema_migrations (version, name, sha256)"
        " VALUES (:name, :name, :sha256)"
    )
    rows = [{"name": PREFIX + source.name, "sha256": source.sha256} for source in sources]
    if rows:
        connection.execute(insert, rows)


def _applied(connection: sa.Connection) -> dict[str, tuple[str, datetime, bool]]:
    with driver_cursor(connection) as cursor:
        cursor.execute(_APPLIED)
        return {name: (sha256, at, is_there) for name, sha256, at, is_there in cursor.fetchall()}
