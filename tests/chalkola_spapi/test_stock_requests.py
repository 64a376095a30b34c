"""Every method of the inbound, inventory and AWD clients: what it sends, against Amazon's models
and its SDK, and what it makes of Amazon's own examples and of lost answers."""

from __future__ import annotations

import copy
import inspect
import json
import os
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import spapi

from chalkola_spapi import operations as other_operations
from chalkola_spapi.awd import AwdApi
from chalkola_spapi.awd_models import (
    Address,
    CarrierCode,
    DistributionPackage,
    DistributionPackageContents,
    DistributionPackageQuantity,
    InboundOrder,
    InboundOrderCreationData,
    InboundPackages,
    InboundPreferences,
    MeasurementData,
    PackageDimensions,
    PackageVolume,
    PackageWeight,
    PrepDetails,
    PrepInstruction,
    ProductAttribute,
    ProductQuantity,
    TrackingDetails,
    TransportationDetails,
)
from chalkola_spapi.errors import ApiStatusError, UnknownOutcomeError
from chalkola_spapi.inbound import FulfillmentInboundApi, operations
from chalkola_spapi.inbound_models import (
    AddressInput,
    BoxInput,
    BoxUpdateInput,
    ConfirmTransportationOptionsRequest,
    ContactInformation,
    CreateInboundPlanRequest,
    CreateMarketplaceItemLabelsRequest,
    Currency,
    CustomPlacementInput,
    Dimensions,
    FreightInformation,
    GeneratePlacementOptionsRequest,
    GenerateSelfShipAppointmentSlotsRequest,
    GenerateShipmentContentUpdatePreviewsRequest,
    GenerateTransportationOptionsRequest,
    ItemInput,
    LtlTrackingDetailInput,
    MskuPrepDetailInput,
    MskuQuantity,
    PackageGroupingInput,
    PalletInput,
    SetPackingInformationRequest,
    SetPrepDetailsRequest,
    ShipmentTransportationConfiguration,
    SpdTrackingDetailInput,
    SpdTrackingItemInput,
    TaxDetails,
    TaxRate,
    TrackingDetailsInput,
    TransportationSelection,
    UpdateItemComplianceDetailsRequest,
    Weight,
    WindowInput,
)
from chalkola_spapi.inbound_v0 import FulfillmentInboundV0Api, LabelsRequest
from chalkola_spapi.inventory import InventoryApi
from chalkola_spapi.operations import Operation

US = "ATVPDKIKX0DER"
AT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
TAIL = "12345678-1234-1234-1234-1234567890ab"
PLAN, GROUP, PACKING, PLACEMENT = (f"{kind}{TAIL}" for kind in ("wf", "pg", "po", "pl"))
SHIPMENT, TRANSPORT, PACKAGE, SLOT = (f"{kind}{TAIL}" for kind in ("sh", "to", "pk", "sl"))
WINDOW, PREVIEW = f"dw{TAIL}", f"cu{TAIL}"
STARTED = {"operationId": TAIL}

