"""The bodies of requests about transport, shipments and items, as Amazon's model has them.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-inbound-api-v2024-03-20-reference
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator

from chalkola_spapi.simulator.inbound.bodies import Body, Id, MarketplaceId, Msku, Text
from chalkola_spapi.simulator.inbound.plan_requests import (
    AddressInput,
    Dimensions,
    Phone,
    Weight,
)

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
# Sheets of labels, with the labels on each.
ITEM_LABEL_PAGES = {
    "A4_21": 21,
    "A4_24": 24,
    "A4_24_64x33": 24,
    "A4_24_66x35": 24,
    "A4_24_70x36": 24,
    "A4_24_70x37": 24,
    "A4_24i": 24,
    "A4_27": 27,
    "A4_40_52x29": 40,
    "A4_44_48x25": 44,
    "Letter_30": 30,
}
_CLASSES = (
    *("50", "55", "60", "65", "70", "77_5", "85", "92_5", "100", "110", "125", "150"),
    *("175", "200", "250", "300", "400", "500"),
)
FREIGHT_CLASSES = frozenset({"NONE", *(f"FC_{name}" for name in _CLASSES)})


class CurrencyInput(Body):
    amount: float
    code: str = Field(min_length=3, max_length=3)


class ContactInformation(Body):
    name: str = Field(min_length=1, max_length=50)
    phone_number: Phone
    email: Text | None = None


class FreightInformation(Body):
    declared_value: CurrencyInput | None = None
    freight_class: Text | None = None

    @model_validator(mode="after")
    def _known_class(self) -> "FreightInformation":
        if self.freight_class not in {None, *FREIGHT_CLASSES}:
            raise ValueError("the freight class is unknown")
        return self


class PalletInput(Body):
    quantity: int = Field(ge=1, le=10_000)
    dimensions: Dimensions | None = None
    weight: Weight | None = None
    stackability: Literal["STACKABLE", "NON_STACKABLE"] | None = None


class WindowInput(Body):
    start: AwareDatetime


class ShipmentTransportationConfiguration(Body):
    shipment_id: Id
    ready_to_ship_window: WindowInput
    contact_information: ContactInformation | None = None
    freight_information: FreightInformation | None = None
    pallets: list[PalletInput] | None = None


class GenerateTransportationOptionsRequest(Body):
    placement_option_id: Id
    shipment_transportation_configurations: list[ShipmentTransportationConfiguration] = Field(
        min_length=1
    )


class TransportationSelection(Body):
    shipment_id: Id
    transportation_option_id: Id
    contact_information: ContactInformation | None = None


class ConfirmTransportationOptionsRequest(Body):
    transportation_selections: list[TransportationSelection] = Field(min_length=1)


class UpdateShipmentNameRequest(Body):
    name: str = Field(min_length=1, max_length=100)


class UpdateShipmentSourceAddressRequest(Body):
    address: AddressInput


class SpdTrackingItemInput(Body):
    box_id: Text
    tracking_id: str = Field(min_length=1, max_length=64)


class SpdTrackingDetailInput(Body):
    spd_tracking_items: list[SpdTrackingItemInput]


FreightBill = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-zA-Z0-9\-._ ]*$")]


class LtlTrackingDetailInput(Body):
    freight_bill_number: list[FreightBill] = Field(min_length=1, max_length=1)
    bill_of_lading_number: Text | None = None


class TrackingDetailsInput(Body):
    ltl_tracking_detail: LtlTrackingDetailInput | None = None
    spd_tracking_detail: SpdTrackingDetailInput | None = None


class UpdateShipmentTrackingDetailsRequest(Body):
    tracking_details: TrackingDetailsInput


class MskuPrepDetailInput(Body):
    msku: Msku
    prep_category: PrepCategory
    prep_types: list[PrepType]


class SetPrepDetailsRequest(Body):
    marketplace_id: MarketplaceId
    msku_prep_details: list[MskuPrepDetailInput] = Field(min_length=1, max_length=100)


class MskuQuantity(Body):
    msku: Msku
    quantity: int = Field(ge=1, le=10_000)


class CreateMarketplaceItemLabelsRequest(Body):
    label_type: Literal["STANDARD_FORMAT", "THERMAL_PRINTING"]
    marketplace_id: MarketplaceId
    msku_quantities: list[MskuQuantity] = Field(min_length=1, max_length=100)
    page_type: str | None = None
    width: float | None = Field(None, ge=25, le=100)
    height: float | None = Field(None, ge=25, le=100)
    locale_code: str = Field("en_US", pattern=r"^[a-z]{2}_[A-Z]{2}$")

    @model_validator(mode="after")
    def _paper(self) -> "CreateMarketplaceItemLabelsRequest":
        if self.label_type == "STANDARD_FORMAT" and self.page_type not in ITEM_LABEL_PAGES:
            raise ValueError(f"pageType must be one of {sorted(ITEM_LABEL_PAGES)}")
        if self.label_type == "THERMAL_PRINTING" and None in {self.width, self.height}:
            raise ValueError("width and height must be given for THERMAL_PRINTING")
        return self


class TaxRate(Body):
    cess_rate: float | None = None
    gst_rate: float | None = None
    tax_type: Text | None = None


class TaxDetails(Body):
    declared_value: CurrencyInput | None = None
    hsn_code: Text | None = None
    tax_rates: list[TaxRate] | None = None


class UpdateItemComplianceDetailsRequest(Body):
    msku: Msku
    tax_details: TaxDetails


Reason = Literal[
    "APPOINTMENT_REQUESTED_BY_MISTAKE",
    "VEHICLE_DELAY",
    "SLOT_NOT_SUITABLE",
    "OUTSIDE_CARRIER_BUSINESS_HOURS",
    "UNFAVOURABLE_EXTERNAL_CONDITIONS",
    "PROCUREMENT_DELAY",
    "SHIPPING_PLAN_CHANGED",
    "INCREASED_QUANTITY",
    "OTHER",
]


class AppointmentRequest(Body):
    """The body of scheduling or cancelling a self-ship appointment."""

    reason_comment: Reason | None = None


class GenerateSelfShipAppointmentSlotsRequest(Body):
    desired_start_date: AwareDatetime | None = None
    desired_end_date: AwareDatetime | None = None
