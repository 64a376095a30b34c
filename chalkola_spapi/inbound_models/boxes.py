"""Boxes and pallets, and what is packed into which.

https://developer-docs.amazon.com/sp-api/reference/setpackinginformation
"""

from typing import Self

from pydantic import Field, model_validator

from chalkola_spapi.fields import Many, Number
from chalkola_spapi.inbound_models.addresses import Region
from chalkola_spapi.inbound_models.items import Item, ItemInput
from chalkola_spapi.inbound_models.paging import Page
from chalkola_spapi.responses import Model


class Dimensions(Model):
    """A box's or a pallet's sides; `unit_of_measurement` is IN or CM."""

    length: Number = Field(ge=0, le=100_000)
    width: Number = Field(ge=0, le=100_000)
    height: Number = Field(ge=0, le=100_000)
    unit_of_measurement: str


class Weight(Model):
    """A weight; `unit` is LB or KG."""

    value: Number = Field(ge=0, le=100_000)
    unit: str


class Box(Model):
    """A box as Amazon knows it.

    `box_id` (FBA...U000001) is there once transportation is confirmed. `quantity` counts boxes
    that are alike; `content_information_source` is BOX_CONTENT_PROVIDED, MANUAL_PROCESS or
    BARCODE_2D. `external_container_identifier_type` is AMAZON or SSCC.
    """

    package_id: str
    box_id: str | None = None
    quantity: int | None = None
    dimensions: Dimensions | None = None
    weight: Weight | None = None
    items: Many[Item] = ()
    content_information_source: str | None = None
    destination_region: Region | None = None
    external_container_identifier: str | None = None
    external_container_identifier_type: str | None = None
    template_name: str | None = None


class BoxInput(Model):
    """`quantity` boxes that are alike, each with `items` in it.

    Items belong to BOX_CONTENT_PROVIDED alone; the other two sources, MANUAL_PROCESS and
    BARCODE_2D, take none.
    """

    content_information_source: str
    quantity: int = Field(ge=1, le=10_000)
    dimensions: Dimensions
    weight: Weight
    items: tuple[ItemInput, ...] | None = None


class BoxUpdateInput(BoxInput):
    """A box of a content update; without `package_id` it is a new one."""

    package_id: str | None = Field(None, min_length=38, max_length=38, pattern="^[a-zA-Z0-9-]*$")


class Pallet(Model):
    """Pallets that are alike, as Amazon knows them."""

    package_id: str
    quantity: int | None = None
    dimensions: Dimensions | None = None
    weight: Weight | None = None
    stackability: str | None = None


class PalletInput(Model):
    """`quantity` pallets that are alike; `stackability` is STACKABLE or NON_STACKABLE."""

    quantity: int = Field(ge=1, le=10_000)
    dimensions: Dimensions | None = None
    weight: Weight | None = None
    stackability: str | None = None


class PackageGroupingInput(Model):
    """The boxes of one packing group, or of one shipment.

    Exactly one of the two ids: the group's before a placement is confirmed, the shipment's after.
    """

    boxes: tuple[BoxInput, ...] = Field(min_length=1, max_length=5000)
    packing_group_id: str | None = Field(
        None, min_length=38, max_length=38, pattern="^[a-zA-Z0-9-]*$"
    )
    shipment_id: str | None = Field(None, min_length=38, max_length=38, pattern="^[a-zA-Z0-9-]*$")

    @model_validator(mode="after")
    def _names_exactly_one(self) -> Self:
        if (self.packing_group_id is None) == (self.shipment_id is None):
            raise ValueError("name a packing group or a shipment, and not both")
        return self


class SetPackingInformationRequest(Model):
    """The boxes of a whole plan: all its groups in one request."""

    package_groupings: tuple[PackageGroupingInput, ...] = Field(min_length=1)


class BoxesPage(Page):
    """A page of the boxes of a plan, a packing group or a shipment."""

    boxes: tuple[Box, ...]


class PalletsPage(Page):
    """A page of the pallets of a plan or a shipment."""

    pallets: tuple[Pallet, ...]
