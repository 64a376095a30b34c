"""What is asked of Search Query Performance, checked before anything is requested."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime

from chalkola_spapi.marketplaces import (
    Marketplace,
    UnknownMarketplaceError,
    find_marketplace,
)
from chalkola_spapi.periods import (
    Period,
    PeriodError,
    ReportPeriod,
    check_ended,
    newest_published,
    period_of,
)
from chalkola_spapi.report_types import SQP, AsinError, check_asin
from tasks.asins.tracked import tracked_asins
from tasks.connections import Connections
from tasks.database.engine import require_migrated
from tasks.errors import InputError
from tasks.ledger.ledger import Slice
from tasks.ledger.planner import Wanted, accounts_of
from tasks.marketplaces import resolve_marketplaces
from tasks.settings import Settings

logger = logging.getLogger(__name__)


def resolve_period(
    report_period: ReportPeriod, start: date | None, marketplace: Marketplace, *, now: datetime
) -> Period:
    """Give the period that begins on `start`, or the newest one that should be published.

    Raises:
        InputError: `start` is not a first day, or the period has not ended.
    """
    if start is None:
        return newest_published(report_period, marketplace, now=now)
    try:
        period = period_of(report_period, start)
        check_ended(period, marketplace, now=now)
    except PeriodError as exc:
        raise InputError(str(exc)) from None
    return period


def resolve_asins(texts: Sequence[str]) -> dict[str | None, list[str]]:
    """Sort ASINs by marketplace code; those under None are for every marketplace.

    Each is `B0...` (for every marketplace asked for) or `US:B0...` (for one).

    Raises:
        InputError: a malformed ASIN or an unknown marketplace.
    """
    sorted_asins: dict[str | None, list[str]] = {}
    for text in texts:
        place, colon, asin = text.rpartition(":")
        try:
            code = find_marketplace(place).code if colon else None
            sorted_asins.setdefault(code, []).append(check_asin(asin))
        except (AsinError, UnknownMarketplaceError) as exc:
            raise InputError(str(exc)) from None
    return sorted_asins


def resolve_wanted(
    conns: Connections,
    *,
    marketplaces: Sequence[str],
    report_period: ReportPeriod,
    start: date | None,
    asins: Sequence[str],
) -> list[Wanted]:
    """Give each slice with its ASINs; the database is asked only for tracked ones.

    Raises:
        InputError: something is wrong or nothing is left to ask for; nothing was requested.
    """
    given = resolve_asins(asins)
    settings, now = conns.settings, conns.now()
    places = resolve_marketplaces(marketplaces) or _default_marketplaces(settings, given)
    _refuse_other_marketplaces(given, places)
    periods = [resolve_period(report_period, start, place, now=now) for place in places]
    wanted = []
    for place, period in zip(places, periods, strict=True):
        mine = [*given.get(None, []), *given.get(place.code, [])]
        chosen = dict.fromkeys(mine or ([] if given else _tracked(conns, place)))
        if chosen:
            in_slice = Slice(settings.account_name_for(place), SQP, place.marketplace_id, period)
            wanted.append(Wanted(in_slice, tuple(chosen)))
    if not wanted:
        codes = ", ".join(place.code for place in places)
        raise InputError(f"asin: none given and none tracked for {codes}; {_HOW_TO_TRACK}")
    asked_for = {one.slice.marketplace.code for one in wanted}
    for place in places:
        if place.code not in asked_for:
            logger.warning("%s is left out: it has no ASINs", place.code)
    return wanted


def _tracked(conns: Connections, place: Marketplace) -> list[str]:
    require_migrated(conns.engine)
    return tracked_asins(conns.engine, place)


_HOW_TO_TRACK = "use --asin, --asins-file or `chalkola asins import FILE.csv`"


def _default_marketplaces(
    settings: Settings, given: dict[str | None, list[str]]
) -> list[Marketplace]:
    """Give the marketplaces that the ASINs name, else all that an account serves."""
    if None in given:
        # Meant for every marketplace, one ASIN would cost a report in each of them.
        raise InputError("marketplace: say which with --marketplace, since ASINs are given")
    if given:
        return [find_marketplace(code) for code in given if code]
    settings.require_accounts()
    return [m for name in settings.account_names for m in settings.marketplaces_of(name)]


def _refuse_other_marketplaces(
    given: dict[str | None, list[str]], places: list[Marketplace]
) -> None:
    codes = {place.code for place in places}
    if others := [code for code in given if code is not None and code not in codes]:
        raise InputError(
            f"asin: given for {', '.join(others)}, but only {', '.join(sorted(codes))} is asked for"
        )


def check_sqp(
    conns: Connections,
    *,
    marketplaces: Sequence[str],
    period: str,
    start: date | None,
    asins: Sequence[str],
) -> list[Wanted]:
    """Check everything that can be wrong before a report is asked for; gives what is wanted.

    Raises:
        InputError: names the field, what was given and what is allowed.
        DatabaseError: the database is not there, or not migrated.
    """
    wanted = resolve_wanted(
        conns,
        marketplaces=marketplaces,
        report_period=ReportPeriod(period),
        start=start,
        asins=asins,
    )
    conns.settings.require_credentials(accounts_of(wanted))
    require_migrated(conns.engine)
    return wanted
