"""The tax details of items, in India alone.

https://developer-docs.amazon.com/sp-api/reference/listitemcompliancedetails
"""

from pydantic import Field

from chalkola_spapi.fields import Many, Number
from chalkola_spapi.inbound_models.money import Currency
from chalkola_spapi.responses import Model


class TaxRate(Model):
    """The rates of one tax, in per cent; `tax_type` is such as CGST_SGST or IGST."""

    cess_rate: Number | None = None
    gst_rate: Number | None = None
    tax_type: str | None = None


class TaxDetails(Model):
    """An item's declared value, HSN code and rates."""

    declared_value: Currency | None = None
    hsn_code: str | None = Field(None, min_length=1, max_length=1024)
    tax_rates: tuple[TaxRate, ...] | None = None


class ComplianceDetail(Model):
    """A SKU's tax details."""

    asin: str | None = None
    fnsku: str | None = None
    msku: str | None = None
    tax_details: TaxDetails | None = None


class ListItemComplianceDetailsResponse(Model):
    """The answer of listItemComplianceDetails."""

    compliance_details: Many[ComplianceDetail] = ()


class UpdateItemComplianceDetailsRequest(Model):
    """The tax details of one SKU."""

    msku: str = Field(min_length=1, max_length=255)
    tax_details: TaxDetails
