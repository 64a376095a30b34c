"""What is asked of any report type, checked before anything is requested."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date

from chalkola_spapi.marketplaces import Marketplace
from chalkola_spapi.periods import Period, PeriodError, ReportPeriod, check_ended, period_of
from chalkola_spapi.report_rules import OptionError, ReportRules, find_rules
from chalkola_spapi.report_types import SQP, AsinError
from tasks.connections import Connections
from tasks.database.engine import require_migrated
from tasks.errors import InputError
from tasks.ledger.ledger import Slice
from tasks.ledger.planner import Wanted, accounts_of
from tasks.ledger.quotas import DAY
from tasks.marketplaces import resolve_marketplaces
from tasks.sqp.request import (
    resolve_period,
    resolve_wanted,
)

#: What one command may ask for in one marketplace; a year of days.
MOST_PERIODS = 366

_REPORT_TYPE = re.compile(r"GET_[A-Z0-9_]{3,120}")


def read_options(texts: Sequence[str]) -> dict[str, str]:
    """Read `name=value` texts.

    Raises:
        InputError: one is something else, or a name comes twice.
    """
    options: dict[str, str] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise InputError(f"option: {text!r} is not name=value")
        if name in options:
            raise InputError(f"option: {name} comes twice: {options[name]} and {value}")
        options[name] = value
    return options


def check_report(
    conns: Connections,
    *,
    report_type: str,
    marketplaces: Sequence[str],
    start: date | None,
    end: date | None,
    options: Mapping[str, str],
) -> list[Wanted]:
    """Check everything that can be wrong before a report is asked for; gives what is wanted.

    Raises:
        InputError: names the field, what was given and what is allowed.
        DatabaseError: the database is not there, or not migrated.
    """
    rules = find_rules(report_type)
    if _REPORT_TYPE.fullmatch(rules.report_type) is None:
        raise InputError(f"report type: {report_type!r} is no name such as GET_..._REPORT")
    try:
        wanted = _wanted(conns, rules, marketplaces, start, end, options)
    except (OptionError, AsinError, PeriodError) as exc:
        raise InputError(str(exc)) from None
    conns.settings.require_credentials(accounts_of(wanted))
    require_migrated(conns.engine)
    return wanted


def _wanted(
    conns: Connections,
    rules: ReportRules,
    marketplaces: Sequence[str],
    start: date | None,
    end: date | None,
    options: Mapping[str, str],
) -> list[Wanted]:
    places = resolve_marketplaces(marketplaces) or _all_marketplaces(conns)
    per_place = {place: periods_for(conns, rules, place, start, end, options) for place in places}
    if rules.report_type == SQP:
        return _sqp_wanted(conns, rules, per_place, start, options)
    return [
        Wanted(
            Slice(
                conns.settings.account_name_for(place),
                rules.report_type,
                place.marketplace_id,
                period,
            ),
            options=rules.options_for(period, options),
        )
        for place, periods in per_place.items()
        for period in periods
    ]


def _sqp_wanted(
    conns: Connections,
    rules: ReportRules,
    per_place: Mapping[Marketplace, Sequence[Period]],
    start: date | None,
    options: Mapping[str, str],
) -> list[Wanted]:
    """As `sqp pull`: by ASIN, packed into batches, without what is covered already."""
    periods = next(iter(per_place.values()))
    # More ASINs than one report takes are several reports, but any other option is checked.
    others = {name: value for name, value in options.items() if name != rules.asin_option}
    rules.options_for(periods[0], others)
    return [
        wanted
        for first_day in ([None] if start is None else [period.start for period in periods])
        for wanted in resolve_wanted(
            conns,
            marketplaces=[place.code for place in per_place],
            report_period=periods[0].report_period,
            start=first_day,
            asins=options.get(rules.asin_option or "", "").replace(",", " ").split(),
        )
    ]


def _all_marketplaces(conns: Connections) -> list[Marketplace]:
    conns.settings.require_accounts()
    names = conns.settings.account_names
    return [place for name in names for place in conns.settings.marketplaces_of(name)]


def periods_for(
    conns: Connections,
    rules: ReportRules,
    place: Marketplace,
    start: date | None,
    end: date | None,
    options: Mapping[str, str],
) -> list[Period]:
    """Give the periods from `start` to `end`, both included; the newest one without a start.

    Raises:
        InputError, PeriodError, OptionError: the dates or the period are not the type's.
    """
    if end is not None and start is None:
        raise InputError(f"end: {end} needs a start")
    if end is not None and start is not None and end < start:
        raise InputError(f"end: {end} is before the start, {start}")
    _check_age(conns, rules, start)
    report_period = rules.period_of(options)
    if report_period is None:
        return [_without_calendar(conns, rules, start, end)]
    if start is None:
        return [resolve_period(report_period, None, place, now=conns.now())]
    periods = [period_of(report_period, start)]
    while end is not None and periods[-1].end < end:
        if len(periods) == MOST_PERIODS:
            raise InputError(f"end: more than {MOST_PERIODS} periods of {report_period}")
        periods.append(periods[-1].next())
    if end is not None and periods[-1].end != end:
        raise InputError(
            f"end: {end} lies within {periods[-1].label}, which ends {periods[-1].end}"
        )
    check_ended(periods[-1], place, now=conns.now())
    return periods


def _check_age(conns: Connections, rules: ReportRules, start: date | None) -> None:
    if start is None or rules.goes_back is None:
        return
    oldest = conns.now().astimezone(UTC).date() - rules.goes_back
    if start < oldest:
        raise InputError(f"start: {start}: {rules.name} goes back to {oldest} and no further")


def _without_calendar(
    conns: Connections, rules: ReportRules, start: date | None, end: date | None
) -> Period:
    today = conns.now().astimezone(UTC).date()
    if start is None:
        return Period(ReportPeriod.SNAPSHOT, today, today)
    if rules.is_snapshot:
        raise InputError(f"start: {rules.name} shows things as they stand; it takes no dates")
    last = end or start
    if last >= today:
        field = "start" if end is None else "end"
        raise InputError(f"{field}: {last} has not ended (in UTC): the last day is {today - DAY}")
    return Period(ReportPeriod.RANGE, start, last)
