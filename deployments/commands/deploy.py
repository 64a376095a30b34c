"""`chalkola deploy`: everything that runs need on a Prefect server."""

from __future__ import annotations

import os

from deployments.console import out
from deployments.deploying import deploy as deploy_all
from deployments.prefect_environment import service_environment
from tasks.errors import InputError
from tasks.settings import Settings


def deploy() -> None:
    """Create work pools, deployments and automations on PREFECT_API_URL's server. Safe to repeat.

    Alerts are among the automations where ALERT_WEBHOOK_URL or ALERT_BLOCK is set.
    """
    settings = Settings.from_env()
    environment = service_environment(settings) | dict(os.environ)
    if not environment.get("PREFECT_API_URL"):
        raise InputError("not set: PREFECT_API_URL, the server that is meant")
    deploy_all(environment)
    out.print(f"Deployed to {environment['PREFECT_API_URL']}.")
