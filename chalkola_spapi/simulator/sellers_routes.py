"""The Sellers API v1 over HTTP: getMarketplaceParticipations.

https://developer-docs.amazon.com/sp-api/docs/sellers-api-v1-reference
"""

from chalkola_spapi.simulator.marketplaces import Marketplace
from chalkola_spapi.simulator.messages import Answer, Request
from chalkola_spapi.simulator.operations import Operation
from chalkola_spapi.simulator.sellers import STORE_NAME
from chalkola_spapi.simulator.state import State


def get_marketplace_participations(state: State, request: Request) -> Answer:
    marketplaces = state.sellers.marketplaces(request.account)
    return Answer.json(200, {"payload": [_participation(one) for one in marketplaces]})


def _participation(marketplace: Marketplace) -> dict[str, object]:
    return {
        "marketplace": {
            "id": marketplace.id,
            "countryCode": marketplace.country_code,
            "name": marketplace.name,
            "defaultCurrencyCode": marketplace.currency,
            "defaultLanguageCode": marketplace.language,
            "domainName": marketplace.domain,
        },
        "participation": {"isParticipating": True, "hasSuspendedListings": False},
        "storeName": STORE_NAME,
    }


OPERATIONS = (
    Operation(
        "getMarketplaceParticipations",
        "GET",
        "/sellers/v1/marketplaceParticipations",
        0.016,
        15,
        get_marketplace_participations,
    ),
)
