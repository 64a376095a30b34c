import gzip
import time
from datetime import timedelta

import httpx
import pytest

from chalkola_spapi.simulator import Fault

PROBE = "/awd/2024-05-09/inventory"


@pytest.fixture
def unchecked(seller):
    """A seller whose answers may break Amazon's models: they are broken on purpose."""
    seller.checked = None
    seller.authorize()
    return seller


def fault(seller, operation, action, **more):
    seller.simulator.state.faults.add(Fault(operation=operation, action=action, **more))


def test_a_status_comes_once_with_amazons_body(seller):
    fault(seller, "listInventory", "status", status=503)
    response = seller.get(PROBE)
    assert response.status_code == 503
    assert response.json()["errors"][0]["code"] == "ServiceUnavailable"
    assert seller.get(PROBE).status_code == 200


def test_a_status_can_be_a_gateways_html(unchecked):
    html = "<html><body>503 Service Unavailable</body></html>"
    fault(unchecked, "listInventory", "status", body=html, content_type="text/html")
    response = unchecked.get(PROBE)
    assert (response.status_code, response.text) == (503, html)
    assert response.headers["content-type"] == "text/html"


def test_a_scripted_429_may_carry_a_rate(unchecked):
    headers = {"x-amzn-RateLimit-Limit": "0.5"}
    fault(unchecked, "*", "status", status=429, headers=headers, times=2)
    answers = [unchecked.get(PROBE) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["x-amzn-RateLimit-Limit"] == "0.5"


def test_a_fault_can_wait_for_the_nth_call_and_last_for_ever(seller):
    fault(seller, "getReport", "status", status=500, nth=2, times=None)
    path = f"/reports/2021-06-30/reports/{seller.report_id()}"
    assert [seller.get(path).status_code for _ in range(4)] == [200, 500, 500, 500]


def test_a_fault_meets_one_account(simulator, enter):
    one, two = enter(simulator), enter(simulator, "Atzr|two")
    fault(one, "listInventory", "status", account="Atzr|two", times=None)
    assert one.get(PROBE).status_code == 200
    assert two.get(PROBE).status_code == 503


def test_a_fault_meets_one_marketplace_in_body_query_report_and_document(seller, clock):
    uk = "A1F83G8C2ARO7P"
    for operation in ("createReport", "getReports", "getReport", "getReportDocument", "document"):
        fault(seller, operation, "status", marketplace=uk, nth=2, times=None)
    us_report, uk_report = seller.report_id(), seller.report_id(marketplaceIds=[uk])
    assert seller.create(marketplaceIds=[uk]).status_code == 503
    assert seller.create().status_code == 202
    clock.advance(timedelta(minutes=2))
    query = {"reportTypes": "GET_X", "marketplaceIds": uk}
    assert [seller.reports(**query).status_code for _ in range(2)] == [200, 503]
    path = "/reports/2021-06-30/reports/"
    report = seller.report(uk_report)
    assert seller.get(path + uk_report).status_code == 503
    assert [seller.get(path + us_report).status_code for _ in range(2)] == [200, 200]
    path = f"/reports/2021-06-30/documents/{report['reportDocumentId']}"
    url = seller.get(path).json()["url"]
    assert seller.get(path).status_code == 503
    assert [httpx.get(url).status_code for _ in range(2)] == [200, 503]


def test_a_connection_can_end_before_amazon_acts(seller):
    fault(seller, "createReport", "close_before")
    with pytest.raises(httpx.RemoteProtocolError):
        seller.create()
    assert seller.simulator.state.reports.all() == []


def test_an_answer_can_be_lost_after_amazon_acted(seller):
    fault(seller, "createReport", "close_after")
    with pytest.raises(httpx.RemoteProtocolError):
        seller.create()
    assert len(seller.simulator.state.reports.all()) == 1
    assert seller.simulator.state.calls.count("createReport", status=0) == 1


def test_a_500_can_hide_that_amazon_acted(seller):
    fault(seller, "createReport", "status", status=500, after=True)
    assert seller.create().status_code == 500
    assert len(seller.simulator.state.reports.all()) == 1


def test_an_answer_can_break_off_midway(unchecked):
    fault(unchecked, "listInventory", "close_midway")
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        unchecked.get(PROBE)


def test_a_body_can_stop_being_json(unchecked):
    fault(unchecked, "listInventory", "malformed")
    response = unchecked.get(PROBE)
    assert response.status_code == 200
    with pytest.raises(ValueError, match="Unterminated"):
        response.json()


def test_an_answer_can_be_late(seller):
    seller.authorize()
    fault(seller, "listInventory", "delay", delay_s=0.2)
    start = time.monotonic()
    assert seller.get(PROBE).status_code == 200
    assert time.monotonic() - start >= 0.2


def test_a_late_answer_holds_nobody_else_up(seller):
    fault(seller, "listInventory", "delay", delay_s=5)
    seller.authorize()
    with pytest.raises(httpx.ReadTimeout):
        seller.call("GET", PROBE, timeout=0.05)
    assert seller.get(PROBE).status_code == 200


def test_a_document_can_be_truncated_once(seller, clock):
    report_id = seller.report_id()
    clock.advance(timedelta(minutes=2))
    url = seller.url(seller.report(report_id))
    fault(seller, "document", "truncate", keep=0.7)
    with pytest.raises(EOFError):
        gzip.decompress(httpx.get(url).content)
    assert gzip.decompress(httpx.get(url).content)


def test_tokens_can_expire_in_the_middle(seller):
    fault(seller, "listInventory", "expire_tokens", nth=2)
    assert seller.get(PROBE).status_code == 200
    response = seller.get(PROBE)
    assert response.status_code == 403
    assert "expired" in response.json()["errors"][0]["details"]
    seller.authorize()
    assert seller.get(PROBE).status_code == 200


def test_a_refresh_token_can_be_revoked_in_the_middle(unchecked):
    fault(unchecked, "listInventory", "revoke_refresh_token")
    assert unchecked.get(PROBE).status_code == 403
    with pytest.raises(KeyError):
        unchecked.authorize()


def test_addresses_can_expire_just_before_the_download(seller, clock):
    report_id = seller.report_id()
    clock.advance(timedelta(minutes=2))
    url = seller.url(seller.report(report_id))
    fault(seller, "document", "expire_document_urls")
    assert httpx.get(url).status_code == 403


def test_lwa_can_fail_too(seller):
    fault(seller, "lwa", "status", status=500, body={"error": "server_error"})
    response = seller.http.post("/auth/o2/token", data={"grant_type": "refresh_token"})
    assert (response.status_code, response.json()) == (500, {"error": "server_error"})
    seller.authorize()


def test_a_fault_says_how_often_it_acted(seller):
    fault(seller, "listInventory", "status")
    seller.get(PROBE)
    seller.get(PROBE)
    (rule,) = seller.simulator.state.faults.describe()
    assert (rule["met"], rule["acted"]) == (2, 1)
