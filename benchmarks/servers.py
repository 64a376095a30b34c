"""Simulators, each a process of its own: what it costs is nobody's whom we measure."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SERVER = """
import json, sys
from chalkola_spapi.simulator import InboundProgress, Progress, serve
options = json.loads(sys.argv[1])
if "progress" in options: options["progress"] = Progress(**options["progress"])
if "inbound_progress" in options:
    options["inbound_progress"] = InboundProgress(**options["inbound_progress"])
try:
    serve(**options).run(lambda url: print(url, flush=True))
except KeyboardInterrupt:
    pass
"""


@contextmanager
def simulator(**options: Any) -> Iterator[str]:
    """Give a simulator's address; `progress` is a mapping here."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, json.dumps(options)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(10)


def control(url: str, path: str, body: object = None) -> Any:
    """Tell the simulator something through /_control, or ask it."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}/_control/{path}", data=data)
    if data:
        request.add_header("content-type", "application/json")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())
