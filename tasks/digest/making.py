"""Makes digests: reads them, writes their pages, and says where those are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from chalkola_spapi.marketplaces import Marketplace
from chalkola_spapi.periods import Period, PeriodError, ReportPeriod, newest_published, period_of
from tasks.connections import Connections
from tasks.database.engine import require_migrated
from tasks.digest.digest import Digest
from tasks.digest.figures import MarketplaceDigest
from tasks.digest.files import Files, write_page
from tasks.digest.page import Part, part, render
from tasks.digest.reading import newest_start, places, read_digest
from tasks.errors import InputError
from tasks.marketplaces import resolve_marketplaces

LENGTHS = (ReportPeriod.WEEK, ReportPeriod.MONTH, ReportPeriod.QUARTER)
#: Under CHALKOLA_HOME.
FOLDER = "digests"


@dataclass(frozen=True)
class Made:
    """A digest and its files."""

    digest: Digest
    files: Files


def make_digests(
    conns: Connections,
    *,
    marketplaces: Sequence[str],
    report_period: ReportPeriod,
    start: date | None,
) -> list[Made]:
    """Make a page for each marketplace and, of several, one for all of them, which comes first.

    `marketplaces`: empty: all that there is something to tell of. `start`: None: the newest period
    of which anything is loaded, in each marketplace.

    Raises:
        InputError: a marketplace or a start that is none, or nothing to tell of.
        DatabaseError: the database is not there, or not migrated.
    """
    chosen = resolve_marketplaces(marketplaces)
    if start is not None:
        _check_start(report_period, start)
    require_migrated(conns.engine)
    read = _read(conns, chosen, report_period, start)
    parts = {one.code: part(one) for one in read}
    digests = [Digest(read, is_of_all=not chosen)] if len(read) > 1 else []
    return [_write(conns, one, parts) for one in [*digests, *(Digest([one]) for one in read)]]


def check_length(length: ReportPeriod) -> None:
    """Refuse a length that no Search Query Performance has.

    Raises:
        InputError: it is none of WEEK, MONTH and QUARTER.
    """
    if length not in LENGTHS:
        raise InputError(f"period: {length} has no digest; allowed are {', '.join(LENGTHS)}")


def _check_start(report_period: ReportPeriod, start: date) -> None:
    try:
        period_of(report_period, start)
    except PeriodError as exc:
        raise InputError(str(exc)) from None


def _read(
    conns: Connections,
    chosen: Sequence[Marketplace],
    report_period: ReportPeriod,
    start: date | None,
) -> list[MarketplaceDigest]:
    # One snapshot: a load in between must not show in half of a page.
    reading = conns.engine.execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )
    with reading.connect() as connection:
        found = chosen or places(connection)
        if not found:
            raise InputError(
                "marketplace: none has tracked ASINs or data (chalkola asins import FILE.csv, "
                "then chalkola sqp pull)"
            )
        return [
            read_digest(
                connection,
                place,
                _period(conns, connection, place, report_period=report_period, start=start),
                today=conns.now().astimezone(place.zone).date(),
            )
            for place in found
        ]


def _period(
    conns: Connections,
    connection: Connection,
    place: Marketplace,
    *,
    report_period: ReportPeriod,
    start: date | None,
) -> Period:
    start = start or newest_start(connection, place, report_period)
    if start is None:
        return newest_published(report_period, place, now=conns.now())
    return period_of(report_period, start)


def _write(conns: Connections, digest: Digest, parts: Mapping[str, Part]) -> Made:
    page = render(digest, parts, made_at=conns.now())
    files = write_page(conns.folder(FOLDER), digest.name, digest.period, page)
    return Made(digest, files)
