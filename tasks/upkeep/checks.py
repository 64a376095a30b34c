"""What `chalkola check` looks at: the database, each account's token and roles, the clocks.

Everything here only reads, so it may run against Amazon itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

import httpx

from chalkola_spapi.client import SpApi
from chalkola_spapi.errors import AccessDeniedError, SpApiError
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
from chalkola_spapi.throttle import MemoryThrottle
from tasks.connections import Connections
from tasks.database.engine import DatabaseUnreachableError, describe_database, marked_as
from tasks.database.migrations import migration_status, require_migrated
from tasks.errors import ChalkolaError
from tasks.settings import TOKEN_PREFIX, SettingsError
from tasks.upkeep.secret_age import LIFE, ROTATE_AFTER_DAYS, secret_seen

#: Tokens and signed addresses are dated: a clock that is off by more makes them invalid.
CLOCK_TOLERANCE_S = 60.0
SUPABASES_DIRECT_HOST = re.compile(r"db\.\w+\.supabase\.co")
_NO_IPV4 = (
    "Supabase's direct host has an IPv6 address alone: use the session pooler "
    "(aws-...pooler.supabase.com, port 5432)"
)


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
    has_tables = False
    for check in _database(conns):
        has_tables |= check.name == "migrations" and bool(check.ok)
        yield check
    if not conns.settings.account_names:
        yield Check("accounts", "credentials", ok=False, text="no SP_API_REFRESH_TOKEN_* is set")
    for account in conns.settings.account_names:
        try:
            with _client(conns, account, has_tables=has_tables) as api:
                yield from _account(conns, api)
        except SettingsError as exc:
            yield Check(f"account {account}", "credentials", ok=False, text=str(exc))


@contextmanager
def _client(conns: Connections, account: str, *, has_tables: bool) -> Iterator[SpApi]:
    """Give the account's client; without tables one that shares no quota and logs nothing."""
    if has_tables:
        yield conns.api(account)
        return
    with SpApi(conns.settings.account(account), throttle=MemoryThrottle()) as api:
        yield api


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
    migrated = _tried("database", "migrations", lambda: _migrations(conns))
    yield migrated
    if migrated.ok and conns.settings.account_names:
        yield _kind(conns)
        yield _secret_age(conns)
    yield _pooler(conns)
    yield _clock("database", describe_database(conns.engine).clock_skew_s)


def _server(conns: Connections) -> str:
    try:
        described = describe_database(conns.engine)
    except DatabaseUnreachableError as exc:
        if SUPABASES_DIRECT_HOST.fullmatch(conns.engine.url.host or ""):
            raise ChalkolaError(f"{exc}; {_NO_IPV4}") from exc
        raise
    return f"PostgreSQL {described.server_version} at {described.address}"


def _migrations(conns: Connections) -> str:
    require_migrated(conns.engine)
    return f"all {len(migration_status(conns.engine))} applied"


def _kind(conns: Connections) -> Check:
    """Compare what the database holds with where the accounts lead."""
    kind, host = conns.settings.endpoint_kind(conns.settings.account_names)
    held = marked_as(conns.engine)
    if held is None:
        return Check("database", "kind of data", ok=True, text=f"empty; it will hold {kind} data")
    text = f"{held[0]} data (from {held[1]})"
    if held[0] != kind:
        text += (
            f", but the accounts lead to {kind} data (from {host}): name another database in "
            "SUPABASE_DB_URL or CHALKOLA_HOME"
        )
    return Check("database", "kind of data", ok=held[0] == kind, text=text)


def _secret_age(conns: Connections) -> Check:
    """Say how long the client secret has been in use here: it may be older than that."""
    seen = secret_seen(conns)
    if seen is None:
        return Check("application", "client secret", ok=None, text="age unknown: not yet used here")
    days = (conns.now() - seen).days
    text = f"first used here {days} days ago; Amazon refuses it {LIFE.days} days after it was made"
    if days < ROTATE_AFTER_DAYS:
        return Check("application", "client secret", ok=True, text=text)
    return Check("application", "client secret", ok=False, text=f"{text}: rotate it now")


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


def _account(conns: Connections, api: SpApi) -> Iterator[Check]:
    account = api.account.name
    subject = f"account {account}"
    found: list[MarketplaceParticipation] = []
    token = _tried(subject, "token", lambda: _participations(api, found))
    yield token
    if not token.ok:
        return
    yield _marketplaces(conns, account, found)
    yield from _roles(conns, api)
    yield _brand_analytics(conns, account)
    yield from _amazon_clock(conns, account)


def _participations(api: SpApi, found: list[MarketplaceParticipation]) -> str:
    endpoint = api.account.endpoint
    try:
        found += SellersApi(api).get_marketplace_participations()
    except AccessDeniedError as exc:
        # Login with Amazon knows no regions: another one's token is good there, and refused here.
        raise ChalkolaError(
            f"{exc}; or the token is of an account in another region than {endpoint}: "
            f"{TOKEN_PREFIX}{api.account.name} has to be that account's own"
        ) from exc
    return f"accepted by {endpoint}"


def _marketplaces(conns: Connections, account: str, found: list[MarketplaceParticipation]) -> Check:
    """Compare the marketplaces that the account may use with those that we would ask it for."""
    allowed = {p.marketplace.id for p in found if p.participation.is_participating}
    ours = conns.settings.marketplaces_of(account)
    usable = [m.code for m in ours if m.marketplace_id in allowed]
    others = sorted(p.marketplace.country_code for p in found if _known(p.marketplace.id) is None)
    text = f"may use {', '.join(usable) or 'none of ours'}"
    if not usable:
        text += f": is {TOKEN_PREFIX}{account} the token of another account?"
    if others:
        text += f" (also {', '.join(others)}, which we do not serve)"
    return Check(f"account {account}", "marketplaces", ok=bool(usable), text=text)


def _known(marketplace_id: str) -> Marketplace | None:
    try:
        return find_marketplace(marketplace_id)
    except UnknownMarketplaceError:
        return None


def _roles(conns: Connections, api: SpApi) -> Iterator[Check]:
    """Probe each role by one cheap GET."""
    account = api.account.name
    first = conns.settings.marketplaces_of(account)[0]
    subject = f"account {account}"
    summaries = {
        "granularityType": "Marketplace",
        "granularityId": first.marketplace_id,
        "marketplaceIds": first.marketplace_id,
    }
    plans = partial(_probe, api, LIST_INBOUND_PLANS, {"pageSize": 1})
    yield _tried(subject, "role Amazon Fulfillment", plans)
    stock = partial(_probe, api, GET_INVENTORY_SUMMARIES, summaries)
    yield _tried(subject, "role Inventory and Order Tracking", stock)
    if first.region is Region.NA:  # Amazon offers it nowhere else
        awd = partial(_probe, api, LIST_AWD_INVENTORY, {"maxResults": 1})
        found = _tried(subject, "role Amazon Warehousing and Distribution", awd)
        yield found if found.ok else replace(found, ok=None, text=f"not usable: {found.text}")


def _probe(api: SpApi, operation: Operation, query: dict[str, Any]) -> str:
    api.call(operation, query=query, answer=Probe)
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
    skew_s = (theirs - conns.now()).total_seconds()
    yield _clock(f"account {account}", skew_s)
