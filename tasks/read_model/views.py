"""The views that can be read and exported, and what is asked of one: columns, filters, its SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from psycopg2 import sql

from tasks.database.views import read_views, view_name
from tasks.errors import InputError

#: Views that stand in the migrations, since the engine reads them itself, and their grain.
_ENGINES_OWN = {
    "stock_by_sku": "Grain: account, SKU, over all its marketplaces; units",
    "sqp_coverage": "Grain: marketplace, published period, tracked ASIN",
    "sqp_coverage_by_period": "Grain: marketplace, published period",
}

#: PostgreSQL's types that files keep; anything else becomes text.
KINDS: Mapping[str, str] = {
    "bigint": "integer",
    "integer": "integer",
    "numeric": "number",
    "boolean": "boolean",
    "date": "date",
    "timestamp with time zone": "time",
    "text": "text",
}

_COLUMNS = sa.text("""
    SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
    WHERE attrelid = CAST(:view AS REGCLASS) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
""")
_GRAINS = sa.text("""
    SELECT c.relname, split_part(obj_description(c.oid, 'pg_class'), '. ', 1) AS grain
    FROM pg_class AS c
    WHERE c.relnamespace = 'chalkola'::REGNAMESPACE AND c.relkind = 'v'
""")


def view_names() -> list[str]:
    """Give the views that can be read, in alphabetical order."""
    return sorted([*map(view_name, read_views()), *_ENGINES_OWN])


def grains(engine: sa.Engine) -> dict[str, str | None]:
    """View -> the first sentence of its comment: its grain."""
    with engine.connect() as connection:
        told = {row.relname: row.grain for row in connection.execute(_GRAINS)}
    return {name: _ENGINES_OWN.get(name, told.get(name)) for name in view_names()}


@dataclass(frozen=True)
class Filter:
    """One condition: the option that it comes from, its column, `=`, `>=`, `<=` or `IN`."""

    option: str
    column: str
    operator: str
    value: Any


@dataclass(frozen=True)
class Selection:
    """Rows of one view: name -> kind of its columns, and the conditions."""

    view: str
    columns: Mapping[str, str]
    filters: Sequence[Filter]

    def query(self, casts: Mapping[str, str] | None = None) -> sql.Composed:
        """Give the SELECT; `casts`: kind -> SQL around {}, for a format that needs another type."""
        around = {"text": "{}::TEXT"} | dict(casts or {})
        listed = [
            sql.SQL(around.get(kind, "{}")).format(sql.Identifier(name))
            + sql.SQL(" AS ")
            + sql.Identifier(name)
            for name, kind in self.columns.items()
        ]
        found = sql.SQL("SELECT {} FROM {}").format(
            sql.SQL(", ").join(listed), sql.Identifier("chalkola", self.view)
        )
        return found + self._where()

    def _where(self) -> sql.Composed:
        given = [_condition(one) for one in self.filters]
        where = sql.SQL(" WHERE ") + sql.SQL(" AND ").join(given)
        return where if given else sql.Composed([])


def select(engine: sa.Engine, view: str, filters: Sequence[Filter]) -> Selection:
    """Check the view's name and that it has the columns of the filters.

    Raises:
        InputError: names what is allowed.
    """
    if view not in view_names():
        raise InputError(f"view: {view!r} is none of {', '.join(view_names())}")
    with engine.connect() as connection:
        rows = connection.execute(_COLUMNS, {"view": f"chalkola.{view}"})
        columns = {name: KINDS.get(kind, "text") for name, kind in rows}
    for one in filters:
        if one.column not in columns:
            raise InputError(f"{one.option}: {view} has no column {one.column}")
    return Selection(view, columns, filters)


def _condition(one: Filter) -> sql.Composable:
    column = sql.Identifier(one.column)
    if one.operator == "IN":
        return column + sql.SQL(" = ANY({})").format(sql.Literal(list(one.value)))
    return column + sql.SQL(f" {one.operator} {{}}").format(sql.Literal(one.value))
