"""An asynchronous operation: accepted now, and at its end it acts, or fails with problems.

https://developer-docs.amazon.com/sp-api/reference/getinboundoperationstatus
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from chalkola_spapi.simulator.inbound.problems import Problem

Status = Literal["IN_PROGRESS", "SUCCESS", "FAILED"]
Effect = Callable[[datetime], None]


@dataclass(slots=True)
class Operation:
    """Ends at `ends_at`, or at the `after_polls`th look; it acts `lag` after its end.

    `problems` with an ERROR make it fail, and then nothing is done.
    """

    operation_id: str
    account: str
    name: str
    ends_at: datetime | None
    effect: Effect = field(repr=False)
    lag: timedelta = timedelta(0)
    problems: list[Problem] = field(default_factory=list)
    after_polls: int | None = None
    status: Status = "IN_PROGRESS"
    has_acted: bool = False
    polls: int = 0

    @property
    def is_settled(self) -> bool:
        return self.status == "FAILED" or self.has_acted

    def describe(self) -> dict[str, object]:
        """Amazon's InboundOperationStatus; problems are told at the end."""
        has_ended = self.status != "IN_PROGRESS"
        return {
            "operation": self.name,
            "operationId": self.operation_id,
            "operationStatus": self.status,
            "operationProblems": [one.describe() for one in self.problems] if has_ended else [],
        }

    def settle(self, now: datetime) -> None:
        """End and act, as far as it is due by `now`."""
        if self.status == "IN_PROGRESS" and self._is_over(now):
            self.ends_at = self.ends_at or now
            has_failed = any(problem.severity == "ERROR" for problem in self.problems)
            self.status = "FAILED" if has_failed else "SUCCESS"
        if self.status != "SUCCESS" or self.has_acted or self.ends_at is None:
            return
        acts_at = self.ends_at + self.lag
        if acts_at <= now:
            self.has_acted = True
            self.effect(acts_at)

    def _is_over(self, now: datetime) -> bool:
        if self.after_polls is not None:
            return self.polls >= self.after_polls
        return self.ends_at is not None and self.ends_at <= now
