"""The statements that move staged rows into a report's table, written from its columns.

Composed, since every table is merged alike: what differs are names, and those are quoted.
"""

from __future__ import annotations

from collections.abc import Iterable

from psycopg2 import sql

from tasks.documents.table import STAGED_AS, STORED_AS, Kind, ReportTable

SCHEMA = "chalkola"
_COMMA = sql.SQL(", ")


def stage_name(table: ReportTable) -> str:
    """What the temporary table of a document's rows is called."""
    return f"staged_{table.name}"


def make_stage(table: ReportTable) -> sql.Composable:
    """The rows of a document as they came. Numbers are NUMERIC, also where the table counts."""
    columns = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(_staged(name, kind, table)))
        for name, kind in table.kinds.items()
    ]
    extra = sql.SQL("extra JSONB, report_id TEXT")
    return sql.SQL("CREATE TEMPORARY TABLE {} ({}, {}) ON COMMIT DROP").format(
        sql.Identifier(stage_name(table)), _COMMA.join(columns), extra
    )


def _staged(name: str, kind: Kind, table: ReportTable) -> str:
    # The table's key is collated so, and the two are compared.
    return (
        f'{STAGED_AS[kind]} COLLATE "C"'
        if name in table.key and kind == "text"
        else STAGED_AS[kind]
    )


def upsert(table: ReportTable) -> sql.Composable:
    """New rows in, changed rows over, equal rows left alone: they still name who changed them last.

    A document may repeat a key, and ON CONFLICT may touch a row only once: hence DISTINCT ON, the
    last row wins (a table that was only copied into has its rows in that order).
    """
    own = [name for name, _ in table.kinds.items() if name not in table.key]
    return sql.SQL(
        "INSERT INTO {table} AS stored ({columns}, extra, report_id)"
        " SELECT DISTINCT ON ({key}) {cast}, extra, report_id FROM {stage}"
        " ORDER BY {key}, {stage}.ctid DESC"
        " ON CONFLICT ({key}) DO UPDATE SET {updates}, report_id = excluded.report_id,"
        " updated_at = now()"
        " WHERE ({stored}) IS DISTINCT FROM ({excluded})"
    ).format(
        table=sql.Identifier(SCHEMA, table.name),
        columns=_names(table.kinds),
        key=_names(table.key),
        cast=_COMMA.join(
            sql.SQL("{}::{}").format(sql.Identifier(name), sql.SQL(STORED_AS[kind]))
            for name, kind in table.kinds.items()
        ),
        stage=sql.Identifier(stage_name(table)),
        updates=_COMMA.join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in [*own, "extra"]
        ),
        stored=_names([*own, "extra"], of="stored"),
        excluded=_names([*own, "extra"], of="excluded"),
    )


def delete_stale(table: ReportTable, *, is_narrowed: bool) -> sql.Composable:
    """Rows of the scope that the document no longer holds; parameters: scope, ASINs if narrowed."""
    own = [name for name in table.key if name not in table.scope]
    narrowed: sql.Composable = sql.SQL("")
    if is_narrowed:
        narrowed = sql.SQL(" AND stored.{} = ANY(%s)").format(
            sql.Identifier(table.asin_column or "asin")
        )
    return sql.SQL(
        "DELETE FROM {table} AS stored WHERE {scope}{narrowed}"
        " AND NOT EXISTS (SELECT 1 FROM {stage} AS staged WHERE ({stored}) = ({staged}))"
    ).format(
        table=sql.Identifier(SCHEMA, table.name),
        scope=_scope(table),
        narrowed=narrowed,
        stage=sql.Identifier(stage_name(table)),
        stored=_names(own, of="stored"),
        staged=_names(own, of="staged"),
    )


def has_rows(table: ReportTable) -> sql.Composable:
    """Whether the scope holds rows; parameters: the scope."""
    return sql.SQL("SELECT EXISTS (SELECT 1 FROM {} AS stored WHERE {})").format(
        sql.Identifier(SCHEMA, table.name), _scope(table)
    )


def _scope(table: ReportTable) -> sql.Composable:
    return sql.SQL(" AND ").join(
        sql.SQL("stored.{} = %s").format(sql.Identifier(name)) for name in table.scope
    )


def _names(names: Iterable[str], *, of: str | None = None) -> sql.Composable:
    return _COMMA.join(
        sql.Identifier(name) if of is None else sql.Identifier(of, name) for name in names
    )
