"""A parsed document into chalkola.sqp_data and the ledger in one transaction: both or neither."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any, BinaryIO, Literal

import sqlalchemy as sa
from psycopg2 import errors, extensions
from psycopg2.extras import execute_values

from tasks.database_errors import DatabaseError, answering, reason
from tasks.document_errors import unknown_shape
from tasks.driver import driver_cursor
from tasks.sqp_document import COPY_COLUMNS, ParsedDocument
from tasks.sqp_specification import SqpContext

LoadStatus = Literal["loaded", "no_data", "superseded", "already_loaded"]
COPY_BLOCK_BYTES = 1 << 18

# The backend of a killed client would work on to the end of its statement, and keep its locks.
# Looked up first: older servers do not know it, and Windows servers refuse it.
NOTICE_DEAD_CLIENT = """
    SELECT set_config('client_connection_check_interval', '2s', TRUE)
    WHERE current_setting('client_connection_check_interval', TRUE) IS NOT NULL
        AND version() ~ 'linux|darwin|apple'
"""
LOCK_SLICE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
LOCK_REQUEST = """
    SELECT state, row_count, superseded_by FROM chalkola.report_requests WHERE id = %s FOR UPDATE
"""
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
        SELECT 1 FROM chalkola.sqp_data
        WHERE account = %s AND marketplace_id = %s AND report_period = %s AND period_start = %s
            AND asin = ANY(%s)
    )
"""
NOTE = """
    UPDATE chalkola.report_requests
    SET state = %s, row_count = %s, rows_written = %s, rows_removed = %s, superseded_by = %s,
        document_sha256 = %s, extra_fields = %s, message = NULL, loaded_at = clock_timestamp(),
        updated_at = clock_timestamp()
    WHERE id = %s
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
COPY = "COPY {table} ({columns}) FROM STDIN (FORMAT text, NULL 'null', ENCODING 'UTF8')"


class CopyFileError(DatabaseError):
    """The parsed file is gone or not what it was; it can be made again from the raw document."""


@dataclass(frozen=True)
class LoadResult:
    """What became of a document.

    rows: in the document; written: new or changed; removed: no longer in the document.
    superseded_by: the newer report whose rows were left as they are.
    """

    status: LoadStatus
    rows: int
    written: int = 0
    removed: int = 0
    superseded_by: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON can keep it."""
        return asdict(self)


def load_sqp(
    engine: sa.Engine,
    parsed: ParsedDocument | Mapping[str, Any],
    *,
    context: SqpContext,
    report_created_at: datetime,
    request_id: int,
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
        _open(parsed) as file,
        engine.begin() as connection,
        driver_cursor(connection) as cursor,
    ):
        load = _Load(cursor, parsed, file, context, request_id)
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
        file: BinaryIO,
        context: SqpContext,
        request_id: int,
    ) -> None:
        self._cursor = cursor
        self._parsed = parsed
        self._file = file
        self._request_id = request_id
        self._asins = sorted(set(context.asins))
        period = (context.report_period, context.period_start)
        self._slice = (context.account, context.marketplace_id, *period)

    def run(self, report_created_at: datetime) -> LoadResult:
        self._cursor.execute(NOTICE_DEAD_CLIENT)
        # One loader a slice: overlapping documents cannot deadlock, an older one cannot win a race.
        self._cursor.execute(LOCK_SLICE, ("sqp_data:" + ":".join(map(str, self._slice)),))
        before = self._lock_request()
        if before is not None:
            return before
        if self._parsed.rows == 0:
            return self._note("no_data", LoadResult("no_data", 0))
        newer, covered = self._newer(report_created_at)
        wanted = [asin for asin in self._asins if asin not in covered]
        if not wanted:
            result = LoadResult("superseded", self._parsed.rows, superseded_by=newer)
            return self._note("loaded", result)
        return self._note("loaded", self._write(wanted, is_whole=not covered))

    def _lock_request(self) -> LoadResult | None:
        """The earlier result if the request is loaded already."""
        self._cursor.execute(LOCK_REQUEST, (self._request_id,))
        row = self._cursor.fetchone()
        if row is None:
            raise DatabaseError(f"The ledger has no request {self._request_id}")
        state, rows, superseded_by = row
        if state != "loaded":
            return None
        return LoadResult("already_loaded", rows or 0, superseded_by=superseded_by)

    def _newer(self, report_created_at: datetime) -> tuple[str | None, set[str]]:
        """The newest of the loaded reports that are newer, and the ASINs that they cover."""
        self._cursor.execute(NEWER, (self._request_id, report_created_at, self._asins))
        found = self._cursor.fetchall()
        newest = found[0][0] if found else None
        return newest, {asin for _, asins in found for asin in asins}

    def _write(self, wanted: list[str], *, is_whole: bool) -> LoadResult:
        self._cursor.execute(HAS_ROWS, (*self._slice, wanted))
        has_rows = self._cursor.fetchone() != (False,)
        if is_whole and not has_rows and self._copied_straight():
            return LoadResult("loaded", self._parsed.rows, written=self._parsed.rows)
        return self._merge(wanted)

    def _copied_straight(self) -> bool:
        """Whether all rows went straight into the table: it holds none of them yet.

        A repeated key, or a count written as 1.0, takes the way over the stage.
        """
        self._cursor.execute("SAVEPOINT straight")
        try:
            self._copy("chalkola.sqp_data")
        except (errors.UniqueViolation, errors.DataError):
            self._cursor.execute("ROLLBACK TO SAVEPOINT straight")
            return False
        return True

    def _merge(self, wanted: list[str]) -> LoadResult:
        self._cursor.execute(_sql("sqp_data_stage.sql"))
        self._copy("staged_sqp_data")
        pairs = [(*self._slice, asin) for asin in wanted]
        execute_values(self._cursor, "INSERT INTO staged_sqp_asins VALUES %s", pairs)
        # A new table has no statistics, and a nested loop over the stage is quadratic.
        self._cursor.execute("SET LOCAL enable_nestloop = off")
        self._cursor.execute(_sql("sqp_data.sql"))
        written = self._cursor.rowcount
        self._cursor.execute(_sql("sqp_data_stale.sql"))
        return LoadResult("loaded", self._parsed.rows, written, self._cursor.rowcount)

    def _copy(self, table: str) -> None:
        self._file.seek(0)
        source = _Hashing(self._file)
        statement = COPY.format(table=table, columns=", ".join(COPY_COLUMNS))
        self._cursor.copy_expert(statement, source, size=COPY_BLOCK_BYTES)
        if source.sha256.hexdigest() != self._parsed.sha256:
            raise CopyFileError(f"{self._parsed.path} is not the file that was parsed")

    def _note(self, state: str, result: LoadResult) -> LoadResult:
        parsed = self._parsed
        counts = (result.rows, result.written, result.removed, result.superseded_by)
        document = (parsed.document_sha256, list(parsed.extra_fields))
        self._cursor.execute(NOTE, (state, *counts, *document, self._request_id))
        self._cursor.execute(COUNT, (*self._slice, self._request_id))
        return result


class _Hashing:
    """A file for COPY that knows the checksum of what it has given."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.sha256.update(block)
        return block

    def readline(self, size: int = -1) -> bytes:
        line = self._file.readline(size)
        self.sha256.update(line)
        return line


def _open(parsed: ParsedDocument) -> BinaryIO:
    try:
        return parsed.path.open("rb")
    except OSError as exc:
        raise CopyFileError(f"{parsed.path} cannot be read: {exc.strerror}") from exc


def _sql(name: str) -> str:
    return (files("sql") / "upserts" / name).read_text()
