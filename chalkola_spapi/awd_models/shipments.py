"""Shipments: what an order became, its labels and its carrier.

https://developer-docs.amazon.com/sp-api/reference/awd-v2024-05-09
"""

from pydantic import AwareDatetime, Field, SecretStr

from chalkola_spapi.awd_models.packages import Address, DistributionPackageQuantity
from chalkola_spapi.fields import Many, Number
from chalkola_spapi.responses import Model


class InventoryQuantity(Model):
    """How much; `unit_of_measurement` is PRODUCT_UNITS, CASES or PALLETS."""

    quantity: Number
    unit_of_measurement: str


class SkuQuantity(Model):
    """How much of a SKU was announced, and received so far."""

    sku: str
    expected_quantity: InventoryQuantity
    received_quantity: InventoryQuantity | None = None


class CarrierCode(Model):
    """A carrier; `carrier_code_type` is SCAC."""

    carrier_code_type: str | None = None
    carrier_code_value: str | None = None


class InboundShipmentSummary(Model):
    """A shipment as it is listed; see `InboundShipment` for its status."""

    shipment_id: str
    order_id: str
    shipment_status: str
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    external_reference_id: str | None = None


class InboundShipment(InboundShipmentSummary):
    """A shipment.

    `shipment_status` is CREATED, SHIPPED, IN_TRANSIT, RECEIVING, DELIVERED, CLOSED or CANCELLED.
    """

    origin_address: Address
    destination_address: Address
    shipment_container_quantities: tuple[DistributionPackageQuantity, ...]
    carrier_code: CarrierCode | None = None
    destination_region: str | None = None
    received_quantity: Many[InventoryQuantity] = ()
    ship_by: AwareDatetime | None = None
    shipment_sku_quantities: Many[SkuQuantity] = ()
    tracking_id: str | None = None
    warehouse_reference_id: str | None = None


class ShipmentListing(Model):
    """A page of shipments."""

    shipments: Many[InboundShipmentSummary] = ()
    next_token: str | None = None


class ShipmentLabels(Model):
    """Box labels; the address, good for 600 seconds, is there once they are GENERATED.

    `label_status` is GENERATING, GENERATED, GENERATION_FAILED or NOT_READY.
    """

    label_status: str
    label_download_url: SecretStr | None = Field(None, alias="labelDownloadURL")


class ShipmentLabelPageTypes(Model):
    """The pages that labels can have, once they are GENERATED; statuses as `ShipmentLabels`."""

    label_status: str
    page_types: Many[str] = ()


class TrackingDetails(Model):
    """One carrier's booking or tracking id."""

    booking_id: str = Field(min_length=1)
    carrier_code: CarrierCode | None = None


class TransportationDetails(Model):
    """The body of updateInboundShipmentTransportDetails."""

    tracking_details: tuple[TrackingDetails, ...]
