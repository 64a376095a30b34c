"""The HTTP connections that requests go out by: pooled, without cookies or redirects."""

import functools
import platform
import ssl
from importlib.metadata import version
from urllib.parse import urlsplit

import httpx

DEFAULT_TIMEOUT = httpx.Timeout(30, connect=10)
_LONGEST_USER_AGENT = 500


class _NoCookies(httpx.Cookies):
    """Reads none and keeps none; to look for some would take a tenth of a request's CPU."""

    def extract_cookies(self, response: httpx.Response) -> None:
        pass


_NO_COOKIES = _NoCookies()


class _Client(httpx.Client):
    """A pool whose requests know nothing of each other."""

    @property  # type: ignore[misc]  # httpx lets them be set, too
    def cookies(self) -> httpx.Cookies:
        return _NO_COOKIES


@functools.cache
def default_user_agent() -> str:
    """Give who we are, as Amazon wants it said.

    https://developer-docs.amazon.com/sp-api/docs/include-a-user-agent-header
    """
    python = ".".join(platform.python_version_tuple()[:2])
    system = f"{platform.system()}/{platform.release()}"
    name = f"Chalkola-SPAPI/{version('chalkola-spapi')}"
    return f"{name} (Language=Python/{python}; Platform={system})"[:_LONGEST_USER_AGENT]


def open_http(
    *,
    user_agent: str,
    timeout: httpx.Timeout = DEFAULT_TIMEOUT,
    accept: str = "application/json",
    accept_encoding: str = "gzip",
) -> httpx.Client:
    """Give a pool of connections; the caller closes it.

    A proxy of the environment is used, but never towards this machine, where the simulator lives.
    """
    return _Client(
        headers={
            "user-agent": user_agent,
            "accept": accept,
            "accept-encoding": accept_encoding,
        },
        timeout=timeout,
        follow_redirects=False,
        verify=_trusted(),
        mounts={f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")},
    )


@functools.cache
def _trusted() -> ssl.SSLContext:
    # To read the certificates takes 20 ms, which each download of a document would pay again.
    return httpx.create_ssl_context()


def request_to(
    http: httpx.Client,
    method: str,
    address: str,
    *,
    json: object = None,
    timeout: httpx.Timeout | None = None,
) -> httpx.Request:
    """Give a request whose URL, which httpx logs, is the host alone; the rest goes out as it is.

    httpx takes an address apart in Python, which costs a tenth of a request; a host comes again.

    Raises:
        ValueError, httpx.InvalidURL: the address cannot be read; their texts quote it.
    """
    parts = urlsplit(address)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}".encode("ascii")
    return http.build_request(
        method,
        _origin(parts.scheme, parts.netloc),
        json=json,
        timeout=httpx.USE_CLIENT_DEFAULT if timeout is None else timeout,
        extensions={"target": target},
    )


@functools.lru_cache(maxsize=16)
def _origin(scheme: str, netloc: str) -> httpx.URL:
    return httpx.URL(f"{scheme}://{netloc}/")


def was_never_sent(error: httpx.RequestError) -> bool:
    """Whether no byte of the request can have reached Amazon."""
    return isinstance(
        error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError
    )


def as_sentence(error: httpx.RequestError) -> str:
    """Give what httpx says of a failed connection; that never holds the address."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
