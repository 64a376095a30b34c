"""Rows to lines of COPY's text format, a run of them at a time in the order of the table's key.

The table's indexes take rows in their own order a fifth faster, and a run is all that is held.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import BinaryIO

from tasks.documents.copy_text import copy_text
from tasks.documents.errors import unknown_shape
from tasks.sqp.context import SqpContext
from tasks.sqp.rows import METRIC_COLUMNS, Row, metric_cells

KEY_COLUMNS = (
    "account",
    "marketplace_id",
    "report_period",
    "period_start",
    "period_end",
    "asin",
    "search_query",
)
# The columns of the file, in its order.
COPY_COLUMNS = (*KEY_COLUMNS, *METRIC_COLUMNS, "extra", "report_id")
RUN_ROWS = 1 << 12

Rows = Iterable[tuple[Row, bytes | None]]


class SqpLines:
    """Writes rows, with NULL 'null'; of rows with one key in a run the last is written.

    rows: all that were added. others: ASINs that nobody asked for.
    """

    def __init__(self, context: SqpContext, output: BinaryIO) -> None:
        self.rows = 0
        self.others: set[str] = set()
        self._output = output
        self._start = context.period_start.isoformat()
        self._end = context.period_end.isoformat()
        slice_ = (context.account, context.marketplace_id, context.report_period)
        self._before = "\t".join((*map(copy_text, slice_), self._start, self._end, ""))
        # What a line begins with, for each ASIN.
        self._keys = {asin: self._key(asin) for asin in context.asins}
        self._after = f"\t{copy_text(context.report_id)}\n".encode()
        self._run: dict[bytes, bytes] = {}
        self._sha256 = hashlib.sha256()
        self._content = hashlib.sha256()

    def add(self, rows: Rows) -> None:
        """Take rows of the period that was asked for.

        Raises:
            MalformedDocumentError: they are of other days, or a metric is no number.
        """
        run, keys, start, end = self._run, self._keys, self._start, self._end
        number = 0
        for number, (row, extra) in enumerate(rows, 1):  # noqa: B007 -- read after the loop
            if row.start_date != start or row.end_date != end:
                self._check_days(row)
            asin = keys.get(row.asin) or self._other(row.asin)
            key = asin + copy_text(row.search_query_data.search_query).encode()
            more = b"null" if extra is None else copy_text(extra.decode()).encode()
            run[key] = b"%b\t%b\t%b" % (key, metric_cells(row), more)
            if len(run) == RUN_ROWS:
                self._write_run()
        self.rows += number

    def finish(self) -> None:
        """Write what is left."""
        if self._run:
            self._write_run()

    @property
    def sha256(self) -> str:
        """The file's checksum."""
        return self._sha256.hexdigest()

    @property
    def content_sha256(self) -> str:
        """The checksum of the rows alone: another report with the same rows has the same."""
        return self._content.hexdigest()

    def _write_run(self) -> None:
        lines = [self._run[key] for key in sorted(self._run)]
        lines.append(b"")
        self._content.update(b"\n".join(lines))
        text = self._after.join(lines)
        self._sha256.update(text)
        self._output.write(text)
        self._run.clear()

    def _key(self, asin: str) -> bytes:
        return f"{self._before}{asin}\t".encode()

    def _other(self, asin: str) -> bytes:
        self.others.add(asin)
        key = self._keys[asin] = self._key(copy_text(asin))
        return key

    def _check_days(self, row: Row) -> None:
        """The days may be written as times."""
        if row.start_date[:10] != self._start or row.end_date[:10] != self._end:
            raise unknown_shape(
                f"a row of {row.start_date} to {row.end_date} in a report of {self._start} "
                f"to {self._end}"
            )
