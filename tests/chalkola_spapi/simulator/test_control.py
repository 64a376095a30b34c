import base64
import gzip
import json
from datetime import timedelta

import httpx
import pytest

from chalkola_spapi.simulator import SystemClock, seller_id

PROBE = "/awd/2024-05-09/inventory"


def order(seller, name, **body):
    return seller.http.post(f"/_control/{name}", json=body)


def test_the_state_tells_reports_with_their_specification(seller, clock):
    report_id = seller.report_id()
    clock.advance(timedelta(minutes=2))
    httpx.get(seller.url(seller.report(report_id)))
    state = seller.http.get("/_control/state").json()
    (report,) = state["reports"]
    assert report["account"] == seller_id("Atzr|one")
    assert report["specification"]["reportOptions"]["asin"] == "B0CHALK001 B0CHALK002"
    assert (report["polls"], report["downloads"]) == (1, 1)
    assert state["operations"]["createReport"] == {
        "calls": 1,
        "throttled": 0,
        "by_status": {"202": 1},
    }
    assert "Atzr" not in json.dumps(state)


def test_faults_and_scripts_come_over_http(seller, clock):
    assert order(seller, "faults", operation="listInventory", action="status").json()["ok"]
    assert seller.get(PROBE).status_code == 503
    content = base64.b64encode(b"sku\tname\n").decode()
    order(seller, "scripts", report_type="GET_X_DATA", document_base64=content)
    report_id = seller.report_id(reportType="GET_X_DATA")
    clock.advance(timedelta(minutes=2))
    url = seller.url(seller.report(report_id))
    assert gzip.decompress(httpx.get(url).content) == b"sku\tname\n"


def test_a_clock_that_stands_still_is_moved_over_http(seller):
    report_id = seller.report_id()
    assert order(seller, "advance", seconds=60).json() == {"ok": True}
    assert seller.report(report_id)["processingStatus"] == "DONE"


def test_the_machines_clock_is_not_moved(simulate, enter):
    seller = enter(simulate(clock=SystemClock()))
    assert order(seller, "advance", seconds=60).status_code == 400


def test_publication_rates_and_participations_come_over_http(seller, clock):
    seller.authorize()
    order(seller, "slip", hours=48, period="WEEK")
    order(seller, "rate", operation="createReport", rate_per_s=5, burst=2, account="Atzr|one")
    order(seller, "participations", account="Atzr|one", marketplace_ids=["ATVPDKIKX0DER"])
    answers = [seller.create() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    clock.advance(timedelta(minutes=2))
    assert seller.create(marketplaceIds=["A1F83G8C2ARO7P"]).status_code == 403
    assert seller.report(answers[0].json()["reportId"])["processingStatus"] == "FATAL"


def test_tokens_and_addresses_are_ended_over_http(seller, clock):
    report_id = seller.report_id()
    clock.advance(timedelta(minutes=2))
    url = seller.url(seller.report(report_id))
    order(seller, "expire_document_urls")
    assert httpx.get(url).status_code == 403
    order(seller, "expire_tokens")
    assert seller.get(PROBE).status_code == 403
    order(seller, "revoke", refresh_token="Atzr|one")
    with pytest.raises(KeyError):
        seller.authorize()


def test_a_reset_forgets_all_but_the_tokens(seller):
    seller.create()
    order(seller, "faults", operation="*", action="status", times=None)
    assert order(seller, "reset").status_code == 200
    assert seller.get(PROBE).status_code == 200
    state = seller.http.get("/_control/state").json()
    assert (state["reports"], state["faults"]) == ([], [])


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("faults", {"operation": "getReport", "action": "explode"}),
        ("faults", {"operation": "getReport", "action": "status", "tmies": 2}),
        ("scripts", {"document_base64": "%%%"}),
        ("slip", {}),
        ("participations", {"account": "one", "marketplace_ids": ["XX"]}),
        ("reset", {"all": True}),
    ],
)
def test_a_wrong_order_is_refused(seller, name, body):
    assert order(seller, name, **body).status_code == 400


def test_an_unknown_order_names_the_known(seller):
    response = order(seller, "explode")
    assert response.status_code == 404
    assert "faults" in response.json()["known"]
