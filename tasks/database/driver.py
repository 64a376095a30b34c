"""What SQLAlchemy does not give: psycopg2's own cursor, and statements without a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import sqlalchemy as sa
from psycopg2 import extensions


def driver_connection(connection: sa.Connection) -> extensions.connection:
    """psycopg2's own connection."""
    return cast("extensions.connection", connection.connection.driver_connection)


@contextmanager
def driver_cursor(
    connection: sa.Connection, *, name: str | None = None
) -> Iterator[extensions.cursor]:
    """A cursor that shares the connection's transaction; closed at the end of the block.

    For COPY, for many statements in one text, and for texts that hold '%' or ':name'.
    With a name it stays at the server, and sends its rows as they are read.
    """
    with driver_connection(connection).cursor(name) as cursor:
        yield cursor


@contextmanager
def autocommit(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection whose statements are each a transaction of their own.

    A statement is one round trip, not three with BEGIN and COMMIT. SQLAlchemy's AUTOCOMMIT would
    name the isolation level when it ends, and cost the connection a SET at every later use.
    """
    with engine.connect() as connection:
        driver = driver_connection(connection)
        driver.autocommit = True
        try:
            yield connection
        finally:
            if not driver.closed:
                driver.autocommit = False
