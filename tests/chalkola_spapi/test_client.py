import contextlib
import itertools
import platform
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import ValidationError

from chalkola_spapi.client import SpApi
from chalkola_spapi.errors import (
    AccessDeniedError,
    ApiStatusError,
    ContractError,
    Throttled,
    TransientError,
    UnknownOutcomeError,
)
from chalkola_spapi.operations import GET_REPORT
from chalkola_spapi.reports import CreateReportSpecification, Report, ReportsApi
from chalkola_spapi.throttle import MemoryThrottle

GET = "GET /reports/2021-06-30/reports/1"
POST = "POST /reports/2021-06-30/reports"
REPORT = {
    "reportId": "1",
    "reportType": "T",
    "createdTime": "2026-11-24T00:00:00Z",
    "processingStatus": "DONE",
}
CREATED = {"reportId": "1"}
SPECIFICATION = CreateReportSpecification(report_type="T", marketplace_ids=("ATVPDKIKX0DER",))


@pytest.fixture
def get(api, server):
    server.on(GET, server.json(200, REPORT))
    return lambda: api.call(GET_REPORT, path={"reportId": "1"}, answer=Report)


@pytest.fixture
def post(api, server):
    server.on(POST, server.json(202, CREATED))
    return lambda before_send=None: ReportsApi(api).create_report(
        SPECIFICATION, before_send=before_send
    )


def quota(server, **headers):
    said = "You exceeded your quota for the requested resource."
    return server.error(429, "QuotaExceeded", said, **headers)


def gaps(server, route):
    times = [seen.at for seen in server.requests(route)]
    return [later - earlier for earlier, later in itertools.pairwise(times)]


# -- what a request looks like --------------------------------------------------------------------


def test_the_user_agent_is_the_one_amazon_asks_for(get, server):
    get()
    (seen,) = server.requests(GET)
    python = ".".join(platform.python_version_tuple()[:2])
    assert seen.headers["user-agent"].startswith("Chalkola-SPAPI/")
    assert f"(Language=Python/{python}; Platform={platform.system()}" in seen.headers["user-agent"]


def test_a_body_is_amazons_json(post, server):
    assert post() == "1"
    (seen,) = server.requests(POST)
    assert seen.headers["content-type"] == "application/json"
    assert seen.json == {"reportType": "T", "marketplaceIds": ["ATVPDKIKX0DER"]}


def test_cookies_are_not_kept(get, server):
    server.on(GET, server.json(200, REPORT, set_cookie="session=1"))
    get()
    get()
    assert "cookie" not in server.requests(GET)[1].headers


def test_a_redirect_is_not_followed(get, server):
    server.on(GET, server.raw(302, b"", location=f"{server.url}/elsewhere"))
    with pytest.raises(ApiStatusError) as caught:
        get()
    assert caught.value.status == 302
    assert server.requests("GET /elsewhere") == []


def test_a_proxy_of_the_environment_is_not_used_on_this_machine(account, server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.on(GET, server.json(200, REPORT))
    with SpApi(account, throttle=MemoryThrottle()) as api:
        assert api.call(GET_REPORT, path={"reportId": "1"}, answer=Report).report_id == "1"


# -- what an answer means -------------------------------------------------------------------------


def test_a_4xx_is_not_retried_and_keeps_all_that_amazon_said(get, server):
    errors = [
        {"code": "InvalidInput", "message": "bad type", "details": "reportType"},
        {"code": "Other", "message": "bad too"},
    ]
    server.on(GET, server.json(400, {"errors": errors}, x_amzn_RequestId="req-1"))
    with pytest.raises(ApiStatusError) as caught:
        get()
    error = caught.value
    assert (error.status, error.code, error.message) == (400, "InvalidInput", "bad type")
    assert (error.details, error.request_id) == ("reportType", "req-1")
    assert [each.code for each in error.errors] == ["InvalidInput", "Other"]
    assert str(error) == (
        "getReport (account NA): 400 InvalidInput: bad type (reportType); Other: bad too "
        "(request req-1)"
    )
    assert len(server.requests(GET)) == 1


@pytest.mark.parametrize("body", [b"", b"<html>no</html>", b'{"errors": 5}', b"[1]", b'"text"'])
def test_a_refusal_that_is_not_amazons_json_is_still_a_refusal(get, server, body):
    server.on(GET, server.raw(404, body))
    with pytest.raises(ApiStatusError, match="404") as caught:
        get()
    assert caught.value.errors == ()


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"reportId": "1"', b"\xff\xfe"])
def test_a_success_that_is_no_json_is_asked_for_three_times(get, server, body):
    server.on(GET, server.raw(200, body))
    with pytest.raises(ContractError, match="Invalid JSON"):
        get()
    assert len(server.requests(GET)) == 3
    server.on(GET, server.raw(200, body), server.json(200, REPORT))
    assert get().report_id == "1"


@pytest.mark.parametrize("body", [b'{"reportId": 1.5}', b"[]", b"null"])
def test_a_success_that_is_not_the_model_breaks_the_contract(get, server, body):
    server.on(GET, server.raw(200, body))
    with pytest.raises(ContractError, match="getReport"):
        get()
    assert len(server.requests(GET)) == 1


def test_a_missing_field_is_named(get, server):
    body = {key: value for key, value in REPORT.items() if key != "processingStatus"}
    server.on(GET, server.json(200, body))
    with pytest.raises(ContractError, match=r"processingStatus: Field required") as caught:
        get()
    assert isinstance(caught.value.__cause__, ValidationError)


@pytest.mark.parametrize("status", [200, 201, 202, 299])
def test_any_2xx_is_a_success(get, server, status):
    server.on(GET, server.json(status, REPORT))
    assert get().report_id == "1"


@pytest.mark.parametrize(("status", "body"), [(200, b""), (204, b""), (200, b"anything")])
def test_an_operation_without_an_answer_takes_any_success(api, server, status, body):
    server.on("DELETE /reports/2021-06-30/reports/1", server.raw(status, body))
    ReportsApi(api).cancel_report("1")


# -- what is tried again --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "failure",
    [
        lambda s: s.raw(500, b"<html>oops</html>"),
        lambda s: s.error(503, "ServiceUnavailable"),
        lambda s: s.raw(504, b""),
        lambda s: s.reset,
        lambda s: s.hang,
        lambda s: s.raw(200, b'{"repo', length=999),
        lambda s: s.raw(200, b"no gzip", content_encoding="gzip"),
    ],
    ids=["500 html", "503", "504 empty", "reset", "timeout", "cut short", "broken encoding"],
)
def test_a_get_is_repeated_after_whatever_is_transient(get, server, failure):
    server.on(GET, failure(server), failure(server), server.json(200, REPORT))
    assert get().report_id == "1"
    assert len(server.requests(GET)) == 3


