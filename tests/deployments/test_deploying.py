"""What is deployed elsewhere: the image, compose, Railway, and each part by itself."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from deployments.deploying import POOLS
from deployments.server_setup import drop_former_schedules

ROOT = Path(__file__).resolve().parents[2]
MAIN = "from deployments.cli import main; main()"
COMPOSE = ROOT / "deployments" / "compose.yaml"
RAILWAY = sorted((ROOT / "deployments").glob("railway*.toml"))
# https://docs.railway.com/config-as-code/reference
RAILWAYS_KEYS = {
    "build": {"builder", "dockerfilePath", "watchPatterns", "buildCommand"},
    "deploy": {
        "preDeployCommand",
        "startCommand",
        "healthcheckPath",
        "healthcheckTimeout",
        "restartPolicyType",
        "restartPolicyMaxRetries",
        "drainingSeconds",
        "overlapSeconds",
        "numReplicas",
    },
}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
    return found


def commands() -> list[str]:
    """Every `chalkola ...` that a file of the deployment starts."""
    texts = [path.read_text() for path in (COMPOSE, *RAILWAY)]
    return sorted({m for text in texts for m in re.findall(r"chalkola ((?:db )?[a-z]+)\b", text)})


def test_the_image_holds_nothing_that_is_not_named() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert not {".env", ".git", "tests", ".chalkola", ".venv"} & allowed
    assert all((ROOT / name).exists() for name in allowed)


def test_the_image_is_built_from_the_lock_and_run_as_nobodys_root() -> None:
    text = (ROOT / "deployments" / "Dockerfile").read_text()
    assert "--require-hashes -r /build/requirements.lock" in text
    assert "--no-index" in text
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE)[-1] == "10001"
    assert not re.search(r"^(ENV|ARG).*(SECRET|TOKEN|PASSWORD)", text, re.MULTILINE)


def test_compose_asks_for_a_login_and_holds_no_secret(services) -> None:
    server = services["server"]["environment"]
    assert server["PREFECT_SERVER_API_AUTH_STRING"].startswith("${PREFECT_LOGIN:?")
    text = COMPOSE.read_text()
    assert not re.search(r"(PASSWORD|LOGIN|SECRET|TOKEN)\w*: (?!\$\{)\S", text)
    for name in ("server", "health"):
        assert all(port.startswith("127.0.0.1:") for port in services[name]["ports"])
    assert "ports" not in services["postgres"]


def test_a_former_versions_schedule_goes_and_a_persons_own_stays(prefect_server: None) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.schedules import CronSchedule

    slugs = ("daily", "every-6-hours", "every-3-hours", "my-own")
    schedules = [
        DeploymentScheduleCreate(schedule=CronSchedule(cron=f"{minute} 4 * * *"), slug=slug)
        for minute, slug in enumerate(slugs)
    ]
    with get_client(sync_client=True) as client:
        flow_id = client.create_flow_from_name("catch-up")
        made = client.create_deployment(flow_id, "catch-up", schedules=schedules)
        drop_former_schedules()
        left = client.read_deployment(made).schedules
        client.delete_deployment(made)
    assert {schedule.slug for schedule in left} == {"every-3-hours", "my-own"}


def test_every_pool_has_a_worker(services) -> None:
    served = {"chalkola" if s["command"] == ["worker"] else s["command"][-1] for s in (
        service for service in services.values() if service.get("command", [""])[0] == "worker"
    )}  # fmt: skip
    assert served == set(POOLS)


@pytest.mark.parametrize("path", RAILWAY, ids=lambda p: p.name)
def test_railway_knows_every_key(path) -> None:
    given = tomllib.loads(path.read_text())
    given.pop("$schema")
    assert set(given) == {"build", "deploy"}
    for section, keys in RAILWAYS_KEYS.items():
        assert set(given[section]) <= keys
    assert given["build"]["builder"] == "DOCKERFILE"
    assert (ROOT / given["build"]["dockerfilePath"]).is_file()


@pytest.mark.parametrize("command", commands())
def test_every_command_that_is_started_exists(command, command_forker) -> None:
    done = command_forker.run(MAIN, *command.split(), "--help", environment=os.environ)
    assert done.returncode == 0, done.stderr


def test_the_first_start_of_postgres_makes_owners_who_are_no_superusers() -> None:
    text = (ROOT / "deployments" / "postgres-init.sh").read_text()
    subprocess.run(["sh", "-n", ROOT / "deployments" / "postgres-init.sh"], check=True)
    assert "SUPERUSER" not in text
    for name in ("chalkola", "prefect"):
        assert f"CREATE DATABASE {name} OWNER {name};" in text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["server", "--host", "0.0.0.0"], "not set: PREFECT_SERVER_API_AUTH_STRING"),
        (["worker"], "not set: PREFECT_API_URL"),
        (["deploy"], "not set: PREFECT_API_URL"),
    ],
)
def test_a_part_without_what_it_needs_says_so(arguments, text, command_forker) -> None:
    done = command_forker.run(MAIN, *arguments, environment=os.environ)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert text in done.stderr
