"""Appointments of sellers who bring their goods themselves: thin, in MX and AE alone.

https://developer-docs.amazon.com/sp-api/reference/generateselfshipappointmentslots
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalkola_spapi.simulator.inbound import times
from chalkola_spapi.simulator.inbound.goods import new_id
from chalkola_spapi.simulator.inbound.problems import bad_request
from chalkola_spapi.simulator.inbound.shipment_requests import (
    GenerateSelfShipAppointmentSlotsRequest,
)

COUNTRIES = frozenset({"MX", "AE"})
_LIFETIME = timedelta(hours=1)
_SLOT = timedelta(hours=1)
_DAYS = 14
_HOURS = (9, 13)


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour at the warehouse."""

    slot_id: str
    start: datetime

    def times(self) -> dict[str, object]:
        return {
            "startTime": times.millis(self.start),
            "endTime": times.millis(self.start + _SLOT),
        }

    def describe(self) -> dict[str, object]:
        """Amazon's AppointmentSlot."""
        return {"slotId": self.slot_id, "slotTime": self.times()}


@dataclass(slots=True)
class SelfShip:
    """The slots offered to a shipment, and the appointments that were made."""

    slots: list[Slot] = field(default_factory=list)
    expires_at: datetime | None = None
    appointments: list[tuple[Slot, str]] = field(default_factory=list)

    def generate(self, request: GenerateSelfShipAppointmentSlotsRequest, *, at: datetime) -> None:
        first = request.desired_start_date or at + timedelta(days=1)
        last = request.desired_end_date or first + timedelta(days=_DAYS)
        days = max(1, min(_DAYS, (last - first).days))
        midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
        self.slots = [
            Slot(new_id("ss"), midnight + timedelta(days=day, hours=hour))
            for day in range(days)
            for hour in _HOURS
        ]
        self.expires_at = at + _LIFETIME

    def schedule(self, slot_id: str, *, at: datetime) -> dict[str, object]:
        """Take a slot, instead of the one that was taken before; Amazon's details of it.

        Raises:
            RefusedError: 400, the slot is not offered (any more).
        """
        slot = next((slot for slot in self.slots if slot.slot_id == slot_id), None)
        if slot is None or self.expires_at is None or self.expires_at <= at:
            raise bad_request("The requested slotId does not exist for the specified shipment.")
        self.cancel()
        self.appointments.append((slot, "SCHEDULED"))
        return self.describe()[-1]

    def cancel(self) -> None:
        self.appointments = [(slot, "CANCELLED") for slot, _ in self.appointments]

    def describe(self) -> list[dict[str, object]]:
        """Amazon's SelfShipAppointmentDetails."""
        return [
            {
                "appointmentId": number,
                "appointmentSlotTime": slot.times(),
                "appointmentStatus": status,
            }
            for number, (slot, status) in enumerate(self.appointments, 1)
        ]
