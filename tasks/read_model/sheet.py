"""Rows to a spreadsheet: typed cells, a frozen header, number formats, and never a formula.

https://xlsxwriter.readthedocs.io/working_with_memory.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any, BinaryIO

#: What a sheet takes beside its header.
MOST_ROWS = 1_048_575

_PERCENT = "0.00%"
_FORMATS = {
    "integer": "#,##0",
    "number": "#,##0.00##",
    "date": "yyyy-mm-dd",
    "time": 'yyyy-mm-dd hh:mm" UTC"',
}
_RATES = ("_per_impression", "_per_click", "_per_cart_add")
_WIDTHS = {"text": 24, "time": 22}


def write_sheet(
    file: BinaryIO, title: str, *, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]
) -> int:
    """Write one sheet; columns: name -> kind. Memory holds one row; gives their number."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        # What a shopper typed is text, whatever it begins with.
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True, "bottom": 1})
        for number, (name, kind) in enumerate(columns.items()):
            shown = book.add_format({"num_format": number_format(name, kind)})
            width = max(_WIDTHS.get(kind, 0), len(name) + 3)
            sheet.set_column(number, number, width, shown)
        sheet.write_row(0, 0, columns, bold)
        sheet.freeze_panes(1, 0)
        count = 0
        for count, row in enumerate(rows, start=1):
            sheet.write_row(count, 0, map(_cell, row))
        sheet.autofilter(0, 0, count, len(columns) - 1)
    return count


def number_format(name: str, kind: str) -> str:
    """Give a column's format in the spreadsheet: shares and rates are shown as percent."""
    is_fraction = "share" in name or name.endswith(_RATES)
    return _PERCENT if kind == "number" and is_fraction else _FORMATS.get(kind, "General")


def _cell(value: Any) -> Any:
    # A spreadsheet knows no zones.
    has_zone = getattr(value, "tzinfo", None) is not None
    return value.astimezone(UTC).replace(tzinfo=None) if has_zone else value
