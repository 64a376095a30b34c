"""Stored stock, as people ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine

from chalkola_spapi.marketplaces import Marketplace, find_marketplace
from tasks.database.queries import queries


def stored_levels(
    engine: Engine, *, marketplaces: Sequence[Marketplace], sku: str | None, limit: int
) -> list[dict[str, Any]]:
    """Give the levels by marketplace, the biggest first; remote units stand apart."""
    ids = [place.marketplace_id for place in marketplaces] or None
    rows = _ask(engine, "levels", marketplace_ids=ids, sku=sku, limit=limit)
    return [{"marketplace": find_marketplace(row.pop("marketplace_id")).code} | row for row in rows]


def stock_by_sku(engine: Engine, *, sku: str | None, limit: int) -> list[dict[str, Any]]:
    """Give each account's SKUs with every unit once, FBA and AWD together."""
    return _ask(engine, "stock", sku=sku, limit=limit)


def _ask(engine: Engine, name: str, **values: Any) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(r) for r in connection.execute(queries("inventory")[name], values).mappings()]
