"""The marketplaces a seller may use, and what people call them.

https://developer-docs.amazon.com/sp-api/docs/marketplace-ids
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo


class UnknownMarketplaceError(ValueError):
    """The text is no marketplace's code, alias or id; the message names what is allowed."""


class Region(StrEnum):
    """Where a marketplace's endpoint stands."""

    NA = "NA"
    EU = "EU"
    FE = "FE"


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One of Amazon's shops.

    `code` is the seller's word (UK, UAE), `country_code` the Sellers API's ISO one (GB, AE).
    `time_zone` is the one whose calendar days its reports count.
    """

    code: str
    marketplace_id: str
    country_code: str
    name: str
    region: Region
    currency: str
    time_zone: str

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


_NA, _EU, _FE = Region.NA, Region.EU, Region.FE
# Amazon counts Canada's days in Pacific time too.
_ALL = (
    Marketplace("US", "ATVPDKIKX0DER", "US", "United States", _NA, "USD", "America/Los_Angeles"),
    Marketplace("CA", "A2EUQ1WTGCTBG2", "CA", "Canada", _NA, "CAD", "America/Los_Angeles"),
    Marketplace("MX", "A1AM78C64UM0Y8", "MX", "Mexico", _NA, "MXN", "America/Mexico_City"),
    Marketplace("UK", "A1F83G8C2ARO7P", "GB", "United Kingdom", _EU, "GBP", "Europe/London"),
    Marketplace("DE", "A1PA6795UKMFR9", "DE", "Germany", _EU, "EUR", "Europe/Berlin"),
    Marketplace("FR", "A13V1IB3VIYZZH", "FR", "France", _EU, "EUR", "Europe/Paris"),
    Marketplace("IT", "APJ6JRA9NG5V4", "IT", "Italy", _EU, "EUR", "Europe/Rome"),
    Marketplace("ES", "A1RKKUPIHCS9HS", "ES", "Spain", _EU, "EUR", "Europe/Madrid"),
    Marketplace("UAE", "A2VIGQ35RCS4UG", "AE", "United Arab Emirates", _EU, "AED", "Asia/Dubai"),
    Marketplace("AU", "A39IBJ37TRP1C6", "AU", "Australia", _FE, "AUD", "Australia/Sydney"),
    Marketplace("JP", "A1VC38T7YXB528", "JP", "Japan", _FE, "JPY", "Asia/Tokyo"),
)

MARKETPLACES: Mapping[str, Marketplace] = MappingProxyType({m.code: m for m in _ALL})

_BY_NAME = {
    name: marketplace
    for marketplace in _ALL
    for name in (marketplace.code, marketplace.country_code, marketplace.marketplace_id)
}


def find_marketplace(text: str) -> Marketplace:
    """Give the marketplace of a code (UK), an ISO code (GB) or a marketplace id, in any case.

    Raises:
        UnknownMarketplaceError: it names none; the message lists the codes.
    """
    found = _BY_NAME.get(text.strip().upper())
    if found is None:
        raise UnknownMarketplaceError(f"marketplace: {text!r} is not known; {_ALLOWED}")
    return found


def expand_marketplaces(texts: Iterable[str]) -> list[Marketplace]:
    """Give every marketplace that is named, regions (NA, EU, FE) included, in the order named.

    Raises:
        UnknownMarketplaceError: one of them is neither a marketplace nor a region.
    """
    found: dict[str, Marketplace] = {}
    for text in texts:
        for marketplace in _in_region(text) or [find_marketplace(text)]:
            found.setdefault(marketplace.code, marketplace)
    return list(found.values())


def _in_region(text: str) -> list[Marketplace]:
    return [m for m in _ALL if m.region == text.strip().upper()]


_ALLOWED = (
    f"allowed are {', '.join(MARKETPLACES)}, a marketplace id, "
    f"or where several may be named a region {', '.join(Region)}"
)
