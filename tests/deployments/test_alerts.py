"""What reaches a person: the automations on a real Prefect server, and a receiver of webhooks."""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

settled = retry(
    stop=stop_after_delay(60),
    wait=wait_fixed(0.2),
    retry=retry_if_exception_type((AssertionError, httpx.TransportError)),
    reraise=True,
)


@dataclass
class Receiver:
    """A webhook's end: the texts that came, each once."""

    url: str
    texts: queue.Queue[str] = field(default_factory=queue.Queue)

    def next(self) -> str:
        return self.texts.get(timeout=30)


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    found = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.texts.put(json.loads(body)["text"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found.url = f"http://127.0.0.1:{server.server_port}/hook?key=webhook-secret"
        yield found
        server.shutdown()


@dataclass
class Prefect:
    """A server of its own, and what is started against it."""

    api: httpx.Client
    environment: dict[str, str]
    forker: Any

    def chalkola(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        main = "from deployments.cli import main; main()"
        return self.forker.run(main, *arguments, environment=self.environment | more)

    def automations(self) -> dict[str, Any]:
        found = self.api.post("/automations/filter", json={}).raise_for_status().json()
        return {a["name"]: a for a in found}


@pytest.fixture(scope="module")
def prefect(
    tmp_path_factory: pytest.TempPathFactory, embedded_server: Any, command_forker: Any
) -> Iterator[Prefect]:
    """On PostgreSQL, as `up` and compose run it: on SQLite a busy server loses events to locks."""
    with embedded_server.database(is_empty=True) as url:
        store = url.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
        yield from _serving(tmp_path_factory, store, command_forker)


def _serving(
    tmp_path_factory: pytest.TempPathFactory, store: str, forker: Any
) -> Iterator[Prefect]:
    home = tmp_path_factory.mktemp("prefect")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "SP_API_"))}
    environment = kept | {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_UI_URL": f"http://127.0.0.1:{port}",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": store,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "CHALKOLA_HOME": str(home / "home"),
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)]
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    with httpx.Client(base_url=environment["PREFECT_API_URL"], timeout=30) as api:
        settled(lambda: api.get("/health").raise_for_status())()
        yield Prefect(api, environment, forker)
    server.terminate()
    server.wait(30)


@pytest.fixture(scope="module")
def applied(prefect: Prefect, receiver: Receiver) -> dict[str, Any]:
    done = prefect.chalkola("alerts", "apply", "--json", ALERT_WEBHOOK_URL=receiver.url)
    assert done.returncode == 0, done.stderr
    found = prefect.automations()
    assert set(json.loads(done.stdout)["automations"]) == set(found)
    return found


def test_applying_twice_leaves_the_same_set(prefect, receiver, applied):
    assert len(applied) == 9
    off = applied["Chalkola: a run is late"]["id"]
    prefect.api.patch(f"/automations/{off}", json={"enabled": False}).raise_for_status()
    assert prefect.chalkola("alerts", "apply", ALERT_WEBHOOK_URL=receiver.url).returncode == 0
    again = prefect.automations()
    assert {n: a["id"] for n, a in again.items()} == {n: a["id"] for n, a in applied.items()}
    assert [n for n, a in again.items() if not a["enabled"]] == ["Chalkola: a run is late"]


def test_the_webhooks_address_is_shown_nowhere(prefect, applied):
    assert "webhook-secret" not in json.dumps(applied)
    blocks = prefect.api.post("/block_documents/filter", json={}).text
    assert "chalkola-alerts" in blocks
    assert "webhook-secret" not in blocks


FAILS = """
from prefect import flow, tags

@flow(name="sqp")
def sqp():
    raise ValueError('Amazon said "no"\\n{{ 1 }} & <b>')

with tags("chalkola"):
    sqp(return_state=True)
"""


def test_a_failed_run_reaches_the_webhook(prefect, receiver, applied):
    subprocess.run([sys.executable, "-c", FAILS], env=prefect.environment, check=True)
    text = receiver.next()
    assert text.startswith("Chalkola: a run failed: sqp / ")
    assert 'Amazon said "no"' in text
    assert "{{ 1 }} & <b>" in text
    assert "/runs/flow-run/" in text


EMITS = """
import sys
from prefect.events import emit_event
for subject in sys.argv[1:]:
    resource = {"prefect.resource.id": f"chalkola.marketplace-stale.{subject}"}
    emit_event("chalkola.marketplace-stale", resource, payload={"message": f"{subject} is silent"})
"""


def test_one_subject_is_told_of_once_a_day(prefect, receiver, applied):
    command = [sys.executable, "-c", EMITS]
    subprocess.run([*command, "us", "us", "uk"], env=prefect.environment, check=True)
    subprocess.run([*command, "us", "jp"], env=prefect.environment, check=True)
    told = {receiver.next().rpartition(": ")[2] for _ in range(3)}
    assert told == {"us is silent", "uk is silent", "jp is silent"}
    assert receiver.texts.empty()


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "not set: ALERT_WEBHOOK_URL"),
        ({"ALERT_BLOCK": "slack-webhook/none"}, "Prefect has no block slack-webhook/none"),
        ({"PREFECT_API_URL": ""}, "not set: PREFECT_API_URL"),
    ],
)
def test_what_is_missing_is_named_in_one_line(prefect, given, text):
    done = prefect.chalkola("alerts", "apply", **given)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert text in done.stderr
