"""The models of inbound, inventory and AWD, field by field against Amazon's."""

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from chalkola_spapi import awd_models, inbound_models, inbound_v0_models, inventory
from chalkola_spapi.inbound_models import (
    BoxInput,
    Currency,
    Dimensions,
    DocumentDownload,
    InboundOperationStatus,
    InboundPlan,
    Incentive,
    ItemInput,
    LtlTrackingDetailInput,
    PackageGroupingInput,
    Page,
    PlacementOption,
    SpdTrackingItemInput,
    Weight,
    WindowInput,
)
from chalkola_spapi.responses import Model
from chalkola_spapi.wire import write_body

MODELS = {
    "fulfillmentInbound_2024-03-20.json": inbound_models,
    "fulfillmentInboundV0.json": inbound_v0_models,
    "fbaInventory.json": inventory,
    "awd_2024-05-09.json": awd_models,
}
# Definitions that are one class here, because they are the same.
SAME = {
    "ListInboundPlanItemsResponse": "ItemsPage",
    "ListPackingGroupItemsResponse": "ItemsPage",
    "ListShipmentItemsResponse": "ItemsPage",
    "ListInboundPlanBoxesResponse": "BoxesPage",
    "ListPackingGroupBoxesResponse": "BoxesPage",
    "ListShipmentBoxesResponse": "BoxesPage",
    "ListInboundPlanPalletsResponse": "PalletsPage",
    "ListShipmentPalletsResponse": "PalletsPage",
    "GetLabelsResponse": "GetDownloadUrlResponse",
    "GetBillOfLadingResponse": "GetDownloadUrlResponse",
    "LabelDownloadURL": "DownloadUrl",
    "BillOfLadingDownloadURL": "DownloadUrl",
    "OrderIneligibilityReason": "IneligibilityReason",
    "SkuIneligibilityReason": "IneligibilityReason",
}
# What has no client here: prep instructions of v0, the sandbox's inventory, AWD's outbound side.
NOT_OURS = ("Error", "ErrorList", "GetPrepInstructions", "ASINPrep", "SKUPrep", "AmazonPrepFees")
NOT_OURS += ("InvalidASIN", "InvalidSKU", "AddInventory", "CreateInventory", "DeleteInventory")
NOT_OURS += ("InventoryItem", "Outbound", "Replenishment", "DistributionIneligible")
NOT_OURS += ("DistributionProduct", "OrderAttribute")
# Fields that Amazon's own examples leave out, or that are deprecated; a download has its address.
LENIENT = {
    ("InboundShipmentInfo", "AreCasesRequired"),
    ("PackingOption", "supportedShippingConfigurations"),
}
STRICT = {("DownloadUrl", "DownloadURL")}
A_PG, A_SH = (f"{kind}12345678-1234-1234-1234-1234567890ab" for kind in ("pg", "sh"))
BOX = BoxInput(
    content_information_source="MANUAL_PROCESS",
    quantity=1,
    dimensions=Dimensions(
        length=Decimal(1), width=Decimal(1), height=Decimal(1), unit_of_measurement="CM"
    ),
    weight=Weight(value=Decimal(1), unit="KG"),
)
LIMITS = ("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems")
# Sent, though their names end neither in Input nor in Request.
SENT = {"ContactInformation", "Currency", "Dimensions", "Weight", "MskuQuantity"}
SENT |= {"FreightInformation", "TransportationSelection", "ShipmentTransportationConfiguration"}


def definitions():
    folder = os.environ.get("SPAPI_MODELS_DIR")
    for name, module in MODELS.items() if folder else ():
        model = json.loads((Path(folder) / name).read_text(encoding="utf-8"))
        for key, definition in model["definitions"].items():
            if "properties" in definition and not key.startswith(NOT_OURS):
                yield pytest.param(module, key, definition, id=f"{name[:12]}-{key}")


def class_of(module, name, definition):
    if set(definition["properties"]) == {"operationId"}:
        return inbound_models.OperationStarted
    return getattr(module, SAME.get(name, name))


@pytest.mark.parametrize(("module", "name", "definition"), list(definitions()))
def test_fields_are_amazons_and_required_where_amazons_are(module, name, definition):
    ours = class_of(module, name, definition)
    wire = {field.alias: field.is_required() for field in ours.model_fields.values()}
    theirs = set(definition["properties"]) - ({"errors"} if "payload" in wire else set())
    assert set(wire) == theirs
    required = {key for key, is_required in wire.items() if is_required}
    strict = {key for key in wire if (ours.__name__, key) in STRICT or key == "payload"}
    lenient = {key for key in wire if (ours.__name__, key) in LENIENT}
    assert required == (set(definition.get("required", [])) | strict) - lenient


def test_the_models_are_looked_at():
    if not os.environ.get("SPAPI_MODELS_DIR"):
        pytest.skip("SPAPI_MODELS_DIR is not set: where Amazon's OpenAPI models lie")
    assert len(list(definitions())) > 150
    assert len(list(sent_definitions())) > 35


def sent_definitions():
    for parameter in definitions():
        module, name, _ = parameter.values
        if module is inbound_models and (name.endswith(("Input", "Request")) or name in SENT):
            yield parameter


