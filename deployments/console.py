"""What a person or a program reads: tables on the terminal, one JSON object with --json."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from deployments.log_format import formatter
from tasks.settings import Settings

#: The option that every command has.
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]

#: Where nobody's screen sets the width: a pipe, a file, a log.
_PLAIN_WIDTH = 160


def _console(*, stderr: bool) -> Console:
    # No markup: what Amazon or a shopper wrote may hold brackets. No wrapping: lines are searched.
    console = Console(stderr=stderr, highlight=False, markup=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _PLAIN_WIDTH
    return console


out = _console(stderr=False)
err = _console(stderr=True)


def print_json(value: dict[str, Any]) -> None:
    """Print exactly one JSON object on stdout; numerics stay exact, as text."""
    sys.stdout.write(json.dumps(value, default=_plain, ensure_ascii=False) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return list(value)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """Build a table.

    A column whose name ends in # holds numbers and stands to the right; one that ends in ~ may be
    wrapped on a narrow screen, the others are never.
    """
    made = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        header_style="dim",
        box=None,
        pad_edge=False,
    )
    for column in columns:
        made.add_column(
            column.rstrip("#~"),
            justify="right" if column.endswith("#") else "left",
            no_wrap=not column.endswith("~"),
        )
    for row in rows:
        made.add_row(*("" if cell is None else _shown(cell) for cell in row))
    return made


def _shown(cell: Any) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def set_up_logging(settings: Settings) -> None:
    """Send our loggers to stderr: readable lines, or JSON where LOG_FORMAT says so."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(settings.log_format, colors=err.is_terminal))
    for name in ("tasks", "chalkola_spapi", "deployments"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False
        logger.setLevel(settings.log_level)
    # They log whole URLs at INFO, presigned ones included.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
