"""What Sentry is told, by a receiver that speaks its protocol."""

from __future__ import annotations

import gzip
import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import sentry_sdk

from chalkola_spapi.errors import TransientError
from tasks.sentry import report_failure, set_up_sentry
from tasks.settings import Settings


class Inbox:
    """The events that came."""

    def __init__(self):
        self._events = queue.Queue()
        self.dsn = ""

    def put(self, body):
        for line in body.splitlines()[2::2]:
            self._events.put(json.loads(line))

    def all(self):
        sentry_sdk.flush(5)
        found = []
        while not self._events.empty():
            found.append(self._events.get())
        return found


@pytest.fixture
def inbox(monkeypatch):
    inbox = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            is_gzip = self.headers.get("content-encoding") == "gzip"
            inbox.put(gzip.decompress(body) if is_gzip else body)
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        inbox.dsn = f"http://key@127.0.0.1:{server.server_port}/1"
        monkeypatch.setenv("SENTRY_DSN", inbox.dsn)
        yield inbox
        sentry_sdk.get_client().close(2)
        sentry_sdk.get_global_scope().set_client(None)
        server.shutdown()


def test_a_failed_report_comes_with_what_amazons_support_asks_for(inbox, seller):
    seller.fault("getReport", "status", status=400, times=None)
    seller.pull("US", asins=seller.asins(1))
    (event,) = inbox.all()
    report_id = seller.ledger()[0]["report_id"]
    assert (
        event["tags"] | {"marketplace": "US", "account": "NA", "report_id": report_id}
        == (event["tags"])
    )
    assert event["tags"]["operation"] == "getReport"
    assert len(event["tags"]["request_id"]) > 5
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert not any("vars" in frame for frame in frames)


def test_a_fatal_that_is_tried_again_is_no_news(inbox, seller):
    seller.script(fate="FATAL", fatal_text="the data is not available yet")
    seller.pull("US", asins=seller.asins(1), start=None)
    assert inbox.all() == []


def test_wrong_input_is_no_news(inbox, seller):
    from flows.sqp import sqp
    from tasks.errors import InputError

    with pytest.raises(InputError):
        sqp(marketplaces=["US"], asins=["nonsense"])
    assert inbox.all() == []


def test_secrets_are_starred_out_wherever_they_stand(inbox, monkeypatch):
    monkeypatch.setenv("SP_API_REFRESH_TOKEN_NA", "our-own-odd-token")
    set_up_sentry(Settings.from_env())
    leaks = (
        "our-own-odd-token Atza|IwEBIJ-abc amzn1.oa2-cs.v1.0123abc "
        "https://bucket.s3.amazonaws.com/doc?X-Amz-Signature=presigned&x=1"
    )
    report_failure(TransientError(leaks), {"marketplace": "US", "report_id": None})
    (event,) = inbox.all()
    text = json.dumps(event)
    for secret in ("our-own-odd-token", "IwEBIJ", "0123abc", "presigned"):
        assert secret not in text
    assert event["tags"] == {"marketplace": "US"}
    assert "bucket.s3.amazonaws.com/doc?***" in text


def test_without_a_dsn_nothing_is_set_up(monkeypatch):
    monkeypatch.delenv("SENTRY_DSN", raising=False)
    set_up_sentry(Settings.from_env())
    report_failure(ValueError("x"), {})
    assert not sentry_sdk.is_initialized()
