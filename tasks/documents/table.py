"""How a report's rows become a table's: which field of Amazon's stands in which column.

A table's primary key is its scope, which one document fills as a whole, and its own key columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["text", "count", "number", "money", "date"]

#: How a kind is stored, and how it is staged: 1.0 and 1e3 are counts, too. Money is a number that
#: flat files write with thousands.
STORED_AS: dict[Kind, str] = {
    "text": "TEXT",
    "count": "BIGINT",
    "number": "NUMERIC",
    "money": "NUMERIC",
    "date": "DATE",
}
STAGED_AS: dict[Kind, str] = STORED_AS | {"count": "NUMERIC"}
#: What a row gets from the request; the rest of it stands in the document.
CONTEXT_KINDS: dict[str, Kind] = {
    "account": "text",
    "marketplace_id": "text",
    "report_period": "text",
    "period_start": "date",
    "period_end": "date",
    "asin_granularity": "text",
}
PERIOD_SCOPE = ("account", "marketplace_id", "report_period", "period_start")

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Column:
    """One column and where Amazon has it.

    path: the names down to the field, one for a flat file. aliases: what localised files call it.
    is_key: a row without it is an error, unless `default` stands for it. is_needed: a flat file
    without the column is an error, though it may be blank.
    """

    name: str
    path: tuple[str, ...]
    kind: Kind = "text"
    is_key: bool = False
    is_needed: bool = False
    default: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportTable:
    """A table of the schema chalkola that a report type fills.

    source: the document's array that holds the rows, None for a flat file. scope: what one document
    fills as a whole; what it no longer holds is removed. period_fields: fields of a row that repeat
    the period. asin_column: what the request's ASINs, if it named some, narrow the scope to.
    """

    name: str
    columns: tuple[Column, ...]
    scope: tuple[str, ...] = PERIOD_SCOPE
    source: str | None = None
    period_fields: tuple[str, str] | None = None
    asin_column: str | None = None

    @cached_property
    def context_columns(self) -> tuple[str, ...]:
        """The columns that come from the request, in the table's order."""
        return (*self.scope, "period_end") if "period_start" in self.scope else self.scope

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The primary key."""
        return (*self.scope, *(column.name for column in self.columns if column.is_key))

    @cached_property
    def copy_columns(self) -> tuple[str, ...]:
        """The columns of the COPY file, in its order."""
        own = (column.name for column in self.columns)
        return (*self.context_columns, *own, "extra", "report_id")

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Column -> kind, for all that a document fills."""
        context = {name: CONTEXT_KINDS[name] for name in self.context_columns}
        return context | {column.name: column.kind for column in self.columns}


def snake(name: str) -> str:
    """Amazon's camelCase or dashed-name in snake_case; B2B stays one word."""
    plain = name.replace("B2B", "B2b").replace("-", "_").replace(" ", "_")
    return _WORD.sub("_", plain).lower()


def key(*names: str, kind: Kind = "text", default: str | None = None) -> tuple[Column, ...]:
    """Key columns named as Amazon names their fields."""
    return tuple(Column(snake(n), (n,), kind, is_key=True, default=default) for n in names)


def fields(kind: Kind, names: Iterable[str], *, within: Sequence[str] = ()) -> tuple[Column, ...]:
    """Columns named as Amazon names their fields, in the object `within`."""
    return tuple(Column(snake(name), (*within, name), kind) for name in names)


def money(*names: str, within: Sequence[str] = ()) -> tuple[Column, ...]:
    """Two columns for each price: its amount and its currency code."""
    return tuple(
        column
        for name in names
        for column in (
            Column(f"{snake(name)}_amount", (*within, name, "amount"), "number"),
            Column(f"{snake(name)}_currency_code", (*within, name, "currencyCode")),
        )
    )
