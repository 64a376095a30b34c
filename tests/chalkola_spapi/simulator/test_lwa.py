from datetime import timedelta

import pytest

from chalkola_spapi.simulator import seller_id

FORM = {
    "grant_type": "refresh_token",
    "refresh_token": "Atzr|one",
    "client_id": "client",
    "client_secret": "secret",
}


def exchange(seller, **changes):
    form = {name: value for name, value in {**FORM, **changes}.items() if value is not None}
    return seller.http.post("/auth/o2/token", data=form)


def test_a_refresh_token_buys_an_hour(seller):
    answer = exchange(seller).json()
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 3600)
    assert answer["refresh_token"] == "Atzr|one"
    assert answer["access_token"].startswith("Atza|")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": None}, "invalid_request"),
        ({"refresh_token": None}, "invalid_request"),
        ({"client_secret": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "invalid_request"),
    ],
)
def test_a_wrong_form_is_refused_with_amazons_code(seller, changes, error):
    response = exchange(seller, **changes)
    assert response.status_code == 400
    assert response.json()["error"] == error
    assert response.json()["error_description"]


def test_json_is_no_form(seller):
    response = seller.http.post("/auth/o2/token", json=FORM)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


def test_a_revoked_refresh_token_is_an_invalid_grant(seller):
    seller.authorize()
    seller.simulator.state.lwa.revoke("Atzr|one")
    response = exchange(seller)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")
    assert "revoked" in response.json()["error_description"]
    # The access token that came of it is dead too, and it is not called expired.
    error = seller.get("/awd/2024-05-09/inventory").json()["errors"][0]
    assert "invalid" in error["details"]


def test_only_given_clients_are_known(simulate, enter):
    seller = enter(simulate(clients={"client": "secret"}))
    assert exchange(seller).status_code == 200
    response = exchange(seller, client_secret="old")
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


def test_a_client_without_the_grant_is_unauthorized(seller):
    seller.simulator.state.lwa.unauthorized_clients.add("client")
    assert exchange(seller).json()["error"] == "unauthorized_client"


def test_a_token_expires_after_an_hour_at_any_speed(simulate, enter, clock):
    seller = enter(simulate(speed=1000))
    assert seller.get("/awd/2024-05-09/inventory").status_code == 200
    clock.advance(timedelta(seconds=3599))
    assert seller.get("/awd/2024-05-09/inventory").status_code == 200
    clock.advance(timedelta(seconds=1))
    response = seller.get("/awd/2024-05-09/inventory")
    assert response.status_code == 403
    assert response.json()["errors"][0] == {
        "code": "Unauthorized",
        "message": "Access to requested resource is denied.",
        "details": "The access token you provided has expired.",
    }


def test_an_unknown_token_is_denied(seller):
    seller.access_token = "Atza|forged"
    response = seller.get("/awd/2024-05-09/inventory")
    assert response.status_code == 403
    assert response.json()["errors"][0]["code"] == "Unauthorized"


def test_bearer_alone_is_not_accepted(seller):
    seller.authorize()
    response = seller.http.get(
        "/awd/2024-05-09/inventory", headers={"Authorization": f"Bearer {seller.access_token}"}
    )
    assert response.status_code == 403


def test_a_grantless_token_is_nobodys(seller):
    form = {"grant_type": "client_credentials", "scope": "sellingpartnerapi::notifications"}
    answer = exchange(seller, refresh_token=None, **form)
    seller.access_token = answer.json()["access_token"]
    assert seller.get("/awd/2024-05-09/inventory").status_code == 403


def test_each_refresh_token_is_an_account_of_its_own(simulator, enter):
    one, two = enter(simulator), enter(simulator, "Atzr|two")
    assert one.report_id() == two.report_id(), "report ids repeat between accounts"
    assert len(one.reports(reportTypes=one_type()).json()["reports"]) == 1
    state = simulator.state.describe()
    assert {report["account"] for report in state["reports"]} == {
        seller_id("Atzr|one"),
        seller_id("Atzr|two"),
    }
    assert "Atzr" not in str(state)


def one_type():
    return "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"
