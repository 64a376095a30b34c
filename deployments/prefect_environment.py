"""The settings that Prefect starts with, in one place. Set before Prefect is imported.

What the environment already holds is kept.
https://docs.prefect.io/v3/api-ref/settings-ref
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fasteners

from deployments.early_server import EarlyServer
from tasks.settings import Settings

#: Result storage, caches and retries: the same for a command, a worker and the tests.
RUNS = {
    "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "tasks,chalkola_spapi",
    # Our loggers speak outside runs, too; that is no reason to warn.
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    # A Completed run with a kept result cannot be scheduled again as one that fell silent, should
    # its last events cross each other. What tasks keep they say themselves.
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "true",
    "PREFECT_TASKS_DEFAULT_PERSIST_RESULT": "false",
    # The least that Prefect allows: a dead run is noticed after three missed beats.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    "DO_NOT_TRACK": "1",
}

#: How a server is started. Recorders write in batches, else task runs are seen late.
SERVER = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_API_URL": "/api",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
    # The in-memory one loses every lease when the server restarts, and the runs with them.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": (
        "prefect.server.concurrency.lease_storage.filesystem"
    ),
}

#: The server inside a command: nobody looks at it, and it dies with the command.
EPHEMERAL = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_SERVER_UI_ENABLED": "false",
}


def run_environment(settings: Settings) -> dict[str, str]:
    """Give what every process that runs flows needs."""
    home = settings.chalkola_home / "prefect"
    return RUNS | {
        "PREFECT_HOME": str(home),
        # Shared by all workers of a CHALKOLA_HOME: a cached result is a file in it.
        "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(home / "results"),
    }


def service_environment(settings: Settings) -> dict[str, str]:
    """Give what workers and servers need besides: logs in LOG_FORMAT. Makes Prefect's home."""
    # Prefect makes the last folder of the path alone.
    (settings.chalkola_home / "prefect").mkdir(mode=0o700, parents=True, exist_ok=True)
    path = Path(__file__).with_name("logging.yml")
    return run_environment(settings) | {"PREFECT_LOGGING_CONFIG_PATH": str(path)}


@contextmanager
def foreground(settings: Settings, *, starts_early: bool = False) -> Iterator[EarlyServer | None]:
    """Run flows in this process: on PREFECT_API_URL's server, else on an ephemeral one.

    Prefect starts the ephemeral one with the first flow, if not `starts_early`: then it is given.
    Prefect's own log is silent unless LOG_LEVEL is DEBUG: the command tells what happened.
    """
    level = "DEBUG" if settings.log_level == "DEBUG" else "CRITICAL"
    levels = {"PREFECT_LOGGING_LEVEL": level, "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL"}
    _set(run_environment(settings) | levels)
    # Prefect makes the last folder of the path alone.
    (settings.chalkola_home / "prefect").mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.environ.get("PREFECT_API_URL"):
        with _no_heartbeat():
            yield None
        return
    _set(SERVER | EPHEMERAL)
    with _ephemeral_database(settings.chalkola_home / "prefect") as database:
        server = EarlyServer(database.with_suffix(".log")) if starts_early else None
        with _no_heartbeat():
            yield server


def _set(values: dict[str, str]) -> None:
    for name, value in values.items():
        os.environ.setdefault(name, value)


@contextmanager
def _ephemeral_database(home: Path) -> Iterator[Path]:
    """Two commands at once must not share an SQLite file: the first free one is taken."""
    number = 0
    while True:
        path = home / f"ephemeral-{number}.db"
        lock = fasteners.InterProcessLock(f"{path}.lock")
        if lock.acquire(blocking=False):
            break
        number += 1
    _set({"PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{path}"})
    try:
        yield path
    finally:
        lock.release()


@contextmanager
def _no_heartbeat() -> Iterator[None]:
    # A synchronous flow waits up to a second for its heartbeat thread; nobody watches a command's.
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    with temporary_settings(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield
