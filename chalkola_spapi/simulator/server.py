"""The simulator as a server: in the foreground, or in a thread of its own."""

import socket
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import Scope

from chalkola_spapi.simulator.asgi import Application
from chalkola_spapi.simulator.brand_analytics.search_terms import DEFAULT_ROWS
from chalkola_spapi.simulator.clock import Clock, SystemClock
from chalkola_spapi.simulator.flat_files.verdict import TooSoon
from chalkola_spapi.simulator.inbound.scripts import InboundProgress
from chalkola_spapi.simulator.report_lifecycle import Progress
from chalkola_spapi.simulator.sales_and_traffic.quota import OverQuota
from chalkola_spapi.simulator.settings import DEFAULT_FIRST_REPORT_ID, DEFAULT_SEED, Settings
from chalkola_spapi.simulator.state import State
from chalkola_spapi.simulator.stock.catalogue import DEFAULT_SIZE

_STARTUP_LIMIT_S = 10
_IDLE_LIMIT_S = 60


class _Uvicorn(uvicorn.Server):
    """Tells by an event that it listens, and can end a connection."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    def hang_up(self, scope: Scope) -> None:
        for connection in tuple(self.server_state.connections):
            if getattr(connection, "client", None) == scope["client"]:
                connection.transport.close()


class Simulator:
    """A simulator bound to its address. `with` runs it in a thread; `run` in the foreground.

    `url` serves Amazon's three regions, LWA and the documents; `state` is what a test scripts.
    """

    def __init__(self, state: State, *, listener: socket.socket) -> None:
        host, port = listener.getsockname()[:2]
        self.state = state
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._ready = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._listener = listener
        self._thread = threading.Thread(target=self._serve, name="simulator", daemon=True)
        config = uvicorn.Config(
            # The application needs the server, and the server the application.
            Application(state, hang_up=self._hang_up),
            # The one implementation whose connections can be ended from outside.
            http="h11",
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            # Longer than any client waits between two polls: it closes, not we.
            timeout_keep_alive=_IDLE_LIMIT_S,
            timeout_graceful_shutdown=1,
        )
        self._server = _Uvicorn(config, self._ready.set)
        state.public_url = state.public_url or self.url

    @property
    def lwa_url(self) -> str:
        """The token endpoint."""
        return f"{self.url}/auth/o2/token"

    def run(self, announce: Callable[[str], None]) -> None:
        """Serve in this thread until SIGINT or SIGTERM; `announce` gets the address first.

        Like any uvicorn it shuts down and then lets the signal act: SIGINT raises
        KeyboardInterrupt here.
        """
        announce(self.url)
        self._serve()

    def start(self) -> None:
        """Serve in a thread; returns once it listens.

        Raises:
            RuntimeError: it does not listen within 10 seconds.
        """
        self._thread.start()
        if not self._ready.wait(_STARTUP_LIMIT_S):
            raise RuntimeError("the simulator did not start")

    def stop(self) -> None:
        """End serving, and free the port. Does nothing the second time."""
        self._server.should_exit = True
        self._idle.wait()
        self._listener.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _hang_up(self, scope: Scope) -> None:
        self._server.hang_up(scope)

    def _serve(self) -> None:
        self._idle.clear()
        try:
            self._server.run(sockets=[self._listener])
        finally:
            self._idle.set()


def serve(  # noqa: PLR0913 -- each is an option of its own, and has a default
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    public_url: str | None = None,
    speed: float = 1.0,
    seed: int = DEFAULT_SEED,
    clock: Clock | None = None,
    clients: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    sqp_reports_a_day: int = 20,
    foreign_asins: tuple[str, ...] = ("B00FOREI",),
    asins_without_data: tuple[str, ...] = ("B00NODAT",),
    is_terse: bool = False,
    catalogue_size: int = DEFAULT_SIZE,
    search_terms: int = DEFAULT_ROWS,
    too_soon: TooSoon = "FATAL",
    over_sales_quota: OverQuota = "refuse",
    inbound_progress: InboundProgress | None = None,
    has_story: bool = False,
    first_report_id: int = DEFAULT_FIRST_REPORT_ID,
) -> Simulator:
    """A simulator bound to `host` and `port` (0: any free one), not yet serving.

    `public_url` is how documents' addresses begin, where others reach it under another name.
    The rest is explained at `Settings`.

    Raises:
        OSError: the address is taken.
    """
    settings = Settings(
        speed=speed,
        seed=seed,
        clock=clock or SystemClock(),
        clients=clients,
        progress=progress or Progress(),
        sqp_reports_a_day=sqp_reports_a_day,
        foreign_asins=foreign_asins,
        asins_without_data=asins_without_data,
        is_terse=is_terse,
        catalogue_size=catalogue_size,
        search_terms=search_terms,
        too_soon=too_soon,
        over_sales_quota=over_sales_quota,
        inbound_progress=inbound_progress or InboundProgress(),
        has_story=has_story,
        first_report_id=first_report_id,
    )
    state = State(settings)
    state.public_url = (public_url or "").rstrip("/")
    return Simulator(state, listener=_listen(host, port))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Without the protocol's number asyncio leaves Nagle's algorithm on: 40 ms an answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener
