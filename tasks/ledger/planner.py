"""What has to be asked for: coverage first, then the fewest reports that hold the rest.

An ASIN of a period is covered when a loaded, no_data or pending report holds it, so that one new
ASIN never buys all the others again. `refresh` asks again for what is loaded, except where it goes
on with a refresh that was interrupted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, text

from chalkola_spapi.periods import ReportPeriod
from chalkola_spapi.report_types import pack_asins, sqp_options
from tasks.database.queries import queries
from tasks.ledger.ledger import ANSWERED, PENDING, Slice, identity
from tasks.ledger.quotas import COOLDOWN, DAY, quotas_of


@dataclass(frozen=True)
class Wanted:
    """A slice and what is wanted of it.

    asins: the most important first, for reports that are asked for by ASIN; they are packed into
    batches. options: of a report that is asked for as a whole.
    """

    slice: Slice
    asins: tuple[str, ...] = ()
    options: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Coverage:
    """Which requests hold some of the wanted ASINs already, and which ASINs none does.

    is_missing: none holds the report, which is asked for as a whole.
    """

    slice: Slice
    request_ids: tuple[int, ...]
    missing: tuple[str, ...] = ()
    is_missing: bool = False

    @property
    def batches(self) -> list[tuple[str, ...]]:
        """The missing ASINs, packed into the fewest reports; a report without ASINs is one."""
        return [()] if self.is_missing else pack_asins(self.missing)


def coverage(connection: Connection, wanted: Wanted, *, refresh: bool) -> Coverage:
    """Look up what the ledger holds of what is wanted; writes nothing."""
    if wanted.options is not None:
        return _coverage_as_a_whole(connection, wanted, wanted.options, refresh=refresh)
    values = wanted.slice.columns | {"asins": list(wanted.asins)}
    rows = connection.execute(queries("ledger")["requests_of_asins"], values).mappings().all()
    by_asin = {
        asin: list(found)
        for asin, found in groupby(sorted(rows, key=lambda r: r["asin"]), lambda r: r["asin"])
    }
    covering = {asin: _covering(by_asin.get(asin, []), refresh=refresh) for asin in wanted.asins}
    return Coverage(
        slice=wanted.slice,
        request_ids=tuple(dict.fromkeys(i for i in covering.values() if i is not None)),
        missing=tuple(asin for asin, found in covering.items() if found is None),
    )


def _coverage_as_a_whole(
    connection: Connection, wanted: Wanted, options: Mapping[str, str], *, refresh: bool
) -> Coverage:
    if wanted.slice.period.report_period is ReportPeriod.SNAPSHOT:
        found = _fresh_snapshot(connection, wanted.slice, options, refresh=refresh)
    else:
        key = identity(wanted.slice, (), options)
        sql = queries("ledger")["requests_of_identity"]
        rows = connection.execute(sql, {"identity": key}).mappings().all()
        found = _covering(list(rows), refresh=refresh)
    ids = () if found is None else (found,)
    return Coverage(slice=wanted.slice, request_ids=ids, is_missing=found is None)


def _fresh_snapshot(
    connection: Connection, in_slice: Slice, options: Mapping[str, str], *, refresh: bool
) -> int | None:
    """Give the request that shows things as they stand: under way, or too young for another.

    With `refresh` too, where Amazon would refuse one more. One whose document cannot be loaded must
    not stand in the way of the next.
    """
    is_limited = bool(quotas_of(in_slice.report_type, sqp_daily_budget=0))
    max_age = COOLDOWN if is_limited or not refresh else timedelta()
    values = in_slice.columns | {
        "report_options": json.dumps(options),
        "since": in_slice.period.start - DAY,
    }
    now = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    for row in connection.execute(queries("ledger")["snapshots"], values).mappings():
        asked_at, state = row["submitting_at"], row["state"]
        if state == "done" and asked_at is not None and asked_at <= now - COOLDOWN:
            continue
        is_young = asked_at is not None and asked_at > now - max_age
        if state in PENDING or (state in ANSWERED and is_young):
            return int(row["id"])
    return None


def _covering(newest_first: list[Any], *, refresh: bool) -> int | None:
    """Give the request that answers for an ASIN, or None when it has to be asked for."""
    for row in newest_first:
        if row["state"] in PENDING or (row["state"] in ANSWERED and not refresh):
            return int(row["id"])
    if newest_first:
        newest = newest_first[0]
        # The same command was interrupted: what it has been told already is not asked for again.
        if newest["is_unfinished"] and newest["is_refresh"] == refresh:
            return int(newest["id"])
    return None


def plan_reports(engine: Engine, wanted: Iterable[Wanted], *, refresh: bool) -> list[int]:
    """Write the ledger rows that are missing; returns all requests that hold what is wanted.

    One transaction. Newest period first, then marketplace, then ASIN priority.
    """
    sql = queries("ledger")
    ids: list[int] = []
    with engine.begin() as connection:
        plan_id: int | None = None
        for one in _in_order(wanted):
            connection.execute(sql["take_turns"], {"name": f"plan:{one.slice.name}"})
            found = coverage(connection, one, refresh=refresh)
            ids.extend(found.request_ids)
            for batch in found.batches:
                plan_id = plan_id or insert_plan(connection, is_refresh=refresh)
                ids.append(
                    insert_request(
                        connection, one.slice, batch, plan_id=plan_id, options=one.options
                    )
                )
    return ids


def _in_order(wanted: Iterable[Wanted]) -> list[Wanted]:
    # Also the order of the locks: two plans of the same slices never wait for each other crosswise.
    ordered = sorted(wanted, key=lambda w: (w.slice.account, w.slice.marketplace.code))
    return sorted(ordered, key=lambda w: w.slice.period.start, reverse=True)


def insert_plan(connection: Connection, *, is_refresh: bool) -> int:
    """Open a plan; it stays unfinished if the run that made it dies."""
    inserted = connection.execute(queries("ledger")["insert_plan"], {"is_refresh": is_refresh})
    return int(inserted.scalar_one())


def insert_request(
    connection: Connection,
    in_slice: Slice,
    asins: tuple[str, ...],
    *,
    plan_id: int,
    bisected_from: int | None = None,
    options: Mapping[str, str] | None = None,
) -> int:
    """Plan one report, of these ASINs or with these options; an identity gets its next attempt."""
    values = in_slice.columns | {
        "identity": identity(in_slice, asins, options),
        "plan_id": plan_id,
        "period_end": in_slice.period.end,
        "report_options": json.dumps(
            sqp_options(in_slice.period, sorted(asins)) if options is None else options
        ),
        "bisected_from": bisected_from,
        "asins": list(asins),
    }
    return int(connection.execute(queries("ledger")["insert_request"], values).scalar_one())


def accounts_of(wanted: Sequence[Wanted]) -> list[str]:
    """Give the accounts that are asked, each once."""
    return list(dict.fromkeys(w.slice.account for w in wanted))
