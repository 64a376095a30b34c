"""From the read model to a digest: the numbers of one marketplace and period, and what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection

from chalkola_spapi.marketplaces import MARKETPLACES, Marketplace, find_marketplace
from chalkola_spapi.periods import Period, ReportPeriod
from tasks.database.queries import queries
from tasks.digest.facts import facts
from tasks.digest.figures import (
    Appeared,
    AppearedQuery,
    AsinCounts,
    Change,
    Counts,
    Cover,
    Freshness,
    Loaded,
    MarketplaceDigest,
    Opportunity,
    QueryChange,
    Sales,
    Waiting,
)
from tasks.digest.todos import todos

#: How many periods a page looks back; what lies before the first loaded one is left out.
LOOK_BACK = 13
#: An earlier period is compared with if it holds this part of the newest one's ASINs.
COMPARABLE = 0.9
MOST_ROWS = 8
NOTHING = AsinCounts(0, 0, 0, 0, queries=0, price=None, market_price=None, currency=None)


@dataclass(frozen=True)
class _Question:
    """One marketplace and the periods that are looked at, from old to new."""

    connection: Connection
    marketplace: Marketplace
    periods: Sequence[Period]

    def rows(self, name: str, **values: Any) -> list[Any]:
        given = {
            "marketplace_id": self.marketplace.marketplace_id,
            "period": self.periods[-1].report_period.value,
            "starts": [period.start for period in self.periods],
        } | values
        # What a statement does not name would be refused.
        statement = queries("digest")[name]
        named = {key: given[key] for key in statement.compile().params}
        return list(self.connection.execute(statement, named))


def read_digest(
    connection: Connection, marketplace: Marketplace, period: Period, *, today: date
) -> MarketplaceDigest:
    """Read all that a page says of a marketplace in a period. `today`: the marketplace's day."""
    ask = _Question(connection, marketplace, _back_from(period))
    answered = _answered(ask)
    ask = _Question(connection, marketplace, _from_first_loaded(ask.periods, answered))
    loaded = _loaded(ask, answered)
    comparable = [one.is_comparable for one in loaded]
    history = _history(ask, answered)
    covers = _covers(ask)
    freshness = _freshness(ask)
    changes = _query_changes(ask) if len(comparable) > 1 and comparable[-2] else []
    known = {
        asin: {place for place, one in enumerate(loaded) if asin in answered[one.period.start]}
        for asin in history
    }
    noun = period.report_period.value.lower()
    return MarketplaceDigest(
        marketplace=marketplace,
        period=period,
        loaded=loaded,
        brand=_brand(ask, comparable),
        names=dict(tuple(row) for row in ask.rows("names")),
        facts=facts(history, covers=covers, known_since=known, noun=noun),
        asins=history,
        todos=todos(
            covers=covers,
            shipments=_shipments(ask),
            freshness=freshness,
            loaded=loaded,
            today=today,
        ),
        up=_movers(changes, up=True),
        down=_movers(changes, up=False),
        new=_appeared(ask, is_new=True),
        lost=_appeared(ask, is_new=False),
        opportunities=_opportunities(ask),
        covers=covers,
        freshness=freshness,
        sales=_sales(ask),
    )


def _back_from(period: Period) -> list[Period]:
    found = [period]
    while len(found) < LOOK_BACK:
        found.append(found[-1].previous())
    return found[::-1]


def _answered(ask: _Question) -> dict[date, set[str]]:
    found: dict[date, set[str]] = {period.start: set() for period in ask.periods}
    for row in ask.rows("answered"):
        found[row.period_start].add(row.asin)
    return found


def _from_first_loaded(
    periods: Sequence[Period], answered: Mapping[date, set[str]]
) -> Sequence[Period]:
    first = next((i for i, one in enumerate(periods) if answered[one.start]), len(periods) - 1)
    return periods[first:]


def _loaded(ask: _Question, answered: Mapping[date, set[str]]) -> list[Loaded]:
    """How much of each period is there. The newest is always shown, whatever is missing of it."""
    now = answered[ask.periods[-1].start]
    expected = {row.asin for row in ask.rows("tracked")} | now
    return [
        Loaded(
            period=period,
            answered=len(answered[period.start]),
            expected=len(expected),
            is_comparable=bool(now) and len(now & answered[period.start]) >= COMPARABLE * len(now),
        )
        for period in ask.periods
    ]


def _history(
    ask: _Question, answered: Mapping[date, set[str]]
) -> dict[str, list[AsinCounts | None]]:
    """Each ASIN's counts in each period: zeros where Amazon has answered that there is nothing."""
    found = {(row.asin, row.period_start): _asin_counts(row) for row in ask.rows("asins")}
    now = ask.periods[-1].start
    asins = sorted({asin for asin, _ in found} & answered[now])
    return {
        asin: [
            found.get((asin, period.start), NOTHING if asin in answered[period.start] else None)
            for period in ask.periods
        ]
        for asin in asins
    }


