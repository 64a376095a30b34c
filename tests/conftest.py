"""Fixtures for every test: a real PostgreSQL, a Prefect server, and an environment of nobody."""

from __future__ import annotations

import itertools
import json
import logging
import os
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import certifi
import psycopg2
import pytest
import sqlalchemy as sa
from psycopg2 import sql

from deployments.prefect_environment import SERVER
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


def one_certificate() -> Path:
    """The first of the trusted certificates, in a file."""
    path = CACHE / "certificate.pem"
    if not path.exists():
        last = "-----END CERTIFICATE-----\n"
        first = Path(certifi.where()).read_text().partition(last)[0] + last
        CACHE.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}")
        part.write_text(first)
        part.replace(path)
    return path


# Each client of Prefect reads what is trusted anew, 17 ms for them all; nothing here speaks TLS.
os.environ["SSL_CERT_FILE"] = str(one_certificate())


def pytest_configure(config: pytest.Config) -> None:
    """Warnings are errors; what other people's packages warn of is not ours to mend."""
    config.addinivalue_line("filterwarnings", "error")
    # Said where there is no bytecode yet; an error there leaves none, and is said for ever.
    for category in ("DeprecationWarning", "SyntaxWarning"):
        config.addinivalue_line("filterwarnings", f"ignore:.*invalid escape sequence:{category}")
    for package in ("prefect", "pydantic", "fastapi", "starlette", "websockets", "docket"):
        for category in ("DeprecationWarning", "UserWarning"):
            config.addinivalue_line("filterwarnings", rf"ignore::{category}:{package}(\.|$)")


#: Files that look at one `chalkola up`, which takes half a minute to start.
UP = ("tests/deployments/test_shipment_browser.py", "tests/deployments/test_up.py")
LONGEST_FIRST = (*UP, "tests/deployments/", "tests/flows/", "tests/tasks/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first: none is left over for one of several workers at the end."""

    def place(item: pytest.Item) -> int:
        found = (n for n, start in enumerate(LONGEST_FIRST) if item.nodeid.startswith(start))
        return next(found, len(LONGEST_FIRST))

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file to a worker, and the files of UP to one."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            scope = super()._split_scope(nodeid)
            return UP[0] if scope in UP else scope

    return Scheduling(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting leaks in from the machine, and no .env is near."""
    for name in os.environ.keys() - clean_environment().keys():
        monkeypatch.delenv(name)
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    monkeypatch.chdir(tmp_path)


def clean_environment() -> dict[str, str]:
    ours = {n for n in os.environ if n.startswith(OURS)} - PREFECT_OF_THE_HARNESS
    return {name: value for name, value in os.environ.items() if name not in ours}


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


class Forked:
    """A program in a process and a session of its own; asked like a Popen."""

    def __init__(self, out: IO[bytes], err: IO[bytes], ended: IO[bytes]) -> None:
        self._out, self._err, self._ended = out, err, ended
        self.pid = int(ended.readline())
        self.returncode: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._ended], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("a forked program", timeout or 0)
            self.returncode = int(self._ended.readline())
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        self.wait(timeout)
        self._out.seek(0)
        self._err.seek(0)
        return self._out.read().decode(), self._err.read().decode()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def close(self) -> None:
        self.kill()
        self.wait()
        for file in (self._out, self._err, self._ended):
            file.close()


class Forker:
    """Starts Python programs from a process that has imported these modules: see forking.py."""

    def __init__(self, *modules: str, **environment: str) -> None:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        script = Path(__file__).with_name("forking.py")
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, str(script), str(theirs.fileno()), *modules],
                env=clean_environment() | environment,
                # Prefect reads settings from files beside it, too.
                cwd="/",
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def start(self, code: str, *arguments: str, environment: Mapping[str, str]) -> Forked:
        given = {
            "code": code,
            "arguments": arguments,
            "environment": dict(environment),
            "folder": str(Path.cwd()),
        }
        out, err = (tempfile.TemporaryFile() for _ in range(2))  # noqa: SIM115 -- Forked closes them
        reading, writing = os.pipe()
        files = [out.fileno(), err.fileno(), writing]
        socket.send_fds(self._requests, [json.dumps(given).encode()], files)
        os.close(writing)
        return Forked(out, err, os.fdopen(reading, "rb", buffering=0))

    def run(
        self, code: str, *arguments: str, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        process = self.start(code, *arguments, environment=environment)
        try:
            out, err = process.communicate(timeout=120)
            return subprocess.CompletedProcess(arguments, process.wait(), out, err)
        finally:
            process.close()

    def close(self) -> None:
        self._requests.close()
        self._process.wait()


@pytest.fixture(scope="session")
def command_forker() -> Iterator[Forker]:
    """Has imported what commands do, and what Prefect does, but not Prefect: it reads settings."""
    ours = ("sqp", "report", "reports", "shipment", "inventory", "asins", "digest", "chart")
    theirs = ("griffe", "pendulum", "websockets.asyncio.client", "jsonschema", "fsspec", "yaml")
    forker = Forker(*(f"deployments.commands.{name}" for name in ours), *theirs)
    yield forker
    forker.close()


@pytest.fixture(scope="session")
def flow_forker(prefect_server: None) -> Iterator[Forker]:
    """Has imported our flows, in the Prefect settings of the tests' server."""
    from prefect.settings import PREFECT_API_URL

    prefect = {
        "PREFECT_API_URL": PREFECT_API_URL.value(),
        "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
    }
    forker = Forker("flows.sqp", "flows.backfill", **prefect)
    yield forker
    forker.close()


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
        # Written one by one, what is recorded of the runs makes the tests of flows a third longer.
        for name, value in SERVER.items():
            if "_SERVICES_" in name:
                patch.setenv(name, value)
        # A flow waits up to a second for its heartbeat thread: 1.07 s a run instead of 0.07.
        no_heartbeat = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
        with (
            utilities.prefect_test_harness(server_startup_timeout=120),
            temporary_settings(updates=no_heartbeat),
        ):
            logging.getLogger("prefect").setLevel(logging.WARNING)
            yield


# Nothing but the page itself may be asked for: the UI would call its makers' statistics.
CHROMIUM = [
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, for one file: as long as it runs its thread has an event loop that runs."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no chromium: apt-get install chromium, or set CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        yield running
        running.close()