ADDRESS = AddressInput(
    name="Chalkola",
    address_line_1="1 Main St",
    address_line_2="Unit 2",
    city="Reno",
    company_name="Chalkola LLC",
    country_code="US",
    district_or_county="Washoe",
    email="a@example.com",
    phone_number="+17755550100",
    postal_code="89501",
    state_or_province_code="NV",
)
CONTACT = ContactInformation(name="Jo", phone_number="+17755550100", email="a@example.com")
ITEM = ItemInput(
    msku="CHALK-1",
    quantity=12,
    label_owner="SELLER",
    prep_owner="NONE",
    expiration=date(2027, 1, 31),
    manufacturing_lot_code="LOT 1",
)
DIMENSIONS = Dimensions(
    length=Decimal("12.5"), width=Decimal(10), height=Decimal("8.25"), unit_of_measurement="IN"
)
WEIGHT = Weight(value=Decimal("19.99"), unit="LB")
BOX = BoxInput(
    content_information_source="BOX_CONTENT_PROVIDED",
    quantity=2,
    dimensions=DIMENSIONS,
    weight=WEIGHT,
    items=(ITEM,),
)
MONEY = Currency(amount=Decimal("1234.56"), code="USD")
FREIGHT = FreightInformation(declared_value=MONEY, freight_class="FC_50")
PALLET = PalletInput(quantity=1, dimensions=DIMENSIONS, weight=WEIGHT, stackability="STACKABLE")
AWD_ADDRESS = Address(
    name="Chalkola",
    address_line_1="1 Main St",
    address_line_2="2",
    address_line_3="3",
    state_or_region="NV",
    country_code="US",
    city="Reno",
    county="Washoe",
    district="D",
    phone_number="1",
    postal_code="89501",
)
AWD_PACKAGE = DistributionPackageQuantity(
    count=2,
    distribution_package=DistributionPackage(
        type="CASE",
        contents=DistributionPackageContents(
            products=(
                ProductQuantity(
                    sku="CHALK-1",
                    quantity=10,
                    expiration=AT,
                    attributes=(ProductAttribute(name="a", value="b"),),
                    prep_details=PrepDetails(
                        label_owner="SELF",
                        prep_category="NO_PREP",
                        prep_owner="SELF",
                        prep_instructions=(
                            PrepInstruction(prep_owner="SELF", prep_type="ITEM_LABELING"),
                        ),
                    ),
                ),
            )
        ),
        measurements=MeasurementData(
            weight=PackageWeight(weight=Decimal("10.5"), unit_of_measurement="POUNDS"),
            dimensions=PackageDimensions(
                length=Decimal(1),
                width=Decimal(2),
                height=Decimal("3.5"),
                unit_of_measurement="INCHES",
            ),
            volume=PackageVolume(volume=Decimal(7), unit_of_measurement="CU_IN"),
        ),
    ),
)
AWD_PALLET = AWD_PACKAGE.model_copy(
    update={
        "distribution_package": AWD_PACKAGE.distribution_package.model_copy(
            update={
                "type": "PALLET",
                "contents": DistributionPackageContents(packages=(AWD_PACKAGE,)),
            }
        )
    }
)
AWD_ORDER = InboundOrder(
    order_id="O1",
    order_status="DRAFT",
    created_at=AT,
    origin_address=AWD_ADDRESS,
    packages_to_inbound=(AWD_PALLET,),
    preferences=InboundPreferences(destination_region="us-west"),
    external_reference_id="E1",
)
AWD_ORDER_JSON = AWD_ORDER.model_dump(mode="json", by_alias=True, exclude_none=True)


@dataclass(frozen=True)
class Case:
    """One call, and an answer that will do."""

    api: type
    method: str
    operation: Operation
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    answer: Any = None

    def call(self, api, **more):
        result = getattr(self.api(api), self.method)(*self.args, **self.kwargs, **more)
        return list(result) if inspect.isgenerator(result) else result

    @property
    def route(self):
        ids = {"inboundPlanId": PLAN, "shipmentId": SHIPMENT, "packingGroupId": GROUP}
        ids |= {"packingOptionId": PACKING, "placementOptionId": PLACEMENT, "slotId": SLOT}
        ids |= {"deliveryWindowOptionId": WINDOW, "contentUpdatePreviewId": PREVIEW}
        ids |= {"operationId": TAIL, "orderId": "O1"}
        if self.api is not FulfillmentInboundApi:
            ids["shipmentId"] = "FBA15ABC"
        return f"{self.operation.method} {self.operation.path.format_map(ids)}"

    @property
    def takes_intent(self):
        return "before_send" in inspect.signature(getattr(self.api, self.method)).parameters


def inbound(method, *args, answer=None, status=200, operation=None, **kwargs):
    found = operation or getattr(operations, method.upper())
    return Case(FulfillmentInboundApi, method, found, args, kwargs, status, answer)


def in_plan(method, answer, *, status=200, **kwargs):
    return inbound(method, PLAN, answer=answer, status=status, **kwargs)


def write(method, **kwargs):
    return in_plan(method, STARTED, status=202, **kwargs)


def in_shipment(method, answer, *, status=200, **kwargs):
    return in_plan(method, answer, status=status, shipment_id=SHIPMENT, **kwargs)


def awd(method, name, *args, answer=None, status=200, **kwargs):
    operation = getattr(other_operations, name)
    return Case(AwdApi, method, operation, args, kwargs, status, answer)