def _asin_counts(row: Any) -> AsinCounts:
    return AsinCounts(
        impressions=row.impressions or 0,
        clicks=row.clicks or 0,
        cart_adds=row.cart_adds or 0,
        purchases=row.purchases or 0,
        queries=row.queries,
        price=_number(row.price),
        market_price=_number(row.market_price),
        currency=row.currency,
    )


def _brand(ask: _Question, comparable: Sequence[bool]) -> list[Counts | None]:
    found = {row.period_start: row for row in ask.rows("brand")}
    return [
        _counts(found[period.start]) if is_comparable and period.start in found else None
        for period, is_comparable in zip(ask.periods, comparable, strict=True)
    ]


def _counts(row: Any) -> Counts:
    return Counts(**{one.name: int(getattr(row, one.name) or 0) for one in fields(Counts)})


def _query_changes(ask: _Question) -> list[QueryChange]:
    before, now = ask.periods[-2:]
    return [
        QueryChange(
            query=row.search_query,
            volume=row.volume,
            clicks=Change(_number(row.clicks), _number(row.clicks_before)),
            purchases=Change(_number(row.purchases), _number(row.purchases_before)),
            share=Change(_number(row.share), _number(row.share_before), is_count=False),
        )
        for row in ask.rows("query_changes", start=now.start, before=before.start)
    ]


def _movers(changes: Sequence[QueryChange], *, up: bool) -> list[QueryChange]:
    """The queries whose clicks moved most; what moves by chance alone is left out."""
    sign = 1 if up else -1
    moved = [c for c in changes if c.clicks.percent is not None and sign * c.clicks.percent > 0]
    moved.sort(key=lambda one: (-sign * (one.clicks.difference or 0), one.query))
    return moved[:MOST_ROWS]


def _appeared(ask: _Question, *, is_new: bool) -> Appeared:
    rows = ask.rows("appeared", start=ask.periods[-1].start, is_new=is_new, most=MOST_ROWS)
    found = [
        AppearedQuery(row.search_query, row.asin, row.volume, row.clicks or 0, row.purchases or 0)
        for row in rows
    ]
    return Appeared(found, rows[0].of_all if rows else 0)


def _opportunities(ask: _Question) -> list[Opportunity]:
    return [
        Opportunity(
            query=row.search_query,
            asin=row.asin,
            volume=row.volume,
            click_share=_number(row.click_share),
            purchase_share=_number(row.purchase_share),
            score=_number(row.score),
            reason=row.reason,
        )
        for row in ask.rows("opportunities", start=ask.periods[-1].start, most=MOST_ROWS)
    ]


def _covers(ask: _Question) -> list[Cover]:
    return [
        Cover(
            asin=row.asin,
            sellable=row.sellable_quantity,
            incoming=row.incoming_quantity,
            awd=row.awd_on_hand_quantity,
            units_a_day=_number(row.units_per_day),
            weeks=_number(row.weeks_of_cover),
            runs_out_on=row.stock_out_on,
            reorder=row.reorder_quantity,
            hint=row.hint,
            is_small=row.is_small_count,
            as_of=row.as_of,
        )
        for row in ask.rows("covers")
    ]


def _shipments(ask: _Question) -> list[Waiting]:
    return [
        Waiting(row.plan_name, row.next_action, row.answer_until or row.free_void_until, row.reason)
        for row in ask.rows("shipments")
    ]


def _freshness(ask: _Question) -> list[Freshness]:
    return [
        Freshness(
            name=row.data_set,
            newest=row.newest_period_start or row.newest_at,
            expected=row.expected_period_start,
            is_late=row.is_late,
        )
        for row in ask.rows("freshness")
    ]


def _sales(ask: _Question) -> list[Sales | None]:
    found: dict[date, Any] = {}
    for row in ask.rows("sales", ends=[period.end for period in ask.periods]):
        found.setdefault(row.period_start, row)
    return [
        None
        if row is None
        else Sales(row.units or 0, _number(row.sales), row.currency, row.sessions)
        for row in (found.get(period.start) for period in ask.periods)
    ]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def places(connection: Connection) -> list[Marketplace]:
    """The marketplaces that there is something to tell of."""
    rows = connection.execute(queries("digest")["places"])
    found = {find_marketplace(row.marketplace_id) for row in rows}
    return [place for place in MARKETPLACES.values() if place in found]


def newest_start(
    connection: Connection, marketplace: Marketplace, length: ReportPeriod
) -> date | None:
    """The first day of the newest period of which anything is loaded."""
    given = {"marketplace_id": marketplace.marketplace_id, "period": length.value}
    start: date | None = connection.execute(queries("digest")["newest"], given).scalar()
    return start
