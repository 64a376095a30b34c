"""Fulfillment Inbound v2024-03-20 over HTTP: what is asked and done of one shipment.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-inbound-api-v2024-03-20-reference
"""

from chalkola_spapi.simulator.inbound import content_updates, shipping, times, windows
from chalkola_spapi.simulator.inbound.bodies import read
from chalkola_spapi.simulator.inbound.paging import page
from chalkola_spapi.simulator.inbound.plan_requests import (
    GenerateShipmentContentUpdatePreviewsRequest,
)
from chalkola_spapi.simulator.inbound.problems import bad_request
from chalkola_spapi.simulator.inbound.shipment import Shipment
from chalkola_spapi.simulator.inbound.shipment_requests import (
    AppointmentRequest,
    GenerateSelfShipAppointmentSlotsRequest,
    UpdateShipmentNameRequest,
    UpdateShipmentSourceAddressRequest,
    UpdateShipmentTrackingDetailsRequest,
)
from chalkola_spapi.simulator.inbound_answers import (
    PLAN,
    accepted,
    listed,
    plan_of,
    posting,
    putting,
    reading,
)
from chalkola_spapi.simulator.messages import Answer, Request
from chalkola_spapi.simulator.state import State

_SHIPMENT = f"{PLAN}/shipments/{{shipmentId}}"
_WINDOWS = f"{_SHIPMENT}/deliveryWindowOptions"
_PREVIEWS = f"{_SHIPMENT}/contentUpdatePreviews"
_SLOTS = f"{_SHIPMENT}/selfShipAppointmentSlots"


def get_shipment(state: State, request: Request) -> Answer:
    return Answer.json(200, _shipment(state, request).describe(state.clock.now()))


def list_shipment_items(state: State, request: Request) -> Answer:
    return listed(request, _shipment(state, request).items, "items", largest=1000)


def list_shipment_boxes(state: State, request: Request) -> Answer:
    return listed(request, _shipment(state, request).boxes, "boxes", largest=1000)


def list_shipment_pallets(state: State, request: Request) -> Answer:
    return listed(request, _shipment(state, request).pallets, "pallets", largest=1000)


def update_shipment_name(state: State, request: Request) -> Answer:
    plan, shipment = plan_of(state, request), _shipment(state, request)
    name = read(UpdateShipmentNameRequest, request.call).name
    shipping.rename_shipment(state.inbound.desk, plan, shipment.shipment_id, name=name)
    return Answer(204)


def update_shipment_source_address(state: State, request: Request) -> Answer:
    plan, shipment = plan_of(state, request), _shipment(state, request)
    address = read(UpdateShipmentSourceAddressRequest, request.call).address
    desk = state.inbound.desk
    return accepted(shipping.move_source(desk, plan, shipment.shipment_id, address))


def update_shipment_tracking_details(state: State, request: Request) -> Answer:
    plan, shipment = plan_of(state, request), _shipment(state, request)
    details = read(UpdateShipmentTrackingDetailsRequest, request.call).tracking_details
    return accepted(shipping.track(state.inbound.desk, plan, shipment.shipment_id, details))


def generate_delivery_window_options(state: State, request: Request) -> Answer:
    plan, shipment = plan_of(state, request), _shipment(state, request)
    return accepted(windows.generate_windows(state.inbound.desk, plan, shipment.shipment_id))


def list_delivery_window_options(state: State, request: Request) -> Answer:
    options = _shipment(state, request).windows
    return listed(request, options, "deliveryWindowOptions", largest=100)


def confirm_delivery_window_options(state: State, request: Request) -> Answer:
    plan, shipment = plan_of(state, request), _shipment(state, request)
    option_id = request.parts["deliveryWindowOptionId"]
    desk = state.inbound.desk
    return accepted(windows.confirm_window(desk, plan, shipment.shipment_id, option_id))


def generate_shipment_content_update_previews(state: State, request: Request) -> Answer:
    plan, shipment = plan_of(state, request), _shipment(state, request)
    body = read(GenerateShipmentContentUpdatePreviewsRequest, request.call)
    desk = state.inbound.desk
    return accepted(content_updates.preview_contents(desk, plan, shipment.shipment_id, body))


def list_shipment_content_update_previews(state: State, request: Request) -> Answer:
    updates = _shipment(state, request).updates
    return listed(request, updates, "contentUpdatePreviews", largest=20)


def get_shipment_content_update_preview(state: State, request: Request) -> Answer:
    preview_id = request.parts["contentUpdatePreviewId"]
    update = content_updates.find_update(_shipment(state, request), preview_id)
    return Answer.json(200, update.describe())


def confirm_shipment_content_update_preview(state: State, request: Request) -> Answer:
    plan, shipment = plan_of(state, request), _shipment(state, request)
    preview_id = request.parts["contentUpdatePreviewId"]
    desk = state.inbound.desk
    return accepted(content_updates.confirm_contents(desk, plan, shipment.shipment_id, preview_id))


def get_delivery_challan_document(state: State, request: Request) -> Answer:
    _shipment(state, request)
    raise bad_request("A delivery challan document is available in the India marketplace only.")