def test_waits_grow_and_end_within_a_minute(get, server, clock):
    server.on(GET, server.error(503, "ServiceUnavailable", x_amzn_RequestId="req-last"))
    with pytest.raises(TransientError) as caught:
        get()
    waits = gaps(server, GET)
    assert clock.now - 1000 <= 60
    assert len(waits) >= 5
    assert all(0.5 <= wait <= 22.5 for wait in waits)
    assert waits[3] > waits[0]
    assert not isinstance(caught.value, Throttled)
    assert caught.value.__cause__ is None
    assert caught.value.request_id == "req-last"


def test_waits_are_jittered(get, server):
    server.on(GET, server.raw(500, b""), server.json(200, REPORT))
    get()
    server.on(GET, server.raw(500, b""), server.json(200, REPORT))
    get()
    first, _, second = gaps(server, GET)
    assert first != second


def test_the_last_cause_is_kept(get, server):
    server.on(GET, server.error(503, "ServiceUnavailable"), server.reset)
    with pytest.raises(TransientError) as caught:
        get()
    assert isinstance(caught.value.__cause__, httpx.TransportError)
    assert caught.value.account == "NA"
    assert caught.value.operation == "getReport"


def test_a_refused_connection_is_transient_even_for_a_post(account, clock, throttle):
    account = replace(account, endpoint="http://127.0.0.1:9")  # the discard port: nothing listens
    with (
        SpApi(account, throttle=throttle, clock=clock, sleep=clock.sleep) as api,
        pytest.raises(TransientError) as caught,
    ):
        ReportsApi(api).create_report(SPECIFICATION)
    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    assert len([nap for nap in clock.naps if nap > 0]) >= 5


@pytest.mark.parametrize(
    "failure",
    [
        lambda s: s.raw(500, b"<html>oops</html>"),
        lambda s: s.error(503, "ServiceUnavailable"),
        lambda s: s.reset,
        lambda s: s.hang,
        lambda s: s.raw(202, b'{"reportId": ', length=999),
        lambda s: s.raw(202, b"<html>accepted</html>"),
        lambda s: s.json(202, {"reportIdentifier": "1"}),
    ],
    ids=["500", "503", "reset", "timeout", "cut short", "html success", "success without id"],
)
def test_a_post_whose_outcome_is_lost_is_sent_once(post, server, failure):
    server.on(POST, failure(server), server.json(202, CREATED))
    with pytest.raises(UnknownOutcomeError, match="look before repeating") as caught:
        post()
    assert len(server.requests(POST)) == 1
    assert caught.value.operation == "createReport"
    assert isinstance(caught.value.__cause__, httpx.TransportError | TransientError | ContractError)


def test_a_post_is_repeated_after_429_for_it_was_not_acted_on(post, server):
    server.on(POST, quota(server), quota(server), server.json(202, CREATED))
    assert post() == "1"
    assert len(server.requests(POST)) == 3


def test_a_refused_post_says_so(post, server):
    server.on(POST, server.error(403, "Unauthorized", "Access to requested resource is denied."))
    with pytest.raises(AccessDeniedError):
        post()
    server.on(POST, server.error(400, "InvalidInput", "bad option"))
    with pytest.raises(ApiStatusError, match="bad option"):
        post()
    assert len(server.requests(POST)) == 2


