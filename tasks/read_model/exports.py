"""Rows of a view into a file: CSV as PostgreSQL writes it, Parquet, or a spreadsheet.

Memory stays flat: rows are streamed. The file is there whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import BinaryIO, Literal, get_args

import sqlalchemy as sa
from psycopg2 import sql

from chalkola_spapi.appearing import appearing
from tasks.database.driver import driver_cursor
from tasks.database.errors import answering
from tasks.errors import InputError
from tasks.read_model.parquet import CASTS as PARQUET_CASTS
from tasks.read_model.parquet import parquet_of_csv
from tasks.read_model.sheet import MOST_ROWS, write_sheet
from tasks.read_model.views import Selection

Format = Literal["xlsx", "csv", "parquet"]
_BATCH = 5_000


@dataclass(frozen=True)
class Exported:
    """A file that was written."""

    path: Path
    format: Format
    rows: int
    size_bytes: int


def format_of(output: Path | None, given: str | None) -> Format:
    """Give the format that was asked for, or that the file's name says.

    Raises:
        InputError: neither says one, or they differ.
    """
    suffix = output.suffix.removeprefix(".").lower() if output is not None else ""
    chosen = given or suffix
    allowed = ", ".join(get_args(Format))
    if not chosen:
        raise InputError(f"format: none is given and no output that says one: {allowed}")
    if chosen not in get_args(Format):
        what = f"format: {given!r}" if given else f"output: the ending of {str(output)!r}"
        raise InputError(f"{what} is none of {allowed}")
    if suffix in get_args(Format) and suffix != chosen:
        raise InputError(f"format: {chosen} does not fit the output {str(output)!r}")
    return chosen  # type: ignore[return-value]


def export(
    engine: sa.Engine,
    selection: Selection,
    target: Path,
    *,
    file_format: Format,
    most_rows: int = MOST_ROWS,
) -> Exported:
    """Write a selection to `target`, in place of what is there.

    most_rows: what a sheet may hold.

    Raises:
        InputError: the folder is not there, or a sheet cannot take so many rows.
        DatabaseUnreachableError: the database does not answer; nothing was written.
    """
    if not target.parent.is_dir() or target.is_dir():
        raise InputError(f"output: {str(target)!r} is not a file in a folder that exists")
    with answering(engine), appearing(target) as part:
        if file_format == "xlsx":
            _refuse_too_many(engine, selection, most_rows)
        rows = _WRITERS[file_format](engine, selection, part)
    return Exported(target, file_format, rows, target.stat().st_size)


def _write_csv(
    engine: sa.Engine, selection: Selection, file: BinaryIO, casts: Mapping[str, str] | None = None
) -> int:
    with engine.connect() as connection, driver_cursor(connection) as cursor:
        query = selection.query(casts).as_string(cursor)
        cursor.copy_expert(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)", file)
        return int(cursor.rowcount)


def _write_parquet(engine: sa.Engine, selection: Selection, file: BinaryIO) -> int:
    with TemporaryDirectory(prefix="chalkola-export-") as folder:
        rows, made = Path(folder) / "rows.csv", Path(folder) / "rows.parquet"
        with rows.open("wb") as written:
            count = _write_csv(engine, selection, written, PARQUET_CASTS)
        parquet_of_csv(rows, made, columns=selection.columns)
        with made.open("rb") as finished:
            copyfileobj(finished, file)
    return count


def _write_xlsx(engine: sa.Engine, selection: Selection, file: BinaryIO) -> int:
    with engine.connect() as connection, driver_cursor(connection, name="export") as cursor:
        # It stays at the server, which sends these many at a time.
        cursor.itersize = _BATCH
        cursor.execute(selection.query())
        return write_sheet(file, selection.view, columns=selection.columns, rows=cursor)


def _refuse_too_many(engine: sa.Engine, selection: Selection, most_rows: int) -> None:
    """A sheet that would be full is refused before it is begun, not cut off."""
    counted = sql.SQL("SELECT count(*) FROM (SELECT FROM ({}) AS found LIMIT {}) AS first")
    with engine.connect() as connection, driver_cursor(connection) as cursor:
        cursor.execute(counted.format(selection.query(), sql.Literal(most_rows + 1)))
        row = cursor.fetchone()
    if row is not None and row[0] > most_rows:
        raise InputError(
            f"format: a sheet takes {most_rows:,} rows and {selection.view} has more: "
            "narrow it, or take csv or parquet"
        )


_WRITERS: Mapping[Format, Callable[[sa.Engine, Selection, BinaryIO], int]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
    "xlsx": _write_xlsx,
}
