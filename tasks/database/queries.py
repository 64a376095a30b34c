"""Named queries of sql/queries/*.sql: a line `-- name --` opens each."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from sqlalchemy import TextClause, text

_NAME = re.compile(r"^-- ([a-z_]+) --$", re.MULTILINE)


@cache
def queries(collection: str) -> dict[str, TextClause]:
    """Name -> statement of sql/queries/<collection>.sql."""
    source = files("sql").joinpath("queries", f"{collection}.sql").read_text(encoding="utf-8")
    _, *parts = _NAME.split(source)
    return {name: text(sql.strip()) for name, sql in zip(parts[::2], parts[1::2], strict=True)}