def generate_self_ship_appointment_slots(state: State, request: Request) -> Answer:
    plan, shipment = plan_of(state, request), _shipment(state, request)
    body = read(GenerateSelfShipAppointmentSlotsRequest, request.call)
    appointments = shipping.self_ship(plan, shipment.shipment_id)
    appointments.generate(body, at=state.clock.now())
    name = "generateSelfShipAppointmentSlots"
    desk = state.inbound.desk
    operation = shipping.begin_appointment(desk, plan, shipment.shipment_id, name)
    return accepted(operation, status=201)


def get_self_ship_appointment_slots(state: State, request: Request) -> Answer:
    plan, shipment = plan_of(state, request), _shipment(state, request)
    appointments = shipping.self_ship(plan, shipment.shipment_id)
    content = page(
        appointments.slots,
        call=request.call,
        member="slots",
        largest=100,
        describe=lambda slot: slot.describe(),
    )
    availability = {"slots": content.pop("slots")}
    if appointments.expires_at is not None:
        availability["expiresAt"] = times.millis(appointments.expires_at)
    return Answer.json(200, content | {"selfShipAppointmentSlotsAvailability": availability})


def schedule_self_ship_appointment(state: State, request: Request) -> Answer:
    plan, shipment = plan_of(state, request), _shipment(state, request)
    read(AppointmentRequest, request.call)
    appointments = shipping.self_ship(plan, shipment.shipment_id)
    details = appointments.schedule(request.parts["slotId"], at=state.clock.now())
    name = "scheduleSelfShipAppointment"
    state.inbound.desk.note(plan, name, subject=shipment.shipment_id)
    return Answer.json(200, {"selfShipAppointmentDetails": details})


def cancel_self_ship_appointment(state: State, request: Request) -> Answer:
    plan, shipment = plan_of(state, request), _shipment(state, request)
    read(AppointmentRequest, request.call)
    shipping.self_ship(plan, shipment.shipment_id).cancel()
    name = "cancelSelfShipAppointment"
    desk = state.inbound.desk
    return accepted(shipping.begin_appointment(desk, plan, shipment.shipment_id, name))


def _shipment(state: State, request: Request) -> Shipment:
    return plan_of(state, request).shipment(request.parts["shipmentId"])


OPERATIONS = (
    reading("getShipment", _SHIPMENT, get_shipment),
    reading("listShipmentItems", f"{_SHIPMENT}/items", list_shipment_items, burst=30),
    reading("listShipmentBoxes", f"{_SHIPMENT}/boxes", list_shipment_boxes, burst=30),
    reading("listShipmentPallets", f"{_SHIPMENT}/pallets", list_shipment_pallets, burst=30),
    putting("updateShipmentName", f"{_SHIPMENT}/name", update_shipment_name),
    putting(
        "updateShipmentSourceAddress", f"{_SHIPMENT}/sourceAddress", update_shipment_source_address
    ),
    putting(
        "updateShipmentTrackingDetails",
        f"{_SHIPMENT}/trackingDetails",
        update_shipment_tracking_details,
        burst=2,
    ),
    posting("generateDeliveryWindowOptions", _WINDOWS, generate_delivery_window_options, burst=30),
    reading("listDeliveryWindowOptions", _WINDOWS, list_delivery_window_options, burst=30),
    posting(
        "confirmDeliveryWindowOptions",
        f"{_WINDOWS}/{{deliveryWindowOptionId}}/confirmation",
        confirm_delivery_window_options,
        burst=30,
    ),
    posting(
        "generateShipmentContentUpdatePreviews",
        _PREVIEWS,
        generate_shipment_content_update_previews,
        burst=30,
    ),
    reading(
        "listShipmentContentUpdatePreviews",
        _PREVIEWS,
        list_shipment_content_update_previews,
        burst=30,
    ),
    reading(
        "getShipmentContentUpdatePreview",
        f"{_PREVIEWS}/{{contentUpdatePreviewId}}",
        get_shipment_content_update_preview,
        burst=30,
    ),
    posting(
        "confirmShipmentContentUpdatePreview",
        f"{_PREVIEWS}/{{contentUpdatePreviewId}}/confirmation",
        confirm_shipment_content_update_preview,
        burst=30,
    ),
    reading(
        "getDeliveryChallanDocument",
        f"{_SHIPMENT}/deliveryChallanDocument",
        get_delivery_challan_document,
    ),
    # Amazon's model has no plan of these four; they get the one of their neighbours.
    posting(
        "generateSelfShipAppointmentSlots",
        _SLOTS,
        generate_self_ship_appointment_slots,
        burst=30,
    ),
    reading("getSelfShipAppointmentSlots", _SLOTS, get_self_ship_appointment_slots, burst=30),
    posting(
        "scheduleSelfShipAppointment",
        f"{_SLOTS}/{{slotId}}/schedule",
        schedule_self_ship_appointment,
        burst=30,
    ),
    putting(
        "cancelSelfShipAppointment",
        f"{_SHIPMENT}/selfShipAppointmentCancellation",
        cancel_self_ship_appointment,
    ),
)
