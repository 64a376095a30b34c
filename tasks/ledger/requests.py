"""What the ledger holds of a report that was, or is to be, asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Self

from chalkola_spapi.marketplaces import Marketplace, find_marketplace
from chalkola_spapi.periods import Period, ReportPeriod
from chalkola_spapi.report_rules import find_rules
from chalkola_spapi.report_types import SQP

PENDING = frozenset({"planned", "submitting", "submitted", "done"})
ANSWERED = frozenset({"loaded", "no_data"})


class BudgetExhaustedError(Exception):
    """The account's daily quota is used up; `frees_at` is when one more may be asked for."""

    def __init__(self, account: str, frees_at: datetime | None) -> None:
        self.frees_at = frees_at
        when = f" until {frees_at:%Y-%m-%d %H:%M} UTC" if frees_at else ""
        super().__init__(f"the daily budget of account {account} is used up{when}")


class CooldownError(BudgetExhaustedError):
    """Amazon would refuse one more report of the type before `frees_at`."""

    def __init__(self, label: str, frees_at: datetime | None) -> None:
        self.frees_at = frees_at
        when = f"not before {frees_at:%Y-%m-%d %H:%M} UTC" if frees_at else "never"
        Exception.__init__(self, f"{label} may be asked for again {when}")


class SubmissionBusyError(Exception):
    """Another request of the slice is being submitted, or this one is no longer planned."""


@dataclass(frozen=True)
class Slice:
    """One account's report type, marketplace and period: what batches of ASINs share."""

    account: str
    report_type: str
    marketplace_id: str
    period: Period

    @property
    def marketplace(self) -> Marketplace:
        return find_marketplace(self.marketplace_id)

    @property
    def name(self) -> str:
        """Names the slice's locks."""
        return f"{self.account}:{self.report_type}:{self.marketplace_id}:{self.period.label}"

    @property
    def label(self) -> str:
        """What people know it by; Search Query Performance goes without its name."""
        name = "" if self.report_type == SQP else f"{find_rules(self.report_type).name} "
        return f"{self.marketplace.code} · {name}{self.period.label}"

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "account": self.account,
            "report_type": self.report_type,
            "marketplace_id": self.marketplace_id,
            "report_period": self.period.report_period.value,
            "period_start": self.period.start,
        }


@dataclass(frozen=True)
class ReportRequest:
    """A row of the ledger with its ASINs; the migration documents each column."""

    id: int
    identity: str
    attempt: int
    account: str
    report_type: str
    marketplace_id: str
    report_period: str
    period_start: date
    period_end: date
    report_options: dict[str, str]
    state: str
    created_at: datetime
    submitting_at: datetime | None
    report_id: str | None
    is_adopted: bool
    report_created_at: datetime | None
    processing_status: str | None
    report_document_id: str | None
    document_charset: str | None
    document_sha256: str | None
    kind: str | None
    message: str | None
    next_action: str | None
    retry_at: datetime | None
    row_count: int | None
    rows_written: int | None
    rows_removed: int | None
    extra_fields: list[str] | None
    superseded_by: str | None
    loaded_at: datetime | None
    asins: tuple[str, ...]

    @classmethod
    def of(cls, row: Any) -> Self:
        values = {field.name: row[field.name] for field in fields(cls)}
        return cls(**values | {"asins": tuple(row["asins"])})

    @property
    def slice(self) -> Slice:
        period = Period(ReportPeriod(self.report_period), self.period_start, self.period_end)
        return Slice(self.account, self.report_type, self.marketplace_id, period)

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING


def identity(
    in_slice: Slice, asins: tuple[str, ...], options: Mapping[str, str] | None = None
) -> str:
    """The hash of everything that makes two requests the same report.

    `options` are those that the slice and the ASINs do not say.
    """
    parts = [
        in_slice.account,
        in_slice.report_type,
        in_slice.marketplace_id,
        in_slice.period.report_period.value,
        in_slice.period.start.isoformat(),
        *sorted(asins),
    ]
    if options is not None:
        parts += [in_slice.period.end.isoformat(), *(f"{k}={options[k]}" for k in sorted(options))]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
