"""Placement options: into how many shipments the plan is split, and for what fee.

https://developer-docs.amazon.com/sp-api/reference/listplacementoptions
"""

from pydantic import AwareDatetime, Field

from chalkola_spapi.inbound_models.items import ItemInput
from chalkola_spapi.inbound_models.money import Incentive
from chalkola_spapi.inbound_models.paging import Page
from chalkola_spapi.responses import Model


class CustomPlacementInput(Model):
    """Items for a warehouse of one's choice, in India alone."""

    items: tuple[ItemInput, ...] = Field(min_length=1, max_length=2000)
    warehouse_id: str = Field(min_length=1, max_length=1024)


class GeneratePlacementOptionsRequest(Model):
    """Empty everywhere but in India; Amazon wants the body all the same."""

    custom_placement: tuple[CustomPlacementInput, ...] | None = None


class PlacementOption(Model):
    """One way to split the plan; `status` is OFFERED, ACCEPTED or EXPIRED.

    Its cost is its fees less its discounts: the number of shipments says nothing of it.
    """

    placement_option_id: str
    shipment_ids: tuple[str, ...]
    status: str
    fees: tuple[Incentive, ...]
    discounts: tuple[Incentive, ...]
    expiration: AwareDatetime | None = None


class ListPlacementOptionsResponse(Page):
    """A page of placement options."""

    placement_options: tuple[PlacementOption, ...]
