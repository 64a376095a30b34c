"""What a person asks for: REQUEST.json, or the form of the Prefect deployment.

Names and units are those of design and README; lengths are Amazon's.
https://developer-docs.amazon.com/sp-api/reference/createinboundplan
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from chalkola_spapi.marketplaces import MARKETPLACES, Marketplace, find_marketplace

Owner = Literal["AMAZON", "SELLER", "NONE"]
PrepCategory = Literal[
    "ADULT",
    "BABY",
    "FC_PROVIDED",
    "FRAGILE",
    "GRANULAR",
    "HANGER",
    "LIQUID",
    "PERFORATED",
    "SET",
    "SHARP",
    "SMALL",
    "TEXTILE",
    "UNKNOWN",
    "NONE",
]
PrepType = Literal[
    "ITEM_BLACK_SHRINKWRAP",
    "ITEM_BLANKSTK",
    "ITEM_BOXING",
    "ITEM_BUBBLEWRAP",
    "ITEM_CAP_SEALING",
    "ITEM_DEBUNDLE",
    "ITEM_HANG_GARMENT",
    "ITEM_LABELING",
    "ITEM_NO_PREP",
    "ITEM_POLYBAGGING",
    "ITEM_RMOVHANG",
    "ITEM_SETCREAT",
    "ITEM_SETSTK",
    "ITEM_SIOC",
    "ITEM_SUFFOSTK",
    "ITEM_TAPING",
]
FreightClass = Literal[
    "NONE",
    "FC_50",
    "FC_55",
    "FC_60",
    "FC_65",
    "FC_70",
    "FC_77_5",
    "FC_85",
    "FC_92_5",
    "FC_100",
    "FC_110",
    "FC_125",
    "FC_150",
    "FC_175",
    "FC_200",
    "FC_250",
    "FC_300",
    "FC_400",
    "FC_500",
]


def _code(value: Any) -> Any:
    return find_marketplace(value).code if isinstance(value, str) else value


def _money(value: Any) -> Any:
    return {"amount": value} if isinstance(value, int | float | str | Decimal) else value


def _text(longest: int) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


# A number in the form and in JSON; exact here.
_AS_NUMBER = (WithJsonSchema({"type": "number"}), PlainSerializer(float, when_used="json"))
Exact = Annotated[Decimal, Field(gt=0, le=100_000), *_AS_NUMBER]
Amount = Annotated[Decimal, Field(ge=0), *_AS_NUMBER]
Text20 = Annotated[str, _text(20)]
Text50 = Annotated[str, _text(50)]
Msku = Annotated[str, Field(min_length=1, max_length=255)]
MarketplaceCode = Annotated[
    str,
    BeforeValidator(_code),
    WithJsonSchema({"type": "string", "enum": list(MARKETPLACES), "title": "Marketplace"}),
]


class Part(BaseModel):
    """Any part of a request: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        # The server's database forgets the order of keys; Prefect's forms go by the position.
        schema = handler.resolve_ref_schema(handler(core_schema))
        for position, (name, field) in enumerate(schema.get("properties", {}).items()):
            field["position"] = position
            field["title"] = name.replace("_", " ").capitalize()
        return schema


class Money(Part):
    """An amount; the currency is the marketplace's where it is left out."""

    amount: Amount
    currency: str | None = Field(
        default=None,
        pattern="^[A-Z]{3}$",
        validation_alias=AliasChoices("currency", "code"),
    )


class Contact(Part):
    """Whom the carrier asks."""

    name: Text50
    phone_number: Text20
    email: str | None = Field(default=None, max_length=1024)


class Address(Part):
    """Where the boxes are picked up."""

    name: Text50
    address_line_1: Annotated[str, _text(180)]
    address_line_2: Annotated[str, _text(60)] | None = None
    city: Annotated[str, _text(30)]
    state_or_province: Annotated[str, _text(64)] | None = None
    postal_code: Annotated[str, _text(32)]
    country_code: str = Field(pattern="^[A-Z]{2}$")
    phone_number: Text20
    email: str | None = Field(default=None, max_length=1024)
    company_name: Text50 | None = None
    district_or_county: Text50 | None = None

    @property
    def contact(self) -> Contact:
        return Contact(name=self.name, phone_number=self.phone_number, email=self.email)


