"""Inventory: how many units of each SKU AWD has.

https://developer-docs.amazon.com/sp-api/reference/awd-v2024-05-09
"""

from pydantic import AwareDatetime

from chalkola_spapi.fields import Many
from chalkola_spapi.responses import Model


class InventoryDetails(Model):
    """Units by what they are for.

    `replenishment_quantity` is on its way to FBA, which counts it as inbound too.
    """

    available_distributable_quantity: int | None = None
    replenishment_quantity: int | None = None
    reserved_distributable_quantity: int | None = None


class ExpirationDetails(Model):
    """Units on hand that expire at a time."""

    expiration: AwareDatetime | None = None
    onhand_quantity: int | None = None


class InventorySummary(Model):
    """One SKU of the merchant's: it has no marketplace and no ASIN here."""

    sku: str
    total_onhand_quantity: int | None = None
    total_inbound_quantity: int | None = None
    inventory_details: InventoryDetails | None = None
    expiration_details: Many[ExpirationDetails] = ()


class InventoryListing(Model):
    """A page of SKUs."""

    inventory: tuple[InventorySummary, ...]
    next_token: str | None = None
