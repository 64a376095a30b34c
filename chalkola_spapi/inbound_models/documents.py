"""Documents that Amazon makes: item labels, and India's delivery challan.

https://developer-docs.amazon.com/sp-api/reference/createmarketplaceitemlabels
"""

from pydantic import AwareDatetime, Field, SecretStr

from chalkola_spapi.fields import Number
from chalkola_spapi.responses import Model


class MskuQuantity(Model):
    """How many labels of a SKU."""

    msku: str = Field(min_length=1, max_length=255)
    quantity: int = Field(ge=1, le=10_000)


class CreateMarketplaceItemLabelsRequest(Model):
    """FNSKU labels of up to 100 SKUs.

    `label_type` STANDARD_FORMAT wants a `page_type` (A4_21, A4_24, A4_24_64x33, A4_24_66x35,
    A4_24_70x36, A4_24_70x37, A4_24i, A4_27, A4_40_52x29, A4_44_48x25 or Letter_30);
    THERMAL_PRINTING wants a width and a height in millimetres. `locale_code`: en_US without one.
    """

    label_type: str
    marketplace_id: str = Field(min_length=1, max_length=20)
    msku_quantities: tuple[MskuQuantity, ...] = Field(min_length=1, max_length=100)
    page_type: str | None = None
    width: Number | None = Field(None, ge=25, le=100)
    height: Number | None = Field(None, ge=25, le=100)
    locale_code: str | None = Field(None, pattern="^[a-z]{2}_[A-Z]{2}$")


class DocumentDownload(Model):
    """Where a document lies until `expiration`; whoever has the address can read it."""

    download_type: str
    uri: SecretStr
    expiration: AwareDatetime | None = None


class CreateMarketplaceItemLabelsResponse(Model):
    """The answer of createMarketplaceItemLabels."""

    document_downloads: tuple[DocumentDownload, ...]


class GetDeliveryChallanDocumentResponse(Model):
    """The answer of getDeliveryChallanDocument."""

    document_download: DocumentDownload
