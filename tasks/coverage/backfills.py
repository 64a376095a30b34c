"""A backfill from its dates to its end: what was asked for, how far it is, when it is complete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from chalkola_spapi.marketplaces import Marketplace, find_marketplace
from chalkola_spapi.periods import PeriodError, ReportPeriod, newest_published, period_containing
from chalkola_spapi.report_types import SQP
from tasks.connections import Connections
from tasks.coverage.coverage import (
    Backfill,
    SliceCoverage,
    complete_backfill,
    coverage_of,
    open_backfill,
)
from tasks.coverage.coverage import reports_needed as needed_of
from tasks.database.queries import queries
from tasks.errors import InputError
from tasks.ledger.ledger import budget_time
from tasks.marketplaces import resolve_marketplaces

A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class BackfillRequest:
    """What a person asked for, checked: both ends are first days of periods."""

    report_period: ReportPeriod
    first: date
    last: date
    marketplaces: tuple[Marketplace, ...]


@dataclass(frozen=True)
class BackfillProgress:
    """How far it is. Expected and answered count ASINs of periods; the others count reports.

    complete_at: by the daily budget; None when nothing is left to ask for, or it is 0.
    """

    label: str
    expected: int
    answered: int
    failed: int
    open_reports: int
    reports_needed: int
    complete_at: str | None

    @property
    def percent(self) -> float:
        return 100 * self.answered / self.expected if self.expected else 100.0

    @property
    def is_complete(self) -> bool:
        return not self.open_reports and not self.reports_needed

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"is_complete": self.is_complete}


def check_backfill(
    conns: Connections,
    *,
    period: str,
    first: date | None,
    last: date | None,
    marketplaces: Sequence[str],
) -> BackfillRequest:
    """Check a backfill's dates and marketplaces; days stand for the periods that contain them.

    Without `first` from a year ago on, without `last` up to the newest published period.

    Raises:
        InputError: names the field, what was given and what is allowed.
    """
    report_period = ReportPeriod(period)
    places = resolve_marketplaces(marketplaces) or _with_tracked_asins(conns)
    first = first or conns.now().date() - A_YEAR
    newest = max(newest_published(report_period, place, now=conns.now()) for place in places)
    try:
        begins = period_containing(report_period, first)
        ends = min(period_containing(report_period, last), newest) if last else newest
    except PeriodError as exc:
        raise InputError(str(exc).replace("start:", "from:", 1)) from None
    if begins > newest:
        raise InputError(f"from: {first}: the newest published period is {newest.label}")
    if begins > ends:
        raise InputError(f"to: {last} lies before {first}")
    conns.settings.require_credentials({conns.settings.account_name_for(p) for p in places})
    return BackfillRequest(report_period, begins.start, ends.start, tuple(places))


def _with_tracked_asins(conns: Connections) -> list[Marketplace]:
    conns.settings.require_accounts()
    with conns.engine.connect() as connection:
        ids = list(connection.execute(queries("asins")["tracked_marketplaces"]).scalars())
    names = conns.settings.account_names
    found = [m for m in map(find_marketplace, ids) if conns.settings.account_name_for(m) in names]
    if not found:
        raise InputError("asin: none is tracked; use `chalkola asins import FILE.csv`")
    return found


def begin(conns: Connections, asked: BackfillRequest) -> Backfill:
    """Note the backfill, so that the catch-up goes on with it."""
    with conns.engine.begin() as connection:
        return open_backfill(
            connection,
            report_period=asked.report_period,
            first=asked.first,
            last=asked.last,
            marketplaces=asked.marketplaces,
            now=conns.now(),
        )


def look_at(conns: Connections, asked: BackfillRequest) -> Backfill:
    """Give the newest backfill of these dates, or what it would be; writes nothing."""
    values = {
        "report_period": asked.report_period.value,
        "first_start": asked.first,
        "last_start": asked.last,
        "marketplace_ids": sorted(m.marketplace_id for m in asked.marketplaces),
    }
    with conns.engine.connect() as connection:
        row = connection.execute(queries("coverage")["find_backfill"], values).mappings().first()
    if row is not None:
        return Backfill.of(row)
    return Backfill(
        0, asked.report_period, asked.first, asked.last, asked.marketplaces, conns.now()
    )


def coverage(conns: Connections, backfill: Backfill) -> list[SliceCoverage]:
    """What became of every slice of it, the newest first."""
    slices = backfill.slices(conns.settings, now=conns.now())
    with conns.engine.connect() as connection:
        return coverage_of(connection, slices, failed_before=backfill.requested_at)


def progress(conns: Connections, backfill: Backfill) -> BackfillProgress:
    """Look up how far it is; writes nothing."""
    found = coverage(conns, backfill)
    needed = needed_of(found)
    return BackfillProgress(
        label=backfill.label,
        expected=sum(one.expected for one in found),
        answered=sum(one.answered for one in found),
        failed=sum(one.failed for one in found),
        open_reports=sum(len(one.open_request_ids) for one in found),
        reports_needed=sum(needed.values()),
        complete_at=_complete_at(conns, needed),
    )


def _complete_at(conns: Connections, needed: dict[str, int]) -> str | None:
    times = [_last_asked_at(conns, account, count) for account, count in needed.items() if count]
    known: list[datetime] = [time for time in times if time is not None]
    return max(known).isoformat() if known and len(known) == len(times) else None


def _last_asked_at(conns: Connections, account: str, count: int) -> datetime | None:
    """When the last of so many more reports fits into the budget, behind what is planned."""
    frees = conns.ledger.budget_frees(account, SQP)
    position = conns.ledger.planned_count(account, SQP) + count - 1
    budget = conns.settings.sqp_daily_budget
    return budget_time(frees, budget, position, now=conns.now())


def close_if_complete(conns: Connections, backfill: Backfill, done: BackfillProgress) -> None:
    """Note its end when nothing of it is missing or under way any more."""
    if done.is_complete:
        with conns.engine.begin() as connection:
            complete_backfill(connection, backfill, now=conns.now())


def not_whole(found: Iterable[SliceCoverage]) -> list[dict[str, Any]]:
    """One row for each slice that is not wholly answered, for an artifact."""
    return [
        {
            "marketplace": one.slice.marketplace.code,
            "period": one.slice.period.label,
            "ASINs": one.expected,
            "loaded or no data": one.answered,
            "at Amazon": one.pending,
            "planned": one.planned,
            "failed": one.failed,
            "missing": len(one.missing),
        }
        for one in found
        if one.answered < one.expected
    ]
