"""How often Amazon builds reports of a type, beyond the rate of createReport.

Found by its sellers, not in its documentation: amzn/selling-partner-api-models#5240 (Search Query
Performance), #5210 (sales and traffic), #4032 (near-real-time FBA reports).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from chalkola_spapi.report_types import (
    MYI_UNSUPPRESSED_INVENTORY,
    RESTOCK_RECOMMENDATIONS,
    SALES_AND_TRAFFIC,
    SQP,
)

Scope = Literal["marketplace", "account", "application"]
DAY = timedelta(days=1)
#: A snapshot that is younger than this stands for a new one: Amazon would refuse another.
COOLDOWN = timedelta(minutes=30)


@dataclass(frozen=True)
class Quota:
    """At most `reports` in any `window`: for each marketplace or account, or of the application."""

    reports: int
    window: timedelta
    scope: Scope

    def next_at(self, submitted: Sequence[datetime], *, now: datetime) -> datetime | None:
        """Give when one more may be asked for; None if it never may.

        `submitted`: when the others of the scope were, or will be, asked for; oldest first.
        """
        if self.reports == 0:
            return None
        if len(submitted) < self.reports:
            return now
        return max(now, submitted[-self.reports] + self.window)


class Asked(Protocol):
    """What a request says of its quotas."""

    @property
    def report_type(self) -> str: ...

    @property
    def account(self) -> str: ...

    @property
    def marketplace_id(self) -> str: ...


_QUOTAS: dict[str, tuple[Quota, ...]] = {
    SALES_AND_TRAFFIC: (
        Quota(1, timedelta(minutes=15), "application"),
        Quota(96, DAY, "application"),
    ),
    MYI_UNSUPPRESSED_INVENTORY: (Quota(1, COOLDOWN, "marketplace"),),
    RESTOCK_RECOMMENDATIONS: (Quota(1, COOLDOWN, "marketplace"),),
}


def quotas_of(report_type: str, *, sqp_daily_budget: int) -> tuple[Quota, ...]:
    """Give the quotas of a report type; for SQP the budget, and nothing else."""
    if report_type == SQP:
        return (Quota(sqp_daily_budget, DAY, "account"),)
    return _QUOTAS.get(report_type, ())


def scope_of(quota: Quota, asked: Asked) -> dict[str, str | None]:
    """Give which submissions count: by type, and by account and marketplace where they matter."""
    return {
        "report_type": asked.report_type,
        "account": None if quota.scope == "application" else asked.account,
        "marketplace_id": asked.marketplace_id if quota.scope == "marketplace" else None,
    }


class Queue:
    """Places requests one after another into their quotas, beginning with what was submitted."""

    def __init__(self, *, now: datetime, sqp_daily_budget: int) -> None:
        self._now = now
        self._budget = sqp_daily_budget
        self._submitted: defaultdict[tuple[object, ...], list[datetime]] = defaultdict(list)
        self._known: set[tuple[object, ...]] = set()

    def scopes(self, asked: Asked) -> Iterator[tuple[Quota, tuple[object, ...]]]:
        """Give the quotas that a request draws on, each with the name of its count."""
        for quota in quotas_of(asked.report_type, sqp_daily_budget=self._budget):
            yield quota, (quota, *scope_of(quota, asked).values())

    def knows(self, name: tuple[object, ...]) -> bool:
        """Whether the count was begun."""
        return name in self._known

    def begin(self, name: tuple[object, ...], submitted: Iterable[datetime]) -> None:
        """Begin a count with what was submitted within its window, oldest first."""
        self._known.add(name)
        self._submitted[name].extend(submitted)

    def place(self, asked: Asked) -> datetime | None:
        """Give when the next request may be asked for, and count it; None if it never may."""
        scopes = list(self.scopes(asked))
        times = [q.next_at(self._submitted[name], now=self._now) for q, name in scopes]
        known = [time for time in times if time is not None]
        if len(known) < len(times):
            return None
        at = max(known, default=self._now)
        for _, name in scopes:
            self._submitted[name].append(at)
        return at
