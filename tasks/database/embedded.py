"""A private PostgreSQL for one CHALKOLA_HOME, shared by the processes that use it.

The first process starts it, the last one that ends stops it; it survives kill -9 of any of them.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Literal, Self

import fasteners
import psycopg2
import sqlalchemy as sa
from psycopg2 import errors, extensions, sql

from tasks.database.cluster import SUPERUSER, Cluster
from tasks.database.errors import EmbeddedPostgresError, reason
from tasks.database.programs import Programs, Way

# The role that owns the databases: as on Supabase, it is no superuser. Not named like our schema:
# "$user" in the search path would hide that a name lacks its schema.
ROLE = "chalkola_owner"
DATABASE = "chalkola"
START_LIMIT_S = 600
SETTLING = ("starting up", "shutting down", "not yet accepting", "recovery")

# POSIX record locks belong to the process, not to the file object: one registry a process.
_in_process = threading.RLock()
_users: dict[Path, _Users] = {}


class _Users:
    """How often this process uses one home, and the shared file lock that says so to the others."""

    def __init__(self, home: Path) -> None:
        self.pid = os.getpid()
        self.count = 0
        self.lock = fasteners.InterProcessReaderWriterLock(str(home / "clients.lock"))
        self.lock.acquire_read_lock()


class EmbeddedPostgres:
    """A PostgreSQL server under `home`, a folder of its own (files in it may change their owner).

    As root the server runs under another account. `settings` overrides lines of postgresql.conf.

    Raises:
        EmbeddedPostgresError: from every method; one line that says what to do.
    """

    def __init__(
        self,
        home: Path,
        *,
        settings: Mapping[str, str] | None = None,
        programs_folder: Path | None = None,
        ways: Sequence[Way] | None = None,
    ) -> None:
        self.home = home.expanduser().absolute()
        self._cluster = Cluster(self.home)
        self._settings = settings or {}
        self._programs_folder = programs_folder
        self._ways = ways
        self._programs: Programs | None = None

    def start(self) -> Self:
        """Start the server, or join it; returns when it answers, crash recovery included."""
        try:
            self._cluster.prepare()
        except OSError as exc:
            raise EmbeddedPostgresError(f"{self.home} cannot be used: {exc.strerror}") from exc
        with self._exclusive(), ExitStack() as undo:
            if self._programs is None:
                self._programs = Programs(self.home, folder=self._programs_folder, ways=self._ways)
            self._enter()
            undo.callback(self._leave)
            self._start_server(self._programs)
            self._ensure_role()
            undo.pop_all()
        atexit.register(self.stop)
        self.ensure_database(DATABASE)
        return self

    def stop(self) -> bool:
        """Leave the server, and stop it if nobody else uses it; True when it was stopped."""
        atexit.unregister(self.stop)
        if self._programs is None:
            return False
        with self._exclusive():
            programs, self._programs = self._programs, None
            lock = self._leave()
            if lock is None:
                return False
            if not lock.acquire_write_lock(blocking=False):
                # Another live process holds it for reading.
                lock.lockfile.close()
                return False
            try:
                if (self._cluster.data / "postmaster.pid").exists():
                    programs.run("pg_ctl", "stop", "-w", "-t", "120", "-m", "fast", "-D", "data")
                return True
            finally:
                lock.release_write_lock()

    def url(self, database: str = DATABASE, *, as_superuser: bool = False) -> sa.URL:
        """The address of a database, for the role that owns it."""
        listening = self._cluster.listening()
        if listening is None:
            raise EmbeddedPostgresError(f"The embedded PostgreSQL under {self.home} is not running")
        user, password = SUPERUSER if as_superuser else ROLE, self._cluster.password()
        driver = "postgresql+psycopg2"
        if listening.is_socket:
            place = {"host": listening.host}
            return sa.URL.create(driver, user, password, database=database, query=place)
        return sa.URL.create(driver, user, password, listening.host, listening.port, database)

    def ensure_database(self, name: str) -> sa.URL:
        """Create a database unless it is there; returns its address."""
        with self._superuser() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if cursor.fetchone() is None:
                create = sql.SQL("CREATE DATABASE {} OWNER {}")
                # Another process may have been faster.
                with suppress(errors.DuplicateDatabase, errors.UniqueViolation):
                    cursor.execute(create.format(sql.Identifier(name), sql.Identifier(ROLE)))
        return self.url(name)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """One starter or stopper at a time, among the threads and among the processes."""
        with _in_process, fasteners.InterProcessLock(str(self.home / "start.lock")):
            yield

    def _enter(self) -> None:
        users = _users.get(self.home)
        if users is None or users.pid != os.getpid():
            users = _users[self.home] = _Users(self.home)
        users.count += 1

    def _leave(self) -> fasteners.InterProcessReaderWriterLock | None:
        """Count down; the released file lock when this process was the last of its own users."""
        users = _users.get(self.home)
        if users is None or users.pid != os.getpid():
            return None  # a forked child: the server is its parent's
        users.count -= 1
        if users.count:
            return None
        del _users[self.home]
        users.lock.release_read_lock()
        return users.lock

    def _start_server(self, programs: Programs) -> None:
        self._cluster.initialise(programs)
        if self._wait_until_settled() == "up":
            return
        self._cluster.drop_stale_lock_files()
        self._cluster.configure(programs, self._settings)
        limit = ("-w", "-t", str(START_LIMIT_S))
        start = ("start", *limit, "-D", "data", "-l", self._cluster.log.name)
        programs.run("pg_ctl", *start, log=self._cluster.log)

    def _wait_until_settled(self) -> Literal["up", "down"]:
        """Up or down: a starter that was killed leaves a server that is still starting."""
        give_up_at = time.monotonic() + START_LIMIT_S
        while True:
            state = self._state()
            if state != "settling":
                return state
            if time.monotonic() > give_up_at:
                raise EmbeddedPostgresError(f"PostgreSQL under {self.home} neither starts nor ends")
            time.sleep(0.05)

    def _state(self) -> Literal["up", "down", "settling"]:
        if self._cluster.listening() is None:
            return "down"
        try:
            self._connect().close()
        except psycopg2.OperationalError as exc:
            return "settling" if any(word in str(exc) for word in SETTLING) else "down"
        return "up"

    def _connect(self) -> extensions.connection:
        url = self.url("postgres", as_superuser=True)
        return psycopg2.connect(
            host=url.host or url.query["host"],
            port=url.port or 5432,
            user=url.username,
            password=url.password,
            dbname=url.database,
            connect_timeout=5,
        )

    @contextmanager
    def _superuser(self) -> Iterator[extensions.cursor]:
        try:
            connection = self._connect()
        except psycopg2.OperationalError as exc:
            raise EmbeddedPostgresError(
                f"The embedded PostgreSQL under {self.home} does not answer: {reason(exc)}"
            ) from exc
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def _ensure_role(self) -> None:
        with self._superuser() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,))
            if cursor.fetchone() is None:
                # Hashed here: a failed statement is logged with its text.
                hashed = extensions.encrypt_password(
                    self._cluster.password(), ROLE, cursor.connection, "scram-sha-256"
                )
                create = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
                cursor.execute(create.format(sql.Identifier(ROLE), sql.Literal(hashed)))
