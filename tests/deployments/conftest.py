"""The command `chalkola` as a process of its own, against a simulator and a database."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
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
MAIN = "from deployments.cli import main; main()"


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

    def __init__(
        self, forker: Any, environment: dict[str, str], home: Path, simulator: Simulator
    ) -> None:
        self._forker = forker
        self.environment = environment
        self.home = home
        self.state = simulator.state

    def __call__(self, *arguments: str, **environment: str | None) -> Ended:
        """Run a command; with PREFECT_API_URL=None it starts a Prefect server of its own."""
        merged = {n: v for n, v in (self.environment | environment).items() if v is not None}
        process = self._forker.start(MAIN, *arguments, environment=merged)
        try:
            out, err = process.communicate(timeout=120)
            return Ended(process.wait(), out, err)
        finally:
            process.close()


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    progress = Progress(queue_s=0, processing_s=0, spread=0)
    with serve(speed=1000, progress=progress, sqp_reports_a_day=10_000) as simulator:
        yield simulator


@pytest.fixture
def shell(
    simulator: Simulator, db_url: sa.URL, tmp_path: Path, prefect_server: None, command_forker: Any
) -> Shell:
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
    return Shell(command_forker, environment, tmp_path / "home", simulator)


@pytest.fixture
def engine(db_url: sa.URL) -> Iterator[sa.Engine]:
    engine = connect_engine(db_url)
    yield engine
    engine.dispose()
