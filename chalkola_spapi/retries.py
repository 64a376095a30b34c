"""What is tried again, after which wait, and for how long.

https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits
"""

import logging
import random
import time
from collections.abc import Callable

import tenacity

from chalkola_spapi.errors import Throttled, TransientError
from chalkola_spapi.responses import ExpiredTokenError, UnreadableAnswerError

LIMIT_S = 60
MAX_THROTTLED = 10
MAX_UNREADABLE = 3
_LONGEST_BACKOFF_S = 15

logger = logging.getLogger(__name__)


class Patience:
    """How long one call goes on.

    60 s in all, not counting the waits for the bucket; at most 10 answers of 429, each waited out
    in the bucket; a lapsed token once; at most 3 answers that are no JSON; whatever is transient
    after a jittered, growing wait.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._started = clock()
        self._bucket_s = 0.0
        self._failures = 0
        self._lapses = 0
        self._unreadable = 0
        self.throttled = 0

    def in_bucket(self, wait: Callable[[], bool]) -> bool:
        """Wait for the bucket without losing patience."""
        started = self._clock()
        try:
            return wait()
        finally:
            self._bucket_s += self._clock() - started

    def after_throttle_s(self, rate_per_s: float) -> float:
        """Give how long the bucket stays empty after this 429: about a second, then an interval."""
        self.throttled += 1
        if self.throttled == 1:
            return random.uniform(1.0, 1.25)  # noqa: S311 -- spreads the load, guards no secret
        return 1 / rate_per_s

    def retrying(self) -> tenacity.Retrying:
        """Give the loop that a call runs in; it raises the last error as it is."""
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception(self._is_worth_repeating),
            wait=self._wait_s,
            stop=self._is_over,
            sleep=self._sleep,
            before_sleep=_log_retry,
            reraise=True,
        )

    def _is_worth_repeating(self, error: BaseException) -> bool:
        if isinstance(error, Throttled):
            return self.throttled < MAX_THROTTLED
        if isinstance(error, ExpiredTokenError):
            self._lapses += 1
            return self._lapses == 1
        self._failures += 1
        if isinstance(error, UnreadableAnswerError):
            self._unreadable += 1
            return self._unreadable < MAX_UNREADABLE
        return isinstance(error, TransientError)

    def _wait_s(self, state: tenacity.RetryCallState) -> float:
        if isinstance(_error(state), Throttled | ExpiredTokenError):
            return 0.0
        growing_s = min(_LONGEST_BACKOFF_S, 0.5 * 2.0 ** (self._failures - 1))
        return growing_s * random.uniform(1.0, 1.5)  # noqa: S311 -- as above

    def _is_over(self, state: tenacity.RetryCallState) -> bool:
        spent_s = self._clock() - self._started - self._bucket_s
        return spent_s + state.upcoming_sleep > LIMIT_S


def _error(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _log_retry(state: tenacity.RetryCallState) -> None:
    logger.warning(
        "%s; try %d follows in %.1f s",
        _error(state),
        state.attempt_number + 1,
        state.upcoming_sleep,
    )
