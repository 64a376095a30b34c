"""Least privilege in the database: the SQL of a reader's and a loader's role, and running it.

https://supabase.com/docs/guides/database/postgres/roles
"""

from __future__ import annotations

import re
from importlib.resources import files

import psycopg2
import sqlalchemy as sa
from psycopg2 import errors

from tasks.database.driver import driver_cursor
from tasks.database.errors import DatabaseError, answering, reason
from tasks.errors import InputError

READER, LOADER = "chalkola_reader", "chalkola_loader"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class RolesError(DatabaseError):
    """The roles could not be made; nothing was changed."""


def roles_sql(*, reader: str = READER, loader: str = LOADER) -> str:
    """Give the SQL; the names are plain ones, so that nothing has to be quoted.

    Raises:
        InputError: a name is none, or both are the same.
    """
    for option, name in (("reader", reader), ("loader", loader)):
        if not _NAME.fullmatch(name):
            raise InputError(f"{option}: {name!r} is no plain role name (a-z, 0-9 and _)")
    if reader == loader:
        raise InputError(f"loader: {loader!r} is the reader's name, too")
    text = (files("sql") / "roles.sql").read_text(encoding="utf-8")
    filled = {"{reader_text}": f"'{reader}'", "{loader_text}": f"'{loader}'", "{reader}": reader}
    for place, value in filled.items():
        text = text.replace(place, value)
    return text


def apply_roles(engine: sa.Engine, *, reader: str = READER, loader: str = LOADER) -> None:
    """Run the SQL in one transaction.

    Raises:
        InputError: as `roles_sql`.
        RolesError: our own role may not do it.
        DatabaseUnreachableError: the database does not answer.
    """
    sql = roles_sql(reader=reader, loader=loader)
    with answering(engine), engine.begin() as connection, driver_cursor(connection) as cursor:
        try:
            cursor.execute(sql)
        except errors.InsufficientPrivilege as exc:
            raise RolesError(
                f"{reason(exc)}: run what `chalkola db roles` prints as a role "
                "that may create roles"
            ) from exc
        except psycopg2.ProgrammingError as exc:
            raise RolesError(reason(exc)) from exc
