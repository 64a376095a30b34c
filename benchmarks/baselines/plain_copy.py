"""COPY of ready-made lines straight into the indexed table: the limit of any load."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from tasks.database.driver import driver_cursor
from tasks.documents.transaction import COPY, COPY_BLOCK_BYTES
from tasks.sqp.document import COPY_COLUMNS


def copy(engine: sa.Engine, lines: Path) -> None:
    """One transaction, no ledger, no check."""
    statement = COPY.format(table="chalkola.sqp_data", columns=", ".join(COPY_COLUMNS))
    with (
        engine.begin() as connection,
        driver_cursor(connection) as cursor,
        lines.open("rb") as file,
    ):
        cursor.copy_expert(statement, file, size=COPY_BLOCK_BYTES)
