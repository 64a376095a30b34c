"""psycopg2's own cursor within a transaction of SQLAlchemy's.

For COPY, for many statements in one text, and for texts that hold '%' or ':name'.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import sqlalchemy as sa
from psycopg2 import extensions


@contextmanager
def driver_cursor(
    connection: sa.Connection, *, name: str | None = None
) -> Iterator[extensions.cursor]:
    """A cursor that shares the connection's transaction; closed at the end of the block.

    With a name it stays at the server, and sends its rows as they are read.
    """
    driver = cast("extensions.connection", connection.connection.driver_connection)
    with driver.cursor(name) as cursor:
        yield cursor