def v0(method, *args, answer=None, **kwargs):
    operation = getattr(other_operations, method.upper())
    return Case(FulfillmentInboundV0Api, method, operation, args, kwargs, 200, answer)


PLAN_ANSWER = {
    "inboundPlanId": PLAN,
    "name": "N",
    "status": "ACTIVE",
    "marketplaceIds": [US],
    "sourceAddress": ADDRESS.model_dump(mode="json", by_alias=True),
    "createdAt": "2026-11-24T05:00Z",
    "lastUpdatedAt": "2026-11-24T05:00Z",
}
SHIPMENT_ANSWER = {
    "shipmentId": SHIPMENT,
    "placementOptionId": PLACEMENT,
    "source": {"sourceType": "SELLER_FACILITY"},
    "destination": {"destinationType": "AMAZON_OPTIMIZED"},
}
PREVIEW_ANSWER = {
    "contentUpdatePreviewId": PREVIEW,
    "expiration": "2026-11-24T05:00Z",
    "requestedUpdates": {},
    "transportationOption": {
        "transportationOptionId": TRANSPORT,
        "shipmentId": SHIPMENT,
        "carrier": {},
        "shippingMode": "GROUND_SMALL_PARCEL",
        "shippingSolution": "USE_YOUR_OWN_CARRIER",
        "preconditions": [],
    },
}
DOCUMENT = {"downloadType": "URL", "uri": "https://example.com/d"}
AWD_SHIPMENT = {
    "shipmentId": "S1",
    "orderId": "O1",
    "shipmentStatus": "CREATED",
    "originAddress": AWD_ADDRESS.model_dump(mode="json", by_alias=True),
    "destinationAddress": AWD_ADDRESS.model_dump(mode="json", by_alias=True),
    "shipmentContainerQuantities": [],
}
URL = {"payload": {"DownloadURL": "https://example.com/d"}}

