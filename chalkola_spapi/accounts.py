"""Who is asking: one seller account, its credentials and the addresses it uses.

https://developer-docs.amazon.com/sp-api/docs/sp-api-endpoints
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import SecretStr

from chalkola_spapi.marketplaces import Region

DEFAULT_ENDPOINTS: Mapping[Region, str] = MappingProxyType(
    {
        Region.NA: "https://sellingpartnerapi-na.amazon.com",
        Region.EU: "https://sellingpartnerapi-eu.amazon.com",
        Region.FE: "https://sellingpartnerapi-fe.amazon.com",
    }
)
DEFAULT_LWA_URL = "https://api.amazon.com/auth/o2/token"


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One seller account as one application sees it: quotas and report ids belong to this pair.

    `name` is ours (NA, EU, FE, or the code of a marketplace with an account of its own).
    """

    name: str
    endpoint: str
    client_id: str
    client_secret: SecretStr
    refresh_token: SecretStr
    lwa_url: str = DEFAULT_LWA_URL
