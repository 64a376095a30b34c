"""How often a report may be had: pauses and daily counts of single report types."""

from collections.abc import Hashable
from datetime import datetime, timedelta


class Cooldown:
    """At most one in `pause`, and `limit` in `window`, for each key."""

    def __init__(self, pause: timedelta, *, limit: int | None = None, window: timedelta) -> None:
        self._pause = pause
        self._limit = limit
        self._window = window
        self._times: dict[Hashable, list[datetime]] = {}

    def take(self, key: Hashable, *, at: datetime) -> bool:
        """Have one at `at`; False, and nothing taken, if it is too soon."""
        recent = [one for one in self._times.get(key, []) if at - one < self._window]
        is_soon = any(at - one < self._pause for one in recent)
        if is_soon or (self._limit is not None and len(recent) >= self._limit):
            return False
        self._times[key] = [*recent, at]
        return True

    def clear(self) -> None:
        self._times.clear()
