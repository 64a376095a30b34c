"""A shipment by clicking: launched from its deployment, approved twice, seen to complete."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

CHALKOLA = str(Path(sys.executable).with_name("chalkola"))
LIMIT_S = 120
CHROMIUM = [
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
REQUEST = {
    "name": "By clicking",
    "marketplace": "US",
    "ready_to_ship_days": 3,
    "source_address": {
        "name": "Chalkola Warehouse",
        "address_line_1": "1 Main Street",
        "city": "Reno",
        "state_or_province": "NV",
        "postal_code": "89501",
        "country_code": "US",
        "phone_number": "+1 775 555 0100",
    },
    "items": [{"msku": "CHALK-A", "quantity": 20}],
    "boxes": [
        {
            "quantity": 2,
            "dimensions": {"length": 12, "width": 10, "height": 8, "unit": "IN"},
            "weight": {"value": 18.5, "unit": "LB"},
            "items": [{"msku": "CHALK-A", "quantity": 10}],
        }
    ],
    "shipping": {"mode": "small_parcel", "solution": "partnered"},
}
settled = retry(
    stop=stop_after_delay(LIMIT_S),
    wait=wait_fixed(0.3),
    retry=retry_if_exception_type(AssertionError),
    reraise=True,
)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory):
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
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Running:"):
            break
    else:
        pytest.fail("".join(lines))
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGTERM)
    process.wait(LIMIT_S)
    process.stdout.close()
    listing = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert str(folder) not in listing.stdout


@pytest.fixture(scope="module")
def page():
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no chromium: apt-get install chromium, or set CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        yield running.new_page(viewport={"width": 1300, "height": 1400})
        running.close()


def runs(api: httpx.Client, deployment_id: str) -> list[dict[str, Any]]:
    found = api.post("/flow_runs/filter", json={}).json()
    return [run for run in found if run["deployment_id"] == deployment_id]


@settled
def reach(api: httpx.Client, deployment_id: str, state: str, *, task_runs: int) -> dict[str, Any]:
    run = next(iter(runs(api, deployment_id)), None)
    assert run is not None
    assert run["state_name"] == state, run["state"]
    key = {"flow_run_id": {"any_": [run["id"]]}}
    tasks = api.post("/task_runs/count", json={"flow_runs": {"id": key["flow_run_id"]}}).json()
    assert tasks >= task_runs
    return run


def approve(page: Any, address: str, run_id: str, heading: str, folder: Path) -> None:
    page.goto(f"{address}/v2/runs/flow-run/{run_id}")
    page.get_by_role("button", name="Open menu").first.click()
    page.get_by_role("menuitem", name="Resume").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(heading).wait_for()
    dialog.get_by_role("button", name="Select Decision").click()
    page.get_by_role("option", name="approve").click()
    page.screenshot(path=folder / f"{heading}.png")
    dialog.get_by_role("button", name="Resume").click()
    dialog.wait_for(state="hidden")


@pytest.mark.browser
def test_both_gates_are_approved_by_clicking(up: str, page: Any, tmp_path: Path) -> None:
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    api = httpx.Client(base_url=f"{up}/api", timeout=30)
    found = api.post("/deployments/filter", json={}).json()
    deployment_id = next(d["id"] for d in found if d["name"] == "fba-shipment")
    page.goto(f"{up}/v2/deployments/deployment/{deployment_id}/run")
    page.get_by_text("Unique; also the inbound plan's name at Amazon.").wait_for()
    page.screenshot(path=folder / "form.png")
    page.get_by_role("button", name="Open menu").first.click()
    page.get_by_role("menuitem", name="Use JSON Input").click()
    page.locator(".cm-content").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(json.dumps(REQUEST))
    page.get_by_role("button", name="Submit").click()
    run = reach(api, deployment_id, "Paused", task_runs=4)
    approve(page, up, run["id"], "By clicking: choose the placement", folder)
    run = reach(api, deployment_id, "Paused", task_runs=6)
    approve(page, up, run["id"], "By clicking: choose the carrier", folder)
    run = reach(api, deployment_id, "Completed", task_runs=9)
    page.goto(f"{up}/v2/runs/flow-run/{run['id']}")
    page.get_by_text("Completed", exact=True).first.wait_for()
    page.screenshot(path=folder / "completed.png")
    api.close()