CASES = [
    inbound(
        "create_inbound_plan",
        CreateInboundPlanRequest(
            destination_marketplaces=(US,), items=(ITEM,), source_address=ADDRESS, name="A plan"
        ),
        answer={"inboundPlanId": PLAN, **STARTED},
        status=202,
    ),
    inbound(
        "list_inbound_plans",
        status=200,
        answer={"inboundPlans": [PLAN_ANSWER]},
        operation=other_operations.LIST_INBOUND_PLANS,
        sort_by="CREATION_TIME",
        sort_order="DESC",
    ),
    in_plan("get_inbound_plan", PLAN_ANSWER),
    in_plan("update_inbound_plan_name", None, status=204, name="Another"),
    write("cancel_inbound_plan"),
    in_plan("list_inbound_plan_items", {"items": []}),
    in_plan("list_inbound_plan_boxes", {"boxes": []}),
    in_plan("list_inbound_plan_pallets", {"pallets": []}),
    write("generate_packing_options"),
    in_plan("list_packing_options", {"packingOptions": []}),
    write("confirm_packing_option", packing_option_id=PACKING),
    in_plan("list_packing_group_items", {"items": []}, packing_group_id=GROUP),
    in_plan("list_packing_group_boxes", {"boxes": []}, packing_group_id=GROUP),
    write(
        "set_packing_information",
        request=SetPackingInformationRequest(
            package_groupings=(
                PackageGroupingInput(packing_group_id=GROUP, boxes=(BOX,)),
                PackageGroupingInput(
                    shipment_id=SHIPMENT,
                    boxes=(
                        BOX.model_copy(
                            update={"content_information_source": "BARCODE_2D", "items": None}
                        ),
                    ),
                ),
            )
        ),
    ),
    write("generate_placement_options"),
    write(
        "generate_placement_options",
        request=GeneratePlacementOptionsRequest(
            custom_placement=(CustomPlacementInput(items=(ITEM,), warehouse_id="BOM1"),)
        ),
    ),
    in_plan("list_placement_options", {"placementOptions": []}),
    write("confirm_placement_option", placement_option_id=PLACEMENT),
    write(
        "generate_transportation_options",
        request=GenerateTransportationOptionsRequest(
            placement_option_id=PLACEMENT,
            shipment_transportation_configurations=(
                ShipmentTransportationConfiguration(
                    shipment_id=SHIPMENT,
                    ready_to_ship_window=WindowInput(start=AT),
                    contact_information=CONTACT,
                    freight_information=FREIGHT,
                    pallets=(PALLET,),
                ),
            ),
        ),
    ),
    in_plan(
        "list_transportation_options",
        {"transportationOptions": []},
        placement_option_id=PLACEMENT,
    ),
    in_plan("list_transportation_options", {"transportationOptions": []}, shipment_id=SHIPMENT),
    write(
        "confirm_transportation_options",
        request=ConfirmTransportationOptionsRequest(
            transportation_selections=(
                TransportationSelection(
                    shipment_id=SHIPMENT,
                    transportation_option_id=TRANSPORT,
                    contact_information=CONTACT,
                ),
            )
        ),
    ),
    in_shipment("get_shipment", SHIPMENT_ANSWER),
    in_shipment("update_shipment_name", None, status=204, name="A shipment"),
    in_shipment("list_shipment_items", {"items": []}),
    in_shipment("list_shipment_boxes", {"boxes": []}),
    in_shipment("list_shipment_pallets", {"pallets": []}),
    in_shipment("update_shipment_source_address", STARTED, status=202, address=ADDRESS),
    in_shipment("generate_delivery_window_options", STARTED, status=202),
    in_shipment("list_delivery_window_options", {"deliveryWindowOptions": []}),
    in_shipment(
        "confirm_delivery_window_options",
        STARTED,
        status=202,
        delivery_window_option_id=WINDOW,
    ),
    in_shipment(
        "update_shipment_tracking_details",
        STARTED,
        status=202,
        tracking_details=TrackingDetailsInput(
            spd_tracking_detail=SpdTrackingDetailInput(
                spd_tracking_items=(
                    SpdTrackingItemInput(box_id="FBA15ABCU000001", tracking_id="1Z999"),
                )
            )
        ),
    ),
    in_shipment(
        "update_shipment_tracking_details",
        STARTED,
        status=202,
        tracking_details=TrackingDetailsInput(
            ltl_tracking_detail=LtlTrackingDetailInput(
                freight_bill_number=("PRO 1",), bill_of_lading_number="BOL1"
            )
        ),
    ),
    in_shipment(
        "generate_shipment_content_update_previews",
        STARTED,
        status=202,
        request=GenerateShipmentContentUpdatePreviewsRequest(
            boxes=(
                BoxUpdateInput(
                    package_id=PACKAGE,
                    content_information_source="BOX_CONTENT_PROVIDED",
                    quantity=1,
                    dimensions=DIMENSIONS,
                    weight=WEIGHT,
                    items=(ITEM,),
                ),
            ),
            items=(ITEM,),
        ),
    ),
    in_shipment("list_shipment_content_update_previews", {"contentUpdatePreviews": []}),
    in_shipment(
        "get_shipment_content_update_preview", PREVIEW_ANSWER, content_update_preview_id=PREVIEW
    ),
    in_shipment(
        "confirm_shipment_content_update_preview",
        STARTED,
        status=202,
        content_update_preview_id=PREVIEW,
    ),
    in_shipment("get_delivery_challan_document", {"documentDownload": DOCUMENT}),
    in_shipment(
        "generate_self_ship_appointment_slots",
        STARTED,
        status=201,
        request=GenerateSelfShipAppointmentSlotsRequest(desired_start_date=AT, desired_end_date=AT),
    ),
    in_shipment(
        "get_self_ship_appointment_slots", {"selfShipAppointmentSlotsAvailability": {"slots": []}}
    ),
    in_shipment(
        "schedule_self_ship_appointment",
        {"selfShipAppointmentDetails": {}},
        slot_id=SLOT,
        reason_comment="OTHER",
    ),
    in_shipment(
        "cancel_self_ship_appointment", STARTED, status=202, reason_comment="VEHICLE_DELAY"
    ),
    inbound("list_prep_details", US, answer={"mskuPrepDetails": []}, mskus=["A B", "é/1"]),
    inbound(
        "set_prep_details",
        SetPrepDetailsRequest(
            marketplace_id=US,
            msku_prep_details=(
                MskuPrepDetailInput(msku="A", prep_category="NONE", prep_types=("ITEM_NO_PREP",)),
            ),
        ),
        answer=STARTED,
        status=202,
    ),
    inbound(
        "create_marketplace_item_labels",
        CreateMarketplaceItemLabelsRequest(
            label_type="STANDARD_FORMAT",
            marketplace_id=US,
            msku_quantities=(MskuQuantity(msku="A", quantity=3),),
            page_type="Letter_30",
            width=Decimal("25.5"),
            height=Decimal(50),
            locale_code="en_US",
        ),
        answer={"documentDownloads": [DOCUMENT]},
    ),
    inbound("list_item_compliance_details", US, answer={}, mskus=["A", "B"]),
    inbound(
        "update_item_compliance_details",
        US,
        answer=STARTED,
        status=202,
        request=UpdateItemComplianceDetailsRequest(
            msku="A",
            tax_details=TaxDetails(
                declared_value=MONEY,
                hsn_code="1",
                tax_rates=(
                    TaxRate(cess_rate=Decimal("0.5"), gst_rate=Decimal(18), tax_type="IGST"),
                ),
            ),
        ),
    ),
    inbound(
        "get_inbound_operation_status",
        TAIL,
        answer={
            "operation": "createInboundPlan",
            "operationStatus": "SUCCESS",
            "operationProblems": [],
            **STARTED,
        },
    ),
    v0(
        "get_labels",
        "FBA15ABC",
        answer=URL,
        request=LabelsRequest(
            page_type="PackageLabel_Letter_4",
            label_type="UNIQUE",
            number_of_packages=2,
            package_labels_to_print=["FBA15ABCU000001", "FBA15ABCU000002"],
            number_of_pallets=1,
            page_size=1000,
            page_start_index=0,
        ),
    ),
    v0("get_bill_of_lading", "FBA15ABC", answer=URL),
    v0(
        "get_shipments",
        US,
        answer={"payload": {"ShipmentData": []}},
        shipment_ids=["FBA1", "FBA2"],
        shipment_statuses=["WORKING", "CLOSED"],
    ),
    v0(
        "get_shipments",
        US,
        answer={"payload": {}},
        last_updated_after=AT,
        last_updated_before=AT,
    ),
    v0(
        "get_shipment_items",
        US,
        answer={"payload": {"ItemData": []}},
        last_updated_after=AT,
        last_updated_before=AT,
    ),
    v0(
        "get_shipment_items_by_shipment_id",
        "FBA15ABC",
        answer={"payload": {"ItemData": []}},
        marketplace_id=US,
    ),
    Case(
        InventoryApi,
        "get_inventory_summaries",
        other_operations.GET_INVENTORY_SUMMARIES,
        (US,),
        {"seller_skus": ["A", "B"], "start_date_time": AT, "next_token": "a/b+c="},
        200,
        {"payload": {"granularity": {}, "inventorySummaries": []}},
    ),
    awd(
        "list_inventory",
        "LIST_AWD_INVENTORY",
        answer={"inventory": []},
        sku="A",
        sort_order="ASCENDING",
    ),
    awd(
        "list_inbound_shipments",
        "LIST_AWD_INBOUND_SHIPMENTS",
        answer={},
        shipment_status="CREATED",
        updated_after=AT,
        updated_before=AT,
        sort_by="UPDATED_AT",
        sort_order="DESCENDING",
    ),
    awd("get_inbound_shipment", "GET_AWD_INBOUND_SHIPMENT", "FBA15ABC", answer=AWD_SHIPMENT),
    awd(
        "get_inbound_shipment_labels",
        "GET_AWD_INBOUND_SHIPMENT_LABELS",
        "FBA15ABC",
        answer={"labelStatus": "GENERATING"},
        page_type="PLAIN_PAPER",
        format_type="PDF",
    ),
    awd(
        "get_label_page_types",
        "GET_AWD_LABEL_PAGE_TYPES",
        "FBA15ABC",
        answer={"labelStatus": "NOT_READY"},
    ),
    awd(
        "update_inbound_shipment_transport_details",
        "UPDATE_AWD_INBOUND_SHIPMENT_TRANSPORT_DETAILS",
        "FBA15ABC",
        status=204,
        details=TransportationDetails(
            tracking_details=(
                TrackingDetails(
                    booking_id="B1",
                    carrier_code=CarrierCode(carrier_code_type="SCAC", carrier_code_value="UPSN"),
                ),
            )
        ),
    ),
    awd(
        "check_inbound_eligibility",
        "CHECK_AWD_INBOUND_ELIGIBILITY",
        InboundPackages(packages_to_inbound=(AWD_PALLET,)),
        answer={
            "packagesToInbound": [],
            "previewedAt": "2026-11-24T05:00:00Z",
            "status": "ELIGIBLE",
        },
    ),
    awd(
        "create_inbound",
        "CREATE_AWD_INBOUND",
        InboundOrderCreationData(
            origin_address=AWD_ADDRESS,
            packages_to_inbound=(AWD_PACKAGE,),
            external_reference_id="E1",
            preferences=InboundPreferences(destination_region="us-east"),
        ),
        status=201,
        answer={"orderId": "O1"},
    ),
    awd("get_inbound", "GET_AWD_INBOUND", "O1", answer=AWD_ORDER_JSON),
    awd("update_inbound", "UPDATE_AWD_INBOUND", "O1", status=204, order=AWD_ORDER),
    awd("confirm_inbound", "CONFIRM_AWD_INBOUND", "O1", status=204),
    awd("cancel_inbound", "CANCEL_AWD_INBOUND", "O1", status=204),
]
IDS = [f"{case.operation.name}{n}" for n, case in enumerate(CASES)]
WRITES = [case for case in CASES if not case.operation.is_repeatable]
MODELS = {
    FulfillmentInboundApi: "fulfillmentInbound_2024-03-20.json",
    FulfillmentInboundV0Api: "fulfillmentInboundV0.json",
    InventoryApi: "fbaInventory.json",
    AwdApi: "awd_2024-05-09.json",
}
SDK = {
    FulfillmentInboundApi: spapi.FbaInboundApi,
    FulfillmentInboundV0Api: spapi.FbaInboundV0Api,
    InventoryApi: spapi.FbaInventoryApi,
    AwdApi: spapi.AwdApi,
}
# Most of these answer nothing at all.
WITHOUT_EXAMPLE = {
    "getInventorySummaries",
    "updateInboundPlanName",
    "updateShipmentName",
    "updateInboundShipmentTransportDetails",
    "updateInbound",
    "confirmInbound",
    "cancelInbound",
}
LISTS = ("marketplaceIds", "sellerSkus", "ShipmentStatusList", "ShipmentIdList")
LISTS += ("PackageLabelsToPrint", "mskus")


