"""One document's load: a transaction that moves the rows and the ledger together, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Literal

from psycopg2 import errors, extensions
from xxhash import xxh3_128

from tasks.database.errors import DatabaseError
from tasks.documents.parsed_files import ParsedDocument

LoadStatus = Literal["loaded", "no_data", "superseded", "already_loaded"]
COPY_BLOCK_BYTES = 1 << 18

# The backend of a killed client would work on to the end of its statement, and keep its locks.
# Looked up first: older servers do not know it, and Windows servers refuse it.
NOTICE_DEAD_CLIENT = """
    SELECT set_config('client_connection_check_interval', '2s', TRUE)
    WHERE current_setting('client_connection_check_interval', TRUE) IS NOT NULL
        AND version() ~ 'linux|darwin|apple';
"""
# One loader a slice: overlapping documents cannot deadlock, an older one cannot win a race.
LOCK_SLICE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0));"
LOCK_REQUEST = """
    SELECT state, row_count, superseded_by FROM chalkola.report_requests WHERE id = %s FOR UPDATE
"""
# Three statements after one another, in one round trip.
BEGIN = NOTICE_DEAD_CLIENT + LOCK_SLICE + LOCK_REQUEST
NOTE = """
    UPDATE chalkola.report_requests
    SET state = %s, row_count = %s, rows_written = %s, rows_removed = %s, superseded_by = %s,
        document_sha256 = %s, content_checksum = %s, extra_fields = %s, message = NULL,
        loaded_at = clock_timestamp(), updated_at = clock_timestamp()
    WHERE id = %s
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

    @property
    def state(self) -> Literal["loaded", "no_data"]:
        """What the ledger calls it."""
        return "no_data" if self.status == "no_data" else "loaded"


class Loading:
    """A load within its transaction."""

    def __init__(self, cursor: extensions.cursor, request_id: int) -> None:
        self.cursor = cursor
        self._request_id = request_id

    def begin(self, lock: str) -> LoadResult | None:
        """Take the turn of a slice; gives the earlier result if the request is loaded already."""
        self.cursor.execute(BEGIN, (lock, self._request_id))
        row = self.cursor.fetchone()
        if row is None:
            raise DatabaseError(f"The ledger has no request {self._request_id}")
        state, rows, superseded_by = row
        if state != "loaded":
            return None
        return LoadResult("already_loaded", rows or 0, superseded_by=superseded_by)

    def copy(self, parsed: ParsedDocument, *, table: str, columns: Sequence[str]) -> None:
        """Copy a parsed file into a table.

        Raises:
            CopyFileError: it is gone, or not the file that was parsed.
        """
        statement = COPY.format(table=table, columns=", ".join(columns))
        with _open(parsed) as file:
            source = _Checked(file)
            try:
                self.cursor.copy_expert(statement, source, size=COPY_BLOCK_BYTES)
            except errors.DataError:
                # A damaged file may be refused before its end shows that it is another one.
                source.check(parsed)
                raise
            source.check(parsed)

    def copied_straight(
        self, parsed: ParsedDocument, *, table: str, columns: Sequence[str]
    ) -> bool:
        """Whether all rows went straight into a table that holds none of them yet.

        A repeated key, or a count written as 1.0, has to take the way over the stage.
        """
        self.cursor.execute("SAVEPOINT straight")
        try:
            self.copy(parsed, table=table, columns=columns)
        except (errors.UniqueViolation, errors.DataError):
            self.cursor.execute("ROLLBACK TO SAVEPOINT straight")
            return False
        return True

    def note(
        self,
        result: LoadResult,
        *,
        document: str | None,
        extra_fields: Sequence[str],
        content: str | None = None,
    ) -> LoadResult:
        """Move the ledger: the result, the document's and its rows' checksum, unknown fields."""
        counts = (result.rows, result.written, result.removed, result.superseded_by)
        values = (result.state, *counts, document, content, list(extra_fields), self._request_id)
        self.cursor.execute(NOTE, values)
        return result


class _Checked:
    """A file for COPY that can tell whether it is the one that was parsed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._checksum = xxh3_128()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._checksum.update(block)
        return block

    def readline(self, size: int = -1) -> bytes:
        line = self._file.readline(size)
        self._checksum.update(line)
        return line

    def check(self, parsed: ParsedDocument) -> None:
        """Read to the end, and compare."""
        while self.read(COPY_BLOCK_BYTES):
            pass
        if self._checksum.hexdigest() != parsed.checksum:
            raise CopyFileError(f"{parsed.path} is not the file that was parsed")


def _open(parsed: ParsedDocument) -> BinaryIO:
    try:
        return parsed.path.open("rb")
    except OSError as exc:
        raise CopyFileError(f"{parsed.path} cannot be read: {exc.strerror}") from exc
