"""A shipment by its deployment: approved by clicking, and going on by itself once it was killed."""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

LIMIT_S = 120
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
def test_both_gates_are_approved_by_clicking(up: Any, page: Any, tmp_path: Path) -> None:
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    api = up.api
    found = api.post("/deployments/filter", json={}).json()
    deployment_id = next(d["id"] for d in found if d["name"] == "fba-shipment")
    page.goto(f"{up.address}/v2/deployments/deployment/{deployment_id}/run")
    page.get_by_text("Unique; also the inbound plan's name at Amazon.").wait_for()
    page.screenshot(path=folder / "form.png")
    page.get_by_role("button", name="Open menu").first.click()
    page.get_by_role("menuitem", name="Use JSON Input").click()
    page.locator(".cm-content").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(json.dumps(REQUEST))
    page.get_by_role("button", name="Submit").click()
    run = reach(api, deployment_id, "Paused", task_runs=4)
    approve(page, up.address, run["id"], "By clicking: choose the placement", folder)
    run = reach(api, deployment_id, "Paused", task_runs=6)
    approve(page, up.address, run["id"], "By clicking: choose the carrier", folder)
    run = reach(api, deployment_id, "Completed", task_runs=9)
    page.goto(f"{up.address}/v2/runs/flow-run/{run['id']}")
    page.get_by_text("Completed", exact=True).first.wait_for()
    page.screenshot(path=folder / "completed.png")


# -- killed ----------------------------------------------------------------------------------------


def hasten(api: httpx.Client) -> None:
    """Let a crashed run be scheduled again after 10 s, the least that Prefect takes."""
    found = api.post("/automations/filter", json={}).json()
    automation = next(a for a in found if a["name"] == "Chalkola: reschedule dead runs")
    assert "prefect.flow-run.Crashed" in automation["trigger"]["after"]
    # A live run is silent for 30 s between its beats.
    automation["trigger"] |= {"within": 10, "after": ["prefect.flow-run.Crashed"]}
    kept = ("name", "description", "enabled", "trigger", "actions")
    answer = api.put(f"/automations/{automation['id']}", json={k: automation[k] for k in kept})
    answer.raise_for_status()


@settled
def waits(api: httpx.Client, run_id: str, gate: str) -> str:
    """Wait until the run asks at a gate, and give the label of its first option."""
    state = api.get(f"/flow_runs/{run_id}").json()["state"]
    details = state["state_details"]
    assert (details["pause_key"] or "").startswith(gate), state
    form = api.get(f"/flow_runs/{run_id}/input/{details['run_input_keyset']['schema']}")
    assert form.status_code == httpx.codes.OK
    options = form.json()["properties"]["option"]
    return str(options.get("const") or options["enum"][0])


def approve_by_api(api: httpx.Client, run_id: str, option: str) -> None:
    answer = api.post(
        f"/flow_runs/{run_id}/resume",
        json={"run_input": {"decision": "approve", "option": option}},
    )
    assert answer.json()["status"] == "ACCEPT"


def kill(run_id: str) -> None:
    mark = f"PREFECT__FLOW_RUN_ID={run_id}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (folder / "environ").read_bytes():
                os.kill(int(folder.name), signal.SIGKILL)


def test_a_run_that_is_killed_right_after_its_approval_goes_on_by_itself(up: Any) -> None:
    api = up.api
    hasten(api)
    found = api.post("/deployments/filter", json={}).json()
    deployment_id = next(d["id"] for d in found if d["name"] == "fba-shipment")
    parameters = {"request": REQUEST | {"name": "Killed"}}
    run = api.post(
        f"/deployments/{deployment_id}/create_flow_run",
        json={"parameters": parameters, "state": {"type": "SCHEDULED"}},
    ).json()
    approve_by_api(api, run["id"], waits(api, run["id"], "placement"))
    kill(run["id"])
    # It is not asked about the placement again: Prefect holds the yes.
    option = waits(api, run["id"], "transportation")
    inputs = api.post(
        f"/flow_runs/{run['id']}/input/filter", json={"prefix": "paused-", "limit": 50}
    ).json()
    assert sum(one["key"].endswith("-schema") for one in inputs) == 2
    approve_by_api(api, run["id"], option)
    ended(api, run["id"])


@settled
def ended(api: httpx.Client, run_id: str) -> None:
    state = api.get(f"/flow_runs/{run_id}").json()["state"]
    assert state["name"] == "Completed", state
