"""What people ask of the read model, of the newest stored period unless they name one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine

from chalkola_spapi.marketplaces import Marketplace, find_marketplace
from chalkola_spapi.periods import PeriodError, ReportPeriod, period_of
from chalkola_spapi.report_types import AsinError, check_asin
from tasks.database.engine import require_migrated
from tasks.database.queries import queries
from tasks.errors import InputError

Row = dict[str, Any]


class TopBy(StrEnum):
    """What makes a query big."""

    VOLUME = "volume"
    CLICKS = "clicks"
    PURCHASES = "purchases"


class MoveBy(StrEnum):
    """What moves; our own counts."""

    PURCHASES = "purchases"
    CLICKS = "clicks"
    IMPRESSIONS = "impressions"


class Asked:
    """Whose period of Search Query Performance is asked about: one of each marketplace.

    Raises:
        InputError: the start is no period's first day.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        marketplaces: Sequence[Marketplace],
        period: ReportPeriod,
        start: date | None,
    ) -> None:
        require_migrated(engine)
        try:
            first_day = period_of(period, start).start if start is not None else None
        except PeriodError as exc:
            raise InputError(str(exc)) from None
        self._engine = engine
        self._period = period
        # One by one with plain values, so that the planner sees which partition and period it is.
        self.slices = _rows(
            engine,
            "newest_periods",
            period=period.value,
            start=first_day,
            marketplace_ids=[place.marketplace_id for place in marketplaces] or None,
        )

    def top(self, *, by: TopBy, limit: int) -> list[Row]:
        """Give the biggest queries over all own ASINs. Grain: marketplace, search query."""
        return self._ask("top", by=by.value, limit=limit)

    def movers(self, *, by: MoveBy, limit: int) -> list[Row]:
        """Give what changed most against the period before. Grain: marketplace, ASIN, query."""
        return self._ask("movers", by=by.value, limit=limit)

    def opportunities(self, *, limit: int) -> list[Row]:
        """Give the opportunities, the best first. Grain: marketplace, ASIN, query."""
        return self._ask("opportunities", limit=limit)

    def _ask(self, name: str, **values: Any) -> list[Row]:
        return [
            {"marketplace": find_marketplace(one["marketplace_id"]).code} | row
            for one in self.slices
            for row in _rows(self._engine, name, **one, period=self._period.value, **values)
        ]


def inventory_cover(
    engine: Engine, *, marketplaces: Sequence[Marketplace], asin: str | None, limit: int
) -> list[Row]:
    """Give how long the stock of each ASIN lasts, the most urgent first.

    Raises:
        InputError: the ASIN is malformed.
    """
    try:
        checked = check_asin(asin) if asin is not None else None
    except AsinError as exc:
        raise InputError(str(exc)) from None
    ids = [place.marketplace_id for place in marketplaces] or None
    rows = _rows(engine, "cover", marketplace_ids=ids, asin=checked, limit=limit)
    return [{"marketplace": find_marketplace(row.pop("marketplace_id")).code} | row for row in rows]


def _rows(engine: Engine, name: str, **values: Any) -> list[Row]:
    with engine.connect() as connection:
        found = connection.execute(queries("read_model")[name], values)
        return [dict(row) for row in found.mappings()]
