"""How far a shipment has come: its status and what has been received, by the clock.

WORKING once its placement is confirmed, READY_TO_SHIP once labels were made, SHIPPED a day later
(with an own carrier: once it has tracking numbers), then on to CLOSED.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

# Hours since it was shipped, at speed 1.
MILESTONES = (
    (360.0, "CLOSED"),
    (120.0, "RECEIVING"),
    (104.0, "CHECKED_IN"),
    (96.0, "DELIVERED"),
    (12.0, "IN_TRANSIT"),
    (0.0, "SHIPPED"),
)
PICK_UP_H = 24.0
_RECEIVING_H = (120.0, 300.0)
_ON_THE_WAY = frozenset(status for _, status in MILESTONES)


@dataclass(slots=True)
class Journey:
    """The moments that decide. `forced`: a status that a test set. `lost`: units never received."""

    speed: float
    confirmed_at: datetime | None = None
    printed_at: datetime | None = None
    tracked_at: datetime | None = None
    is_partnered: bool = True
    ended: str | None = None
    forced: str | None = None
    lost: dict[str, int] = field(default_factory=dict)

    def shipped_at(self) -> datetime | None:
        """When the carrier took it, or will."""
        if not self.is_partnered:
            return self.tracked_at
        if self.printed_at is None:
            return None
        return self.printed_at + timedelta(hours=PICK_UP_H / self.speed)

    def status(self, now: datetime) -> str:
        """Amazon's status of the shipment."""
        fixed = self.forced or self.ended
        if fixed is not None:
            return fixed
        if self.confirmed_at is None:
            return "UNCONFIRMED"
        hours = self._hours(now)
        if hours >= 0:
            return next(status for least, status in MILESTONES if hours >= least)
        return "WORKING" if self.printed_at is None else "READY_TO_SHIP"

    def is_on_the_way(self, now: datetime) -> bool:
        """Whether the carrier has it: from then on nothing can be cancelled."""
        return self.status(now) in _ON_THE_WAY

    def received(self, msku: str, quantity: int, *, now: datetime) -> int:
        """Units received so far out of `quantity`."""
        expected = max(0, quantity - self.lost.get(msku, 0))
        status = self.status(now)
        if status == "CLOSED":
            return expected
        if status != "RECEIVING":
            return 0
        start, end = _RECEIVING_H
        part = (self._hours(now) - start) / (end - start)
        return int(expected * min(1.0, max(0.0, part)))

    def changed_at(self, now: datetime) -> datetime | None:
        """When its status last changed; None while it is not confirmed."""
        shipped_at = self.shipped_at()
        hours = self._hours(now)
        if shipped_at is None or hours < 0:
            return self.printed_at or self.confirmed_at
        least = next(least for least, _ in MILESTONES if hours >= least)
        # Each unit received is a change.
        is_receiving = least == _RECEIVING_H[0]
        return now if is_receiving else shipped_at + timedelta(hours=least / self.speed)

    def _hours(self, now: datetime) -> float:
        shipped_at = self.shipped_at()
        if shipped_at is None or self.confirmed_at is None:
            return -1.0
        return (now - shipped_at) / timedelta(hours=1) * self.speed
