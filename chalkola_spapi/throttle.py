"""Amazon's token buckets, kept on our side so that Amazon's are never found empty.

https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits
"""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from chalkola_spapi.operations import Operation

LONGEST_NAP_S = 0.25
# Shorter sleeps than this only spin.
_SHORTEST_NAP_S = 0.001


class Throttle(Protocol):
    """The buckets of all accounts and operations, by (account name, operation's name).

    Rate and burst start as the operation's. Who shares a throttle shares its quotas.
    """

    def acquire(self, account: str, operation: Operation) -> bool:
        """Wait for a token and take it; True if the bucket was full before."""
        ...

    def settle(self, account: str, operation: Operation, *, elapsed_s: float) -> None:
        """Start the refill late: the request that found the bucket full took `elapsed_s`.

        Amazon's refill began when the request arrived, at the latest now.
        """
        ...

    def set_rate(self, account: str, operation: Operation, *, rate_per_s: float) -> None:
        """Take over the rate that Amazon named; the wait for what is owed changes with it."""
        ...

    def drain(self, account: str, operation: Operation, *, next_in_s: float) -> None:
        """Empty the bucket, as Amazon says that it is; the next token comes in `next_in_s`."""
        ...


def safe_rate(rate_per_s: float) -> float:
    """Give the slowest rate that Amazon may have meant.

    Amazon writes four digits: its 1/60 is "0.0167", which is faster than 1/60, and who trusts it
    is throttled after some minutes. Below 0.1, where it tells, half of the last digit comes off.
    """
    is_rounded = math.isclose(rate_per_s, round(rate_per_s, 4), rel_tol=1e-12)
    if rate_per_s < 0.1 and is_rounded:
        return max(rate_per_s - 0.00005, rate_per_s / 2)
    return rate_per_s


@dataclass(slots=True)
class _Bucket:
    """One bucket (GCRA): full at `full_at`, which each token taken moves by one interval."""

    interval_s: float
    burst: int
    full_at: float = -math.inf

    def wait_s(self, now: float) -> float:
        return max(0.0, self.full_at - now - (self.burst - 1) * self.interval_s)

    def take(self, now: float) -> bool:
        was_full = self.full_at <= now
        self.full_at = max(self.full_at, now) + self.interval_s
        return was_full

    def change_interval(self, interval_s: float, now: float) -> None:
        owed_s = self.full_at - now
        if owed_s > 0:
            self.full_at = now + owed_s * interval_s / self.interval_s
        self.interval_s = interval_s


class MemoryThrottle:
    """Token buckets for one process; safe to share between threads.

    Nothing is reserved ahead: who waits asks again at least every 0.25 s, so that a rate that
    Amazon raised counts at once.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def acquire(self, account: str, operation: Operation) -> bool:
        while True:
            with self._lock:
                bucket, now = self._bucket(account, operation), self._clock()
                wait_s = bucket.wait_s(now)
                if wait_s <= 0:
                    return bucket.take(now)
            self._sleep(max(_SHORTEST_NAP_S, min(LONGEST_NAP_S, wait_s)))

    def settle(self, account: str, operation: Operation, *, elapsed_s: float) -> None:
        with self._lock:
            self._bucket(account, operation).full_at += elapsed_s

    def set_rate(self, account: str, operation: Operation, *, rate_per_s: float) -> None:
        with self._lock:
            bucket = self._bucket(account, operation)
            bucket.change_interval(1 / safe_rate(rate_per_s), self._clock())

    def drain(self, account: str, operation: Operation, *, next_in_s: float) -> None:
        with self._lock:
            bucket = self._bucket(account, operation)
            bucket.full_at = self._clock() + next_in_s + (bucket.burst - 1) * bucket.interval_s

    def _bucket(self, account: str, operation: Operation) -> _Bucket:
        key = (account, operation.name)
        if key not in self._buckets:
            interval_s = 1 / safe_rate(operation.rate_per_s)
            self._buckets[key] = _Bucket(interval_s, operation.burst)
        return self._buckets[key]
