"""COPY of ready-made lines straight into the indexed table: the limit of any load."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from tasks.database.driver import driver_cursor
from tasks.documents.transaction import COPY, COPY_BLOCK_BYTES
from tasks.sqp.lines import COPY_COLUMNS


def in_document_order(parsed: Path, ready: Path) -> None:
    """Give the lines as the document has its rows, whose queries end with their number."""
    lines = parsed.read_bytes().splitlines(keepends=True)
    place = COPY_COLUMNS.index("search_query")
    lines.sort(key=lambda line: int(line.split(b"\t", place + 1)[place].rsplit(b" ", 1)[1]))
    ready.write_bytes(b"".join(lines))


def copy(engine: sa.Engine, lines: Path) -> None:
    """One transaction, no ledger, no check."""
    statement = COPY.format(table="chalkola.sqp_data", columns=", ".join(COPY_COLUMNS))
    with (
        engine.begin() as connection,
        driver_cursor(connection) as cursor,
        lines.open("rb") as file,
    ):
        cursor.copy_expert(statement, file, size=COPY_BLOCK_BYTES)
