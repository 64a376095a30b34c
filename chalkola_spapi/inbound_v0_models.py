"""What Fulfillment Inbound v0 gives: shipments with what was received, and addresses of labels.

https://developer-docs.amazon.com/sp-api/reference/fulfillment-inbound-v0
"""

from datetime import date

from pydantic import ConfigDict, Field, SecretStr
from pydantic.alias_generators import to_pascal

from chalkola_spapi.fields import Many, Number
from chalkola_spapi.responses import Model


class V0Model(Model):
    """A value of v0: its names begin with capitals."""

    model_config = ConfigDict(alias_generator=to_pascal)


class Amount(V0Model):
    """An amount of money; `currency_code` is ISO 4217."""

    currency_code: str
    value: Number


class BoxContentsFeeDetails(V0Model):
    """What Amazon asks for counting boxes itself."""

    total_units: int | None = None
    fee_per_unit: Amount | None = None
    total_fee: Amount | None = None


class Address(V0Model):
    """Where a shipment comes from."""

    name: str
    address_line1: str
    city: str
    state_or_province_code: str
    country_code: str
    postal_code: str
    address_line2: str | None = None
    district_or_county: str | None = None


class InboundShipmentInfo(V0Model):
    """A shipment; `shipment_id` is what v2024-03-20 calls the confirmation id (FBA...).

    `shipment_status` is WORKING, READY_TO_SHIP, SHIPPED, IN_TRANSIT, DELIVERED, CHECKED_IN,
    RECEIVING, CLOSED, CANCELLED, DELETED or ERROR.
    """

    ship_from_address: Address
    # Required by Amazon's model, and missing in its own example.
    are_cases_required: bool | None = None
    shipment_id: str | None = None
    shipment_name: str | None = None
    destination_fulfillment_center_id: str | None = None
    shipment_status: str | None = None
    label_prep_type: str | None = None
    confirmed_need_by_date: date | None = None
    box_contents_source: str | None = None
    estimated_box_contents_fee: BoxContentsFeeDetails | None = None


class PrepDetails(V0Model):
    """How an item is prepared, and by whom (AMAZON or SELLER)."""

    prep_instruction: str
    prep_owner: str


class InboundShipmentItem(V0Model):
    """A SKU of a shipment: how many were shipped, and how many Amazon has received so far."""

    seller_sku: str = Field(alias="SellerSKU")
    quantity_shipped: int
    quantity_received: int | None = None
    quantity_in_case: int | None = None
    shipment_id: str | None = None
    fulfillment_network_sku: str | None = Field(None, alias="FulfillmentNetworkSKU")
    release_date: date | None = None
    prep_details_list: Many[PrepDetails] = ()


class V0Page(V0Model):
    """One page of a list; `next_token` asks for the next one."""

    next_token: str | None = None


class GetShipmentsResult(V0Page):
    """A page of shipments."""

    shipment_data: Many[InboundShipmentInfo] = ()


class GetShipmentsResponse(Model):
    """The answer of getShipments."""

    payload: GetShipmentsResult

    @property
    def next_token(self) -> str | None:
        """What asks for the next page; None on the last one."""
        return self.payload.next_token


class GetShipmentItemsResult(V0Page):
    """A page of items."""

    item_data: Many[InboundShipmentItem] = ()


class GetShipmentItemsResponse(Model):
    """The answer of getShipmentItems and getShipmentItemsByShipmentId."""

    payload: GetShipmentItemsResult

    @property
    def next_token(self) -> str | None:
        """What asks for the next page; None on the last one."""
        return self.payload.next_token


class DownloadUrl(V0Model):
    """Where a PDF lies for the next 15 seconds; whoever has the address can read it."""

    download_url: SecretStr = Field(alias="DownloadURL")


class GetDownloadUrlResponse(Model):
    """The answer of getLabels and getBillOfLading."""

    payload: DownloadUrl
