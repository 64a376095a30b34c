"""A report's parsed files into its tables and the ledger in one transaction: all or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import psycopg2
import sqlalchemy as sa
from psycopg2 import errors, extensions

from tasks.database.driver import driver_cursor
from tasks.database.errors import answering, reason
from tasks.documents.copy_lines import ReportContext
from tasks.documents.errors import unknown_shape
from tasks.documents.merge import SCHEMA, delete_stale, has_rows, make_stage, stage_name, upsert
from tasks.documents.parsed_files import ParsedDocument
from tasks.documents.table import ReportTable
from tasks.documents.transaction import Loading, LoadResult

#: What else follows from a document, in its transaction.
AfterLoad = Callable[[extensions.cursor, ReportContext, datetime], None]

# A snapshot replaces all that was before it; another report only one of its own period. A report of
# some ASINs alone does not outdate one of all.
NEWER = """
    SELECT newer.report_id
    FROM chalkola.report_requests AS own
    JOIN chalkola.report_requests AS newer USING (account, report_type, marketplace_id)
    WHERE own.id = %s AND newer.id <> own.id AND newer.state = 'loaded'
        AND newer.report_created_at > %s
        AND (%s OR (newer.report_period, newer.period_start)
            = (own.report_period, own.period_start))
        AND newer.report_options - 'asins' = own.report_options - 'asins'
        AND (NOT newer.report_options ? 'asins' OR newer.report_options = own.report_options)
    ORDER BY newer.report_created_at DESC
    LIMIT 1
"""


def load_report(
    engine: sa.Engine,
    parsed: Mapping[str, ParsedDocument],
    *,
    tables: Sequence[ReportTable],
    context: ReportContext,
    report_created_at: datetime,
    request_id: int,
    document_sha256: str | None = None,
    after: AfterLoad | None = None,
) -> LoadResult:
    """Load a document's files, by table; loading them again changes nothing.

    Rows of the scope that the document no longer holds are removed, except by a document without
    rows. A document that is older than a loaded one changes nothing.

    Raises:
        CopyFileError: parse again.
        MalformedDocumentError: PostgreSQL refuses a value.
        DatabaseUnreachableError: nothing was changed; may be tried again.
    """
    with answering(engine), engine.begin() as connection, driver_cursor(connection) as cursor:
        load = _Load(cursor, parsed, tables, context, request_id, document_sha256)
        try:
            return load.run(report_created_at, after)
        except (errors.DataError, errors.IntegrityError) as exc:
            raise unknown_shape(f"the database refuses a value{_place(exc)}") from exc


def _place(exc: psycopg2.Error) -> str:
    """Which column it was, and why: COPY tells it beside the message."""
    column = re.search(r"\bcolumn (\w+)", exc.diag.context or "")
    return f"{f' of {column[1]}' if column else ''}: {reason(exc)}"


class _Load:
    """One load within its transaction."""

    def __init__(
        self,
        cursor: extensions.cursor,
        parsed: Mapping[str, ParsedDocument],
        tables: Sequence[ReportTable],
        context: ReportContext,
        request_id: int,
        document_sha256: str | None,
    ) -> None:
        self._cursor = cursor
        self._document_sha256 = document_sha256
        self._loading = Loading(cursor, request_id)
        self._parsed = parsed
        self._tables = tables
        self._context = context
        self._request_id = request_id
        self._asins = context.options.get("asins", "").split()

    def run(self, report_created_at: datetime, after: AfterLoad | None) -> LoadResult:
        first = self._tables[0]
        before = self._loading.begin(f"{first.name}:{':'.join(self._scope(first))}")
        if before is not None:
            return before
        rows = sum(document.rows for document in self._parsed.values())
        if rows == 0:
            return self._note(LoadResult("no_data", 0))
        newer = self._newer(report_created_at, is_snapshot="period_start" not in first.scope)
        if newer is not None:
            return self._note(LoadResult("superseded", rows, superseded_by=newer))
        changes = [self._write(table) for table in self._tables]
        if after is not None:
            after(self._cursor, self._context, report_created_at)
        written, removed = (sum(counts) for counts in zip(*changes, strict=True))
        return self._note(LoadResult("loaded", rows, written, removed))

    def _newer(self, report_created_at: datetime, *, is_snapshot: bool) -> str | None:
        self._cursor.execute(NEWER, (self._request_id, report_created_at, is_snapshot))
        row = self._cursor.fetchone()
        return None if row is None else row[0]

    def _write(self, table: ReportTable) -> tuple[int, int]:
        """Bring one table up to date; gives rows written and removed."""
        parsed = self._parsed[table.name]
        self._cursor.execute(has_rows(table), self._scope(table))
        is_new = self._cursor.fetchone() == (False,)
        target = f"{SCHEMA}.{table.name}"
        columns = table.copy_columns
        if is_new and self._loading.copied_straight(parsed, table=target, columns=columns):
            return parsed.rows, 0
        return self._merge(table, parsed)

    def _merge(self, table: ReportTable, parsed: ParsedDocument) -> tuple[int, int]:
        self._cursor.execute(make_stage(table))
        self._loading.copy(parsed, table=stage_name(table), columns=table.copy_columns)
        # A new table has no statistics, and a nested loop over the stage is quadratic.
        self._cursor.execute("SET LOCAL enable_nestloop = off")
        self._cursor.execute(upsert(table))
        written = self._cursor.rowcount
        narrowing = [self._asins] if self._asins else []
        statement = delete_stale(table, is_narrowed=bool(self._asins))
        self._cursor.execute(statement, [*self._scope(table), *narrowing])
        return written, self._cursor.rowcount

    def _scope(self, table: ReportTable) -> list[str]:
        return [self._context.value(name) for name in table.scope]

    def _note(self, result: LoadResult) -> LoadResult:
        documents = list(self._parsed.values())
        extra_fields = sorted({name for one in documents for name in one.extra_fields})
        return self._loading.note(result, document=self._document_sha256, extra_fields=extra_fields)
