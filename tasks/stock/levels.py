"""What Amazon says of a marketplace's stock replaces what was stored, in one transaction.

Grain of chalkola.inventory_levels: account, marketplace, SKU; every change goes into
chalkola.inventory_history.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any, BinaryIO

import sqlalchemy as sa
from psycopg2 import extensions

from tasks.database.driver import driver_cursor
from tasks.database.errors import answering
from tasks.documents.copy_lines import ReportContext
from tasks.documents.transaction import COPY, LOCK_SLICE, NOTICE_DEAD_CLIENT

#: Where a marketplace's stock comes from.
API, MYI_REPORT = "api", "myi_report"

# A walk or a report that is older than what is stored comes too late.
STORED_AS_OF = """
    SELECT as_of FROM chalkola.inventory_syncs WHERE account = %s AND marketplace_id = %s
"""
STAGE_SYNC = """
    INSERT INTO staged_inventory_sync (account, marketplace_id, source, as_of, report_id, pages)
    VALUES (%s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True)
class Sync:
    """One marketplace's stock: from where, and when Amazon said so."""

    account: str
    marketplace_id: str
    source: str
    as_of: datetime
    report_id: str | None = None
    pages: int | None = None


@dataclass(frozen=True)
class LevelChanges:
    """How many SKUs changed, and how; is_superseded: newer stock was stored already."""

    new: int = 0
    changed: int = 0
    vanished: int = 0
    returned: int = 0
    is_superseded: bool = False

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def replace_levels(
    engine: sa.Engine, stock: BinaryIO, *, columns: tuple[str, ...], sync: Sync
) -> LevelChanges:
    """Replace a marketplace's levels by COPY lines of all its SKUs, in these columns.

    SKUs that are not among them become zero and are marked. Replacing twice changes nothing.

    Raises:
        DatabaseUnreachableError: nothing was changed; may be tried again.
    """
    with answering(engine), engine.begin() as connection, driver_cursor(connection) as cursor:
        cursor.execute(NOTICE_DEAD_CLIENT)
        if not _begin(cursor, sync):
            return LevelChanges(is_superseded=True)
        statement = COPY.format(table="staged_inventory", columns=", ".join(columns))
        cursor.copy_expert(statement, stock)
        return _replace(cursor)


def levels_from_myi_report(
    cursor: extensions.cursor, context: ReportContext, report_created_at: datetime
) -> None:
    """Replace a marketplace's levels by the report that is being loaded, in its transaction."""
    sync = Sync(
        account=context.account,
        marketplace_id=context.marketplace_id,
        source=MYI_REPORT,
        as_of=report_created_at,
        report_id=context.report_id,
    )
    if _begin(cursor, sync):
        cursor.execute(_sql("inventory_from_myi.sql"))
        _replace(cursor)


def _begin(cursor: extensions.cursor, sync: Sync) -> bool:
    """Take the marketplace's turn and make the stage; False when newer stock is stored."""
    place = (sync.account, sync.marketplace_id)
    cursor.execute(LOCK_SLICE, (f"inventory_levels:{':'.join(place)}",))
    cursor.execute(STORED_AS_OF, place)
    row = cursor.fetchone()
    if row is not None and row[0] > sync.as_of:
        return False
    cursor.execute(_sql("inventory_stage.sql"))
    cursor.execute(STAGE_SYNC, (*place, sync.source, sync.as_of, sync.report_id, sync.pages))
    return True


def _replace(cursor: extensions.cursor) -> LevelChanges:
    # A new table has no statistics, and a nested loop over the stage is quadratic.
    cursor.execute("SET LOCAL enable_nestloop = off")
    changes: Counter[str] = Counter()
    for name in ("inventory_levels.sql", "inventory_vanished.sql"):
        cursor.execute(_sql(name))
        changes.update(row[0] for row in cursor.fetchall())
    cursor.execute(_sql("inventory_sync.sql"))
    return LevelChanges(
        new=changes["new"],
        changed=changes["changed"],
        vanished=changes["vanished"],
        returned=changes["returned"],
    )


def _sql(name: str) -> str:
    return (files("sql") / "upserts" / name).read_text(encoding="utf-8")
