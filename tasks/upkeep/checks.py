"""What `chalkola check` looks at: the database, each account's token and roles, the clocks.

Everything here only reads, so it may run against Amazon itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

import httpx

from chalkola_spapi.errors import SpApiError
from chalkola_spapi.marketplaces import (
    Marketplace,
    Region,
    UnknownMarketplaceError,
    find_marketplace,
)
from chalkola_spapi.operations import (
    GET_INVENTORY_SUMMARIES,
    LIST_AWD_INVENTORY,
    LIST_INBOUND_PLANS,
    Operation,
)
from chalkola_spapi.responses import Model
from chalkola_spapi.sellers import MarketplaceParticipation, SellersApi
from tasks.connections import Connections
from tasks.database.engine import describe_database
from tasks.database.migrations import migration_status, require_migrated
from tasks.errors import ChalkolaError

#: Tokens and signed addresses are dated: a clock that is off by more makes them invalid.
CLOCK_TOLERANCE_S = 60.0


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `ok` is None where it cannot be known yet."""

    subject: str
    name: str
    ok: bool | None
    text: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class Probe(Model):
    """Any answer will do: only whether Amazon gives one is of interest."""


def run_checks(conns: Connections) -> Iterator[Check]:
    """Give one check after the other, as each is done."""
    yield from _database(conns)
    if not conns.settings.account_names:
        yield Check("accounts", "credentials", ok=False, text="no SP_API_REFRESH_TOKEN_* is set")
    for account in conns.settings.account_names:
        yield from _account(conns, account)


def _tried(subject: str, name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(subject, name, ok=True, text=look())
    except (ChalkolaError, SpApiError) as exc:
        return Check(subject, name, ok=False, text=" ".join(str(exc).split()))


# -- database --------------------------------------------------------------------------------


def _database(conns: Connections) -> Iterator[Check]:
    connected = _tried("database", "connection", lambda: _server(conns))
    yield connected
    if not connected.ok:
        return
    yield _tried("database", "migrations", lambda: _migrations(conns))
    yield _pooler(conns)
    yield _clock("database", describe_database(conns.engine).clock_skew_s)


def _server(conns: Connections) -> str:
    described = describe_database(conns.engine)
    return f"PostgreSQL {described.server_version} at {described.address}"


def _migrations(conns: Connections) -> str:
    require_migrated(conns.engine)
    return f"all {len(migration_status(conns.engine))} applied"


def _pooler(conns: Connections) -> Check:
    if describe_database(conns.engine).is_transaction_pooler:
        text = "a transaction-mode pooler loses our locks: use the session pooler (port 5432)"
        return Check("database", "pooler", ok=False, text=text)
    return Check("database", "pooler", ok=True, text="a direct connection or a session pooler")


def _clock(subject: str, skew_s: float) -> Check:
    is_ok = abs(skew_s) <= CLOCK_TOLERANCE_S
    advice = "" if is_ok else ": set this machine's clock"
    return Check(subject, "clock", ok=is_ok, text=f"{skew_s:+.1f} s from ours{advice}")


# -- accounts --------------------------------------------------------------------------------


def _account(conns: Connections, account: str) -> Iterator[Check]:
    subject = f"account {account}"
    found: list[MarketplaceParticipation] = []
    token = _tried(subject, "token", lambda: _participations(conns, account, found))
    yield token
    if not token.ok:
        return
    yield _marketplaces(conns, account, found)
    yield from _roles(conns, account)
    yield _brand_analytics(conns, account)
    yield from _amazon_clock(conns, account)


def _participations(conns: Connections, account: str, found: list[MarketplaceParticipation]) -> str:
    found += SellersApi(conns.api(account)).get_marketplace_participations()
    return f"accepted by {conns.settings.endpoint(account)}"


def _marketplaces(conns: Connections, account: str, found: list[MarketplaceParticipation]) -> Check:
    """Compare the marketplaces that the account may use with those that we would ask it for."""
    allowed = {p.marketplace.id for p in found if p.participation.is_participating}
    ours = conns.settings.marketplaces_of(account)
    usable = [m.code for m in ours if m.marketplace_id in allowed]
    others = sorted(p.marketplace.country_code for p in found if _known(p.marketplace.id) is None)
    text = f"may use {', '.join(usable) or 'none of ours'}"
    if others:
        text += f" (also {', '.join(others)}, which we do not serve)"
    return Check(f"account {account}", "marketplaces", ok=bool(usable), text=text)


def _known(marketplace_id: str) -> Marketplace | None:
    try:
        return find_marketplace(marketplace_id)
    except UnknownMarketplaceError:
        return None


def _roles(conns: Connections, account: str) -> Iterator[Check]:
    """Probe each role by one cheap GET."""
    first = conns.settings.marketplaces_of(account)[0]
    subject = f"account {account}"
    summaries = {
        "granularityType": "Marketplace",
        "granularityId": first.marketplace_id,
        "marketplaceIds": first.marketplace_id,
    }
    plans = partial(_probe, conns, account, LIST_INBOUND_PLANS, {"pageSize": 1})
    yield _tried(subject, "role Amazon Fulfillment", plans)
    stock = partial(_probe, conns, account, GET_INVENTORY_SUMMARIES, summaries)
    yield _tried(subject, "role Inventory and Order Tracking", stock)
    if first.region is Region.NA:  # Amazon offers it nowhere else
        awd = partial(_probe, conns, account, LIST_AWD_INVENTORY, {"maxResults": 1})
        found = _tried(subject, "role Amazon Warehousing and Distribution", awd)
        yield found if found.ok else replace(found, ok=None, text=f"not usable: {found.text}")


def _probe(conns: Connections, account: str, operation: Operation, query: dict[str, Any]) -> str:
    conns.api(account).call(operation, query=query, answer=Probe)
    return f"{operation.name} answers"


def _brand_analytics(conns: Connections, account: str) -> Check:
    subject, name = f"account {account}", "role Brand Analytics"
    try:
        require_migrated(conns.engine)
        has_loaded = conns.ledger.has_loaded(account)
    except ChalkolaError:
        has_loaded = False
    if has_loaded:
        return Check(subject, name, ok=True, text="reports of this account were loaded")
    return Check(subject, name, ok=None, text="unknown until the first report")


def _amazon_clock(conns: Connections, account: str) -> Iterator[Check]:
    try:
        answer = httpx.head(conns.settings.endpoint(account), timeout=10)
        theirs = parsedate_to_datetime(answer.headers["date"])
    except (httpx.TransportError, KeyError, ValueError):
        return  # without a date there is nothing to compare
    skew_s = (theirs - datetime.now(UTC)).total_seconds()
    yield _clock(f"account {account}", skew_s)
