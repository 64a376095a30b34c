"""Appointments at the fulfilment centre, in MX, BR, EG, SA, AE and IN alone.

https://developer-docs.amazon.com/sp-api/reference/getselfshipappointmentslots
"""

from pydantic import AwareDatetime

from chalkola_spapi.fields import Many, SentTime
from chalkola_spapi.inbound_models.paging import Page
from chalkola_spapi.responses import Model


class AppointmentSlotTime(Model):
    """From when to when."""

    start_time: AwareDatetime
    end_time: AwareDatetime


class AppointmentSlot(Model):
    """A time that can be taken."""

    slot_id: str
    slot_time: AppointmentSlotTime


class SelfShipAppointmentSlotsAvailability(Model):
    """The slots, good until `expires_at`."""

    expires_at: AwareDatetime | None = None
    slots: Many[AppointmentSlot] = ()


class GetSelfShipAppointmentSlotsResponse(Page):
    """A page of slots."""

    self_ship_appointment_slots_availability: SelfShipAppointmentSlotsAvailability


class SelfShipAppointmentDetails(Model):
    """An appointment and its status."""

    appointment_id: int | None = None
    appointment_slot_time: AppointmentSlotTime | None = None
    appointment_status: str | None = None


class GenerateSelfShipAppointmentSlotsRequest(Model):
    """The days that would suit."""

    desired_start_date: SentTime | None = None
    desired_end_date: SentTime | None = None


class ScheduleSelfShipAppointmentRequest(Model):
    """Why an appointment is made anew; `reason_comment` is such as VEHICLE_DELAY or OTHER."""

    reason_comment: str | None = None


class CancelSelfShipAppointmentRequest(Model):
    """Why an appointment is given up; `reason_comment` is such as VEHICLE_DELAY or OTHER."""

    reason_comment: str | None = None


class ScheduleSelfShipAppointmentResponse(Model):
    """The appointment that was made."""

    self_ship_appointment_details: SelfShipAppointmentDetails