@pytest.fixture(scope="session")
def models():
    folder = os.environ.get("SPAPI_MODELS_DIR")
    if not folder:
        pytest.skip("SPAPI_MODELS_DIR is not set: where Amazon's OpenAPI models lie")
    return {
        api: json.loads((Path(folder) / name).read_text(encoding="utf-8"))
        for api, name in MODELS.items()
    }


@pytest.fixture
def amazon(server):
    """Amazon's SDK, pointed at the scripted server."""
    config = spapi.SPAPIConfig(
        client_id="client", client_secret="secret", refresh_token="Atzr|amazon", region="NA"
    )
    client = spapi.SPAPIClient(
        config, oauth_endpoint=f"{server.url}/auth/o2/token", endpoint=server.url
    ).api_client
    yield client
    client.rest_client.pool_manager.clear()


def entry_of(models, case):
    return models[case.api]["paths"][case.operation.path][case.operation.method.lower()]


def sent(case, api, server):
    server.on(case.route, server.json(case.status, case.answer))
    case.call(api)
    (seen,) = server.requests(case.route)
    return seen


# -- what is sent ---------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_request_obeys_amazons_model(models, case, api, server):
    entry, seen = entry_of(models, case), sent(case, api, server)
    assert entry["operationId"] == case.operation.name
    assert str(case.status) in entry["responses"]
    parameters = {p["name"]: p for p in entry.get("parameters", []) if p["in"] != "path"}
    body = next((p for p in parameters.values() if p["in"] == "body"), None)
    known = {name: p for name, p in parameters.items() if p["in"] == "query"}
    assert {name for name, p in known.items() if p.get("required")} <= set(seen.query)
    assert set(seen.query) <= set(known)
    for name in seen.query:
        check_parameter(known[name], [value for key, value in seen.pairs if key == name])
    assert (body is None) == (seen.body == b"")
    if body is not None:
        check_body(models[case.api], body["schema"], seen.json)


