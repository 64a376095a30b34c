import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest

from chalkola_spapi.auth import LwaAuth
from chalkola_spapi.connections import HttpPool
from chalkola_spapi.errors import AccessDeniedError, AuthError, ContractError, TransientError
from chalkola_spapi.operations import GET_REPORT
from chalkola_spapi.reports import CreateReportSpecification, Report, ReportsApi

LOGIN = "POST /auth/o2/token"
GET = "GET /reports/2021-06-30/reports/1"
REPORT = {
    "reportId": "1",
    "reportType": "T",
    "createdTime": "2026-11-24T00:00:00Z",
    "processingStatus": "DONE",
}
DENIED = "Access to requested resource is denied."
EXPIRED = "The access token you provided has expired."


@pytest.fixture
def report(api, server):
    server.on(GET, server.json(200, REPORT))
    return lambda: api.call(GET_REPORT, path={"reportId": "1"}, answer=Report)


def tokens(server):
    return [seen.headers["x-amz-access-token"] for seen in server.requests(GET)]


def test_the_login_is_amazons_form(report, server):
    report()
    (seen,) = server.requests(LOGIN)
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded;charset=UTF-8"
    assert httpx.QueryParams(seen.body.decode()).multi_items() == [
        ("grant_type", "refresh_token"),
        ("refresh_token", "Atzr|the-refresh-token"),
        ("client_id", "amzn1.application-oa2-client.id"),
        ("client_secret", "amzn1.oa2-cs.v1.the-client-secret"),
    ]
    assert "x-amz-access-token" not in seen.headers


def test_only_the_access_token_header_carries_the_token(report, server):
    report()
    (seen,) = server.requests(GET)
    assert seen.headers["x-amz-access-token"] == "Atza|access-token-1"
    assert not {"authorization", "cookie", "x-amz-date"} & set(seen.headers)


def test_sixteen_threads_log_in_once(report, server):
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: report(), range(16)))
    assert server.logins == 1
    assert set(tokens(server)) == {"Atza|access-token-1"}


def test_a_token_is_renewed_five_minutes_before_it_lapses(report, server, clock):
    report()
    clock.now += 3299
    report()
    assert server.logins == 1
    clock.now += 2
    report()
    assert tokens(server)[-1] == "Atza|access-token-2"


def test_a_short_lived_token_is_used_for_half_its_life(report, server, clock):
    short = {"access_token": "Atza|short", "token_type": "bearer", "expires_in": 60}
    server.on(LOGIN, server.json(200, short))
    report()
    clock.now += 29
    report()
    assert server.logins == 1
    clock.now += 2
    report()
    assert server.logins == 2


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(("message", "details"), [(EXPIRED, ""), (DENIED, EXPIRED)])
def test_a_lapsed_token_is_renewed_once_and_the_request_repeated(
    report, server, status, message, details
):
    refusal = server.error(status, "Unauthorized", message, details)
    server.on(GET, refusal, server.json(200, REPORT))
    assert report().report_id == "1"
    assert tokens(server) == ["Atza|access-token-1", "Atza|access-token-2"]


def test_a_token_that_stays_lapsed_is_not_tried_a_third_time(report, server):
    server.on(GET, server.error(403, "Unauthorized", DENIED, EXPIRED))
    with pytest.raises(AccessDeniedError, match="expired"):
        report()
    assert len(server.requests(GET)) == 2
    assert server.logins == 2


def test_threads_that_meet_a_lapsed_token_renew_it_once(report, server):
    report()
    barrier = threading.Barrier(8)

    def expired_once(handler):
        if handler.headers["x-amz-access-token"] == "Atza|access-token-1":
            barrier.wait(5)
            server.error(403, "Unauthorized", DENIED, EXPIRED)(handler)
        else:
            server.json(200, REPORT)(handler)

    server.on(GET, expired_once)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: report(), range(8)))
    assert server.logins == 2


def test_a_missing_role_is_denied_at_once_with_the_request_id(report, server):
    server.on(GET, server.error(403, "Unauthorized", DENIED, x_amzn_RequestId="req-9"))
    with pytest.raises(AccessDeniedError) as caught:
        report()
    assert caught.value.request_id == "req-9"
    assert "role" in str(caught.value)
    assert len(server.requests(GET)) == 1
    assert server.logins == 1


