"""The digest of a seller to whom something happened: found, shown in Prefect, and sent on."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.sorting import ArtifactSort

from chalkola_spapi.simulator.story import DEARER, LAUNCHED, SOLD_OUT
from tasks.asins.tracked import TrackedAsin, import_asins
from tasks.errors import InputError

WEEKS_BEFORE = 3
WEEK = timedelta(days=7)


class Receiver:
    """A webhook's end, which may refuse."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.texts.append(json.loads(body)["text"])
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?key=webhook-secret"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver(monkeypatch) -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.server.shutdown()
    found.server.server_close()


def artifact(key):
    async def read():
        async with get_client() as client:
            found = await client.read_artifacts(
                artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[key])),
                sort=ArtifactSort.CREATED_DESC,
            )
        return found[0]

    return asyncio.run(read())


def test_a_launch_a_stock_out_and_a_price_are_found_shown_and_sent(
    simulate, enter, db_url, receiver, monkeypatch, caplog
):
    from flows.backfill import backfill
    from flows.digest import digest
    from flows.inventory import inventory

    seller = enter(simulate(has_story=True), db_url)
    newest = seller.state.stock.story.newest
    asins = [LAUNCHED, SOLD_OUT, DEARER, "B0CHALK001"]
    import_asins(seller.engine, [TrackedAsin(seller.ids["US"], asin, 1) for asin in asins])
    backfill(first=newest - WEEKS_BEFORE * WEEK, last=newest)
    inventory(marketplaces=["US"])
    asked = len(seller.created)

    monkeypatch.setenv("ALERT_WEBHOOK_URL", receiver.url)
    ended = digest()
    assert len(seller.created) == asked
    (page,) = ended["pages"]
    html = Path(page["page"]).read_text()
    titles = [f"{SOLD_OUT} is sold out", f"{LAUNCHED} is new and growing"]
    titles.append(f"{DEARER} costs more and sells worse")
    for text in (html, artifact("digest-us").data, receiver.texts[0]):
        assert [title in text for title in titles] == [True] * 3
    # B0CHALK001 lives an ordinary life.
    assert html.count('<article class="card fact') == 3
    assert Path(page["newest_page"]).read_text() == html
    assert ended["sent_to"] == "ALERT_WEBHOOK_URL"

    block = CustomWebhookNotificationBlock(
        name="team", url=receiver.url, json_data={"text": "{{subject}}: {{body}}"}
    )
    block.save("team", overwrite=True)
    assert digest(block="custom-webhook/team")["sent_to"] == "custom-webhook/team"
    assert receiver.texts[1].startswith("Chalkola digest: US: Chalkola digest: US. 3 things")

    receiver.status = 500
    assert digest(block="custom-webhook/team")["sent_to"] is None
    assert digest(block="slack-webhook/nobody")["sent_to"] is None
    assert "webhook-secret" not in caplog.text

    older = digest(start=newest - WEEK)["pages"][0]
    assert Path(older["newest_page"]).read_text() == html


def test_a_start_that_is_none_writes_nothing(simulate, enter, db_url, tmp_path):
    from flows.digest import digest

    enter(simulate(), db_url)
    with pytest.raises(InputError, match=r"2026-11-16.*Sunday"):
        digest(start="2026-11-16")
    with pytest.raises(InputError, match="none has tracked ASINs"):
        digest()
    assert not list(tmp_path.rglob("*.html"))
