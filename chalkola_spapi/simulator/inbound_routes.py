"""Fulfillment Inbound v2024-03-20 over HTTP: plans, packing, placement, transport, operations.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-inbound-api-v2024-03-20-reference
"""

from collections.abc import Sequence

from chalkola_spapi.simulator.inbound import cancellation, packing, placement, transport
from chalkola_spapi.simulator.inbound.bodies import read
from chalkola_spapi.simulator.inbound.paging import page
from chalkola_spapi.simulator.inbound.plan import Plan
from chalkola_spapi.simulator.inbound.plan_requests import (
    CreateInboundPlanRequest,
    GeneratePlacementOptionsRequest,
    SetPackingInformationRequest,
    UpdateInboundPlanNameRequest,
)
from chalkola_spapi.simulator.inbound.problems import bad_request
from chalkola_spapi.simulator.inbound.shipment_requests import (
    ConfirmTransportationOptionsRequest,
    GenerateTransportationOptionsRequest,
)
from chalkola_spapi.simulator.inbound.transport_options import TransportOption
from chalkola_spapi.simulator.inbound_answers import (
    PLAN,
    ROOT,
    accepted,
    listed,
    plan_of,
    posting,
    putting,
    reading,
)
from chalkola_spapi.simulator.messages import Answer, Call, Request
from chalkola_spapi.simulator.state import State

_STATUSES = {"ACTIVE", "VOIDED", "SHIPPED"}
_SORTS = {"CREATION_TIME", "LAST_UPDATED_TIME"}


def create_inbound_plan(state: State, request: Request) -> Answer:
    body = read(CreateInboundPlanRequest, request.call)
    state.sellers.check(request.account, body.destination_marketplaces)
    plan, operation = state.inbound.create(request.account, body)
    content = {"inboundPlanId": plan.plan_id, "operationId": operation.operation_id}
    return Answer.json(202, content)


def list_inbound_plans(state: State, request: Request) -> Answer:
    call = request.call
    status = _choice(call, "status", _STATUSES)
    by = _choice(call, "sortBy", _SORTS) or "CREATION_TIME"
    order = _choice(call, "sortOrder", {"ASC", "DESC"}) or "DESC"
    plans = sorted(
        (one for one in state.inbound.plans(request.account) if status in {None, one.status}),
        key=lambda one: one.created_at if by == "CREATION_TIME" else one.updated_at,
        reverse=order == "DESC",
    )
    content = page(
        plans, call=call, member="inboundPlans", largest=30, describe=lambda one: one.summary()
    )
    return Answer.json(200, content)


def get_inbound_plan(state: State, request: Request) -> Answer:
    plan = plan_of(state, request)
    if not plan.is_readable:
        raise bad_request("This operation cannot be called for this inbound plan.")
    return Answer.json(200, plan.describe(state.clock.now()))


def update_inbound_plan_name(state: State, request: Request) -> Answer:
    plan = plan_of(state, request)
    plan.name = read(UpdateInboundPlanNameRequest, request.call).name
    state.inbound.desk.note(plan, "updateInboundPlanName", subject=plan.plan_id)
    return Answer(204)


def cancel_inbound_plan(state: State, request: Request) -> Answer:
    return accepted(cancellation.cancel(state.inbound.desk, plan_of(state, request)))


def list_inbound_plan_items(state: State, request: Request) -> Answer:
    items = plan_of(state, request).contents
    return listed(request, items, "items", largest=1000)


def list_inbound_plan_boxes(state: State, request: Request) -> Answer:
    boxes = plan_of(state, request).boxes
    return listed(request, boxes, "boxes", largest=1000)


def list_inbound_plan_pallets(state: State, request: Request) -> Answer:
    pallets = [one for shipment in plan_of(state, request).sent for one in shipment.pallets]
    return listed(request, pallets, "pallets", largest=1000)


def generate_packing_options(state: State, request: Request) -> Answer:
    return accepted(packing.generate_packing(state.inbound.desk, plan_of(state, request)))


def list_packing_options(state: State, request: Request) -> Answer:
    plan, now = plan_of(state, request), state.clock.now()
    content = page(
        plan.packing_options,
        call=request.call,
        member="packingOptions",
        largest=20,
        describe=lambda option: packing.describe_packing(option, plan, now),
    )
    return Answer.json(200, content)


def confirm_packing_option(state: State, request: Request) -> Answer:
    plan, option_id = plan_of(state, request), request.parts["packingOptionId"]
    return accepted(packing.confirm_packing(state.inbound.desk, plan, option_id))


def list_packing_group_items(state: State, request: Request) -> Answer:
    items = packing.group_items(plan_of(state, request), request.parts["packingGroupId"])
    return listed(request, items, "items", largest=100)


def list_packing_group_boxes(state: State, request: Request) -> Answer:
    boxes = packing.group_boxes(plan_of(state, request), request.parts["packingGroupId"])
    return listed(request, boxes, "boxes", largest=100)


def set_packing_information(state: State, request: Request) -> Answer:
    plan = plan_of(state, request)
    body = read(SetPackingInformationRequest, request.call)
    return accepted(packing.set_packing(state.inbound.desk, plan, body.package_groupings))


