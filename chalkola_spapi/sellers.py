"""Which marketplaces an account takes part in: the cheapest proof that its credentials work.

https://developer-docs.amazon.com/sp-api/reference/sellers-v1
"""

from chalkola_spapi.client import SpApi
from chalkola_spapi.operations import GET_MARKETPLACE_PARTICIPATIONS
from chalkola_spapi.responses import Model


class ParticipatingMarketplace(Model):
    """A marketplace in the Sellers API's words: `country_code` is ISO (GB, AE)."""

    id: str
    name: str
    country_code: str
    default_currency_code: str
    default_language_code: str
    domain_name: str


class Participation(Model):
    """What the seller may do there."""

    is_participating: bool
    has_suspended_listings: bool


class MarketplaceParticipation(Model):
    """One marketplace of the account's, and how it stands there."""

    marketplace: ParticipatingMarketplace
    participation: Participation
    store_name: str | None = None


class _GetMarketplaceParticipationsResponse(Model):
    payload: tuple[MarketplaceParticipation, ...]


class SellersApi:
    """The Sellers API of one account; every method raises what `SpApi.call` raises."""

    def __init__(self, api: SpApi) -> None:
        self._api = api

    def get_marketplace_participations(self) -> list[MarketplaceParticipation]:
        """Give the account's marketplaces. Quota: 0.016 requests/s, burst 15."""
        answer = self._api.call(
            GET_MARKETPLACE_PARTICIPATIONS, answer=_GetMarketplaceParticipationsResponse
        )
        return list(answer.payload)