def check_parameter(parameter, values):
    schema = {k: v for k, v in parameter.items() if k not in {"in", "name", "required"}}
    schema = {k: v for k, v in schema.items() if k != "description" and not k.startswith("x-")}
    if parameter["type"] == "array" and parameter.get("collectionFormat") != "multi":
        (values,) = [value.split(",") for value in values]
    elif parameter["type"] == "integer":
        (values,) = map(int, values)
    elif parameter["type"] == "boolean":
        (values,) = [{"true": True, "false": False}[value] for value in values]
    elif parameter["type"] == "string":
        (values,) = values
    jsonschema.Draft4Validator(schema).validate(values)
    if parameter.get("format") == "date-time":
        assert datetime.fromisoformat(values).tzinfo is not None


def check_body(model, schema, body):
    """Validate, and refuse what Amazon does not know."""
    definitions = copy.deepcopy(model["definitions"])
    for definition in definitions.values():
        if "properties" in definition:
            definition["additionalProperties"] = False
    jsonschema.Draft4Validator({**schema, "definitions": definitions}).validate(body)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_request_is_what_amazons_sdk_sends(case, api, amazon, server):
    ours = sent(case, api, server)
    sdk = SDK[case.api](amazon)
    method = getattr(sdk, snake(case.operation.name))
    arguments = {snake(name): value for name, value in path_values(case, ours).items()}
    for name in ours.query:
        values = [value for key, value in ours.pairs if key == name]
        if name in LISTS:
            values = [part for value in values for part in value.split(",")]
        value = values if name in LISTS else values[0]
        # Its own checks compare these with numbers.
        arguments[snake(name)] = int(values[0]) if name in {"pageSize", "maxResults"} else value
    if ours.body:
        kind = re.search(r":param (\w+) body:", inspect.getdoc(method) or "")[1]
        arguments["body"] = as_sdk_model(amazon, sdk, kind, ours.body)
    method(**arguments)
    theirs = server.requests(case.route)[-1]
    assert len(server.requests(case.route)) == 2
    assert normal(sorted(ours.pairs)) == normal(sorted(theirs.pairs))
    if ours.body:
        assert normal(ours.json) == normal(theirs.json)


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def path_values(case, seen):
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", case.operation.path)
    return re.fullmatch(pattern, seen.path).groupdict()


