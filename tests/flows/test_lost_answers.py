"""createReport whose answer is lost: adopted where Amazon acted, repeated where it did not."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("close_after", {}),
        ("close_midway", {}),
        ("truncate", {}),
        ("malformed", {}),
        ("status", {"status": 500, "after": True}),
        ("status", {"status": 503, "after": True, "body": "<html>"}),
    ],
)
def test_a_report_whose_answer_was_lost_is_adopted(seller, action, values):
    seller.fault("createReport", action, **values)
    result = seller.pull("US", asins=seller.asins(20))
    assert result["counts"]["loaded"] == 2
    assert len(seller.created) == 2
    assert seller.stored() == seller.served()
    assert [row["is_adopted"] for row in seller.ledger()].count(True) == 1


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("close_before", {}),
        ("status", {"status": 500}),
        ("status", {"status": 503, "body": "<html>busy</html>", "content_type": "text/html"}),
        ("status", {"status": 429}),
    ],
)
def test_a_request_that_amazon_did_not_act_on_is_repeated(seller, action, values):
    seller.fault("createReport", action, **values)
    result = seller.pull("US", asins=seller.asins(20))
    assert result["counts"]["loaded"] == 2
    assert len(seller.created) == 2
    assert seller.stored() == seller.served()


def test_every_answer_lost_after_acting_costs_no_second_report(seller):
    seller.fault("createReport", "close_after", times=None)
    result = seller.pull("US", "UK", asins=seller.asins(40))
    assert result["counts"]["loaded"] == 6
    assert len(seller.created) == 6
    assert seller.stored() == seller.served()


def test_a_report_is_adopted_though_the_list_fails_at_first(seller):
    seller.fault("createReport", "close_after")
    seller.fault("getReports", "status", status=503)
    assert seller.pull("US", asins=seller.asins(2))["counts"]["loaded"] == 1
    assert len(seller.created) == 1


def test_a_list_that_stays_away_fails_the_report_which_the_next_pull_adopts(seller):
    seller.fault("createReport", "close_after")
    seller.fault("getReports", "status", status=400)
    result = seller.pull("US", asins=seller.asins(2))
    assert result["counts"]["failed"] == 1
    assert seller.states() == ["submitting"]
    assert seller.pull("US", asins=seller.asins(2))["counts"]["loaded"] == 1
    assert len(seller.created) == 1


@pytest.fixture
def decoy(seller):
    """Another application of the same account asks for other ASINs; returns what asks."""
    import httpx

    form = {"grant_type": "refresh_token", "refresh_token": "Atzr|NA"}
    form |= {"client_id": "other", "client_secret": "other"}
    token = httpx.post(seller.simulator.lwa_url, data=form).json()["access_token"]

    def ask(asin="B0DECOY001"):
        body = {
            "reportType": "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT",
            "marketplaceIds": [seller.ids["US"]],
            "dataStartTime": "2026-01-25T00:00:00Z",
            "dataEndTime": "2026-01-31T00:00:00Z",
            "reportOptions": {"reportPeriod": "WEEK", "asin": asin},
        }
        url = f"{seller.simulator.url}/reports/2021-06-30/reports"
        headers = {"x-amz-access-token": token}
        return httpx.post(url, json=body, headers=headers).json()["reportId"]

    return ask


@pytest.mark.parametrize("action", ["close_before", "close_after"])
def test_a_decoy_of_another_application_is_not_taken_for_ours(seller, decoy, action):
    decoy()
    seller.fault("createReport", action)
    result = seller.pull("US", asins=seller.asins(2))
    assert result["counts"]["loaded"] == 1
    assert len(seller.created) == 2
    assert {key[2] for key in seller.stored()} == set(seller.asins(2))


@pytest.mark.parametrize("action", ["close_before", "close_after"])
def test_an_unfinished_decoy_is_given_back_when_its_document_shows_it(seller, decoy, action):
    seller.script(asin="B0DECOY001", processing_s=300)  # 0.3 s
    decoy()
    seller.fault("createReport", action)
    seller.script(asin="B0CHALK001", processing_s=600)
    result = seller.pull("US", asins=seller.asins(2))
    assert result["counts"]["loaded"] == 1
    assert len(seller.created) == 2
    assert {key[2] for key in seller.stored()} == set(seller.asins(2))


@pytest.mark.parametrize("fate", ["CANCELLED", "FATAL"])
def test_a_decoy_that_ends_without_a_document_does_not_decide_ours(seller, decoy, fate):
    seller.script(asin="B0DECOY001", fate=fate)
    seller.fault("createReport", "close_after", nth=2)
    decoy()
    result = seller.pull("US", asins=seller.asins(2))
    assert result["counts"]["loaded"] == 1
    assert {key[2] for key in seller.stored()} == set(seller.asins(2))


def test_two_decoys_are_both_given_back(seller, decoy):
    decoy("B0DECOY001")
    decoy("B0DECOY002")
    seller.fault("createReport", "close_after")
    assert seller.pull("US", asins=seller.asins(2))["counts"]["loaded"] == 1
    assert len(seller.created) == 3
    assert {key[2] for key in seller.stored()} == set(seller.asins(2))


def test_the_answer_is_lost_in_two_marketplaces_at_once(seller):
    seller.fault("createReport", "close_after", marketplace=seller.ids["US"])
    seller.fault("createReport", "close_after", marketplace=seller.ids["CA"])
    assert seller.pull("US", "CA", asins=seller.asins(20))["counts"]["loaded"] == 4
    assert len(seller.created) == 4
