"""The operations of Fulfillment Inbound v2024-03-20, with the quotas of Amazon's model.

Amazon takes no idempotency key, so no write is repeated, but for three: a name that is set twice
is the same name, and item labels are a document whose making changes nothing. listInboundPlans,
which `check` needs without the rest, stands among `chalkola_spapi.operations`.
https://developer-docs.amazon.com/sp-api/reference/fulfillment-inbound-v2024-03-20
"""

from chalkola_spapi.operations import Operation

_BASE = "/inbound/fba/2024-03-20"
_PLAN = _BASE + "/inboundPlans/{inboundPlanId}"
_SHIPMENT = _PLAN + "/shipments/{shipmentId}"
_RATE_PER_S = 2
_MSKUS = frozenset({"mskus"})


def _read(
    name: str, path: str, *, burst: int, repeated_parameters: frozenset[str] = frozenset()
) -> Operation:
    return Operation(
        name=name,
        method="GET",
        path=path,
        rate_per_s=_RATE_PER_S,
        burst=burst,
        is_repeatable=True,
        repeated_parameters=repeated_parameters,
    )


def _post(name: str, path: str, *, burst: int, is_repeatable: bool = False) -> Operation:
    return _write("POST", name, path, burst=burst, is_repeatable=is_repeatable)


def _put(name: str, path: str, *, burst: int, is_repeatable: bool = False) -> Operation:
    return _write("PUT", name, path, burst=burst, is_repeatable=is_repeatable)


def _write(method: str, name: str, path: str, *, burst: int, is_repeatable: bool) -> Operation:
    return Operation(
        name=name,
        method=method,
        path=path,
        rate_per_s=_RATE_PER_S,
        burst=burst,
        is_repeatable=is_repeatable,
    )


CREATE_INBOUND_PLAN = _post("createInboundPlan", _BASE + "/inboundPlans", burst=2)
GET_INBOUND_PLAN = _read("getInboundPlan", _PLAN, burst=6)
LIST_INBOUND_PLAN_BOXES = _read("listInboundPlanBoxes", _PLAN + "/boxes", burst=6)
CANCEL_INBOUND_PLAN = _put("cancelInboundPlan", _PLAN + "/cancellation", burst=2)
LIST_INBOUND_PLAN_ITEMS = _read("listInboundPlanItems", _PLAN + "/items", burst=6)
UPDATE_INBOUND_PLAN_NAME = _put(
    "updateInboundPlanName", _PLAN + "/name", burst=30, is_repeatable=True
)
LIST_INBOUND_PLAN_PALLETS = _read("listInboundPlanPallets", _PLAN + "/pallets", burst=6)

LIST_PACKING_GROUP_BOXES = _read(
    "listPackingGroupBoxes", _PLAN + "/packingGroups/{packingGroupId}/boxes", burst=30
)
LIST_PACKING_GROUP_ITEMS = _read(
    "listPackingGroupItems", _PLAN + "/packingGroups/{packingGroupId}/items", burst=30
)
SET_PACKING_INFORMATION = _post("setPackingInformation", _PLAN + "/packingInformation", burst=2)
LIST_PACKING_OPTIONS = _read("listPackingOptions", _PLAN + "/packingOptions", burst=6)
GENERATE_PACKING_OPTIONS = _post("generatePackingOptions", _PLAN + "/packingOptions", burst=2)
CONFIRM_PACKING_OPTION = _post(
    "confirmPackingOption", _PLAN + "/packingOptions/{packingOptionId}/confirmation", burst=2
)

LIST_PLACEMENT_OPTIONS = _read("listPlacementOptions", _PLAN + "/placementOptions", burst=6)
GENERATE_PLACEMENT_OPTIONS = _post("generatePlacementOptions", _PLAN + "/placementOptions", burst=2)
CONFIRM_PLACEMENT_OPTION = _post(
    "confirmPlacementOption", _PLAN + "/placementOptions/{placementOptionId}/confirmation", burst=2
)

LIST_TRANSPORTATION_OPTIONS = _read(
    "listTransportationOptions", _PLAN + "/transportationOptions", burst=6
)
GENERATE_TRANSPORTATION_OPTIONS = _post(
    "generateTransportationOptions", _PLAN + "/transportationOptions", burst=2
)
CONFIRM_TRANSPORTATION_OPTIONS = _post(
    "confirmTransportationOptions", _PLAN + "/transportationOptions/confirmation", burst=2
)

