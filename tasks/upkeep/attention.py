"""What needs a person now, and the events that tell Prefect's automations of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from chalkola_spapi.marketplaces import find_marketplace
from tasks.connections import Connections
from tasks.database.queries import queries
from tasks.ledger.fatal import KIND_BY_NAME
from tasks.upkeep.secret_age import LIFE, ROTATE_AFTER_DAYS, note_secret

#: What each kind means; its event is `chalkola.<kind>`, and docs/alerts.md says what to do.
KINDS = {
    "marketplace-stale": "a marketplace has had no new data for too long",
    "secret-rotation-due": "the client secret has to be rotated soon",
    "approval-waiting": "a shipment has been waiting for an answer for too long",
    "void-deadline-near": "a confirmed shipment can soon no longer be cancelled for free",
    "shipment-failed": "a shipment stopped and waits for a person",
}


@dataclass(frozen=True)
class Limits:
    """From when on a person is told."""

    stale_days: int = 21
    secret_days: int = ROTATE_AFTER_DAYS
    approval_hours: int = 4
    void_hours: int = 6


@dataclass(frozen=True)
class Attention:
    """One thing that a person should know: of which kind, about what, and what to do."""

    kind: str
    subject: str
    message: str

    @property
    def event(self) -> str:
        return f"chalkola.{self.kind}"

    @property
    def resource_id(self) -> str:
        """Names it among all: a subject is told of once a day."""
        return f"chalkola.{self.kind}.{self.subject.lower().replace(' ', '-')}"

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def attention(conns: Connections, limits: Limits) -> list[Attention]:
    """Look at the database; the only thing written is when a secret was first seen."""
    looks: tuple[Callable[[Connections, Limits], Iterator[Attention]], ...] = (
        _stale_marketplaces,
        _secret,
        _approvals,
        _void_deadlines,
        _failed_shipments,
    )
    return [one for look in looks for one in look(conns, limits)]


def _stale_marketplaces(conns: Connections, limits: Limits) -> Iterator[Attention]:
    for row in _rows(conns, "stale_marketplaces", now=conns.now(), days=limits.stale_days):
        code = find_marketplace(row["marketplace_id"]).code
        last = f"the newest week ended on {row['newest_end']}" if row["newest_end"] else "none ever"
        kind = KIND_BY_NAME.get(row["problem"] or "")
        why = f"; last problem: {kind.meaning}: {kind.advice}" if kind else ""
        text = f"{code} has no new Search Query Performance for {limits.stale_days} days: {last}"
        yield Attention("marketplace-stale", code, text + why)


def _secret(conns: Connections, limits: Limits) -> Iterator[Attention]:
    seen = note_secret(conns)
    if seen is None:
        return
    age = conns.now() - seen
    if age.days >= limits.secret_days:
        ends = seen + LIFE
        text = (
            f"the LWA client secret was first used here {age.days} days ago: rotate it before "
            f"{ends:%Y-%m-%d}, when Amazon refuses it (Developer Central, LWA credentials)"
        )
        yield Attention("secret-rotation-due", "client secret", text)


def _approvals(conns: Connections, limits: Limits) -> Iterator[Attention]:
    hours = limits.approval_hours
    for row in _rows(conns, "waiting_approvals", now=conns.now(), hours=hours):
        name, expires = row["plan_name"], row["expires_at"]
        until = f"; its offers expire at {_utc(expires)}" if expires else ""
        text = (
            f"shipment {name} has waited since {_utc(row['shown_at'])} for its {row['gate']} to be "
            f"approved{until}: chalkola shipment show {name}"
        )
        yield Attention("approval-waiting", name, text)


def _void_deadlines(conns: Connections, limits: Limits) -> Iterator[Attention]:
    for row in _rows(conns, "void_deadlines", now=conns.now(), hours=limits.void_hours):
        name = row["plan_name"]
        text = (
            f"shipment {name} can be cancelled for free until {_utc(row['free_void_until'])}: "
            f"chalkola shipment cancel {name}"
        )
        yield Attention("void-deadline-near", name, text)


def _failed_shipments(conns: Connections, _limits: Limits) -> Iterator[Attention]:
    for row in _rows(conns, "failed_shipments"):
        name = row["plan_name"]
        why = " ".join((row["error_message"] or "no reason was noted").split())
        text = f"shipment {name} failed: {why}: chalkola shipment resume {name}"
        yield Attention("shipment-failed", name, text)


def _rows(conns: Connections, name: str, **values: Any) -> list[Any]:
    with conns.engine.connect() as connection:
        return list(connection.execute(queries("attention")[name], values).mappings())


def _utc(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
