"""Tab-delimited text as Amazon writes it: no quoting, and in the charset of the region.

https://developer-docs.amazon.com/sp-api/docs/retrieve-a-report
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chalkola_spapi.simulator.marketplaces import Marketplace
from chalkola_spapi.simulator.report_scripts import FlatChanges

# Names that a parser may stumble over; tabs and line ends become blanks, as at Amazon.
ODD_TEXTS = (
    'Markers 10" "fine"',
    '"an unbalanced quote',
    "back\\slash \\N \\.",
    "a tab\tand a line\r\nend",
    "  blanks  ",
    "emoji 🖍️ ① ш",
    "=HYPERLINK(1);'--",
    "NULL",
)
# Java's names, as they stand in Amazon's Content-Type.
_PYTHON_NAMES = {"UTF-8": "utf-8", "Cp1252": "cp1252", "windows-31j": "cp932"}


@dataclass(frozen=True, slots=True)
class FlatFile:
    """A table: every row has a text for each column. `names` and `prices` are columns of it."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    names: frozenset[str] = field(default=frozenset())
    prices: frozenset[str] = field(default=frozenset())
    line_end: str = "\r\n"


def charset(marketplace: Marketplace) -> str:
    """The charset of a marketplace's flat files."""
    if marketplace.country_code == "JP":
        return "windows-31j"
    return "Cp1252" if marketplace.region == "EU" else "UTF-8"


def content_type(marketplace: Marketplace) -> str:
    return f"text/plain;charset={charset(marketplace)}"


def money(marketplace: Marketplace, amount: float) -> str:
    """An amount as it stands in a file: yen have no decimals."""
    return f"{amount:.0f}" if marketplace.currency == "JPY" else f"{amount:.2f}"


def render(file: FlatFile, *, marketplace: Marketplace, changes: FlatChanges) -> bytes:
    """The file's bytes; a character that the charset lacks becomes a question mark."""
    kept = [name not in changes.without_columns for name in file.columns]
    rows = [] if changes.header_only else file.rows
    if changes.duplicate_rows:
        rows = [*rows, *rows[:1]]
    lines = [_line(file.columns, kept, tuple(changes.extra_columns))]
    extra = tuple(changes.extra_columns.values())
    lines += [
        _line(_changed(file, row, place, changes), kept, extra) for place, row in enumerate(rows)
    ]
    text = "".join(line + file.line_end for line in lines)
    return text.encode(_PYTHON_NAMES[charset(marketplace)], errors="replace")


def _line(cells: Sequence[object], kept: Sequence[bool], extra: tuple[str, ...]) -> str:
    texts = [_cell(cell) for cell, is_kept in zip(cells, kept, strict=True) if is_kept]
    return "\t".join([*texts, *map(_cell, extra)])


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return text.replace("\r\n", " ").replace("\t", " ").replace("\n", " ").replace("\r", " ")


def _changed(
    file: FlatFile, row: Sequence[object], place: int, changes: FlatChanges
) -> Sequence[object]:
    if not changes.odd_text and not changes.decimal_comma:
        return row
    cells = list(row)
    for at, column in enumerate(file.columns):
        if changes.odd_text and column in file.names and place < len(ODD_TEXTS):
            cells[at] = ODD_TEXTS[place]
        if changes.decimal_comma and column in file.prices:
            cells[at] = str(cells[at]).replace(".", ",")
    return cells