class Item(Part):
    """One MSKU of the plan; owners that are left out come from listPrepDetails."""

    msku: Msku
    quantity: int = Field(ge=1, le=500_000)
    label_owner: Owner | None = None
    prep_owner: Owner | None = None
    expiration: date | None = None
    manufacturing_lot_code: str | None = Field(default=None, min_length=1, max_length=256)
    prep_category: PrepCategory | None = None
    prep_types: list[PrepType] | None = None


class Content(Part):
    """How many units of an MSKU are in one box."""

    msku: Msku
    quantity: int = Field(ge=1, le=500_000)


class Dimensions(Part):
    length: Exact
    width: Exact
    height: Exact
    unit: Literal["IN", "CM"]


class Weight(Part):
    value: Exact
    unit: Literal["LB", "KG"]


class Box(Part):
    """`quantity` boxes that are alike: each holds `items`, weighs `weight`."""

    name: str | None = Field(default=None, min_length=1, max_length=100)
    quantity: int = Field(ge=1, le=10_000)
    dimensions: Dimensions
    weight: Weight
    items: list[Content] = Field(min_length=1)

    @property
    def contents(self) -> dict[str, int]:
        """MSKU -> units in one box."""
        found: dict[str, int] = {}
        for item in self.items:
            found[item.msku] = found.get(item.msku, 0) + item.quantity
        return found


class Pallet(Part):
    """`quantity` pallets that are alike."""

    quantity: int = Field(ge=1, le=10_000)
    dimensions: Dimensions
    weight: Weight
    stackability: Literal["STACKABLE", "NON_STACKABLE"] = "STACKABLE"


class Freight(Part):
    """What a freight carrier must know for its quote."""

    freight_class: FreightClass
    declared_value: Annotated[Money, BeforeValidator(_money)]


class Shipping(Part):
    """How it should travel; a partnered carrier is preferred where any will do."""

    mode: Literal["small_parcel", "ltl"] = "small_parcel"
    solution: Literal["partnered", "own_carrier", "any"] = "any"


class ShipmentRequest(Part):
    """A shipment to Amazon's fulfilment centres; its name is the idempotency key."""

    name: Annotated[str, _text(40)] = Field(
        description="Unique; also the inbound plan's name at Amazon."
    )
    marketplace: MarketplaceCode
    ready_to_ship_days: int | None = Field(
        default=None,
        ge=0,
        le=365,
        description="Days from each generation of transport options. This, or a date.",
    )
    ready_to_ship_on: date | None = Field(
        default=None, description="A day in the marketplace's time zone."
    )
    source_address: Address
    items: list[Item] = Field(min_length=1, max_length=1500)
    boxes: list[Box] = Field(min_length=1, max_length=5000)
    pallets: list[Pallet] | None = Field(default=None, description="For ltl.")
    freight: Freight | None = Field(default=None, description="For ltl.")
    contact: Contact | None = Field(default=None, description="None: the source address.")
    shipping: Shipping = Shipping()
    spend_limit: Money | None = Field(
        default=None, description="Placement and transport beyond it need an explicit yes."
    )

    @property
    def place(self) -> Marketplace:
        return find_marketplace(self.marketplace)

    @property
    def is_freight(self) -> bool:
        return self.shipping.mode == "ltl"

    @property
    def contact_person(self) -> Contact:
        return self.contact or self.source_address.contact

    @property
    def units(self) -> dict[str, int]:
        """MSKU -> units of the whole plan."""
        return {item.msku: item.quantity for item in self.items}

    @property
    def total_units(self) -> int:
        return sum(self.units.values())

    @property
    def total_boxes(self) -> int:
        return sum(box.quantity for box in self.boxes)

    def plain(self) -> dict[str, Any]:
        """The request as JSON, defaults filled in: what is stored and compared."""
        return self.model_dump(mode="json")
