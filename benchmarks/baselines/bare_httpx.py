"""The same five requests by a pooled httpx client, and nothing more: no quota, retry or check."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx


class BareHttpx:
    """One report's whole life: created, looked at twice, addressed, downloaded, parsed."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url)
        form = {"grant_type": "refresh_token", "refresh_token": "Atzr|NA"}
        form |= {"client_id": "amzn1.application-oa2-client.bench", "client_secret": "secret"}
        token = self._http.post("/auth/o2/token", data=form).json()["access_token"]
        self._http.headers["x-amz-access-token"] = token
        # The storage refuses a request that carries the token.
        self._storage = httpx.Client(headers={"accept-encoding": "identity"})

    def life(self, specification: dict[str, Any]) -> list[dict[str, Any]]:
        """Give the document's rows."""
        http, reports = self._http, "/reports/2021-06-30"
        report_id = http.post(f"{reports}/reports", json=specification).json()["reportId"]
        http.get(f"{reports}/reports/{report_id}").json()
        report = http.get(f"{reports}/reports/{report_id}").json()
        document = http.get(f"{reports}/documents/{report['reportDocumentId']}").json()
        content = self._storage.get(document["url"]).content
        rows: list[dict[str, Any]] = json.loads(gzip.decompress(content))["dataByAsin"]
        return rows
