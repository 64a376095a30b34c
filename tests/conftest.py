"""Fixtures for every test: a real PostgreSQL, a Prefect server, and an environment of nobody."""

from __future__ import annotations

import itertools
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
import sqlalchemy as sa
from psycopg2 import sql

from tasks.database.embedded import ROLE, EmbeddedPostgres
from tasks.database.engine import connect_engine
from tasks.database.migrations import migrate

OURS = (
    "SP_API_",
    "SQP_",
    "CHALKOLA_",
    "SUPABASE_",
    "PREFECT_",
    "PG",
    "SENTRY_",
    "LOG_",
    "ALERT_",
    "ENVIRONMENT",
)
POSTGRES_15 = sa.URL.create("postgresql+psycopg2", "postgres", host="127.0.0.1", port=5432)
CACHE = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "chalkola-tests"
# Without bytecode every process that a test starts compiles all of Prefect: 1.5 s of its 3.
if sys.dont_write_bytecode:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(CACHE / "bytecode")


def pytest_configure(config: pytest.Config) -> None:
    """Warnings are errors; what other people's packages warn of is not ours to mend."""
    config.addinivalue_line("filterwarnings", "error")
    for package in ("prefect", "pydantic", "fastapi", "starlette", "websockets", "docket"):
        for category in ("DeprecationWarning", "UserWarning"):
            config.addinivalue_line("filterwarnings", rf"ignore::{category}:{package}(\.|$)")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting leaks in from the machine, and no .env is near."""
    for name in os.environ:
        if name.startswith(OURS) and name not in PREFECT_OF_THE_HARNESS:
            monkeypatch.delenv(name)
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    monkeypatch.chdir(tmp_path)


# The harness and its server live in these for the whole session.
PREFECT_OF_THE_HARNESS = frozenset(
    {"PREFECT_SERVER_ANALYTICS_ENABLED", "PREFECT_TESTING_UNIT_TEST_MODE"}
)


def fast_dir() -> str | None:
    """Memory where there is enough of it (Docker gives /dev/shm 64 MB), else the usual place."""
    memory = Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK)
    return str(memory) if usable and shutil.disk_usage(memory).free > 2**30 else None


class TestServer:
    """A PostgreSQL server that hands out databases copied from one that is migrated."""

    __test__ = False

    def __init__(self, superuser: sa.URL, owner: sa.URL) -> None:
        self._owner = owner
        self._numbers = itertools.count(1)
        # Several pytest workers may share a server.
        self._prefix = f"chalkola_test_{os.getpid()}"
        self._template = f"{self._prefix}_template"
        self._admin = connect_engine(superuser).execution_options(isolation_level="AUTOCOMMIT")
        self._create(self._template)
        engine = connect_engine(owner.set(database=self._template))
        migrate(engine)
        engine.dispose()

    def close(self) -> None:
        self.drop(self._template)
        self._admin.dispose()

    def new_database(self, *, is_empty: bool = False) -> sa.URL:
        name = f"{self._prefix}_{next(self._numbers)}"
        self._create(name, template="template0" if is_empty else self._template)
        return self._owner.set(database=name)

    def _create(self, name: str, template: str = "template1") -> None:
        # The server's default strategy takes 20 times as long.
        create = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY")
        self._execute(create.format(*map(sql.Identifier, (name, ROLE, template))))

    def drop(self, name: str) -> None:
        self._execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def superuser_url(self, database: str | None) -> sa.URL:
        return self._admin.url.set(database=database)

    def _execute(self, statement: sql.Composed) -> None:
        with self._admin.connect() as connection, connection.connection.cursor() as cursor:
            cursor.execute(statement)

    @contextmanager
    def database(self, *, is_empty: bool = False) -> Iterator[sa.URL]:
        url = self.new_database(is_empty=is_empty)
        try:
            yield url
        finally:
            self.drop(str(url.database))


@pytest.fixture(scope="session")
def embedded_postgres() -> Iterator[EmbeddedPostgres]:
    """The embedded server of this worker, without fsync, stopped at the end."""
    home = Path(tempfile.mkdtemp(prefix="chalkola-tests-", dir=fast_dir()))
    try:
        with EmbeddedPostgres(home, settings={"fsync": "off", "full_page_writes": "off"}) as server:
            yield server
    finally:
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def embedded_server(embedded_postgres: EmbeddedPostgres) -> Iterator[TestServer]:
    server = TestServer(
        embedded_postgres.url("postgres", as_superuser=True), embedded_postgres.url("postgres")
    )
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgres15_server() -> Iterator[TestServer]:
    """PostgreSQL 15, the oldest that is supported, where the machine has one."""
    try:
        admin = psycopg2.connect(
            host=POSTGRES_15.host, user="postgres", dbname="postgres", connect_timeout=2
        )
    except psycopg2.OperationalError:
        pytest.skip("no PostgreSQL 15 at 127.0.0.1:5432 (user postgres, trust)")
    admin.autocommit = True
    with closing(admin), admin.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(7215002)")
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,))
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(ROLE)))
    url = POSTGRES_15.set(database="postgres")
    server = TestServer(url, url.set(username=ROLE))
    yield server
    server.close()


@pytest.fixture(params=["embedded", "postgres15"])
def any_server(request: pytest.FixtureRequest) -> TestServer:
    """Each of the two servers in turn: a test that asks for it (or for any_engine) runs twice."""
    server = request.getfixturevalue(f"{request.param}_server")
    assert isinstance(server, TestServer)
    return server


@pytest.fixture
def db_url(embedded_server: TestServer) -> Iterator[sa.URL]:
    """A migrated database of its own for each test, on the embedded server."""
    with embedded_server.database() as url:
        yield url


@pytest.fixture
def empty_db_url(embedded_server: TestServer) -> Iterator[sa.URL]:
    """A database without our tables."""
    with embedded_server.database(is_empty=True) as url:
        yield url


@pytest.fixture
def postgres15_url(postgres15_server: TestServer) -> Iterator[sa.URL]:
    """A migrated database of its own for each test, on PostgreSQL 15."""
    with postgres15_server.database() as url:
        yield url


@pytest.fixture
def engine(db_url: sa.URL) -> Iterator[sa.Engine]:
    """An engine on db_url, made as the project makes it."""
    engine = connect_engine(db_url)
    yield engine
    engine.dispose()


@pytest.fixture
def any_engine(any_server: TestServer) -> Iterator[sa.Engine]:
    """An engine on a migrated database of its own; the test runs on both servers."""
    with any_server.database() as url:
        engine = connect_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def run_python() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts another Python process with this code and arguments; all are killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", code, *map(str, arguments)]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def prefect_template() -> Path:
    """A migrated SQLite file for Prefect's test server, made once for each Prefect version."""
    import fasteners
    import prefect

    CACHE.mkdir(parents=True, exist_ok=True)
    path = CACHE / f"prefect-{prefect.__version__}.db"
    with fasteners.InterProcessLock(f"{path}.lock"):
        if not path.exists():
            part = path.with_suffix(".part")
            part.unlink(missing_ok=True)
            command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"]
            database = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{part}"}
            subprocess.run(command, env=os.environ | database, check=True, capture_output=True)
            with closing(sqlite3.connect(part)) as connection:
                connection.execute("PRAGMA wal_checkpoint(truncate)")
            part.replace(path)
    return path


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """A Prefect server for flow runs of tests; it shows no UI. About 3 seconds, once a worker."""
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
    from prefect.testing import utilities

    template = prefect_template()

    def folder_with_database() -> str:
        folder = tempfile.mkdtemp()
        shutil.copy(template, Path(folder) / "prefect-test.db")
        return folder

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        patch.setattr(utilities, "mkdtemp", folder_with_database)
        # A flow waits up to a second for its heartbeat thread: 1.07 s a run instead of 0.07.
        no_heartbeat = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
        with (
            utilities.prefect_test_harness(server_startup_timeout=120),
            temporary_settings(updates=no_heartbeat),
        ):
            logging.getLogger("prefect").setLevel(logging.WARNING)
            yield
