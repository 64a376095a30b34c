"""The trend of an ASIN, of a search query, or of an ASIN's query, over all stored periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine

from chalkola_spapi.marketplaces import Marketplace, find_marketplace
from chalkola_spapi.periods import Period, ReportPeriod, period_of
from tasks.database.engine import require_migrated
from tasks.database.queries import queries
from tasks.digest import words
from tasks.digest.charts import Chart, Series
from tasks.digest.figures import Counts
from tasks.errors import InputError


class Metric(StrEnum):
    """What of a trend is drawn."""

    SEARCHES = "searches"
    IMPRESSIONS = "impressions"
    CLICKS = "clicks"
    CART_ADDS = "cart-adds"
    PURCHASES = "purchases"
    IMPRESSIONS_SHARE = "impressions-share"
    CLICKS_SHARE = "clicks-share"
    CART_ADDS_SHARE = "cart-adds-share"
    PURCHASES_SHARE = "purchases-share"

    @property
    def is_share(self) -> bool:
        return self.value.endswith("-share")

    @property
    def step(self) -> str:
        return self.value.removesuffix("-share").replace("-", "_")


def read_trend(
    engine: Engine,
    *,
    asin: str | None,
    query: str | None,
    marketplaces: Sequence[Marketplace],
    length: ReportPeriod,
    metric: Metric,
) -> Chart:
    """Give the chart; a period that is not loaded is a gap in it.

    Raises:
        InputError: nothing is stored of it, or of several marketplaces.
        DatabaseError: the database is not there, or not migrated.
    """
    require_migrated(engine)
    subject = " of ".join(filter(None, (query and f"“{query}”", asin)))
    with engine.connect() as connection:
        rows = connection.execute(
            queries("digest")["trend"],
            {
                "asin": asin,
                "query": query,
                "period": length.value,
                "marketplace_ids": [place.marketplace_id for place in marketplaces] or None,
            },
        ).all()
        place = _only_place(rows, subject, length)
        periods = _periods(rows, length)
        loaded = _loaded(connection, place, length, asin)
    found = {row.period_start: row for row in rows}
    values = [
        _value(found.get(one.start), metric) if one.start in loaded or one.start in found else None
        for one in periods
    ]
    name = metric.value.replace("-", " ")
    gaps = {
        number: words.NOT_LOADED
        for number, one in enumerate(periods)
        if one.start not in loaded and one.start not in found
    }
    return Chart(
        title=f"{subject}, {place.code}: {name} in each {length.value.lower()}",
        starts=[one.start for one in periods],
        series=[Series(name, values)],
        shown=words.share_axis if metric.is_share else words.axis,
        gaps=gaps,
    )


def _only_place(rows: Sequence[Any], subject: str, length: ReportPeriod) -> Marketplace:
    ids = list(dict.fromkeys(row.marketplace_id for row in rows))
    if not ids:
        raise InputError(
            f"nothing is stored of {subject} by {length.value} (chalkola sqp search TERM, "
            "chalkola sqp asin ASIN: what is)"
        )
    if len(ids) > 1:
        codes = ", ".join(find_marketplace(one).code for one in ids)
        raise InputError(f"marketplace: {subject} is stored of {codes}; say which")
    return find_marketplace(ids[0])


def _periods(rows: Sequence[Any], length: ReportPeriod) -> list[Period]:
    """Every period from the first stored one to the last."""
    last = period_of(length, rows[-1].period_start)
    found = [period_of(length, rows[0].period_start)]
    while found[-1] < last:
        found.append(found[-1].next())
    return found


def _loaded(
    connection: Connection, place: Marketplace, length: ReportPeriod, asin: str | None
) -> set[Any]:
    given = {"marketplace_id": place.marketplace_id, "period": length.value, "asin": asin}
    return set(connection.execute(queries("digest")["loaded_starts"], given).scalars())


def _value(row: Any, metric: Metric) -> float | None:
    """The metric of a loaded period. Without a row nothing was counted, and a share is unknown."""
    if row is None:
        return None if metric.is_share else 0.0
    if metric is Metric.SEARCHES:
        return float(row.searches or 0)
    counts = Counts(**{one.name: int(getattr(row, one.name) or 0) for one in fields(Counts)})
    own = float(getattr(counts, metric.step))
    if not metric.is_share:
        return own
    total = getattr(counts, f"total_{metric.step}")
    return own / total if total else None
