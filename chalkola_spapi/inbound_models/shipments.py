"""Shipments.

https://developer-docs.amazon.com/sp-api/reference/getshipment
"""

from pydantic import AwareDatetime, Field

from chalkola_spapi.fields import Many
from chalkola_spapi.inbound_models.addresses import Address, AddressInput, ContactInformation
from chalkola_spapi.inbound_models.delivery_windows import SelectedDeliveryWindow
from chalkola_spapi.inbound_models.self_ship import SelfShipAppointmentDetails
from chalkola_spapi.inbound_models.tracking import TrackingDetails
from chalkola_spapi.inbound_models.transportation import FreightInformation
from chalkola_spapi.responses import Model


class Window(Model):
    """From when to when, and until when that can be changed."""

    start: AwareDatetime
    end: AwareDatetime
    editable_until: AwareDatetime | None = None


class Dates(Model):
    """When the shipment is ready."""

    ready_to_ship_window: Window | None = None


class ShipmentSource(Model):
    """Where it comes from; `source_type` is SELLER_FACILITY."""

    source_type: str
    address: Address | None = None


class ShipmentDestination(Model):
    """Where it goes; `destination_type` is AMAZON_OPTIMIZED or AMAZON_WAREHOUSE.

    The warehouse and its address may be missing until the placement is confirmed.
    """

    destination_type: str
    warehouse_id: str | None = None
    address: Address | None = None


class Shipment(Model):
    """A shipment; it does not count its items and boxes: list them.

    `status` is UNCONFIRMED, WORKING, READY_TO_SHIP, SHIPPED, IN_TRANSIT, DELIVERED, CHECKED_IN,
    RECEIVING, CLOSED, CANCELLED, DELETED, ABANDONED or MIXED. `shipment_confirmation_id`
    (FBA...) and `selected_transportation_option_id` are there once transportation is confirmed;
    `amazon_reference_id` is for partnered LTL.
    """

    shipment_id: str
    placement_option_id: str
    source: ShipmentSource
    destination: ShipmentDestination
    name: str | None = None
    status: str | None = None
    shipment_confirmation_id: str | None = None
    amazon_reference_id: str | None = None
    selected_transportation_option_id: str | None = None
    selected_delivery_window: SelectedDeliveryWindow | None = None
    dates: Dates | None = None
    contact_information: ContactInformation | None = None
    freight_information: FreightInformation | None = None
    tracking_details: TrackingDetails | None = None
    self_ship_appointment_details: Many[SelfShipAppointmentDetails] = ()


class UpdateShipmentSourceAddressRequest(Model):
    """The body of updateShipmentSourceAddress."""

    address: AddressInput


class UpdateShipmentNameRequest(Model):
    """The body of updateShipmentName."""

    name: str = Field(min_length=1, max_length=100)
