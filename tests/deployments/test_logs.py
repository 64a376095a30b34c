"""What our logs look like, in commands and through Prefect's loggers."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys

import pytest
from tenacity import retry, stop_after_delay, wait_fixed

from deployments.log_format import formatter
from deployments.prefect_environment import service_environment
from tasks.settings import Settings

RUN = """
import logging
from prefect import flow, get_run_logger, task

@task
def step():
    logging.getLogger("tasks.somewhere").info("from a library, %s", "with an argument")

@flow(name="sqp", flow_run_name="US")
def sqp():
    get_run_logger().warning("from the flow")
    step()
    logging.getLogger("httpx").info("https://bucket.example/doc?signature=presigned")

sqp()
"""


@pytest.fixture
def run_lines(prefect_server, monkeypatch):
    from prefect.settings import PREFECT_API_URL

    def run(log_format):
        monkeypatch.setenv("LOG_FORMAT", log_format)
        environment = os.environ | service_environment(Settings.from_env())
        environment["PREFECT_API_URL"] = PREFECT_API_URL.value()
        command = [sys.executable, "-c", RUN]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert "presigned" not in done.stderr
        return done.stderr.splitlines()

    return run


def test_a_worker_logs_json_with_the_run_in_each_line(run_lines):
    lines = {line["event"]: line for line in map(json.loads, run_lines("json"))}
    ours = lines["from a library, with an argument"]
    assert (ours["level"], ours["logger"]) == ("info", "tasks.somewhere")
    assert ours["timestamp"].endswith("Z")
    assert lines["from the flow"]["flow_run_name"] == "US"
    assert lines["from the flow"]["flow_name"] == "sqp"


def test_a_worker_logs_for_people(run_lines):
    lines = run_lines("console")
    assert any("warning" in line and "from the flow" in line for line in lines)
    assert any("from a library, with an argument" in line for line in lines)


def test_what_our_packages_log_stands_on_the_runs_page(prefect_server, run_lines):
    from prefect.client.orchestration import get_client

    run_lines("json")
    with get_client(sync_client=True) as client:
        newest = max(client.read_flow_runs(), key=lambda run: run.created)
        of_run = {"logs": {"flow_run_id": {"any_": [str(newest.id)]}}}

        # The server writes what it is told a moment later.
        @retry(stop=stop_after_delay(30), wait=wait_fixed(0.1), reraise=True)
        def are_there() -> None:
            logs = client.request("POST", "/logs/filter", json=of_run).json()
            messages = {log["message"] for log in logs}
            assert {"from the flow", "from a library, with an argument"} <= messages

        are_there()


def test_an_exception_is_one_line_of_json():
    record = logging.LogRecord("tasks", logging.ERROR, "", 1, "broken: %s", ("x",), None)
    try:
        int("odd \n text")
    except ValueError:
        record.exc_info = sys.exc_info()
    line = json.loads(formatter("json").format(record))
    assert line["event"] == "broken: x"
    assert "ValueError: invalid literal" in line["exception"]
