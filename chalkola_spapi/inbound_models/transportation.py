"""Transportation options: which carrier takes a shipment, how, and for how much.

https://developer-docs.amazon.com/sp-api/reference/listtransportationoptions
"""

from pydantic import AwareDatetime, Field

from chalkola_spapi.fields import Many, SentTime
from chalkola_spapi.inbound_models.addresses import ContactInformation
from chalkola_spapi.inbound_models.boxes import PalletInput
from chalkola_spapi.inbound_models.money import Currency
from chalkola_spapi.inbound_models.paging import Page
from chalkola_spapi.responses import Model


class WindowInput(Model):
    """The day that a shipment is ready, in the future; Amazon drops the seconds."""

    start: SentTime


class FreightInformation(Model):
    """What freight needs: its declared value, and its class (NONE, FC_50 to FC_500)."""

    declared_value: Currency | None = None
    freight_class: str | None = Field(None, min_length=1, max_length=1024)


class ShipmentTransportationConfiguration(Model):
    """What to quote for one shipment.

    Partnered carriers need a contact; LTL and FTL need freight information and pallets too.
    """

    shipment_id: str = Field(min_length=38, max_length=38, pattern="^[a-zA-Z0-9-]*$")
    ready_to_ship_window: WindowInput
    contact_information: ContactInformation | None = None
    freight_information: FreightInformation | None = None
    pallets: tuple[PalletInput, ...] | None = None


class GenerateTransportationOptionsRequest(Model):
    """What to quote for one placement option: all its shipments, in one request."""

    placement_option_id: str = Field(min_length=38, max_length=38, pattern="^[a-zA-Z0-9-]*$")
    shipment_transportation_configurations: tuple[ShipmentTransportationConfiguration, ...] = Field(
        min_length=1
    )


class Carrier(Model):
    """A carrier; `alpha_code` is its SCAC."""

    name: str | None = None
    alpha_code: str | None = None


class CarrierAppointment(Model):
    """When the carrier comes."""

    start_time: AwareDatetime
    end_time: AwareDatetime


class Quote(Model):
    """A price, until when it holds, and until when the shipment can be voided for nothing."""

    cost: Currency
    expiration: AwareDatetime | None = None
    voidable_until: AwareDatetime | None = None


class TransportationOption(Model):
    """One way to ship one shipment.

    `shipping_solution` is AMAZON_PARTNERED_CARRIER or USE_YOUR_OWN_CARRIER, which has no quote;
    `shipping_mode` is GROUND_SMALL_PARCEL, FREIGHT_LTL, FREIGHT_FTL_PALLET,
    FREIGHT_FTL_NONPALLET, OCEAN_LCL, OCEAN_FCL, AIR_SMALL_PARCEL or AIR_SMALL_PARCEL_EXPRESS.
    `preconditions` name what must be done first, such as CONFIRMED_DELIVERY_WINDOW.
    """

    transportation_option_id: str
    shipment_id: str
    carrier: Carrier
    shipping_mode: str
    shipping_solution: str
    preconditions: Many[str]
    quote: Quote | None = None
    carrier_appointment: CarrierAppointment | None = None


class ListTransportationOptionsResponse(Page):
    """A page of transportation options."""

    transportation_options: tuple[TransportationOption, ...]


class TransportationSelection(Model):
    """The option that is taken for one shipment."""

    shipment_id: str = Field(min_length=38, max_length=38, pattern="^[a-zA-Z0-9-]*$")
    transportation_option_id: str = Field(min_length=38, max_length=38, pattern="^[a-zA-Z0-9-]*$")
    contact_information: ContactInformation | None = None


class ConfirmTransportationOptionsRequest(Model):
    """Exactly one selection for each shipment of the plan, all in one request."""

    transportation_selections: tuple[TransportationSelection, ...] = Field(min_length=1)