@pytest.mark.parametrize(("module", "name", "definition"), list(sent_definitions()))
def test_what_is_sent_has_amazons_limits(module, name, definition):
    schema = class_of(module, name, definition).model_json_schema()
    for key, field in schema["properties"].items():
        theirs = definition["properties"][key]
        assert limits(field) == {k: theirs[k] for k in LIMITS if k in theirs}, key


def limits(field):
    """The limits of a field, of an optional one too."""
    # The first kind is Amazon's; a Decimal may come as text too.
    kinds = [kind for kind in field.get("anyOf", [field]) if kind.get("type") != "null"]
    return {k: kinds[0][k] for k in LIMITS if k in kinds[0]}


def test_every_model_is_frozen_and_has_a_docstring():
    for module in MODELS.values():
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, Model):
                assert kind.model_config["frozen"]
                assert kind.__doc__


# -- what the tables cannot show ------------------------------------------------------------------


def test_money_is_exact_when_read_and_a_number_when_sent():
    money = Currency.model_validate_json('{"amount": 1234.10, "code": "USD"}')
    assert money.amount == Decimal("1234.1")
    assert write_body(money) == {"amount": 1234.1, "code": "USD"}
    assert json.dumps(write_body(Currency(amount=Decimal(20), code="USD"))["amount"]) == "20"
    assert json.dumps(write_body(Currency(amount=Decimal("0.1"), code="USD"))["amount"]) == "0.1"


def test_a_model_survives_being_written_down_and_read_again():
    fee = Incentive(
        type="FEE",
        target="Placement Services",
        description="d",
        value=Currency(amount=Decimal("31.17"), code="USD"),
    )
    option = PlacementOption(
        placement_option_id="pl",
        shipment_ids=("sh",),
        status="OFFERED",
        fees=(fee,),
        discounts=(),
        expiration=datetime(2026, 11, 27, 1, 2, 3, 456000, tzinfo=UTC),
    )
    assert PlacementOption.model_validate_json(option.model_dump_json(by_alias=True)) == option


def test_what_is_sent_leaves_out_what_is_not_set():
    item = ItemInput(msku="A", quantity=1, label_owner="SELLER", prep_owner="NONE")
    assert write_body(item) == {
        "msku": "A",
        "quantity": 1,
        "labelOwner": "SELLER",
        "prepOwner": "NONE",
    }


def test_a_ready_day_is_sent_in_utc():
    start = datetime.fromisoformat("2026-12-01T08:30:15.5+04:00")
    assert write_body(WindowInput(start=start)) == {"start": "2026-12-01T04:30:15Z"}


@pytest.mark.parametrize(
    "make",
    [
        lambda: ItemInput(msku="", quantity=1, label_owner="SELLER", prep_owner="NONE"),
        lambda: ItemInput(msku="A", quantity=0, label_owner="SELLER", prep_owner="NONE"),
        lambda: Weight(value=Decimal(-1), unit="LB"),
        lambda: SpdTrackingItemInput(box_id="B", tracking_id="1" * 65),
        lambda: LtlTrackingDetailInput(freight_bill_number=("1", "2")),
        lambda: LtlTrackingDetailInput(freight_bill_number=("1#",)),
        lambda: BoxInput.model_validate({"quantity": 1}),
        lambda: PackageGroupingInput(boxes=(BOX,)),
        lambda: PackageGroupingInput(boxes=(BOX,), packing_group_id=A_PG, shipment_id=A_SH),
        lambda: WindowInput(start=datetime(2026, 12, 1)),  # noqa: DTZ001 -- that is the point
    ],
)
def test_what_amazon_would_refuse_is_never_sent(make):
    with pytest.raises(ValidationError):
        make()


def test_states_and_fields_that_amazon_adds_are_tolerated():
    status = InboundOperationStatus.model_validate(
        {
            "operation": "x",
            "operationId": "y",
            "operationStatus": "PAUSED",
            "operationProblems": [
                {"code": "c", "message": "m", "severity": "INFO", "seen": True},
                {"code": "c", "message": "m", "severity": "WARNING"},
            ],
            "new": 1,
        }
    )
    assert status.operation_status == "PAUSED"
    assert [problem.severity for problem in status.warnings] == ["WARNING"]


def test_lists_that_are_null_or_missing_are_empty():
    plan = {
        "inboundPlanId": "wf",
        "name": "n",
        "status": "ACTIVE",
        "marketplaceIds": ["M"],
        "sourceAddress": {
            "name": "n",
            "addressLine1": "1",
            "city": "c",
            "countryCode": "US",
            "postalCode": "1",
        },
        "createdAt": "2026-11-24T05:00:00.123Z",
        "lastUpdatedAt": "2026-11-24T05:00Z",
        "packingOptions": None,
    }
    read = InboundPlan.model_validate(plan)
    assert (read.packing_options, read.shipments) == ((), ())


def test_a_pages_token_may_be_missing_everywhere():
    assert Page.model_validate({}).next_token is None
    assert Page.model_validate({"pagination": None}).next_token is None
    assert Page.model_validate({"pagination": {}}).next_token is None
    assert Page.model_validate({"pagination": {"nextToken": "t"}}).next_token == "t"


def test_a_documents_address_is_never_printed():
    document = DocumentDownload(download_type="URL", uri="https://x/?X-Amz-Signature=s3cr3t")
    assert "s3cr3t" not in f"{document!r} {document} {document.model_dump_json()}"
