"""`chalkola up`: Prefect server, UI, worker and deployments on this machine, kept running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import httpx
import typer

from deployments.console import out, set_up_logging
from deployments.deploying import POOLS, deploy
from deployments.prefect_environment import SERVER, service_environment
from deployments.simulated import SPEED, demo_asins, enter_simulation, first_report_id
from tasks.asins.tracked import import_asins
from tasks.connections import connections
from tasks.database.migrations import migrate
from tasks.errors import ChalkolaError
from tasks.settings import Settings

PREFECT_DATABASE = "prefect"
START_LIMIT_S = 120
STOP_LIMIT_S = 20
LOOK_EVERY_S = 0.25
#: More than these, and starting again does not help.
DEATHS_A_MINUTE = 5


def up(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the Prefect UI.")] = 4200,
) -> None:
    """Keep Prefect server, UI, a worker and all deployments running; Ctrl-C stops them.

    Without credentials in the environment or `.env` the simulator runs too, and everything is
    simulated. Prefect's own database is the embedded PostgreSQL.
    """
    address = f"http://127.0.0.1:{port}"
    _say(f"Prefect UI: {address} (starting)")
    with ExitStack() as stack:
        settings = Settings.from_env()
        if not settings.account_names:
            settings = stack.enter_context(_simulation(settings))
        set_up_logging(settings)
        environment = _environment(settings, address)
        parts = Parts(stack, environment)
        parts.start("server", _server_command(port))
        _wait_for(parts, address)
        deploy(environment)
        for pool in POOLS:
            parts.start(f"worker-{pool}", _worker_command(pool))
        _say(f"State and logs: {settings.chalkola_home}")
        _say(f"Running: {address}. Ctrl-C stops everything.")
        _watch(parts)


def _say(line: str) -> None:
    # Unbuffered: whoever reads a pipe waits for the address.
    out.print(line)
    out.file.flush()


@contextmanager
def _simulation(settings: Settings) -> Iterator[Settings]:
    from chalkola_spapi.simulator import serve

    with serve(speed=SPEED, has_story=True, first_report_id=first_report_id()) as simulator:
        _say(f"No credentials: simulating Amazon at {simulator.url}")
        simulated = enter_simulation(settings, simulator.url)
        engine = connections().engine
        migrate(engine)
        import_asins(engine, demo_asins())
        yield simulated


def _environment(settings: Settings, address: str) -> dict[str, str]:
    """Give the children's environment; Prefect's database is a second one in our server."""
    conns = connections()
    url = conns.embedded.ensure_database(PREFECT_DATABASE)
    if settings.supabase_db_url is None:
        migrate(conns.engine)
    prefect = {
        "PREFECT_API_URL": f"{address}/api",
        "PREFECT_UI_URL": address,
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": url.set(
            drivername="postgresql+asyncpg"
        ).render_as_string(hide_password=False),
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        # Both listen on every interface unless told otherwise.
        "PREFECT_WORKER_WEBSERVER_HOST": "127.0.0.1",
        "CHALKOLA_HOME": str(settings.chalkola_home),
    }
    return SERVER | service_environment(settings) | dict(os.environ) | prefect


def _server_command(port: int) -> list[str]:
    return ["server", "start", "--host", "127.0.0.1", "--port", str(port)]


def _worker_command(pool: str) -> list[str]:
    return ["worker", "start", "--pool", pool, "--type", "process", "--name", f"up-{pool}"]


class Parts:
    """The parts of Prefect that run; one that dies is started again, unless it keeps dying."""

    def __init__(self, stack: ExitStack, environment: dict[str, str]) -> None:
        self._stack = stack
        self._environment = environment
        self._commands: dict[str, list[str]] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._deaths: list[float] = []

    def start(self, name: str, command: list[str]) -> None:
        """Start a part, its output in the log file of its name."""
        self._commands[name] = command
        process = _process(name, command, self._environment)
        self._running[name] = self._stack.enter_context(process)

    def dead(self) -> list[str]:
        """Give the parts that have ended by themselves."""
        return [name for name, process in self._running.items() if process.poll() is not None]

    def revive(self) -> None:
        """Start again what has died.

        Raises:
            ChalkolaError: too much has died within a minute.
        """
        for name in self.dead():
            now = time.monotonic()
            self._deaths = [death for death in self._deaths if now - death < 60] + [now]
            if len(self._deaths) > DEATHS_A_MINUTE:
                raise ChalkolaError(f"the Prefect {name} keeps ending by itself; see {_log(name)}")
            _say(f"The Prefect {name} ended by itself: started again; see {_log(name)}")
            self.start(name, self._commands[name])


@contextmanager
def _process(
    name: str, command: list[str], environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a part of Prefect, its output in a log file; stopped at the end, by force if need be."""
    log = connections().folder("logs") / f"{name}.log"
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
            # Started behind a shell's &, a worker inherits an ignored SIGINT and never stops.
            preexec_fn=_default_interrupt,  # noqa: PLW1509 -- it only resets a signal
        )
    try:
        yield process
    finally:
        _stop(process)


def _default_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(parts: Parts, address: str) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/api/health", timeout=2).is_success:
                return
        except httpx.TransportError:
            pass
        if parts.dead():
            break
        time.sleep(LOOK_EVERY_S)
    raise ChalkolaError(f"the Prefect server did not start; see {_log('server')}")


def _log(name: str) -> Path:
    return connections().folder("logs") / f"{name}.log"


def _watch(parts: Parts) -> None:
    """Wait until a person stops us, or a part dies for good."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        while True:
            time.sleep(LOOK_EVERY_S)
            parts.revive()
    except KeyboardInterrupt:
        _say("Stopping ...")


def _as_interrupt(*_: object) -> None:
    raise KeyboardInterrupt
