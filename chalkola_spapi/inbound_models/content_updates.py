"""Changing what is in a shipment whose transportation is confirmed, after seeing the price.

https://developer-docs.amazon.com/sp-api/reference/generateshipmentcontentupdatepreviews
"""

from pydantic import AwareDatetime, Field

from chalkola_spapi.fields import Many
from chalkola_spapi.inbound_models.boxes import BoxUpdateInput
from chalkola_spapi.inbound_models.items import ItemInput
from chalkola_spapi.inbound_models.paging import Page
from chalkola_spapi.inbound_models.transportation import TransportationOption
from chalkola_spapi.responses import Model


class GenerateShipmentContentUpdatePreviewsRequest(Model):
    """The whole shipment as it should be: what is not listed is removed."""

    boxes: tuple[BoxUpdateInput, ...] = Field(min_length=1, max_length=5000)
    items: tuple[ItemInput, ...] = Field(min_length=1, max_length=2000)


class RequestedUpdates(Model):
    """What was asked for."""

    boxes: Many[BoxUpdateInput] = ()
    items: Many[ItemInput] = ()


class ContentUpdatePreview(Model):
    """What a change would cost; it can be confirmed until `expiration`."""

    content_update_preview_id: str
    expiration: AwareDatetime
    requested_updates: RequestedUpdates
    transportation_option: TransportationOption


class ListShipmentContentUpdatePreviewsResponse(Page):
    """A page of previews."""

    content_update_previews: tuple[ContentUpdatePreview, ...]
