"""A Prefect server that starts before this process imports Prefect, and ends with it.

Prefect's own ephemeral server is started by a process that has imported Prefect and the server too:
some seconds, which are as long again in the server itself, and a new database takes it as long.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tasks.errors import ChalkolaError

LOOK_EVERY_S = 0.1
START_LIMIT_S = 120
STOP_LIMIT_S = 5


class EarlyServer:
    """Starts at once, with what the environment says; PREFECT_API_URL names it from here on.

    It stops when this process exits, after Prefect's exit handlers, which still send to it: they
    are registered later, so they run before.
    """

    def __init__(self, log: Path) -> None:
        port = _free_port()
        self._log = log
        self._address = f"http://127.0.0.1:{port}/api"
        start = ["server", "start", "--host", "127.0.0.1", "--port", str(port)]
        with log.open("wb") as sink:
            self._process = subprocess.Popen(
                # Nothing is scheduled here.
                [sys.executable, "-m", "prefect", *start, "--no-scheduler", "--no-late-runs"],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
            )
        atexit.register(self._stop)
        os.environ["PREFECT_API_URL"] = self._address

    def wait(self) -> None:
        """Return when it answers.

        Raises:
            ChalkolaError: it has ended, or does not answer in time.
        """
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if httpx.get(f"{self._address}/health", timeout=2).is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(LOOK_EVERY_S)
        raise ChalkolaError(f"the Prefect server did not start; see {self._log}")

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
