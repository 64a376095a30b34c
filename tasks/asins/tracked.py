"""The ASINs that are asked for in each marketplace: table chalkola.tracked_asins."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, RowMapping

from chalkola_spapi.marketplaces import Marketplace, UnknownMarketplaceError, find_marketplace
from chalkola_spapi.report_types import AsinError, check_asin
from tasks.database.queries import queries
from tasks.errors import InputError

DEFAULT_PRIORITY = 100
_SHOWN_PROBLEMS = 10
_SUSPECT_AFTER = 3


@dataclass(frozen=True)
class TrackedAsin:
    """One ASIN of one marketplace; priority 1 is asked for first."""

    marketplace_id: str
    asin: str
    priority: int = DEFAULT_PRIORITY


def tracked_asins(engine: Engine, marketplace: Marketplace) -> list[str]:
    """Give a marketplace's ASINs, the most important first, without suppressed ones."""
    with engine.connect() as connection:
        values = {"marketplace_id": marketplace.marketplace_id}
        return list(connection.execute(queries("asins")["tracked"], values).scalars())


def list_tracked(engine: Engine) -> list[dict[str, Any]]:
    """Give every tracked ASIN with its marketplace, priority, source and suppression.

    note: why it is suppressed, or that it may be another brand's: Amazon has never had rows of it.
    """
    with engine.connect() as connection:
        rows = connection.execute(queries("asins")["list_all"]).mappings()
        return [
            dict(row)
            | {"marketplace": find_marketplace(row["marketplace_id"]).code, "note": _note(row)}
            for row in rows
        ]


def _note(row: RowMapping) -> str | None:
    reason: str | None = row["suppressed_reason"]
    if reason is None and row["periods"] >= _SUSPECT_AFTER and not row["periods_with_rows"]:
        return f"never had rows in {row['periods']} periods: another brand's?"
    return reason


def import_asins(engine: Engine, tracked: list[TrackedAsin]) -> int:
    """Add ASINs or change their priority; returns how many are new or changed."""
    if not tracked:
        return 0
    columns = {
        "marketplace_ids": [t.marketplace_id for t in tracked],
        "asins": [t.asin for t in tracked],
        "priorities": [t.priority for t in tracked],
    }
    with engine.begin() as connection:
        return connection.execute(queries("asins")["import"], columns).rowcount


def read_csv(path: Path) -> list[TrackedAsin]:
    """Read a CSV file with the columns marketplace, asin and, optionally, priority.

    Raises:
        InputError: the file cannot be read or some rows are wrong; all of them are named.
    """
    rows = _rows(path)
    wrong: list[str] = []
    found: dict[tuple[str, str], TrackedAsin] = {}
    for line, row in rows:
        try:
            tracked = _tracked(row)
        except ValueError as exc:
            wrong.append(f"line {line}: {exc}")
            continue
        found[tracked.marketplace_id, tracked.asin] = tracked
    if wrong:
        more = (
            f" ... and {len(wrong) - _SHOWN_PROBLEMS} more" if len(wrong) > _SHOWN_PROBLEMS else ""
        )
        raise InputError(f"{path}: {'; '.join(wrong[:_SHOWN_PROBLEMS])}{more}")
    return list(found.values())


def read_asins_file(path: Path) -> list[str]:
    """Read ASINs for one pull: a CSV as for `read_csv`, or one ASIN a line.

    Returns them as `US:B0...` or `B0...`.
    """
    lines = [line.strip() for line in _text(path).splitlines() if line.strip()]
    if lines and "," in lines[0]:
        return [f"{find_marketplace(t.marketplace_id).code}:{t.asin}" for t in read_csv(path)]
    return [line for line in lines if line.lower() != "asin" and not line.startswith("#")]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8 text"
        raise InputError(f"{path}: cannot be read: {reason}") from None


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(_text(path).splitlines())
    names = [name.strip().lower() for name in reader.fieldnames or []]
    if not {"marketplace", "asin"} <= set(names):
        given = ", ".join(names) or "nothing"
        raise InputError(
            f"{path}: the first line must be marketplace,asin[,priority]; it is {given}"
        )
    reader.fieldnames = names
    return [
        (reader.line_num, {k: (v or "").strip() for k, v in row.items() if k}) for row in reader
    ]


def _tracked(row: dict[str, str]) -> TrackedAsin:
    try:
        marketplace = find_marketplace(row["marketplace"])
        asin = check_asin(row["asin"])
    except (UnknownMarketplaceError, AsinError) as exc:
        raise ValueError(str(exc)) from None
    text = row.get("priority") or str(DEFAULT_PRIORITY)
    if not text.isdecimal():
        raise ValueError(f"priority: {text!r} is not a whole number (1 is asked for first)")
    return TrackedAsin(marketplace.marketplace_id, asin, int(text))
