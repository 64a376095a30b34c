"""The tracking numbers of a carrier of one's own.

https://developer-docs.amazon.com/sp-api/reference/updateshipmenttrackingdetails
"""

from typing import Annotated

from pydantic import Field

from chalkola_spapi.fields import Many
from chalkola_spapi.responses import Model

_FreightBill = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-zA-Z0-9\-._ ]*$")]


class SpdTrackingItem(Model):
    """A box's tracking id.

    `tracking_number_validation_status` is VALIDATED, NOT_VALIDATED or NOT_SUPPORTED; it takes
    Amazon up to 24 hours.
    """

    box_id: str | None = None
    tracking_id: str | None = None
    tracking_number_validation_status: str | None = None


class SpdTrackingDetail(Model):
    """The tracking ids of a small parcel shipment."""

    spd_tracking_items: Many[SpdTrackingItem] = ()


class LtlTrackingDetail(Model):
    """The freight bill of a pallet shipment."""

    bill_of_lading_number: str | None = None
    freight_bill_number: Many[str] = ()


class TrackingDetails(Model):
    """What Amazon was told."""

    spd_tracking_detail: SpdTrackingDetail | None = None
    ltl_tracking_detail: LtlTrackingDetail | None = None


class SpdTrackingItemInput(Model):
    """The tracking id of one box; `box_id` (FBA...U000001) is from listShipmentBoxes."""

    box_id: str = Field(min_length=1, max_length=1024)
    tracking_id: str = Field(min_length=1, max_length=64)


class SpdTrackingDetailInput(Model):
    """One tracking id for each box of a small parcel shipment."""

    spd_tracking_items: tuple[SpdTrackingItemInput, ...]


class LtlTrackingDetailInput(Model):
    """The one freight bill (PRO number) of a pallet shipment."""

    freight_bill_number: tuple[_FreightBill, ...] = Field(min_length=1, max_length=1)
    bill_of_lading_number: str | None = Field(None, min_length=1, max_length=1024)


class TrackingDetailsInput(Model):
    """One of the two, by the shipment's mode."""

    spd_tracking_detail: SpdTrackingDetailInput | None = None
    ltl_tracking_detail: LtlTrackingDetailInput | None = None


class UpdateShipmentTrackingDetailsRequest(Model):
    """The body of updateShipmentTrackingDetails."""

    tracking_details: TrackingDetailsInput