@pytest.mark.parametrize(
    ("status", "reason", "advice"),
    [
        (400, "invalid_grant", "authorize the application again"),
        (401, "invalid_client", "rotate"),
        (400, "unauthorized_client", "Seller Central"),
        (400, "unsupported_grant_type", "as Amazon puts it"),
    ],
)
def test_refused_credentials_say_what_to_do_and_are_not_retried(
    report, server, status, reason, advice
):
    body = {"error": reason, "error_description": "as Amazon puts it"}
    server.on(LOGIN, server.json(status, body))
    with pytest.raises(AuthError, match=advice) as caught:
        report()
    assert caught.value.reason == reason
    assert caught.value.account == "NA"
    assert server.logins == 1
    assert server.requests(GET) == []


def test_a_token_revoked_mid_run_ends_in_what_login_says(report, server):
    report()
    server.on(GET, server.error(403, "Unauthorized", DENIED, EXPIRED))
    server.on(LOGIN, server.json(400, {"error": "invalid_grant"}))
    with pytest.raises(AuthError) as caught:
        report()
    assert caught.value.reason == "invalid_grant"


@pytest.mark.parametrize(
    "failure",
    [
        lambda s: s.raw(500, b"<html>"),
        lambda s: s.raw(503, b""),
        lambda s: s.raw(429, b"slow down"),
        lambda s: s.reset,
        lambda s: s.hang,
    ],
    ids=["500", "503", "429", "reset", "timeout"],
)
def test_a_failing_login_is_tried_again(report, server, failure):
    server.on(LOGIN, failure(server), server._login)
    assert report().report_id == "1"
    assert server.logins == 2


def test_a_login_that_stays_down_gives_up_within_a_minute(report, server, clock):
    server.on(LOGIN, server.raw(503, b""))
    with pytest.raises(TransientError, match="503"):
        report()
    assert clock.now - 1000 <= 60
    assert server.logins > 5


def test_a_failing_login_never_makes_a_post_doubtful(api, server):
    server.on(LOGIN, server.raw(503, b""))
    specification = CreateReportSpecification(report_type="T", marketplace_ids=("M",))
    intents = []
    with pytest.raises(TransientError):
        ReportsApi(api).create_report(specification, before_send=lambda: intents.append(1))
    assert intents == []


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"{}",
        b'{"access_token": "Atza|x"}',
        b'{"access_token": "", "expires_in": 3600}',
        b'{"access_token": "Atza|with\\nnewline", "expires_in": 3600}',
    ],
)
def test_a_login_without_a_usable_token_breaks_the_contract(report, server, body):
    server.on(LOGIN, server.raw(200, body))
    with pytest.raises(ContractError, match="login") as caught:
        report()
    assert "Atza" not in str(caught.value)
    assert "Atza" not in str(caught.value.__cause__)


def test_what_login_repeats_of_our_secrets_is_starred(report, server):
    body = {"error": "odd", "error_description": "Atzr|the-refresh-token is bad"}
    server.on(LOGIN, server.json(400, body))
    with pytest.raises(AuthError, match=r"\*\*\* is bad"):
        report()


class CountingClock:
    """Moves at each look, and tells when it was looked at for the ninth time."""

    def __init__(self):
        self.looks, self.lock, self.nine = 0, threading.Lock(), threading.Event()

    def __call__(self):
        with self.lock:
            self.looks += 1
            if self.looks == 9:
                self.nine.set()
            return float(self.looks)


def test_threads_that_wait_for_a_login_share_its_failure(account, server):
    clock = CountingClock()

    def fail_when_all_have_asked(handler):
        clock.nine.wait(5)
        server.raw(503, b"")(handler)

    server.on(LOGIN, fail_when_all_have_asked)
    with closing(HttpPool(user_agent="test")) as http, ThreadPoolExecutor(9) as pool:
        auth = LwaAuth(account, http=http, clock=clock)
        asked = [pool.submit(auth.fresh_token) for _ in range(9)]
        assert all(isinstance(each.exception(5), TransientError) for each in asked)
    assert server.logins == 1
