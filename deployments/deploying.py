"""Work pools, deployments and automations on a Prefect server: repeating it changes nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tasks.errors import ChalkolaError

POOL = "chalkola"
#: A shipment waits for days for a person and keeps its process: it must not hold up the reports.
SHIPMENT_POOL = "chalkola-shipments"
POOLS = (POOL, SHIPMENT_POOL)


def deploy(environment: Mapping[str, str]) -> None:
    """Create what runs need on the server that PREFECT_API_URL names in this environment.

    Each part is a process of its own: Prefect reads its settings when it is imported.

    Raises:
        ChalkolaError: a part failed; the message ends with what it said.
    """
    for pool in POOLS:
        _run(
            environment, "prefect", "work-pool", "create", pool, "--type", "process", "--overwrite"
        )
    _run(environment, "prefect", "deploy", "--all", "--prefect-file", str(prefect_file()))
    _run(environment, "deployments.server_setup")


def prefect_file() -> Path:
    """Find prefect.yaml: beside the packages in a checkout, inside deployments/ in a wheel."""
    here = Path(__file__).resolve().parent
    found = [p for p in (here.parent / "prefect.yaml", here / "prefect.yaml") if p.is_file()]
    return found[0]


def _run(environment: Mapping[str, str], module: str, *arguments: str) -> None:
    quiet = ["--no-prompt"] if module == "prefect" else []
    done = subprocess.run(
        [sys.executable, "-m", module, *quiet, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = " ".join((done.stderr or done.stdout).split())[-300:]
        raise ChalkolaError(f"{' '.join([module, *arguments[:2]])} failed: {last}")
