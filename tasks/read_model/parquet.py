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
_NO_EXTENSIONS = ("autoinstall_known_extensions", "autoload_known_extensions")
# An unquoted nothing is NULL, a quoted one is an empty text: so COPY writes them.
_COPY = """
    COPY (SELECT * FROM read_csv($source, header = TRUE, auto_detect = FALSE, delim = ',',
        quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = FALSE, parallel = FALSE,
        columns = $columns))
    TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)
"""


def parquet_of_csv(source: Path, target: Path, *, columns: Mapping[str, str]) -> None:
    """Write `target` with one row for each of `source`; columns: name -> kind."""
    import duckdb

    types = {name: _TYPES[kind] for name, kind in columns.items()}
    # It may look for nothing on the network, and needs no file of its own.
    with duckdb.connect(config=dict.fromkeys(_NO_EXTENSIONS, False)) as connection:
        # COPY takes no parameter for its target.
        statement = _COPY.format(target=str(target).replace("'", "''"))
        connection.execute(statement, {"source": str(source), "columns": types})
