"""Self-ship appointments, in MX, BR, EG, SA, AE and IN alone.

https://developer-docs.amazon.com/sp-api/reference/generateselfshipappointmentslots
"""

from chalkola_spapi.client import Intent
from chalkola_spapi.inbound import operations
from chalkola_spapi.inbound.calling import InboundCalls, shipment_path
from chalkola_spapi.inbound_models import (
    AppointmentSlot,
    CancelSelfShipAppointmentRequest,
    GenerateSelfShipAppointmentSlotsRequest,
    GetSelfShipAppointmentSlotsResponse,
    ScheduleSelfShipAppointmentRequest,
    ScheduleSelfShipAppointmentResponse,
    SelfShipAppointmentDetails,
)

_MOST_SLOTS = 100


class SelfShipCalls(InboundCalls):
    """The calls for appointments; Amazon names no quota for them."""

    def generate_self_ship_appointment_slots(
        self,
        inbound_plan_id: str,
        *,
        shipment_id: str,
        request: GenerateSelfShipAppointmentSlotsRequest,
        before_send: Intent | None = None,
    ) -> str:
        """Have slots made; gives the operation's id."""
        return self._start(
            operations.GENERATE_SELF_SHIP_APPOINTMENT_SLOTS,
            path=shipment_path(inbound_plan_id, shipment_id),
            body=request,
            before_send=before_send,
        )

    def get_self_ship_appointment_slots(
        self, inbound_plan_id: str, *, shipment_id: str
    ) -> list[AppointmentSlot]:
        """Give a shipment's slots."""
        pages = self._pages(
            operations.GET_SELF_SHIP_APPOINTMENT_SLOTS,
            GetSelfShipAppointmentSlotsResponse,
            path=shipment_path(inbound_plan_id, shipment_id),
            page_size=_MOST_SLOTS,
        )
        return [
            slot for page in pages for slot in page.self_ship_appointment_slots_availability.slots
        ]

    def schedule_self_ship_appointment(
        self,
        inbound_plan_id: str,
        *,
        shipment_id: str,
        slot_id: str,
        reason_comment: str | None = None,
        before_send: Intent | None = None,
    ) -> SelfShipAppointmentDetails:
        """Take a slot, or another one, with the reason for the change."""
        answer = self._api.call(
            operations.SCHEDULE_SELF_SHIP_APPOINTMENT,
            path=shipment_path(inbound_plan_id, shipment_id, slotId=slot_id),
            body=ScheduleSelfShipAppointmentRequest(reason_comment=reason_comment),
            answer=ScheduleSelfShipAppointmentResponse,
            before_send=before_send,
        )
        return answer.self_ship_appointment_details

    def cancel_self_ship_appointment(
        self,
        inbound_plan_id: str,
        *,
        shipment_id: str,
        reason_comment: str | None = None,
        before_send: Intent | None = None,
    ) -> str:
        """Give an appointment up; gives the operation's id."""
        return self._start(
            operations.CANCEL_SELF_SHIP_APPOINTMENT,
            path=shipment_path(inbound_plan_id, shipment_id),
            body=CancelSelfShipAppointmentRequest(reason_comment=reason_comment),
            before_send=before_send,
        )
