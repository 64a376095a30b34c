"""What is expected of Search Query Performance against what is there: periods, gaps, backfills.

The same states as the view chalkola.sqp_coverage shows, for any slices that are asked about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Self

from sqlalchemy import Connection

from chalkola_spapi.marketplaces import Marketplace, find_marketplace
from chalkola_spapi.periods import Period, ReportPeriod, newest_published, period_of
from chalkola_spapi.report_types import SQP, pack_asins
from tasks.database.queries import queries
from tasks.ledger.ledger import Slice
from tasks.settings import Settings

#: Before this nothing has failed: what failed for good is not asked for again.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class SliceCoverage:
    """The tracked ASINs of one slice, counted by what became of them.

    missing: those to ask for, the most important first. lost_request_ids: reports that had been
    loaded and whose rows are gone. open_request_ids: reports that are planned or at Amazon.
    """

    slice: Slice
    expected: int
    answered: int
    pending: int
    planned: int
    failed: int
    missing: tuple[str, ...]
    lost_request_ids: tuple[int, ...]
    open_request_ids: tuple[int, ...]

    @property
    def batches(self) -> list[tuple[str, ...]]:
        """The missing ASINs, packed into the fewest reports."""
        return pack_asins(self.missing)

    def without(self, asins: AbstractSet[str]) -> Self:
        """The same, where these need not be asked for."""
        return replace(self, missing=tuple(a for a in self.missing if a not in asins))


@dataclass(frozen=True)
class Backfill:
    """A row of chalkola.sqp_backfills; both ends are first days of periods and included."""

    id: int
    report_period: ReportPeriod
    first_start: date
    last_start: date
    marketplaces: tuple[Marketplace, ...]
    requested_at: datetime

    @classmethod
    def of(cls, row: Any) -> Self:
        return cls(
            id=row["id"],
            report_period=ReportPeriod(row["report_period"]),
            first_start=row["first_start"],
            last_start=row["last_start"],
            marketplaces=tuple(find_marketplace(i) for i in row["marketplace_ids"]),
            requested_at=row["requested_at"],
        )

    @property
    def label(self) -> str:
        places = ", ".join(m.code for m in self.marketplaces)
        return f"{places} · {self.report_period} {self.first_start} to {self.last_start}"

    def slices(self, settings: Settings, *, now: datetime) -> list[Slice]:
        """Every slice of it that should be published by now, the newest first."""
        return newest_first(
            Slice(settings.account_name_for(place), SQP, place.marketplace_id, period)
            for place in self.marketplaces
            for period in self._periods(newest_published(self.report_period, place, now=now))
        )

    def _periods(self, newest: Period) -> Iterable[Period]:
        period = min(newest, period_of(self.report_period, self.last_start))
        while period.start >= self.first_start:
            yield period
            period = period.previous()


def look_back(settings: Settings, back: dict[ReportPeriod, int], *, now: datetime) -> list[Slice]:
    """The last published periods of every account's marketplaces, the newest first.

    `back` says how many of each length.
    """
    return newest_first(
        Slice(account, SQP, place.marketplace_id, period)
        for account in settings.account_names
        for place in settings.marketplaces_of(account)
        for report_period, count in back.items()
        for period in _last(newest_published(report_period, place, now=now), count)
    )


def _last(period: Period, count: int) -> Iterable[Period]:
    for _ in range(count):
        yield period
        period = period.previous()


def newest_first(slices: Iterable[Slice]) -> list[Slice]:
    """By the period's end; of those that end together, the short ones first."""
    return sorted(slices, key=lambda s: (s.period.end, s.period.start), reverse=True)


def coverage_of(
    connection: Connection, slices: Sequence[Slice], *, failed_before: datetime = NEVER
) -> list[SliceCoverage]:
    """Look up the slices that have tracked ASINs, in their order.

    What failed for good before `failed_before` counts as missing.
    """
    values = {
        "marketplace_ids": [s.marketplace_id for s in slices],
        "report_periods": [s.period.report_period.value for s in slices],
        "period_starts": [s.period.start for s in slices],
        "failed_before": failed_before,
    }
    connection.execute(queries("coverage")["hash_joins"])
    rows = connection.execute(queries("coverage")["of_slices"], values)
    return [
        SliceCoverage(
            slice=slices[row.position - 1],
            expected=row.expected,
            answered=row.answered,
            pending=row.pending,
            planned=row.planned,
            failed=row.failed,
            missing=tuple(row.missing),
            lost_request_ids=tuple(row.lost_request_ids),
            open_request_ids=tuple(row.open_request_ids),
        )
        for row in rows
    ]


def reports_needed(found: Iterable[SliceCoverage]) -> dict[str, int]:
    """Account -> how many reports its missing ASINs take."""
    needed: Counter[str] = Counter()
    for one in found:
        needed[one.slice.account] += len(one.batches)
    return needed


def open_backfill(
    connection: Connection,
    *,
    report_period: ReportPeriod,
    first: date,
    last: date,
    marketplaces: Sequence[Marketplace],
    now: datetime,
) -> Backfill:
    """Note a backfill; the same one again, while it is not complete, is the same row."""
    values = {
        "report_period": report_period.value,
        "first_start": first,
        "last_start": last,
        "marketplace_ids": sorted(m.marketplace_id for m in marketplaces),
        "now": now,
    }
    row = connection.execute(queries("coverage")["open_backfill"], values).mappings().one()
    return Backfill.of(row)


def open_backfills(connection: Connection) -> list[Backfill]:
    """Give the backfills that are not complete, the oldest first."""
    rows = connection.execute(queries("coverage")["open_backfills"]).mappings()
    return [Backfill.of(row) for row in rows]


def complete_backfill(connection: Connection, backfill: Backfill, *, now: datetime) -> None:
    """Note that nothing of it is missing any more."""
    connection.execute(queries("coverage")["complete_backfill"], {"id": backfill.id, "now": now})
