"""A parsed document into chalkola.sqp_data and the ledger in one transaction: both or neither."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

import sqlalchemy as sa
from psycopg2 import errors, extensions
from psycopg2.extras import execute_values

from tasks.database.driver import driver_cursor
from tasks.database.errors import answering, reason
from tasks.documents.errors import unknown_shape
from tasks.documents.transaction import CopyFileError, Loading, LoadResult
from tasks.sqp.context import SqpContext
from tasks.sqp.document import COPY_COLUMNS, ParsedDocument

__all__ = ["CopyFileError", "LoadResult", "load_sqp"]

TABLE = "chalkola.sqp_data"
NEWER = """
    SELECT newer.report_id, array_agg(asins.asin)
    FROM chalkola.report_requests AS own
    JOIN chalkola.report_requests AS newer USING
        (account, report_type, marketplace_id, report_period, period_start)
    JOIN chalkola.report_request_asins AS asins ON asins.request_id = newer.id
    WHERE own.id = %s AND newer.id <> own.id AND newer.state = 'loaded'
        AND newer.report_created_at > %s AND asins.asin = ANY(%s)
    GROUP BY newer.id
    ORDER BY newer.report_created_at DESC
"""
HAS_ROWS = """
    SELECT EXISTS (
        SELECT FROM chalkola.sqp_data
        WHERE account = %s AND marketplace_id = %s AND report_period = %s AND period_start = %s
            AND asin = ANY(%s))
"""
NOTE_COUNTS = """
    UPDATE chalkola.report_request_asins
    SET row_count = coalesce((%s::jsonb ->> asin)::bigint, 0)
    WHERE request_id = %s
"""
# Counted, not added up: a document may repeat a key, and a newer report keeps its own rows.
COUNT = """
    UPDATE chalkola.report_request_asins AS a
    SET row_count = (
        SELECT count(*) FROM chalkola.sqp_data AS d
        WHERE d.account = %s AND d.marketplace_id = %s AND d.report_period = %s
            AND d.period_start = %s AND d.asin = a.asin)
    WHERE a.request_id = %s
"""
# A report of the same ASINs and the same rows, since which no other touched them, and of whose rows
# none is gone.
SAME = """
    SELECT EXISTS (
        SELECT FROM chalkola.report_requests AS own
        JOIN chalkola.report_requests AS twin USING
            (account, report_type, marketplace_id, report_period, period_start)
        WHERE own.id = %s AND twin.id <> own.id AND twin.state = 'loaded'
            AND twin.content_checksum = %s
            AND NOT EXISTS (
                SELECT FROM (SELECT * FROM chalkola.report_request_asins
                        WHERE request_id = own.id) AS ours
                FULL JOIN (SELECT * FROM chalkola.report_request_asins
                        WHERE request_id = twin.id) AS theirs USING (asin)
                WHERE ours.row_count IS DISTINCT FROM theirs.row_count)
            AND NOT EXISTS (
                SELECT FROM chalkola.report_requests AS later
                JOIN chalkola.report_request_asins AS covered ON covered.request_id = later.id
                JOIN chalkola.report_request_asins AS ours USING (asin)
                WHERE (later.account, later.report_type, later.marketplace_id, later.report_period,
                        later.period_start) = (own.account, own.report_type, own.marketplace_id,
                        own.report_period, own.period_start)
                    AND later.state = 'loaded' AND later.id NOT IN (own.id, twin.id)
                    AND later.report_created_at >= twin.report_created_at
                    AND ours.request_id = own.id)
    )
