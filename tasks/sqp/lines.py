"""Rows to lines of COPY's text format, a run of them at a time in the order of the table's key.

The table's indexes take rows in their own order a fifth faster, and a run is all that is held.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import BinaryIO

from xxhash import xxh3_128

from tasks.documents.copy_text import copy_text
from tasks.documents.errors import unknown_shape
from tasks.sqp.context import SqpContext
from tasks.sqp.rows import METRIC_COLUMNS, Row, check_metrics, metric_cells

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
NO_EXTRA = repeat(b"null")
_AFTER_A_TAB = b"\n"

Rows = Iterable[tuple[Row, bytes | None]]


class SqpLines:
    """Writes rows, with NULL 'null'; of rows with one key in a run the last is written.

    rows: all that were added. rows_by_asin: the lines that were written. others: ASINs that nobody
    asked for.
    """

    def __init__(self, context: SqpContext, output: BinaryIO) -> None:
        self.rows = 0
        self.rows_by_asin: dict[str, int] = {}
        self.others: set[str] = set()
        self._checksum = xxh3_128()
        self._output = output
        self._start = context.period_start.isoformat()
        self._end = context.period_end.isoformat()
        slice_ = (context.account, context.marketplace_id, context.report_period)
        # What every line begins and ends with; what differs stands between.
        self._before = "\t".join((*map(copy_text, slice_), self._start, self._end, "")).encode()
        self._after = f"\t{copy_text(context.report_id)}\n".encode()
        self._asins = {asin: f"{asin}\t".encode() for asin in context.asins}
        # By ASIN and query: the metrics, and the unknown fields of rows that have some.
        self._run: dict[bytes, bytes] = {}
        self._extras: dict[bytes, bytes] = {}
        self._content = xxh3_128(self._before)

    def add(self, rows: Rows) -> None:
        """Take rows of the period that was asked for.

        Raises:
            MalformedDocumentError: they are of other days, or a metric is no number.
        """
        run, extras, asins = self._run, self._extras, self._asins
        start, end = self._start, self._end
        number = 0
        for number, (row, extra) in enumerate(rows, 1):  # noqa: B007 -- read after the loop
            if row.start_date != start or row.end_date != end:
                self._check_days(row)
            asin = asins.get(row.asin) or self._other(row.asin)
            key = asin + row.search_query_data.search_query.encode()
            run[key] = metric_cells(row)
            if extra is not None:
                extras[key] = copy_text(extra.decode()).encode()
            elif extras:
                extras.pop(key, None)
            if len(run) == RUN_ROWS:
                self._write_run()
        self.rows += number

    def finish(self) -> None:
        """Write what is left."""
        if self._run:
            self._write_run()

    @property
    def checksum(self) -> str:
        """The checksum of what was written."""
        return self._checksum.hexdigest()

    @property
    def content_checksum(self) -> str:
        """The checksum of the rows alone: another report with the same rows has the same."""
        return self._content.hexdigest()

    def _write_run(self) -> None:
        check_metrics(self._run)
        lines = list(self._lines())
        self._content.update(b"\n".join((*lines, b"")))
        text = self._before + (self._after + self._before).join(lines) + self._after
        self._checksum.update(text)
        self._output.write(text)
        self._run.clear()
        self._extras.clear()

    def _lines(self) -> Iterator[bytes]:
        """What is between before and after, in the order of the keys."""
        keys = sorted(self._run)
        self._count(keys)
        written = keys if _are_plain(keys) else map(_escaped, keys)
        extras = (self._extras.get(key, b"null") for key in keys) if self._extras else NO_EXTRA
        cells = map(self._run.__getitem__, keys)
        return map(b"\t".join, zip(written, cells, extras, strict=False))

    def _count(self, keys: list[bytes]) -> None:
        for asin, begin in self._asins.items():
            found = bisect_left(keys, begin[:-1] + _AFTER_A_TAB) - bisect_left(keys, begin)
            self.rows_by_asin[asin] = self.rows_by_asin.get(asin, 0) + found

    def _other(self, asin: str) -> bytes:
        self.others.add(asin)
        key = self._asins[asin] = f"{copy_text(asin)}\t".encode()
        return key

    def _check_days(self, row: Row) -> None:
        """The days may be written as times."""
        if row.start_date[:10] != self._start or row.end_date[:10] != self._end:
            raise unknown_shape(
                f"a row of {row.start_date} to {row.end_date} in a report of {self._start} "
                f"to {self._end}"
            )


def _are_plain(keys: Sequence[bytes]) -> bool:
    """Whether COPY reads all queries as they are; in one go, which costs next to nothing."""
    text = b"\n".join((*keys, b""))
    return (
        text.count(b"\t") == text.count(b"\n") == len(keys)
        and not any(odd in text for odd in (b"\\", b"\r", b"\0"))
        and b"\tnull\n" not in text
    )


def _escaped(key: bytes) -> bytes:
    asin, query = key.split(b"\t", 1)
    return b"%b\t%b" % (asin, copy_text(query.decode()).encode())
