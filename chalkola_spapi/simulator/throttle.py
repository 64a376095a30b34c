"""Token buckets, one for each account and operation.

https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits
"""

from dataclasses import dataclass
from datetime import datetime

from chalkola_spapi.simulator.clock import Clock


@dataclass(frozen=True, slots=True)
class Plan:
    """What Amazon grants: tokens a second, how many may gather, and whether answers say so."""

    rate_per_s: float
    burst: int
    announced: bool = True

    def header(self) -> str:
        """The value of x-amzn-RateLimit-Limit."""
        return f"{self.rate_per_s:.10g}"


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: datetime


class Throttle:
    """The buckets. Rates of the model are multiplied by `speed`; bursts are not.

    `grant` sets another plan for an operation, for one account or for all: as it is, unscaled.
    """

    def __init__(self, *, clock: Clock, speed: float) -> None:
        self._clock = clock
        self._speed = speed
        self._granted: dict[tuple[str | None, str], Plan] = {}
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def grant(self, operation: str, plan: Plan, *, account: str | None = None) -> None:
        self._granted[account, operation] = plan

    def plan(self, account: str, operation: str, *, model: Plan) -> Plan:
        """The plan in force: what was granted to the account or to all, else the model's."""
        for key in ((account, operation), (None, operation)):
            if key in self._granted:
                return self._granted[key]
        return Plan(model.rate_per_s * self._speed, model.burst)

    def take(self, account: str, operation: str, *, plan: Plan) -> bool:
        """Take one token; False if there is none."""
        now = self._clock.now()
        bucket = self._buckets.setdefault((account, operation), _Bucket(plan.burst, now))
        # The machine's clock may be set back; nobody loses tokens for that.
        passed_s = max(0.0, (now - bucket.filled_at).total_seconds())
        bucket.tokens = min(plan.burst, bucket.tokens + passed_s * plan.rate_per_s)
        bucket.filled_at = now
        # A hair below 1 is a rounding error of the refill, not a missing token.
        if bucket.tokens < 1 - 1e-9:
            return False
        bucket.tokens -= 1
        return True

    def clear(self) -> None:
        """Fill every bucket and forget what was granted."""
        self._granted.clear()
        self._buckets.clear()
