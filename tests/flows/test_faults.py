"""Faults on the wire: the data is complete, or the error is clear and nothing is half loaded."""

from __future__ import annotations

import pytest

from chalkola_spapi.marketplaces import find_marketplace

READS = ("getReport", "getReportDocument")


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("status", {"status": 429}),
        ("status", {"status": 500}),
        ("status", {"status": 503, "body": "<html>", "content_type": "text/html"}),
        ("close_before", {}),
        ("close_after", {}),
        ("close_midway", {}),
        ("delay", {"delay_s": 0.3}),
    ],
)
def test_a_fault_that_passes_costs_only_time(seller, action, values):
    for operation in (*READS, "lwa"):
        seller.fault(operation, action, **values)
    assert seller.pull("US", asins=seller.asins(1))["counts"]["loaded"] == 1
    assert len(seller.created) == 1
    assert seller.stored() == seller.served()


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("status", {"status": 403}),
        ("status", {"status": 503}),
        ("close_before", {}),
        ("close_midway", {}),
        ("truncate", {}),
        ("malformed", {}),
    ],
)
def test_a_broken_download_is_repeated(seller, action, values):
    seller.fault("document", action, times=2, **values)
    assert seller.pull("US", asins=seller.asins(1))["counts"]["loaded"] == 1
    assert seller.stored() == seller.served()
    assert seller.calls("document") == 3


def test_an_expired_address_is_asked_for_anew(seller):
    seller.fault("document", "expire_document_urls")
    assert seller.pull("US", asins=seller.asins(1))["counts"]["loaded"] == 1
    assert seller.calls("getReportDocument") == 2


def test_an_access_token_that_expires_is_replaced(seller):
    seller.fault("getReport", "expire_tokens")
    assert seller.pull("US", asins=seller.asins(1))["counts"]["loaded"] == 1
    assert seller.calls("lwa") == 2


def test_a_document_that_stays_broken_fails_clearly_and_loads_nothing(seller):
    seller.pull("US", asins=seller.asins(1))
    places = seller.places()
    seller.fault("document", "truncate", times=3)

    result = seller.pull("US", asins=seller.asins(1), refresh=True)

    assert result["counts"]["failed"] == 1
    assert "damaged" in result["reports"][0]["message"]
    assert seller.places() == places
    assert seller.ledger()[1]["message"] == result["reports"][0]["message"]
    assert seller.states() == ["loaded", "done"]
    # The next pull goes on with the same report.
    assert seller.pull("US", asins=seller.asins(1))["counts"]["loaded"] == 1
    assert (len(seller.created), seller.states()) == (2, ["loaded", "loaded"])
    assert seller.ledger()[1]["message"] is None


@pytest.mark.parametrize("operation", READS)
def test_an_answer_that_is_no_json_fails_clearly_and_is_taken_up_again(seller, operation):
    seller.fault(operation, "malformed", times=None)
    result = seller.pull("US", asins=seller.asins(1))
    assert result["counts"]["failed"] == 1
    assert operation in result["reports"][0]["message"]
    seller.state.faults.clear()
    assert seller.pull("US", asins=seller.asins(1))["counts"]["loaded"] == 1
    assert len(seller.created) == 1


SHAPES = (
    "",
    "null",
    "[]",
    "{}",
    '{"dataByAsin": {}}',
    '{"reportSpecification": {}, "rows": []}',
    '{"dataByAsin": [{"asin": "B0CHALK001"}]}',
    '{"dataByAsin": [{"startDate": "2026-01-25"',
    "<html>busy</html>",
)


def test_a_document_of_an_unknown_shape_is_an_error(seller):
    codes = ("US", "CA", "MX", "UK", "DE", "FR", "IT", "ES", "JP")
    for code, document in zip(codes, SHAPES, strict=True):
        place = find_marketplace(code).marketplace_id
        seller.script(document=document, marketplace=place, times=None)
    result = seller.pull(*codes, asins=seller.asins(1))
    assert result["counts"]["failed"] == len(SHAPES)
    assert all("document" in report["message"] for report in result["reports"])
    assert seller.stored() == {}


def test_a_document_about_other_asins_is_an_error(seller):
    other = seller.asins(1, first=7)
    seller.pull("US", asins=other)
    (report,) = seller.created
    content = seller.state.documents.peek(report.document_id).make()
    seller.script(document=content.decode())
    result = seller.pull("US", asins=seller.asins(1))
    assert result["counts"]["failed"] == 1
    assert "another request" in result["reports"][0]["message"]
    assert {key[2] for key in seller.stored()} == set(other)


def test_a_revoked_token_fails_its_marketplace_alone_and_says_why(seller):
    seller.state.lwa.revoke("Atzr|EU")
    result = seller.pull("US", "UK", "DE", asins=seller.asins(1))
    assert (result["counts"]["loaded"], result["counts"]["failed"]) == (1, 2)
    failed = next(r for r in result["reports"] if r["status"] == "failed")
    assert failed["marketplace"] in {"UK", "DE"}
    assert "invalid_grant" in failed["message"]
    assert "EU" in failed["message"]
    assert "Atzr" not in failed["message"]
    seller.state.lwa.revoked.clear()
    assert seller.pull("US", "UK", "DE", asins=seller.asins(1))["counts"]["loaded"] == 3
    assert len(seller.created) == 3


def test_a_missing_role_is_said_as_such(seller):
    seller.fault("createReport", "status", status=403, times=None)
    result = seller.pull("US", asins=seller.asins(1))
    assert result["counts"]["failed"] == 1
    assert "role" in result["reports"][0]["message"]
    assert seller.states() == ["planned"]


def test_a_refused_request_can_be_asked_for_again(seller):
    seller.fault("createReport", "status", status=400)
    assert seller.pull("US", asins=seller.asins(1))["counts"]["failed"] == 1
    assert seller.pull("US", asins=seller.asins(1))["counts"]["loaded"] == 1
    assert len(seller.created) == 1
