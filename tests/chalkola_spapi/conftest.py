"""A real HTTP server on loopback that answers what a test scripts, and a client of it."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from chalkola_spapi.accounts import Account
from chalkola_spapi.client import SpApi
from chalkola_spapi.throttle import MemoryThrottle

REFRESH_TOKEN = "Atzr|the-refresh-token"
CLIENT_SECRET = "amzn1.oa2-cs.v1.the-client-secret"

Step = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Seen:
    """A request as it arrived; `at` is the test's clock, `pairs` holds repeated query keys too."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    at: float
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class FakeClock:
    """A clock that only sleeping moves."""

    now: float = 1000.0
    naps: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.naps.append(seconds)
            self.now += seconds


class ScriptedServer:
    """Answers each "METHOD /path" with its steps in turn; the last one is repeated."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.seen: list[Seen] = []
        self._steps: dict[str, list[Step]] = {}
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._logins = 0
        self.on("POST /auth/o2/token", self._login)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._released.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def on(self, route: str, *steps: Step) -> None:
        self._steps[route] = list(steps)

    def requests(self, route: str) -> list[Seen]:
        return [seen for seen in self.seen if f"{seen.method} {seen.path}" == route]

    @property
    def logins(self) -> int:
        return len(self.requests("POST /auth/o2/token"))

    # -- steps ------------------------------------------------------------------------------------

    @staticmethod
    def json(status: int, body: object = None, **headers: str) -> Step:
        """An answer of Amazon's; `_` in a header's name stands for `-`."""
        content = b"" if body is None else json.dumps(body).encode()
        return ScriptedServer.raw(status, content, content_type="application/json", **headers)

    @staticmethod
    def error(status: int, code: str, message: str = "said", details: str = "", **headers) -> Step:
        entry = {"code": code, "message": message, "details": details}
        return ScriptedServer.json(status, {"errors": [entry]}, **headers)

    @staticmethod
    def raw(status: int, content: bytes, *, length: int | None = None, **headers: str) -> Step:
        """Any bytes; a `length` beyond them is a connection that is cut."""

        def step(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.send_header("content-length", str(len(content) if length is None else length))
            handler.end_headers()
            handler.wfile.write(content)
            handler.close_connection = length is not None

        return step

    @staticmethod
    def reset(handler: BaseHTTPRequestHandler) -> None:
        """Read the request and reset the connection."""
        linger = struct.pack("ii", 1, 0)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        handler.connection.close()
        handler.close_connection = True

    def hang(self, handler: BaseHTTPRequestHandler) -> None:
        """Read the request and never answer."""
        self._released.wait(10)
        handler.close_connection = True

    def late(self, seconds: float, step: Step) -> Step:
        """Let the test's clock run before an answer."""

        def run(handler: BaseHTTPRequestHandler) -> None:
            self.clock.sleep(seconds)
            step(handler)

        return run

    def _login(self, handler: BaseHTTPRequestHandler) -> None:
        self._logins += 1
        token = f"Atza|access-token-{self._logins}"
        body = {"access_token": token, "token_type": "bearer", "expires_in": 3600}
        self.json(200, body)(handler)

    # -- plumbing ---------------------------------------------------------------------------------

    def _next_step(self, route: str) -> Step:
        with self._lock:
            steps = self._steps.get(route)
            if not steps:
                return self.error(404, "NotFound", f"the test scripts no {route}")
            return steps.pop(0) if len(steps) > 1 else steps[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def answer(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                pairs = tuple(parse_qsl(parts.query, keep_blank_values=True))
                headers = {key.lower(): value for key, value in self.headers.items()}
                now = server.clock.now
                seen = Seen(self.command, parts.path, dict(pairs), headers, body, now, pairs)
                server.seen.append(seen)
                server._next_step(f"{self.command} {parts.path}")(self)

            do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 -- http.server's names

            def log_message(self, *args: object) -> None:
                pass

        return Handler


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def server(clock) -> Iterator[ScriptedServer]:
    server = ScriptedServer(clock)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def account(server) -> Account:
    return Account(
        name="NA",
        endpoint=server.url,
        lwa_url=f"{server.url}/auth/o2/token",
        client_id="amzn1.application-oa2-client.id",
        client_secret=SecretStr(CLIENT_SECRET),
        refresh_token=SecretStr(REFRESH_TOKEN),
    )


@pytest.fixture
def records() -> list:
    return []


@pytest.fixture
def throttle(clock) -> MemoryThrottle:
    return MemoryThrottle(clock=clock, sleep=clock.sleep)


@pytest.fixture
def patience_s(request) -> float:
    """Long enough for a busy machine; short only where a test's case is that nobody answers."""
    return 0.3 if "timeout" in request.node.name else 10


@pytest.fixture
def api(account, throttle, clock, records, patience_s) -> Iterator[SpApi]:
    with SpApi(
        account,
        throttle=throttle,
        observe=records.append,
        timeout=httpx.Timeout(patience_s),
        clock=clock,
        sleep=clock.sleep,
    ) as api:
        yield api
