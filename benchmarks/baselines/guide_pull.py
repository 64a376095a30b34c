"""How the guide pulls: one batch of 15 ASINs after another, polls 30 s apart, 60 s between batches.

And the loop that the other clients' documentation leads to: the same without the pause, polls 10 s
apart. Both by a bare client, on a simulator that is `speed` times as fast as Amazon.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import httpx

GUIDE = {"poll_s": 30.0, "pause_s": 60.0}
NAIVE = {"poll_s": 10.0, "pause_s": 0.0}


def pull(
    url: str,
    specifications: Sequence[dict[str, Any]],
    *,
    speed: float,
    poll_s: float,
    pause_s: float,
) -> float:
    """Give the seconds for all of them, one after another."""
    with httpx.Client(base_url=url) as http, httpx.Client() as storage:
        form = {"grant_type": "refresh_token", "refresh_token": "Atzr|GUIDE"}
        form |= {"client_id": "amzn1.application-oa2-client.bench", "client_secret": "secret"}
        token = http.post("/auth/o2/token", data=form).json()["access_token"]
        http.headers["x-amz-access-token"] = token
        started = time.perf_counter()
        for one in specifications:
            report = _await(http, one, poll_s=poll_s / speed)
            path = f"/reports/2021-06-30/documents/{report['reportDocumentId']}"
            storage.get(_asked(http, "GET", path, poll_s / speed)["url"])
            time.sleep(pause_s / speed)
        return time.perf_counter() - started


def _await(http: httpx.Client, specification: dict[str, Any], *, poll_s: float) -> dict[str, Any]:
    created = _asked(http, "POST", "/reports/2021-06-30/reports", poll_s, json=specification)
    while True:
        report = _asked(http, "GET", f"/reports/2021-06-30/reports/{created['reportId']}", poll_s)
        if report["processingStatus"] == "DONE":
            return report
        time.sleep(poll_s)


def _asked(
    http: httpx.Client, method: str, path: str, poll_s: float, **body: Any
) -> dict[str, Any]:
    """Ask until it is no 429, as both do."""
    while True:
        answer = http.request(method, path, **body)
        if answer.status_code != 429:
            found: dict[str, Any] = answer.raise_for_status().json()
            return found
        time.sleep(poll_s)
