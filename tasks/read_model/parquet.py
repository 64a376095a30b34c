"""CSV as PostgreSQL writes it to Parquet, typed; DuckDB streams it.

https://duckdb.org/docs/stable/data/csv/overview
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

#: Nine decimals hold every share and price; PostgreSQL's own numerics have no fixed number of them.
CASTS: Mapping[str, str] = {"number": "round({}, 9)"}

_TYPES = {
    "integer": "BIGINT",
    "number": "DECIMAL(38, 9)",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "time": "TIMESTAMPTZ",
    "text": "VARCHAR",
}
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    # Nothing is looked for on the network.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    # Each thread holds a row group: with all of them 1.4 GB for a million rows, and no faster.
    "threads": 1,
    "memory_limit": "256MB",
    "preserve_insertion_order": False,
}
# An unquoted nothing is NULL, a quoted one is an empty text: so COPY writes them.
_COPY = """
    COPY (SELECT * FROM read_csv($source, header = TRUE, auto_detect = FALSE, delim = ',',
        quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = FALSE, parallel = FALSE,
        columns = $columns))
    TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 50000)
"""


def parquet_of_csv(source: Path, target: Path, *, columns: Mapping[str, str]) -> None:
    """Write `target` with one row for each of `source`; columns: name -> kind."""
    import duckdb

    types = {name: _TYPES[kind] for name, kind in columns.items()}
    settings = _SETTINGS | {"temp_directory": str(source.parent)}
    with duckdb.connect(config=settings) as connection:
        # COPY takes no parameter for its target.
        statement = _COPY.format(target=str(target).replace("'", "''"))
        connection.execute(statement, {"source": str(source), "columns": types})
