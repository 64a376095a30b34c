"""Amazon's rows to lines of COPY's text format, with NULL 'null'; unknown fields go to extra."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from tasks.documents.copy_text import NUL_ESCAPE, copy_text
from tasks.documents.errors import unknown_shape
from tasks.documents.json_stream import Number
from tasks.documents.specification import check_specification
from tasks.documents.table import Column, ReportTable

NULL = "null"
Row = Mapping[str, object]


@dataclass(frozen=True)
class ReportContext:
    """What was asked for: one report of one marketplace; period_end is included."""

    account: str
    report_type: str
    marketplace_id: str
    report_period: str
    period_start: date
    period_end: date
    options: Mapping[str, str]
    report_id: str

    @property
    def asin_granularity(self) -> str:
        return self.options.get("asinGranularity", "")

    def check(self, said: Mapping[str, object]) -> None:
        """Compare what the document says it is with what was asked for.

        Raises:
            DocumentMismatchError: it answers another request.
        """
        check_specification(
            said,
            report_type=self.report_type,
            marketplace_id=self.marketplace_id,
            start=self.period_start,
            end=self.period_end,
            options=self.options,
        )

    def value(self, column: str) -> str:
        """Give what a context column holds."""
        return str(getattr(self, column))


class CopyLines:
    """Writes rows of one table; `extra_fields` are the unknown fields met, by dotted names."""

    def __init__(self, table: ReportTable, context: ReportContext) -> None:
        self.extra_fields: set[str] = set()
        self._table = table
        self._fields: dict[str, Any] = _tree(table.columns)
        self._period = {
            name: (context.value("period_start"), context.value("period_end"))[i]
            for i, name in enumerate(table.period_fields or ())
        }
        self._blank = [NULL] * len(table.columns)
        self._required = [
            (place, column) for place, column in enumerate(table.columns) if column.is_key
        ]
        before = (copy_text(context.value(name)) for name in table.context_columns)
        self._before = "\t".join(before) + "\t"
        self._after = f"\t{copy_text(context.report_id)}\n"

    def line(self, row: Row) -> str:
        """Give a row's line.

        Raises:
            MalformedDocumentError: a key is missing, a field has another shape, or the row is of
                another period.
        """
        cells = self._blank.copy()
        extra: dict[str, object] = {}
        self._read(row, self._fields, cells, extra, "")
        for place, column in self._required:
            if cells[place] == NULL:
                cells[place] = self._default(column)
        more = self._extra(extra) if extra else NULL
        return f"{self._before}{_TAB.join(cells)}\t{more}{self._after}"

    def _read(
        self,
        row: Row,
        known: Mapping[str, Any],
        cells: list[str],
        extra: dict[str, object],
        at: str,
    ) -> None:
        for name, value in row.items():
            found = known.get(name)
            if found is None:
                if name not in self._period:
                    extra[at + name] = value
                elif str(value)[:10] != self._period[name]:
                    raise unknown_shape(
                        f"a row's {name} is {value}, the report's is {self._period[name]}"
                    )
            elif isinstance(found, int):
                cells[found] = _cell(value, at + name)
            elif isinstance(value, dict):
                self._read(value, found, cells, extra, f"{at}{name}.")
            elif value is not None:
                raise unknown_shape(f"{at}{name} is no object")

    @staticmethod
    def _default(column: Column) -> str:
        if column.default is None:
            raise unknown_shape(f"a row without {'.'.join(column.path)}")
        return column.default

    def _extra(self, extra: dict[str, object]) -> str:
        self.extra_fields |= extra.keys()
        text = msgspec.json.encode({name: _exact(value) for name, value in extra.items()})
        return copy_text(NUL_ESCAPE.sub(rb"\1", text).decode())


_TAB = "\t"


def _cell(value: object, name: str) -> str:
    if isinstance(value, str):
        return copy_text(value)
    if value is None:
        return NULL
    if isinstance(value, dict | list):
        raise unknown_shape(f"{name} holds more than one value")
    return str(value)


def _exact(value: object) -> object:
    """The same value, with its numbers as Amazon wrote them."""
    if isinstance(value, Number):
        return msgspec.Raw(value.encode())
    if isinstance(value, dict):
        return {name: _exact(one) for name, one in value.items()}
    return [_exact(one) for one in value] if isinstance(value, list) else value


def _tree(columns: tuple[Column, ...]) -> dict[str, Any]:
    """Amazon's names -> the place of the column, or what is within an object."""
    tree: dict[str, Any] = {}
    for place, column in enumerate(columns):
        node = tree
        for name in column.path[:-1]:
            node = node.setdefault(name, {})
        node[column.path[-1]] = place
    return tree