GET_SHIPMENT = _read("getShipment", _SHIPMENT, burst=6)
LIST_SHIPMENT_BOXES = _read("listShipmentBoxes", _SHIPMENT + "/boxes", burst=30)
GET_DELIVERY_CHALLAN_DOCUMENT = _read(
    "getDeliveryChallanDocument", _SHIPMENT + "/deliveryChallanDocument", burst=6
)
LIST_SHIPMENT_ITEMS = _read("listShipmentItems", _SHIPMENT + "/items", burst=30)
UPDATE_SHIPMENT_NAME = _put("updateShipmentName", _SHIPMENT + "/name", burst=30, is_repeatable=True)
LIST_SHIPMENT_PALLETS = _read("listShipmentPallets", _SHIPMENT + "/pallets", burst=30)
UPDATE_SHIPMENT_SOURCE_ADDRESS = _put(
    "updateShipmentSourceAddress", _SHIPMENT + "/sourceAddress", burst=30
)
UPDATE_SHIPMENT_TRACKING_DETAILS = _put(
    "updateShipmentTrackingDetails", _SHIPMENT + "/trackingDetails", burst=2
)

LIST_DELIVERY_WINDOW_OPTIONS = _read(
    "listDeliveryWindowOptions", _SHIPMENT + "/deliveryWindowOptions", burst=30
)
GENERATE_DELIVERY_WINDOW_OPTIONS = _post(
    "generateDeliveryWindowOptions", _SHIPMENT + "/deliveryWindowOptions", burst=30
)
CONFIRM_DELIVERY_WINDOW_OPTIONS = _post(
    "confirmDeliveryWindowOptions",
    _SHIPMENT + "/deliveryWindowOptions/{deliveryWindowOptionId}/confirmation",
    burst=30,
)

LIST_SHIPMENT_CONTENT_UPDATE_PREVIEWS = _read(
    "listShipmentContentUpdatePreviews", _SHIPMENT + "/contentUpdatePreviews", burst=30
)
GENERATE_SHIPMENT_CONTENT_UPDATE_PREVIEWS = _post(
    "generateShipmentContentUpdatePreviews", _SHIPMENT + "/contentUpdatePreviews", burst=30
)
GET_SHIPMENT_CONTENT_UPDATE_PREVIEW = _read(
    "getShipmentContentUpdatePreview",
    _SHIPMENT + "/contentUpdatePreviews/{contentUpdatePreviewId}",
    burst=30,
)
CONFIRM_SHIPMENT_CONTENT_UPDATE_PREVIEW = _post(
    "confirmShipmentContentUpdatePreview",
    _SHIPMENT + "/contentUpdatePreviews/{contentUpdatePreviewId}/confirmation",
    burst=30,
)

# Amazon names no quota for the self-ship operations: these are the smallest of its others.
CANCEL_SELF_SHIP_APPOINTMENT = _put(
    "cancelSelfShipAppointment", _SHIPMENT + "/selfShipAppointmentCancellation", burst=2
)
GET_SELF_SHIP_APPOINTMENT_SLOTS = _read(
    "getSelfShipAppointmentSlots", _SHIPMENT + "/selfShipAppointmentSlots", burst=2
)
GENERATE_SELF_SHIP_APPOINTMENT_SLOTS = _post(
    "generateSelfShipAppointmentSlots", _SHIPMENT + "/selfShipAppointmentSlots", burst=2
)
SCHEDULE_SELF_SHIP_APPOINTMENT = _post(
    "scheduleSelfShipAppointment",
    _SHIPMENT + "/selfShipAppointmentSlots/{slotId}/schedule",
    burst=2,
)

LIST_ITEM_COMPLIANCE_DETAILS = _read(
    "listItemComplianceDetails", _BASE + "/items/compliance", burst=6, repeated_parameters=_MSKUS
)
UPDATE_ITEM_COMPLIANCE_DETAILS = _put(
    "updateItemComplianceDetails", _BASE + "/items/compliance", burst=6
)
CREATE_MARKETPLACE_ITEM_LABELS = _post(
    "createMarketplaceItemLabels", _BASE + "/items/labels", burst=30, is_repeatable=True
)
# The model names no quota of its own for it; this one is of Amazon's page of rates.
LIST_PREP_DETAILS = _read(
    "listPrepDetails", _BASE + "/items/prepDetails", burst=30, repeated_parameters=_MSKUS
)
SET_PREP_DETAILS = _post("setPrepDetails", _BASE + "/items/prepDetails", burst=30)

GET_INBOUND_OPERATION_STATUS = _read(
    "getInboundOperationStatus", _BASE + "/operations/{operationId}", burst=6
)
