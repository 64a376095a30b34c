"""`make check` fails on what is known, and never claims what it did not look at."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def advisories() -> Iterator[str]:
    """A service that knows something of jinja2 2.4.1 alone."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))["queries"]
            bad = {"package": {"name": "jinja2", "ecosystem": "PyPI"}, "version": "2.4.1"}
            results = [{"vulns": [{"id": "GHSA-1"}]} if one == bad else {} for one in asked]
            body = json.dumps({"results": results}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def audit(lock: Path, service: str) -> tuple[int, str]:
    command = [sys.executable, str(ROOT / "tests" / "audit.py"), str(lock), service]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_known_vulnerability_fails_and_is_named(advisories, tmp_path):
    lock = tmp_path / "some.lock"
    lock.write_text("jinja2==2.4.1 \\\n    --hash=sha256:00\nzope==1 ; sys_platform == 'x' \\\n")
    assert audit(lock, advisories) == (
        1,
        "jinja2 2.4.1: GHSA-1\nAudit: 2 packages, 1 with known vulnerabilities\n",
    )


def test_our_lock_is_asked_for_whole(advisories):
    code, said = audit(ROOT / "requirements.lock", advisories)
    pins = (ROOT / "requirements.lock").read_text().count("==")
    assert code == 0
    assert 50 < int(said.split()[1]) <= pins
    assert said.endswith("packages, 0 with known vulnerabilities\n")


def test_a_service_out_of_reach_is_said_and_fails_nothing():
    code, said = audit(ROOT / "requirements.lock", "http://127.0.0.1:9")
    assert code == 0
    assert said.startswith("Audit: nothing was checked: ")


def test_every_pin_of_both_locks_has_a_hash():
    for name in ("requirements-uv.lock", "requirements.lock", "requirements-dev.lock"):
        entries = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
        assert all("--hash=sha256:" in entry for entry in entries if "==" in entry.split(";")[0])
