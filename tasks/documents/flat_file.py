"""A tab-delimited document, in Amazon's charsets, to rows by Amazon's names, in flat memory.

https://developer-docs.amazon.com/sp-api/docs/retrieve-a-report
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from chalkola_spapi.charsets import choose_codec
from chalkola_spapi.documents import open_document
from tasks.documents.errors import unknown_shape
from tasks.documents.table import Kind, ReportTable

ROWS_AT_ONCE = 5_000
REPLACEMENT = "\ufffd"

_NOT_WORD = re.compile(r"[\W_]+")
_BLANKS = re.compile(r"\s")
_GROUPED = re.compile(r"-?[1-9]\d{0,2}([.,]\d{3})+")
_GROUPED_MONEY = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+")
_QUOTED = re.compile(r'".*"', re.DOTALL)
_CURRENCY = re.compile(r"[$€£¥￥]")
# Where there is no number, some of Amazon's files say so.
_NO_NUMBER = {"", "-", "--", "n/a", "na", "null", "none"}


class FlatFile:
    """One document. `extra_fields` are the columns that the table does not have.

    `unreadable` counts the characters that mean nothing in the charset, once all rows are read.
    """

    def __init__(
        self, raw: Path, *, is_gzip: bool, charset: str | None, fallback: str, table: ReportTable
    ) -> None:
        self.unreadable = 0
        self._is_quoted = False
        self._raw = raw
        self._is_gzip = is_gzip
        self._table = table
        self._codec = choose_codec(self._blocks, charset=charset, fallback=fallback)
        self._cells: dict[str, Callable[[str], str | None]] = {
            column.path[0]: _CELLS[column.kind] for column in table.columns
        }

    def batches(self) -> Iterator[list[dict[str, object]]]:
        """Give the rows, some thousand at a time; a blank cell is None.

        Raises:
            MalformedDocumentError: the bytes are damaged, a row has too many cells, or a column
                that the table cannot do without is missing.
        """
        # A quarter of a second, and only this kind of document needs it.
        import pandas as pd

        # Everything is text: the SKUs "00123" and "NA" stay what they are. Quotes are only text,
        # except in the restock reports of some accounts, which quote every cell.
        options: dict[str, Any] = {
            "sep": "\t",
            "dtype": str,
            "na_filter": False,
            "index_col": False,
        }
        options |= {"quoting": csv.QUOTE_NONE, "lineterminator": "\n", "chunksize": ROWS_AT_ONCE}
        try:
            with self._text() as text, pd.read_csv(text, header=None, **options) as frames:
                names: list[str] = []
                for frame in frames:
                    rows = frame.to_numpy().tolist()
                    if not names:
                        names = self._names(rows.pop(0))
                    yield [self._row(names, row) for row in rows if any(map(_content, row))]
        except pd.errors.EmptyDataError:
            return
        except pd.errors.ParserError as exc:
            raise unknown_shape(f"a row has more cells than there are columns ({exc})") from exc

    def _blocks(self) -> Iterator[bytes]:
        return open_document(self._raw, is_gzip=self._is_gzip)

    def _text(self) -> io.TextIOWrapper:
        stream = io.BufferedReader(_Stream(self._blocks()), buffer_size=1 << 18)
        return io.TextIOWrapper(stream, encoding=self._codec, errors="replace", newline="\n")

    def _names(self, headers: Sequence[str]) -> list[str]:
        """Amazon's own names for the columns in the file."""
        ours = {
            _plain(name): column.path[0]
            for column in self._table.columns
            for name in (*column.path, *column.aliases)
        }
        self._is_quoted = all(map(_QUOTED.fullmatch, map(_content, headers)))
        headers = [self._text_of(header).strip() for header in headers]
        names = [ours.get(_plain(header), header) for header in headers]
        needed = [c.path[0] for c in self._table.columns if c.is_key or c.is_needed]
        missing = [name for name in needed if name not in names]
        if missing:
            found = ", ".join(names)[:200]
            raise unknown_shape(f"the column {', '.join(missing)} is missing among {found}")
        return names

    def _row(self, names: Sequence[str], cells: Sequence[str]) -> dict[str, object]:
        row: dict[str, object] = {}
        for name, cell in zip(names, cells, strict=True):
            text = self._text_of(cell)
            self.unreadable += text.count(REPLACEMENT)
            make = self._cells.get(name, _text_cell)
            row[name] = make(text) if text else None
        return row

    def _text_of(self, cell: object) -> str:
        text = _content(cell)
        if self._is_quoted and _QUOTED.fullmatch(text):
            return text[1:-1].replace('""', '"')
        return text


class _Stream(io.RawIOBase):
    """Blocks of bytes as a file."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._rest or next(self._blocks, b"")
        count = min(len(buffer), len(block))
        buffer[:count] = block[:count]
        self._rest = block[count:]
        return count


def _content(cell: object) -> str:
    # A row that ends early is filled up with what is no text.
    return cell.rstrip("\r") if isinstance(cell, str) else ""


def _plain(header: str) -> str:
    return _NOT_WORD.sub(" ", header).strip().casefold()


def _text_cell(text: str) -> str | None:
    return text


def _number_cell(text: str) -> str | None:
    """A number as PostgreSQL reads it: 1.234,50 and 1 234,50 are 1234.50; N/A is None."""
    digits = _BLANKS.sub("", text)
    if digits.lower() in _NO_NUMBER:
        return None
    if "," in digits:
        decimal = max(digits.rfind(","), digits.rfind("."))
        whole = digits[:decimal].replace(",", "").replace(".", "")
        digits = f"{whole}.{digits[decimal + 1 :]}"
    return digits


def _money_cell(text: str) -> str | None:
    """An amount: no currency has three decimals here, so that 1,980 are thousands."""
    digits = _CURRENCY.sub("", _BLANKS.sub("", text))
    return digits.replace(",", "") if _GROUPED_MONEY.fullmatch(digits) else _number_cell(digits)


def _count_cell(text: str) -> str | None:
    """A whole number: 1,234 and 1.234 are thousands."""
    digits = _BLANKS.sub("", text)
    if _GROUPED.fullmatch(digits):
        return digits.replace(",", "").replace(".", "")
    return _number_cell(digits)


_CELLS: dict[Kind, Callable[[str], str | None]] = {
    "text": _text_cell,
    "date": _text_cell,
    "number": _number_cell,
    "money": _money_cell,
    "count": _count_cell,
}
