from datetime import timedelta

import pytest

from chalkola_spapi.simulator.throttle import Plan

RATE = "x-amzn-RateLimit-Limit"


def probe(seller):
    return seller.get("/awd/2024-05-09/inventory")


def test_an_empty_bucket_answers_429_without_a_hint(seller):
    assert [probe(seller).status_code for _ in range(3)] == [200, 200, 429]
    response = probe(seller)
    assert response.json() == {
        "errors": [
            {
                "code": "QuotaExceeded",
                "message": "You exceeded your quota for the requested resource.",
                "details": "",
            }
        ]
    }
    assert response.headers["x-amzn-ErrorType"] == "TooManyRequestsException"
    assert response.headers["x-amzn-RequestId"]
    assert RATE not in response.headers
    assert "Retry-After" not in response.headers


def test_a_bucket_refills_at_its_rate_up_to_the_burst(seller, clock):
    for _ in range(3):
        probe(seller)
    clock.advance(timedelta(seconds=0.5))
    assert [probe(seller).status_code for _ in range(2)] == [200, 429]
    clock.advance(timedelta(hours=1))
    seller.authorize()
    assert [probe(seller).status_code for _ in range(3)] == [200, 200, 429]


def test_create_report_bursts_15_then_one_a_minute(seller, clock):
    assert [seller.create().status_code for _ in range(16)] == [202] * 15 + [429]
    clock.advance(timedelta(seconds=59))
    assert seller.create().status_code == 429
    clock.advance(timedelta(seconds=1))
    assert seller.create().status_code == 202


def test_accounts_and_operations_have_buckets_of_their_own(simulator, enter):
    one, two = enter(simulator), enter(simulator, "Atzr|two")
    for _ in range(3):
        probe(one)
    assert probe(two).status_code == 200
    assert one.get("/inbound/fba/2024-03-20/inboundPlans").status_code == 200


def test_speed_scales_rate_and_header_and_not_the_burst(simulate, enter, clock):
    seller = enter(simulate(speed=60))
    answers = [seller.create() for _ in range(16)]
    assert [answer.status_code for answer in answers] == [202] * 15 + [429]
    assert answers[0].headers[RATE] == "1.002"
    clock.advance(timedelta(seconds=1))
    assert seller.create().status_code == 202


@pytest.mark.parametrize(("path", "status"), [("50000018999", 404), ("no-id", 400)])
def test_refusals_of_a_request_carry_the_rate_and_cost_quota(seller, path, status):
    response = seller.get(f"/reports/2021-06-30/reports/{path}")
    assert response.status_code == status
    assert response.headers[RATE] == "2"
    assert "InputException" in response.headers["x-amzn-ErrorType"] or status == 404


def test_a_refused_token_costs_no_quota_and_shows_no_rate(seller):
    seller.authorize()
    good, seller.access_token = seller.access_token, "forged"
    assert RATE not in probe(seller).headers
    seller.access_token = good
    assert [probe(seller).status_code for _ in range(3)] == [200, 200, 429]


def test_amazon_may_grant_another_plan_than_its_model(seller, clock):
    seller.simulator.state.throttle.grant("listInventory", Plan(10, 4))
    answers = [probe(seller) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert answers[0].headers[RATE] == "10"


def test_amazon_may_keep_its_rate_to_itself(seller):
    seller.simulator.state.throttle.grant("listInventory", Plan(10, 4, announced=False))
    assert RATE not in probe(seller).headers


def test_counts_tell_calls_and_429s_apart(seller):
    for _ in range(5):
        probe(seller)
    calls = seller.simulator.state.calls
    assert calls.count("listInventory") == 5
    assert calls.count("listInventory", status=429) == 3
    assert calls.describe()["listInventory"] == {
        "calls": 5,
        "throttled": 3,
        "by_status": {"200": 2, "429": 3},
    }
