"""The server that starts before Prefect is imported."""

from __future__ import annotations

import subprocess
import sys

START = """
import sys
from pathlib import Path
from deployments.early_server import EarlyServer
from tasks.errors import ChalkolaError
server = EarlyServer(Path(sys.argv[1]))
assert "prefect" not in sys.modules
try:
    server.wait()
except ChalkolaError as exc:
    print(exc)
"""


def test_one_that_cannot_start_says_where_the_reason_is(shell, tmp_path):
    log = tmp_path / "server.log"
    ended = subprocess.run(
        [sys.executable, "-c", START, str(log)],
        env=shell.environment | {"PREFECT_SERVER_API_KEEPALIVE_TIMEOUT": "soon"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == f"the Prefect server did not start; see {log}\n"
    assert ended.stderr == ""
    assert "soon" in log.read_text()
