import pytest

from chalkola_spapi.simulator import MARKETPLACES

US = "ATVPDKIKX0DER"
SUMMARIES = "/fba/inventory/v1/summaries"


def test_participations_have_a_payload_and_iso_codes(seller):
    payload = seller.get("/sellers/v1/marketplaceParticipations").json()["payload"]
    assert len(payload) == 11
    codes = {entry["marketplace"]["id"]: entry["marketplace"]["countryCode"] for entry in payload}
    assert codes["A1F83G8C2ARO7P"] == "GB"
    assert codes["A2VIGQ35RCS4UG"] == "AE"
    assert all(entry["participation"]["isParticipating"] for entry in payload)


def test_an_account_takes_part_where_it_is_told(seller):
    seller.authorize()
    (account,) = seller.simulator.state.lwa.accounts()
    seller.simulator.state.sellers.limit(account, ["A2VIGQ35RCS4UG"])
    payload = seller.get("/sellers/v1/marketplaceParticipations").json()["payload"]
    assert [entry["marketplace"]["defaultCurrencyCode"] for entry in payload] == ["AED"]


def test_the_marketplaces_are_those_of_the_business():
    assert {one.country_code for one in MARKETPLACES.values()} == {
        "US",
        "CA",
        "MX",
        "GB",
        "DE",
        "FR",
        "IT",
        "ES",
        "AE",
        "AU",
        "JP",
    }
    assert all(one.zone.key == one.time_zone for one in MARKETPLACES.values())
    assert MARKETPLACES["A1VC38T7YXB528"].domain == "www.amazon.co.jp"


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"granularityType": "Country", "granularityId": US, "marketplaceIds": US},
        {"granularityType": "Marketplace", "granularityId": US},
        {"granularityType": "Marketplace", "granularityId": US, "marketplaceIds": f"{US},X"},
    ],
)
def test_inventory_wants_its_granularity_and_its_one_marketplace(seller, params):
    assert seller.get(SUMMARIES, **params).status_code == 400


def test_there_are_no_inbound_plans(seller):
    plans = seller.get("/inbound/fba/2024-03-20/inboundPlans", pageSize=30)
    assert plans.json()["inboundPlans"] == []


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/inbound/fba/2024-03-20/inboundPlans", {"pageSize": 31}),
        ("/awd/2024-05-09/inventory", {"maxResults": 0}),
    ],
)
def test_page_sizes_are_checked(seller, path, params):
    assert seller.get(path, **params).status_code == 400


def test_an_unknown_path_is_not_found(seller):
    seller.authorize()
    response = seller.http.get("/orders/v0/orders")
    assert (response.status_code, response.json()["errors"][0]["code"]) == (404, "NotFound")


def test_an_overlong_user_agent_is_refused(seller):
    headers = {"user-agent": "x" * 501}
    assert seller.call("GET", "/awd/2024-05-09/inventory", headers=headers).status_code == 400