def generate_placement_options(state: State, request: Request) -> Answer:
    plan = plan_of(state, request)
    body = read(GeneratePlacementOptionsRequest, request.call)
    if body.custom_placement:
        raise bad_request("customPlacement is available in the India marketplace only.")
    return accepted(placement.generate_placement(state.inbound.desk, plan))


def list_placement_options(state: State, request: Request) -> Answer:
    now = state.clock.now()
    content = page(
        plan_of(state, request).placement_options,
        call=request.call,
        member="placementOptions",
        largest=20,
        describe=lambda option: option.describe(now),
    )
    return Answer.json(200, content)


def confirm_placement_option(state: State, request: Request) -> Answer:
    plan, option_id = plan_of(state, request), request.parts["placementOptionId"]
    return accepted(placement.confirm_placement(state.inbound.desk, plan, option_id))


def generate_transportation_options(state: State, request: Request) -> Answer:
    plan = plan_of(state, request)
    body = read(GenerateTransportationOptionsRequest, request.call)
    return accepted(transport.generate_transport(state.inbound.desk, plan, body))


def list_transportation_options(state: State, request: Request) -> Answer:
    options = _transport_options(plan_of(state, request), request.call)
    return listed(request, options, "transportationOptions", largest=20)


def confirm_transportation_options(state: State, request: Request) -> Answer:
    plan = plan_of(state, request)
    body = read(ConfirmTransportationOptionsRequest, request.call)
    selections = body.transportation_selections
    return accepted(transport.confirm_transport(state.inbound.desk, plan, selections))


def get_inbound_operation_status(state: State, request: Request) -> Answer:
    operation_id = request.parts["operationId"]
    if not 36 <= len(operation_id) <= 38:
        raise bad_request("The operationId is malformed.")
    return Answer.json(200, state.inbound.look(request.account, operation_id).describe())


def _transport_options(plan: Plan, call: Call) -> Sequence[TransportOption]:
    placement_id, shipment_id = call.one("placementOptionId"), call.one("shipmentId")
    if placement_id is None and shipment_id is None:
        raise bad_request("placementOptionId or shipmentId must be provided.")
    ids = list(plan.shipments)
    if placement_id is not None:
        ids = placement.find_placement(plan, placement_id).shipment_ids
    if shipment_id is not None:
        plan.shipment(shipment_id)
        ids = [one for one in ids if one == shipment_id]
    return [option for one in ids for option in plan.shipments[one].options]


def _choice(call: Call, name: str, known: set[str]) -> str | None:
    value = call.one(name)
    if value is not None and value not in known:
        raise bad_request(f"The {name} is invalid.")
    return value


_PACKING = f"{PLAN}/packingOptions"
_PLACEMENT = f"{PLAN}/placementOptions"
_TRANSPORT = f"{PLAN}/transportationOptions"
_GROUP = f"{PLAN}/packingGroups/{{packingGroupId}}"

OPERATIONS = (
    posting("createInboundPlan", f"{ROOT}/inboundPlans", create_inbound_plan),
    reading("listInboundPlans", f"{ROOT}/inboundPlans", list_inbound_plans),
    reading("getInboundPlan", PLAN, get_inbound_plan),
    putting("updateInboundPlanName", f"{PLAN}/name", update_inbound_plan_name),
    putting("cancelInboundPlan", f"{PLAN}/cancellation", cancel_inbound_plan, burst=2),
    reading("listInboundPlanItems", f"{PLAN}/items", list_inbound_plan_items),
    reading("listInboundPlanBoxes", f"{PLAN}/boxes", list_inbound_plan_boxes),
    reading("listInboundPlanPallets", f"{PLAN}/pallets", list_inbound_plan_pallets),
    posting("generatePackingOptions", _PACKING, generate_packing_options),
    reading("listPackingOptions", _PACKING, list_packing_options),
    posting(
        "confirmPackingOption",
        f"{_PACKING}/{{packingOptionId}}/confirmation",
        confirm_packing_option,
    ),
    reading("listPackingGroupItems", f"{_GROUP}/items", list_packing_group_items, burst=30),
    reading("listPackingGroupBoxes", f"{_GROUP}/boxes", list_packing_group_boxes, burst=30),
    posting("setPackingInformation", f"{PLAN}/packingInformation", set_packing_information),
    posting("generatePlacementOptions", _PLACEMENT, generate_placement_options),
    reading("listPlacementOptions", _PLACEMENT, list_placement_options),
    posting(
        "confirmPlacementOption",
        f"{_PLACEMENT}/{{placementOptionId}}/confirmation",
        confirm_placement_option,
    ),
    posting("generateTransportationOptions", _TRANSPORT, generate_transportation_options),
    reading("listTransportationOptions", _TRANSPORT, list_transportation_options),
    posting(
        "confirmTransportationOptions", f"{_TRANSPORT}/confirmation", confirm_transportation_options
    ),
    reading(
        "getInboundOperationStatus",
        f"{ROOT}/operations/{{operationId}}",
        get_inbound_operation_status,
    ),
)
