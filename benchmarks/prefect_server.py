"""A Prefect server of its own on PostgreSQL, started as the product starts it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

from deployments.prefect_environment import RUNS, SERVER

STARTS_WITHIN_S = 90


@contextmanager
def prefect_server(database: sa.URL, scratch: Path) -> Iterator[dict[str, str]]:
    """Give the environment of processes that run flows on it."""
    port = _free_port()
    environment = {
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_HOME": str(scratch / "prefect"),
        "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(scratch / "prefect" / "results"),
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
    }
    address = database.set(drivername="postgresql+asyncpg")
    store = {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": address.render_as_string(hide_password=False)
    }
    (scratch / "prefect").mkdir(exist_ok=True)
    with (scratch / "prefect-server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)],
            env=os.environ | RUNS | SERVER | environment | store,
            stdout=log,
            stderr=log,
        )
        try:
            _await(f"http://127.0.0.1:{port}/api/health")
            yield RUNS | environment
        finally:
            process.terminate()
            process.wait(20)


def _await(url: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline:
        with suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(url, timeout=2).close()
            return
        time.sleep(0.2)
    raise TimeoutError(f"the Prefect server does not answer at {url}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