def as_sdk_model(amazon, sdk, kind, body):
    """Our body as the SDK's object: a key that it does not know is lost, and told by that."""
    package = type(sdk).__module__.split(".")[2]
    amazon.api_models_module = f"spapi.models.{package}"
    return amazon.deserialize(type("Response", (), {"data": body}), kind)


def normal(value):
    """JSON whose times are compared as times: Z and +00:00 are the same."""
    if isinstance(value, dict):
        return {k: normal(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [normal(v) for v in value]
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return datetime.fromisoformat(value)
    return value


def test_every_method_is_tested():
    for api in MODELS:
        public = {n for n, f in inspect.getmembers(api, inspect.isfunction) if n[0] != "_"}
        assert {c.method for c in CASES if c.api is api} == public - {"await_operation"}


def test_every_operation_of_amazons_is_there(models):
    ours = {case.operation.name for case in CASES if case.api is FulfillmentInboundApi}
    theirs = {
        entry["operationId"]
        for path in models[FulfillmentInboundApi]["paths"].values()
        for method, entry in path.items()
        if method in {"get", "put", "post", "delete"}
    }
    assert ours == theirs


INBOUND = [value for value in vars(operations).values() if isinstance(value, Operation)]


@pytest.mark.parametrize("operation", INBOUND, ids=lambda operation: operation.name)
def test_names_paths_and_quotas_are_the_models(models, operation):
    model = models[FulfillmentInboundApi]
    entry = model["paths"][operation.path][operation.method.lower()]
    assert entry["operationId"] == operation.name
    said = re.search(r"\|\s*([\d.]+)\s*\|\s*(\d+)\s*\|", entry["description"])
    if said:
        assert (operation.rate_per_s, operation.burst) == (float(said[1]), int(said[2]))
    formats = {p["name"]: p.get("collectionFormat") for p in entry.get("parameters", [])}
    assert operation.repeated_parameters == {n for n, f in formats.items() if f == "multi"}


def test_operations_without_a_quota_are_the_known_ones(models):
    paths = models[FulfillmentInboundApi]["paths"]
    silent = {
        op.name
        for op in INBOUND
        if not re.search(r"\|\s*\d", paths[op.path][op.method.lower()]["description"])
    }
    assert silent == {
        "listPrepDetails",
        "getSelfShipAppointmentSlots",
        "generateSelfShipAppointmentSlots",
        "scheduleSelfShipAppointment",
        "cancelSelfShipAppointment",
    }


def test_only_names_and_documents_are_written_twice():
    repeatable = {op.name for op in INBOUND if op.is_repeatable and op.method != "GET"}
    assert repeatable == {
        "updateInboundPlanName",
        "updateShipmentName",
        "createMarketplaceItemLabels",
    }


# -- what comes back ------------------------------------------------------------------------------


def examples(entry, status="2"):
    """The answers with such a status that Amazon's sandbox gives."""
    return [
        example["response"]
        for code, response in entry["responses"].items()
        if code.startswith(status)
        for example in response.get("x-amzn-api-sandbox", {}).get("static", [])
        if "response" in example
    ]


@pytest.mark.parametrize(
    "case",
    [c for c in CASES if c.operation.name not in WITHOUT_EXAMPLE],
    ids=lambda c: c.operation.name,
)
def test_amazons_examples_are_read(models, case, api, server):
    found = examples(entry_of(models, case))
    assert found
    for example in found:
        last = without_tokens(example)
        items = "GET /fba/inbound/v0/shipmentItems"
        server.on(items, server.json(200, last))
        server.on(case.route, server.json(case.status, example), server.json(case.status, last))
        assert case.call(api) is not None


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_amazons_examples_of_refusals_are_told_in_its_words(models, case, api, server):
    found = examples(entry_of(models, case), status="400")
    assert found or case.api is not FulfillmentInboundApi
    for example in found:
        server.on(case.route, server.json(400, example))
        with pytest.raises(ApiStatusError) as caught:
            case.call(api)
        for error in example["errors"]:
            assert f"{error['code']}: {error['message']}" in str(caught.value)
            assert error.get("details", "") in str(caught.value)


def without_tokens(example):
    """The same page as the last one."""
    last = copy.deepcopy(example)
    for part in (last, last.get("payload", {})):
        for key in ("pagination", "nextToken", "NextToken"):
            part.pop(key, None)
    return last


def test_the_operations_without_an_example_are_the_known_ones(models):
    without = {case.operation.name for case in CASES if not examples(entry_of(models, case))}
    assert without == WITHOUT_EXAMPLE


# -- what a lost answer means ---------------------------------------------------------------------


@pytest.mark.parametrize("case", WRITES, ids=lambda case: case.operation.name)
def test_a_write_whose_answer_is_lost_is_sent_once_and_its_outcome_unknown(case, api, server):
    server.on(case.route, server.reset)
    intents = []
    with pytest.raises(UnknownOutcomeError):
        case.call(api, before_send=lambda: intents.append(len(server.requests(case.route))))
    assert intents == [0]
    assert len(server.requests(case.route)) == 1


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.operation.is_repeatable], ids=lambda c: c.operation.name
)
def test_what_changes_nothing_twice_is_asked_again(case, api, server):
    answer = server.json(case.status, case.answer)
    server.on(case.route, server.reset, answer)
    case.call(api)
    assert len(server.requests(case.route)) == 2


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_what_writes_takes_an_intent(case):
    asks = {"GET"} if case.operation.name != "checkInboundEligibility" else {"POST"}
    assert case.takes_intent == (case.operation.method not in asks)
