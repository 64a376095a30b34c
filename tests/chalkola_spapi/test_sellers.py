import pytest

from chalkola_spapi.errors import ContractError
from chalkola_spapi.sellers import SellersApi

ROUTE = "GET /sellers/v1/marketplaceParticipations"
ENTRY = {
    "marketplace": {
        "id": "A1F83G8C2ARO7P",
        "name": "Amazon.co.uk",
        "countryCode": "GB",
        "defaultCurrencyCode": "GBP",
        "defaultLanguageCode": "en_GB",
        "domainName": "www.amazon.co.uk",
    },
    "participation": {"isParticipating": True, "hasSuspendedListings": False},
    "storeName": "Chalkola",
}


def test_participations_are_read_out_of_their_payload(api, server):
    server.on(ROUTE, server.json(200, {"payload": [ENTRY, {**ENTRY, "storeName": None}]}))
    first, second = SellersApi(api).get_marketplace_participations()
    assert first.marketplace.country_code == "GB"
    assert first.participation.is_participating
    assert (first.store_name, second.store_name) == ("Chalkola", None)


def test_no_payload_is_an_error_and_not_an_empty_list(api, server):
    server.on(ROUTE, server.json(200, {}))
    with pytest.raises(ContractError, match="payload"):
        SellersApi(api).get_marketplace_participations()