"""


def load_sqp(
    engine: sa.Engine,
    parsed: ParsedDocument | Mapping[str, Any],
    *,
    context: SqpContext,
    report_created_at: datetime,
    request_id: int,
    document_sha256: str | None = None,
) -> LoadResult:
    """Load a parsed document; loading it again changes nothing.

    Rows of these ASINs that the document no longer holds are removed, except by a document without
    rows. ASINs of which a newer report is loaded are left alone.

    Raises:
        CopyFileError: parse again.
        MalformedDocumentError: PostgreSQL refuses a value.
        DatabaseUnreachableError: nothing was changed; may be tried again.
    """
    parsed = parsed if isinstance(parsed, ParsedDocument) else ParsedDocument.from_dict(parsed)
    with (
        answering(engine),
        engine.begin() as connection,
        driver_cursor(connection) as cursor,
    ):
        load = _Load(cursor, parsed, context, request_id, document_sha256)
        try:
            return load.run(report_created_at)
        except (errors.DataError, errors.IntegrityError) as exc:
            raise unknown_shape(f"the database refuses a value: {reason(exc)}") from exc


class _Load:
    """One load within its transaction."""

    def __init__(
        self,
        cursor: extensions.cursor,
        parsed: ParsedDocument,
        context: SqpContext,
        request_id: int,
        document_sha256: str | None,
    ) -> None:
        self._cursor = cursor
        self._document_sha256 = document_sha256
        self._loading = Loading(cursor, request_id)
        self._parsed = parsed
        self._request_id = request_id
        self._asins = sorted(set(context.asins))
        period = (context.report_period, context.period_start)
        self._slice = (context.account, context.marketplace_id, *period)

    def run(self, report_created_at: datetime) -> LoadResult:
        before = self._loading.begin("sqp_data:" + ":".join(map(str, self._slice)))
        if before is not None:
            return before
        if self._parsed.rows == 0:
            return self._note(LoadResult("no_data", 0))
        newer, covered = self._newer(report_created_at)
        wanted = [asin for asin in self._asins if asin not in covered]
        if not wanted:
            return self._note(LoadResult("superseded", self._parsed.rows, superseded_by=newer))
        if covered:
            return self._note(self._merge(wanted))
        return self._fill() or self._find_stored() or self._note(self._merge(wanted))

    def _newer(self, report_created_at: datetime) -> tuple[str | None, set[str]]:
        """The newest of the loaded reports that are newer, and the ASINs that they cover."""
        self._cursor.execute(NEWER, (self._request_id, report_created_at, self._asins))
        found = self._cursor.fetchall()
        newest = found[0][0] if found else None
        return newest, {asin for _, asins in found for asin in asins}

    def _fill(self) -> LoadResult | None:
        """Load ASINs of which no row is stored; None if some are, or a line must be merged."""
        self._cursor.execute(HAS_ROWS, (*self._slice, self._asins))
        is_filled = self._cursor.fetchone() == (False,) and self._loading.copied_straight(
            self._parsed, table=TABLE, columns=COPY_COLUMNS
        )
        if not is_filled:
            return None
        result = LoadResult("loaded", self._parsed.rows, written=self._cursor.rowcount)
        # All that was copied is all that is stored.
        counts = json.dumps(self._parsed.rows_by_asin)
        self._cursor.execute(NOTE_COUNTS, (counts, self._request_id))
        return self._note(result, is_counted=True)

    def _find_stored(self) -> LoadResult | None:
        """Leave all as it is where these rows are what is stored; None if they are not."""
        self._count()
        self._cursor.execute(SAME, (self._request_id, self._parsed.content_checksum))
        if self._cursor.fetchone() == (False,):
            return None
        return self._note(LoadResult("loaded", self._parsed.rows), is_counted=True)

    def _merge(self, wanted: list[str]) -> LoadResult:
        self._cursor.execute(_sql("sqp_data_stage.sql"))
        self._loading.copy(self._parsed, table="staged_sqp_data", columns=COPY_COLUMNS)
        pairs = [(*self._slice, asin) for asin in wanted]
        execute_values(self._cursor, "INSERT INTO staged_sqp_asins VALUES %s", pairs)
        # A new table has no statistics, and a nested loop over the stage is quadratic.
        self._cursor.execute("SET LOCAL enable_nestloop = off")
        self._cursor.execute(_sql("sqp_data.sql"))
        written = self._cursor.rowcount
        self._cursor.execute(_sql("sqp_data_stale.sql"))
        return LoadResult("loaded", self._parsed.rows, written, self._cursor.rowcount)

    def _note(self, result: LoadResult, *, is_counted: bool = False) -> LoadResult:
        parsed = self._parsed
        if not is_counted:
            self._count()
        return self._loading.note(
            result,
            document=self._document_sha256,
            content=parsed.content_checksum,
            extra_fields=parsed.extra_fields,
        )

    def _count(self) -> None:
        """Note how many rows of each ASIN are stored."""
        self._cursor.execute(COUNT, (*self._slice, self._request_id))


def _sql(name: str) -> str:
    return (files("sql") / "upserts" / name).read_text()
