"""`chalkola up` as a person meets it: the address, the deployments, a worker's run, the form."""

from __future__ import annotations

import signal
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
import pytest
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

LIMIT_S = 120
settled = retry(
    stop=stop_after_delay(LIMIT_S),
    wait=wait_fixed(0.2),
    retry=retry_if_exception_type(AssertionError),
    reraise=True,
)


@pytest.fixture(scope="module")
def finished_run(up: Any) -> dict[str, Any]:
    """A run that Prefect's scheduler made from a schedule, taken up by the real worker."""
    deployment = up.deployment("sqp-weekly")
    weekly = deployment["id"]
    # Later than the scheduler's next look at what has changed, 5 seconds at most.
    soon = datetime.now(UTC) + timedelta(seconds=10)
    schedule = {
        "schedule": {"interval": 30 * 86400, "anchor_date": soon.isoformat()},
        "parameters": {"marketplaces": ["US", "UK"], "period": "WEEK"},
    }
    up.api.post(f"/deployments/{weekly}/schedules", json=[schedule]).raise_for_status()
    change = {"description": deployment["description"]}
    up.api.patch(f"/deployments/{weekly}", json=change).raise_for_status()
    ours = {
        "deployments": {"id": {"any_": [weekly]}},
        "flow_runs": {"state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}},
    }

    @settled
    def ended() -> dict[str, Any]:
        [run] = up.api.post("/flow_runs/filter", json=ours).json() or [None]
        assert run is not None
        assert "auto-scheduled" in run["tags"]
        return cast("dict[str, Any]", run)

    return ended()


def test_the_address_comes_first(up: Any) -> None:
    assert up.address in up.lines[0]


def test_every_deployment_is_there_with_its_schedule(up: Any) -> None:
    found = up.api.post("/deployments/filter", json={}).json()
    schedules = {d["name"]: [s["schedule"] for s in d["schedules"]] for d in found}
    assert {s["timezone"] for each in schedules.values() for s in each} == {"UTC"}
    crons = {name: [s["cron"] for s in each] for name, each in schedules.items()}
    assert (
        crons
        | {
            "sqp-weekly": ["0 8 * * 2"],
            "sqp-monthly": ["0 8 5 * *"],
            "sqp-quarterly": ["0 9 5 1,4,7,10 *"],
            "catch-up": ["0 1-22/3 * * *"],
            "backfill": [],
            "harvest": ["*/30 * * * *"],
            "watch": ["15 * * * *"],
            "maintenance": ["30 3 * * *"],
        }
        == crons
    )


def test_runs_are_scheduled_ahead(up: Any) -> None:
    """Nothing but the server's log tells when its scheduler fails at each turn."""
    wanted = {d["id"] for d in up.api.post("/deployments/filter", json={}).json() if d["schedules"]}
    ahead = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}, "limit": 200}

    @settled
    def scheduled() -> None:
        found = up.api.post("/flow_runs/filter", json=ahead).json()
        assert wanted == {run["deployment_id"] for run in found}

    scheduled()


def test_the_worker_runs_a_deployment_and_leaves_artifacts(
    up: Any, finished_run: dict[str, Any]
) -> None:
    assert finished_run["state_type"] == "COMPLETED", finished_run["state"]
    assert finished_run["name"] == "US, UK · WEEK newest"
    of_run = {"artifacts": {"flow_run_id": {"any_": [finished_run["id"]]}}}
    kinds = {a["type"] for a in up.api.post("/artifacts/filter", json=of_run).json()}
    assert {"table", "progress"} <= kinds
    of_run = {"task_runs": {"flow_run_id": {"any_": [finished_run["id"]]}}, "limit": 200}

    @settled
    def named() -> None:
        names = {t["name"] for t in up.api.post("/task_runs/filter", json=of_run).json()}
        assert any(n.startswith("US · WEEK ") and n.endswith("batch 2/3") for n in names), names

    named()


def test_a_completed_run_is_never_scheduled_again(up: Any, finished_run: dict[str, Any]) -> None:
    """Its last beat and its end may reach the automation for dead runs in the wrong order."""
    again = {"state": {"type": "SCHEDULED", "name": "AwaitingRetry"}}
    answer = up.api.post(f"/flow_runs/{finished_run['id']}/set_state", json=again).json()
    assert answer["status"] == "REJECT", answer


def test_what_keeps_runs_alive_is_applied(up: Any) -> None:
    found = up.api.post("/automations/filter", json={}).json()
    names = {one["name"] for one in found if one["enabled"]}
    assert {"Chalkola: reschedule dead runs", "Chalkola: reschedule lost runs"} <= names
    pools = {p["name"]: p["concurrency_limit"] for p in up.api.post("/work_pools/filter").json()}
    assert (pools["chalkola"], pools["chalkola-shipments"]) == (8, None)


def test_a_wrong_parameter_is_refused_before_a_run_is_made(up: Any) -> None:
    path = f"/deployments/{up.deployment('sqp-weekly')['id']}/create_flow_run"
    answer = up.api.post(path, json={"parameters": {"marketplaces": ["XX"]}})
    assert answer.status_code == httpx.codes.CONFLICT
    assert "'XX' is not one of" in answer.text


@pytest.mark.browser
def test_the_form_offers_choices_and_says_what_they_mean(up: Any, page: Any) -> None:
    page.goto(f"{up.address}/v2/deployments/deployment/{up.deployment('sqp-weekly')['id']}/run")
    page.get_by_text("Empty: every marketplace that has tracked ASINs.").wait_for()
    page.get_by_text("First day of the period").first.wait_for()
    page.locator("button", has_text="Select").first.click()
    page.get_by_role("option", name="UAE").wait_for()


@pytest.mark.browser
def test_the_run_page_shows_its_batches(up: Any, page: Any, finished_run: dict[str, Any]) -> None:
    page.goto(f"{up.address}/v2/runs/flow-run/{finished_run['id']}")
    page.get_by_text("US, UK · WEEK newest").first.wait_for()
    page.get_by_text("Amazon took it as report").first.wait_for()


def test_stopping_it_leaves_no_process_behind(up: Any) -> None:
    """Runs last of all that use it: the fixture's own end then finds nothing to do."""
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(LIMIT_S) == 0
    listing = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert str(up.home) not in listing.stdout
    with pytest.raises(httpx.ConnectError):
        httpx.get(up.address)