def test_the_intent_is_written_before_every_send(post, server):
    seen_before = []
    server.on(POST, quota(server), server.json(202, CREATED))
    post(lambda: seen_before.append(len(server.requests(POST))))
    assert seen_before == [0, 1]


def test_without_its_intent_nothing_is_sent(post, server):
    def refuse():
        raise LookupError("the lock is lost")

    with pytest.raises(LookupError):
        post(refuse)
    assert server.requests(POST) == []


# -- quotas ---------------------------------------------------------------------------------------


def test_the_first_retry_after_429_comes_after_about_a_second_later_ones_after_an_interval(
    post, server
):
    server.on(POST, quota(server), quota(server), quota(server), server.json(202, CREATED))
    post()
    first, *later = gaps(server, POST)
    assert 1.0 <= first <= 1.3
    assert later == pytest.approx([60.06, 60.06], abs=0.3)


def test_waits_for_the_bucket_do_not_use_up_the_patience(post, server, clock):
    server.on(POST, *[quota(server)] * 9, server.json(202, CREATED))
    assert post() == "1"
    assert clock.now - 1000 > 400


def test_ten_answers_of_429_are_enough(get, server):
    server.on(GET, quota(server, x_amzn_RequestId="req-429"))
    with pytest.raises(Throttled, match="QuotaExceeded") as caught:
        get()
    assert len(server.requests(GET)) == 10
    assert (caught.value.status, caught.value.request_id) == (429, "req-429")


@pytest.mark.parametrize("status", [202, 400, 404, 429, 500])
def test_the_rate_is_taken_from_every_answer_that_carries_it(post, server, clock, status):
    answers = {
        202: server.json(202, CREATED, x_amzn_RateLimit_Limit="5.0"),
        429: quota(server, x_amzn_RateLimit_Limit="5.0"),
    }
    refusal = server.error(status, "Said", x_amzn_RateLimit_Limit="5.0")
    server.on(POST, answers.get(status, refusal), server.json(202, CREATED))
    with contextlib.suppress(ApiStatusError, UnknownOutcomeError):
        post()
    started = clock.now
    for _ in range(40):
        post()
    assert clock.now - started < 10


def test_a_lower_rate_slows_us_down(get, server, clock):
    server.on(GET, server.json(200, REPORT, x_amzn_RateLimit_Limit="0.1"))
    for _ in range(17):
        get()
    assert clock.now - 1000 == pytest.approx(20, abs=1)


@pytest.mark.parametrize("rate", ["", "abc", "0", "-1", "nan", "inf"])
def test_a_rate_that_is_none_is_ignored(get, server, rate):
    server.on(GET, server.json(200, REPORT, x_amzn_RateLimit_Limit=rate))
    assert get().report_id == "1"


def test_later_retries_follow_the_rate_that_amazon_last_named(post, server):
    server.on(
        POST,
        quota(server, x_amzn_RateLimit_Limit="0.5"),
        quota(server),
        quota(server),
        server.json(202, CREATED),
    )
    post()
    assert gaps(server, POST)[1:] == pytest.approx([2, 2], abs=0.1)


def test_a_slow_first_request_does_not_make_the_sixteenth_too_early(post, server, clock):
    server.on(POST, server.late(3, server.json(202, CREATED)), server.json(202, CREATED))
    for _ in range(16):
        post()
    first_answer = server.requests(POST)[0].at + 3
    assert server.requests(POST)[15].at - first_answer >= 60


def test_threads_share_one_client(get, server):
    with ThreadPoolExecutor(16) as pool:
        assert [r.report_id for r in pool.map(lambda _: get(), range(32))] == ["1"] * 32


# -- the log --------------------------------------------------------------------------------------


def test_each_request_is_recorded(post, server, records):
    server.on(
        POST,
        quota(server, x_amzn_RequestId="req-1"),
        server.late(0.25, server.json(202, CREATED, x_amzn_RequestId="req-2")),
    )
    post()
    throttled, created = records
    assert (throttled.status_code, throttled.error_code) == (429, "QuotaExceeded")
    assert "exceeded your quota" in throttled.error_message
    assert throttled.request_id == "req-1"
    assert (created.status_code, created.error_code, created.error_message) == (202, None, None)
    assert (created.account, created.operation, created.method) == ("NA", "createReport", "POST")
    assert created.endpoint == "/reports/2021-06-30/reports"
    assert created.marketplace_id == "ATVPDKIKX0DER"
    assert created.duration_ms == 250
    assert datetime.now(UTC) - created.at < timedelta(minutes=1)


def test_a_request_without_an_answer_is_recorded_too(get, server, records):
    server.on(GET, server.reset, server.json(200, REPORT))
    get()
    lost, _ = records
    assert lost.status_code is None
    assert lost.error_code in {"ReadError", "RemoteProtocolError"}


def test_a_record_holds_the_path_without_the_query(api, server, records):
    server.on("GET /reports/2021-06-30/reports", server.json(200, {"reports": []}))
    list(ReportsApi(api).get_reports(report_types=["T"], marketplace_ids=["M1"]))
    (record,) = records
    assert record.endpoint == "/reports/2021-06-30/reports"
    assert record.marketplace_id == "M1"
