"""The marketplaces that the simulator knows.

https://developer-docs.amazon.com/sp-api/docs/marketplace-ids
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One of Amazon's shops. `country_code` is ISO 3166 (GB, AE), as the Sellers API has it."""

    id: str
    country_code: str
    name: str
    region: str
    currency: str
    language: str
    domain: str
    time_zone: str

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


_TABLE = (
    ("ATVPDKIKX0DER", "US", "Amazon.com", "NA", "USD", "en_US", "America/Los_Angeles"),
    ("A2EUQ1WTGCTBG2", "CA", "Amazon.ca", "NA", "CAD", "en_CA", "America/Los_Angeles"),
    ("A1AM78C64UM0Y8", "MX", "Amazon.com.mx", "NA", "MXN", "es_MX", "America/Mexico_City"),
    ("A1F83G8C2ARO7P", "GB", "Amazon.co.uk", "EU", "GBP", "en_GB", "Europe/London"),
    ("A1PA6795UKMFR9", "DE", "Amazon.de", "EU", "EUR", "de_DE", "Europe/Berlin"),
    ("A13V1IB3VIYZZH", "FR", "Amazon.fr", "EU", "EUR", "fr_FR", "Europe/Paris"),
    ("APJ6JRA9NG5V4", "IT", "Amazon.it", "EU", "EUR", "it_IT", "Europe/Rome"),
    ("A1RKKUPIHCS9HS", "ES", "Amazon.es", "EU", "EUR", "es_ES", "Europe/Madrid"),
    ("A2VIGQ35RCS4UG", "AE", "Amazon.ae", "EU", "AED", "en_AE", "Asia/Dubai"),
    ("A39IBJ37TRP1C6", "AU", "Amazon.com.au", "FE", "AUD", "en_AU", "Australia/Sydney"),
    ("A1VC38T7YXB528", "JP", "Amazon.co.jp", "FE", "JPY", "ja_JP", "Asia/Tokyo"),
)

MARKETPLACES: dict[str, Marketplace] = {
    id_: Marketplace(
        id=id_,
        country_code=country_code,
        name=name,
        region=region,
        currency=currency,
        language=language,
        domain=f"www.{name.lower()}",
        time_zone=time_zone,
    )
    for id_, country_code, name, region, currency, language, time_zone in _TABLE
}
