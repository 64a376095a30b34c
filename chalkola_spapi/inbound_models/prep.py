"""How SKUs must be prepared, and who may do it.

https://developer-docs.amazon.com/sp-api/reference/listprepdetails
"""

from pydantic import Field

from chalkola_spapi.fields import Many
from chalkola_spapi.responses import Model


class MskuPrepDetail(Model):
    """How a SKU must be prepared.

    The owners' constraints are AMAZON_ONLY, NONE_ONLY or SELLER_ONLY; `all_owners_constraint` is
    MUST_MATCH where both owners must be the same. A `prep_category` UNKNOWN must be set before
    the SKU can be planned (FBA_INB_0182).
    """

    msku: str
    prep_category: str
    prep_types: Many[str]
    prep_owner_constraint: str | None = None
    label_owner_constraint: str | None = None
    all_owners_constraint: str | None = None


class ListPrepDetailsResponse(Model):
    """The answer of listPrepDetails."""

    msku_prep_details: tuple[MskuPrepDetail, ...]


class MskuPrepDetailInput(Model):
    """How a SKU is to be prepared.

    `prep_category` is ADULT, BABY, FC_PROVIDED, FRAGILE, GRANULAR, HANGER, LIQUID, PERFORATED,
    SET, SHARP, SMALL, TEXTILE, UNKNOWN or NONE; `prep_types` are such as ITEM_POLYBAGGING.
    """

    msku: str = Field(min_length=1, max_length=255)
    prep_category: str
    prep_types: tuple[str, ...]


class SetPrepDetailsRequest(Model):
    """The prep of up to 100 SKUs."""

    marketplace_id: str = Field(min_length=1, max_length=20)
    msku_prep_details: tuple[MskuPrepDetailInput, ...] = Field(min_length=1, max_length=100)
