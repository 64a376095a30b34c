from contextlib import closing

import httpx
import pytest

from chalkola_spapi.connections import HttpPool, UnreadableAddressError

AMAZON = "http://amazon.example"
GET = "GET /reports/1"
PROXIES = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


@pytest.fixture
def http(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    with closing(HttpPool(user_agent="test")) as connections:
        yield connections


@pytest.mark.parametrize("name", ["http_proxy", "all_proxy"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_proxy_of_the_environment_is_used(http, server, monkeypatch, name, scheme):
    monkeypatch.setenv(name, scheme + server.url.removeprefix("http://"))
    server.on(GET, server.raw(200, b"by proxy"))
    assert http.send("GET", f"{AMAZON}/reports/1?a=b").content == b"by proxy"
    (seen,) = server.requests(GET)
    assert (seen.headers["host"], seen.query) == ("amazon.example", {"a": "b"})


def test_a_host_that_needs_no_proxy_is_reached_without(http, server, monkeypatch):
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.setenv("no_proxy", "other.example,amazon.example")
    with pytest.raises(httpx.ConnectError):
        http.send("GET", f"{AMAZON}/reports/1")
    assert server.seen == []


def test_an_answer_that_is_not_read_gives_its_connection_back(http, server):
    server.on(GET, server.raw(200, b"x" * 100_000))
    for _ in range(2):
        with http.streaming("GET", f"{server.url}/reports/1") as response:
            assert response.status_code == 200
    assert len(server.requests(GET)) == 2


@pytest.mark.parametrize("address", ["http://[key", "http://host/ключ", "http://host:key/"])
def test_an_address_that_is_none_is_not_repeated(http, address):
    with pytest.raises(UnreadableAddressError) as caught:
        http.send("GET", address)
    assert str(caught.value) == "the address cannot be read"
    assert caught.value.__cause__ is None


def test_closed_connections_open_anew(http, server):
    server.on(GET, server.raw(200, b"text"))
    for _ in range(2):
        assert http.send("GET", f"{server.url}/reports/1").content == b"text"
        http.close()
