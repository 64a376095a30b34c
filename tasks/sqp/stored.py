"""Stored Search Query Performance, as people ask for it. Every question names its period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine

from chalkola_spapi.marketplaces import Marketplace, find_marketplace
from chalkola_spapi.periods import ReportPeriod
from chalkola_spapi.report_types import AsinError, check_asin
from tasks.database.engine import require_migrated
from tasks.database.queries import queries
from tasks.errors import InputError


def search_queries(
    engine: Engine,
    term: str,
    *,
    marketplaces: Sequence[Marketplace],
    period: ReportPeriod,
    limit: int,
) -> list[dict[str, Any]]:
    """Give search queries that contain `term`, of each marketplace's newest stored period.

    Grain: marketplace and search query; volume and impressions belong to the query, clicks and
    purchases are the sums over our own ASINs. Biggest volume first.
    """
    escaped = term.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return _ask(
        engine, "search", marketplaces, pattern=f"%{escaped}%", period=period.value, limit=limit
    )


def queries_of_asin(
    engine: Engine,
    asin: str,
    *,
    marketplaces: Sequence[Marketplace],
    period: ReportPeriod,
    limit: int,
) -> list[dict[str, Any]]:
    """Give the stored rows of one ASIN: newest period first, best rank first.

    Raises:
        InputError: the ASIN is malformed.
    """
    try:
        checked = check_asin(asin)
    except AsinError as exc:
        raise InputError(str(exc)) from None
    return _ask(engine, "of_asin", marketplaces, asin=checked, period=period.value, limit=limit)


def _ask(
    engine: Engine, name: str, marketplaces: Sequence[Marketplace], **values: Any
) -> list[dict[str, Any]]:
    require_migrated(engine)
    ids = [m.marketplace_id for m in marketplaces] or None
    with engine.connect() as connection:
        rows = connection.execute(
            queries("sqp")[name], values | {"marketplace_ids": ids}
        ).mappings()
        return [
            {"marketplace": find_marketplace(row["marketplace_id"]).code}
            | {k: v for k, v in row.items() if k != "marketplace_id"}
            for row in rows
        ]
