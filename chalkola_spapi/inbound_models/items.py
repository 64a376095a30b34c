"""Items: what lies in plans, packing groups, boxes and shipments."""

from datetime import date

from pydantic import Field

from chalkola_spapi.inbound_models.money import Currency
from chalkola_spapi.inbound_models.paging import Page
from chalkola_spapi.responses import Model


class PrepInstruction(Model):
    """How an item must be prepared, by whom (AMAZON, SELLER or NONE), and what Amazon asks for it.

    `prep_type` is such as ITEM_POLYBAGGING or ITEM_LABELING.
    """

    fee: Currency | None = None
    prep_owner: str | None = None
    prep_type: str | None = None


class Item(Model):
    """Units of one SKU; `label_owner` is AMAZON, SELLER or NONE."""

    msku: str
    asin: str
    fnsku: str
    quantity: int
    label_owner: str
    prep_instructions: tuple[PrepInstruction, ...]
    expiration: date | None = None
    manufacturing_lot_code: str | None = None


class ItemInput(Model):
    """Units of one SKU to send.

    The owners are AMAZON, SELLER or NONE, and must obey the SKU's constraints (listPrepDetails):
    NONE where nothing is needed, never AMAZON in the US. One expiration for each SKU and plan.
    """

    msku: str = Field(min_length=1, max_length=255)
    quantity: int = Field(ge=1, le=500_000)
    label_owner: str
    prep_owner: str
    expiration: date | None = None
    manufacturing_lot_code: str | None = Field(None, min_length=1, max_length=256)


class ItemsPage(Page):
    """A page of the items of a plan, a packing group or a shipment."""

    items: tuple[Item, ...]
