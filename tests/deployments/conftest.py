"""The command `chalkola` as a process of its own, against a simulator and a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from chalkola_spapi.simulator import Progress, Simulator, serve
from tasks.database.engine import connect_engine

SECRETS = {
    "SP_API_CLIENT_SECRET": "amzn1.oa2-cs.v1.UNMISTAKABLE-CLIENT-SECRET",
    "SP_API_REFRESH_TOKEN_NA": "Atzr|UNMISTAKABLE-REFRESH-TOKEN-NA",
    "SP_API_REFRESH_TOKEN_EU": "Atzr|UNMISTAKABLE-REFRESH-TOKEN-EU",
}


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


class Shell:
    """Runs the command in an environment that tests may change."""

    secrets = SECRETS

    def __init__(self, environment: dict[str, str], home: Path, simulator: Simulator) -> None:
        self.environment = environment
        self.home = home
        self.state = simulator.state

    def __call__(self, *arguments: str, **environment: str | None) -> Ended:
        """Run a command; with PREFECT_API_URL=None it starts a Prefect server of its own."""
        merged = {n: v for n, v in (self.environment | environment).items() if v is not None}
        ended = subprocess.run(
            [sys.executable, "-m", "deployments.cli", *arguments],
            env=merged,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    progress = Progress(queue_s=0, processing_s=0, spread=0)
    with serve(speed=1000, progress=progress, sqp_reports_a_day=10_000) as simulator:
        yield simulator


@pytest.fixture
def shell(
    simulator: Simulator, db_url: sa.URL, tmp_path: Path, prefect_server: None
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command, on the tests' Prefect server: one of its own costs each command 5 seconds."""
    from prefect.settings import PREFECT_API_URL

    simulator.state.reset()
    environment = {
        **os.environ,
        **SECRETS,
        "SP_API_CLIENT_ID": "amzn1.application-oa2-client.test",
        "SP_API_LWA_URL": simulator.lwa_url,
        "SP_API_ENDPOINT_NA": simulator.url,
        "SP_API_ENDPOINT_EU": simulator.url,
        "SP_API_POLL_INTERVAL": "0.05",
        "PREFECT_API_URL": str(PREFECT_API_URL.value()),
        "SUPABASE_DB_URL": db_url.render_as_string(hide_password=False),
        "CHALKOLA_HOME": str(tmp_path / "home"),
    }
    return Shell(environment, tmp_path / "home", simulator)


@pytest.fixture
def engine(db_url: sa.URL) -> Iterator[sa.Engine]:
    engine = connect_engine(db_url)
    yield engine
    engine.dispose()
