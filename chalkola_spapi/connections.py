"""The HTTP connections that requests go out by: pooled, without cookies or redirects."""

import functools
import platform
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import NamedTuple, TypedDict, Unpack
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

DEFAULT_TIMEOUT = httpx.Timeout(30, connect=10)
_LONGEST_USER_AGENT = 500
_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


@functools.cache
def default_user_agent() -> str:
    """Give who we are, as Amazon wants it said.

    https://developer-docs.amazon.com/sp-api/docs/include-a-user-agent-header
    """
    python = ".".join(platform.python_version_tuple()[:2])
    system = f"{platform.system()}/{platform.release()}"
    name = f"Chalkola-SPAPI/{version('chalkola-spapi')}"
    return f"{name} (Language=Python/{python}; Platform={system})"[:_LONGEST_USER_AGENT]


class UnreadableAddressError(Exception):
    """An address that is none; it does not say which."""


class Content(TypedDict, total=False):
    """What a request carries: further headers, a body as JSON or as a form, its own time limits."""

    headers: Mapping[str, str]
    json: object
    data: Mapping[str, str]
    timeout: httpx.Timeout


class HttpPool:
    """Pooled connections by httpx's transport; safe to share between threads.

    Without what `httpx.Client` puts around the transport, a third of a request's CPU: cookies,
    redirects, authentication and a log of addresses, none of which requests may have here.
    A proxy of the environment is used, but never towards this machine, where the simulator lives.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        timeout: httpx.Timeout = DEFAULT_TIMEOUT,
        accept: str = "application/json",
        accept_encoding: str = "gzip",
    ) -> None:
        self._headers = httpx.Headers(
            {"user-agent": user_agent, "accept": accept, "accept-encoding": accept_encoding}
        )
        self._timeout = timeout
        self._lock = threading.Lock()
        self._ways: dict[str, _Way] = {}
        self._transports: dict[str | None, httpx.HTTPTransport] = {}

    def close(self) -> None:
        """Give the connections back."""
        with self._lock:
            for transport in self._transports.values():
                transport.close()
            self._ways.clear()
            self._transports.clear()

    def send(self, method: str, address: str, **content: Unpack["Content"]) -> httpx.Response:
        """Send a request and give its whole answer; its address goes out byte for byte.

        Raises: as `streaming`.
        """
        with self.streaming(method, address, **content) as response:
            response.read()
        return response

    @contextmanager
    def streaming(
        self, method: str, address: str, **content: Unpack["Content"]
    ) -> Iterator[httpx.Response]:
        """Send a request and give its answer, whose body is still to be read.

        Raises:
            httpx.RequestError: no answer, or not all of it.
            UnreadableAddressError: the address cannot be read.
        """
        way, target = self._way_to(address)
        timeout = content.get("timeout", self._timeout)
        request = httpx.Request(
            method,
            way.origin,
            headers=self._headers,
            json=content.get("json"),
            data=content.get("data"),
            extensions={"target": target, "timeout": timeout.as_dict()},
        )
        for name, value in content.get("headers", {}).items():
            request.headers[name] = value
        response = way.transport.handle_request(request)
        response.request = request
        try:
            yield response
        finally:
            response.close()

    def _way_to(self, address: str) -> tuple["_Way", bytes]:
        """Give the way to the address's host, and what to ask for there."""
        try:
            parts = urlsplit(address)
            target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}".encode("ascii")
            origin = f"{parts.scheme}://{parts.netloc}/"
            # To take an address apart costs httpx a tenth of a request; a host comes again.
            known = self._ways.get(origin) or httpx.URL(origin)
        except (ValueError, httpx.InvalidURL):
            # Their texts quote the address, which may be a key.
            raise UnreadableAddressError("the address cannot be read") from None
        return known if isinstance(known, _Way) else self._open_way(origin, known), target

    def _open_way(self, origin: str, url: httpx.URL) -> "_Way":
        with self._lock:
            way = self._ways[origin] = _Way(url, self._transport_by(_proxy_towards(url)))
        return way

    def _transport_by(self, proxy: str | None) -> httpx.HTTPTransport:
        if proxy not in self._transports:
            self._transports[proxy] = httpx.HTTPTransport(verify=_trusted(), proxy=proxy)
        return self._transports[proxy]


class _Way(NamedTuple):
    """How requests reach a host."""

    origin: httpx.URL
    transport: httpx.HTTPTransport


def _proxy_towards(url: httpx.URL) -> str | None:
    """Give the proxy that the environment names for a host, as curl and urllib read it."""
    if url.host in _THIS_MACHINE or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy


@functools.cache
def _trusted() -> ssl.SSLContext:
    # To read the certificates takes 20 ms, which each download of a document would pay again.
    return httpx.create_ssl_context()


def was_never_sent(error: httpx.RequestError) -> bool:
    """Whether no byte of the request can have reached Amazon."""
    return isinstance(
        error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError
    )


def as_sentence(error: httpx.RequestError) -> str:
    """Give what httpx says of a failed connection; that never holds the address."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
