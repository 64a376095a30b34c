"""The command `chalkola` as a process of its own, against a simulator and a database; and `up`."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx
import pytest
import sqlalchemy as sa

from chalkola_spapi.simulator import Progress, Simulator, serve
from tasks.database.engine import connect_engine

SECRETS = {
    "SP_API_CLIENT_SECRET": "amzn1.oa2-cs.v1.UNMISTAKABLE-CLIENT-SECRET",
    "SP_API_REFRESH_TOKEN_NA": "Atzr|UNMISTAKABLE-REFRESH-TOKEN-NA",
    "SP_API_REFRESH_TOKEN_EU": "Atzr|UNMISTAKABLE-REFRESH-TOKEN-EU",
}
MAIN = "from deployments.cli import main; main()"


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """A command that runs in this process sets up logging; other files count on what was."""
    names = ("tasks", "chalkola_spapi", "deployments", "httpx", "httpcore")
    loggers = [logging.getLogger(name) for name in names]
    before = [(logger.level, logger.propagate, logger.handlers[:]) for logger in loggers]
    yield
    for logger, (level, propagate, handlers) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.propagate = propagate
        logger.handlers[:] = handlers


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


class Shell:
    """Runs the command in an environment that tests may change."""

    secrets = SECRETS

    def __init__(
        self, forker: Any, environment: dict[str, str], home: Path, simulator: Simulator
    ) -> None:
        self._forker = forker
        self.environment = environment
        self.home = home
        self.state = simulator.state

    def __call__(self, *arguments: str, **environment: str | None) -> Ended:
        """Run a command; with PREFECT_API_URL=None it starts a Prefect server of its own."""
        merged = {n: v for n, v in (self.environment | environment).items() if v is not None}
        ended = self._forker.run(MAIN, *arguments, environment=merged)
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def start(self, *arguments: str) -> Any:
        """Start a command in a process group of its own; gives it, to be closed."""
        return self._forker.start(MAIN, *arguments, environment=self.environment)


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    progress = Progress(queue_s=0, processing_s=0, spread=0)
    with serve(speed=1000, progress=progress, sqp_reports_a_day=10_000) as simulator:
        yield simulator


@pytest.fixture
def shell(
    simulator: Simulator, db_url: sa.URL, tmp_path: Path, prefect_server: None, command_forker: Any
) -> Shell:
    """The command, on the tests' Prefect server: one of its own costs each command 5 seconds."""
    from prefect.settings import PREFECT_API_URL

    simulator.state.reset()
    environment = {
        **os.environ,
        **SECRETS,
        "SP_API_CLIENT_ID": "amzn1.application-oa2-client.test",
        "SP_API_LWA_URL": simulator.lwa_url,
        "SP_API_ENDPOINT_NA": simulator.url,
        "SP_API_ENDPOINT_EU": simulator.url,
        "SP_API_POLL_INTERVAL": "0.05",
        "PREFECT_API_URL": str(PREFECT_API_URL.value()),
        "SUPABASE_DB_URL": db_url.render_as_string(hide_password=False),
        "CHALKOLA_HOME": str(tmp_path / "home"),
    }
    return Shell(command_forker, environment, tmp_path / "home", simulator)


@pytest.fixture
def engine(db_url: sa.URL) -> Iterator[sa.Engine]:
    engine = connect_engine(db_url)
    yield engine
    engine.dispose()


# -- `chalkola up` ---------------------------------------------------------------------------------

CHALKOLA = str(Path(sys.executable).with_name("chalkola"))
LIMIT_S = 120


@dataclass
class Up:
    """The running command, its first lines and Prefect's API."""

    process: subprocess.Popen[str]
    address: str
    lines: list[str]
    home: Path
    api: httpx.Client

    def deployment(self, name: str) -> dict[str, Any]:
        found = self.api.post("/deployments/filter", json={}).raise_for_status().json()
        return next(d for d in found if d["name"] == name)


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """`chalkola up`, once for every file that looks at it; test_up.py comes last and stops it."""
    folder = tmp_path_factory.mktemp("up")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "SP_API_"))}
    process = subprocess.Popen(
        [CHALKOLA, "up", "--port", str(port)],
        cwd=folder,
        env=inherited | {"CHALKOLA_HOME": str(folder / "home")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    lines = _until(process.stdout, "Running:")
    address = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=f"{address}/api", timeout=30) as api:
            yield Up(process, address, lines, folder / "home" / "simulated", api)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(LIMIT_S)
        process.stdout.close()
    listing = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert str(folder) not in listing.stdout


def _until(output: IO[str], word: str) -> list[str]:
    lines = []
    for line in output:
        lines.append(line.rstrip())
        if line.startswith(word):
            return lines
    pytest.fail("\n".join(lines))


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """Closed at the end: one that is left open draws on, and takes half a core from all others."""
    page = browser.new_page(viewport={"width": 1300, "height": 1400})
    yield page
    page.close()
