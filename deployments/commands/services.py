"""`chalkola server` and `chalkola worker`: one part of Prefect each, with our settings.

For containers and service managers; `chalkola up` runs all parts on one machine.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated, NoReturn

import typer

from deployments.deploying import POOL
from deployments.prefect_environment import SERVER, service_environment
from tasks.errors import InputError
from tasks.settings import Settings


def server(
    host: Annotated[str, typer.Option(help="0.0.0.0 in a container.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 4200,
) -> None:
    """Run the Prefect server and its UI until stopped.

    It keeps its state in PREFECT_SERVER_DATABASE_CONNECTION_URL, and asks for a login where
    PREFECT_SERVER_API_AUTH_STRING is set: without one it listens on this machine alone.
    """
    if host != "127.0.0.1" and not os.environ.get("PREFECT_SERVER_API_AUTH_STRING"):
        raise InputError(
            "not set: PREFECT_SERVER_API_AUTH_STRING (name:password); whoever reaches the server "
            "without one reads every secret that is stored in it and starts runs"
        )
    settings = Settings.from_env()
    # It unpacks its pages, by default beside its own code, where a container may not write.
    pages = {"PREFECT_SERVER_UI_STATIC_DIRECTORY": str(settings.chalkola_home / "prefect" / "ui")}
    environment = SERVER | service_environment(settings) | pages | dict(os.environ)
    _become(environment, "server", "start", "--host", host, "--port", str(port))


def worker(
    pool: Annotated[str, typer.Option(help="The work pool that it serves.")] = POOL,
) -> None:
    """Run a worker of PREFECT_API_URL's server until stopped; any number of them may run."""
    environment = service_environment(Settings.from_env()) | dict(os.environ)
    if not environment.get("PREFECT_API_URL"):
        raise InputError("not set: PREFECT_API_URL, the server that gives the work")
    _become(environment, "worker", "start", "--pool", pool, "--type", "process")


def _become(environment: dict[str, str], *arguments: str) -> NoReturn:
    """Turn this process into Prefect's, so that signals reach it."""
    # Started behind a shell's &, a worker inherits an ignored SIGINT and never stops.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [sys.executable, "-m", "prefect", *arguments]
    os.execve(sys.executable, command, environment)  # noqa: S606 -- no shell is wanted
