"""The bodies of requests about plans, their items, boxes and addresses, as Amazon's model has them.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-inbound-api-v2024-03-20-reference
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from chalkola_spapi.simulator.inbound.bodies import Body, Id, MarketplaceId, Msku, Text

Owner = Literal["AMAZON", "SELLER", "NONE"]
ContentSource = Literal["BOX_CONTENT_PROVIDED", "MANUAL_PROCESS", "BARCODE_2D"]
Phone = Annotated[str, Field(min_length=1, max_length=20)]
Side = Annotated[float, Field(ge=0, le=100_000)]


class AddressInput(Body):
    """Where goods come from. The telephone number is required here and nowhere else."""

    name: str = Field(min_length=1, max_length=50)
    address_line1: str = Field(min_length=1, max_length=180, alias="addressLine1")
    address_line2: str | None = Field(None, min_length=1, max_length=60, alias="addressLine2")
    city: str = Field(min_length=1, max_length=30)
    company_name: str | None = Field(None, min_length=1, max_length=50)
    country_code: str = Field(pattern=r"^[A-Z]{2}$")
    district_or_county: str | None = Field(None, min_length=1, max_length=50)
    email: Text | None = None
    phone_number: Phone
    postal_code: str = Field(min_length=1, max_length=32)
    state_or_province_code: str | None = Field(None, min_length=1, max_length=64)


class ItemInput(Body):
    msku: Msku
    quantity: int = Field(ge=1, le=500_000)
    label_owner: Owner
    prep_owner: Owner
    expiration: date | None = None
    manufacturing_lot_code: str | None = Field(None, min_length=1, max_length=256)


class CreateInboundPlanRequest(Body):
    destination_marketplaces: list[MarketplaceId] = Field(min_length=1, max_length=1)
    items: list[ItemInput] = Field(min_length=1, max_length=2000)
    name: str | None = Field(None, min_length=1, max_length=40)
    source_address: AddressInput


class UpdateInboundPlanNameRequest(Body):
    name: str = Field(min_length=1, max_length=40)


class Dimensions(Body):
    length: Side
    width: Side
    height: Side
    unit_of_measurement: Literal["IN", "CM"]


class Weight(Body):
    value: float = Field(ge=0, le=100_000)
    unit: Literal["LB", "KG"]


class BoxInput(Body):
    """`quantity` identical boxes."""

    content_information_source: ContentSource
    dimensions: Dimensions
    items: list[ItemInput] = Field(default_factory=list)
    quantity: int = Field(ge=1, le=10_000)
    weight: Weight

    @model_validator(mode="after")
    def _items_only_if_provided(self) -> "BoxInput":
        if bool(self.items) != (self.content_information_source == "BOX_CONTENT_PROVIDED"):
            raise ValueError("items must be given for BOX_CONTENT_PROVIDED and for nothing else")
        return self


class BoxUpdateInput(BoxInput):
    """Without `packageId`: a new box."""

    package_id: Id | None = None


class PackageGroupingInput(Body):
    boxes: list[BoxInput] = Field(min_length=1, max_length=5000)
    packing_group_id: Id | None = None
    shipment_id: Id | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> "PackageGroupingInput":
        if (self.packing_group_id is None) == (self.shipment_id is None):
            raise ValueError("one of packingGroupId and shipmentId must be provided")
        return self


class SetPackingInformationRequest(Body):
    package_groupings: list[PackageGroupingInput] = Field(min_length=1)


class CustomPlacementInput(Body):
    items: list[ItemInput] = Field(min_length=1, max_length=2000)
    warehouse_id: Text


class GeneratePlacementOptionsRequest(Body):
    custom_placement: list[CustomPlacementInput] | None = None


class GenerateShipmentContentUpdatePreviewsRequest(Body):
    boxes: list[BoxUpdateInput] = Field(min_length=1, max_length=5000)
    items: list[ItemInput] = Field(min_length=1, max_length=2000)
