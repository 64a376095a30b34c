"""What a process holds open, built from Settings: database, shared quotas, clients."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

from chalkola_spapi.awd import AwdApi
from chalkola_spapi.client import SpApi
from chalkola_spapi.inventory import InventoryApi
from chalkola_spapi.reports import ReportsApi
from tasks.database.embedded import DATABASE, EmbeddedPostgres
from tasks.database.engine import connect_engine, mark_database, normalise_url, require_migrated
from tasks.database.locks import SessionLocks
from tasks.database.request_log import RequestLog
from tasks.database.throttle import PostgresThrottle
from tasks.ledger.ledger import Ledger
from tasks.sentry import set_up_sentry
from tasks.settings import Settings


def utc_now() -> datetime:
    """The one clock of flows and tasks."""
    return datetime.now(UTC)


class Connections:
    """Built lazily; close() flushes the request log and lets go of the embedded server.

    Thread safe: batches of one flow share it.
    """

    def __init__(self, settings: Settings, *, now: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.now = now
        self._lock = threading.RLock()
        self._clients: dict[str, SpApi] = {}
        self._closers: list[Callable[[], object]] = []

    @cached_property
    def engine(self) -> Engine:
        """The data's database: SUPABASE_DB_URL, else the embedded server under CHALKOLA_HOME."""
        with self._lock:
            url = self.settings.supabase_db_url
            if url is not None:
                engine = connect_engine(normalise_url(url.get_secret_value()))
            else:
                engine = connect_engine(self.embedded.url(DATABASE))
            self._closers.append(engine.dispose)
            return engine

    @cached_property
    def embedded(self) -> EmbeddedPostgres:
        """The embedded server, started."""
        with self._lock:
            server = EmbeddedPostgres(self.settings.chalkola_home / "postgres")
            server.start()
            self._closers.append(server.stop)
            server.ensure_database(DATABASE)
            return server

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.engine)

    @cached_property
    def locks(self) -> SessionLocks:
        with self._lock:
            locks = SessionLocks(self.engine)
            self._closers.append(locks.close)
            return locks

    @cached_property
    def throttle(self) -> PostgresThrottle:
        return PostgresThrottle(self.engine)

    @cached_property
    def request_log(self) -> RequestLog:
        with self._lock:
            log = RequestLog(self.engine)
            self._closers.append(log.close)
            return log

    def api(self, account_name: str) -> SpApi:
        """Give the account's client.

        Raises:
            SettingsError: the account's credentials are not complete.
        """
        with self._lock:
            if account_name not in self._clients:
                client = SpApi(
                    self.settings.account(account_name),
                    throttle=self.throttle,
                    observe=self.request_log,
                )
                self._clients[account_name] = client
                self._closers.append(client.close)
            return self._clients[account_name]

    def reports(self, account_name: str) -> ReportsApi:
        return ReportsApi(self.api(account_name))

    def inventory(self, account_name: str) -> InventoryApi:
        return InventoryApi(self.api(account_name))

    def awd(self, account_name: str) -> AwdApi:
        return AwdApi(self.api(account_name))

    def folder(self, name: str) -> Path:
        """A folder of the state under CHALKOLA_HOME, made if it is not there."""
        path = self.settings.chalkola_home / name
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def open_database(self, account_names: list[str]) -> str:
        """Check that the database is there, migrated, and of the same kind as the endpoints.

        Returns the database's id, which is part of every cache key.

        Raises:
            DatabaseError: one line that says what to do.
        """
        require_migrated(self.engine)
        kind, host = self.settings.endpoint_kind(account_names)
        return mark_database(self.engine, kind=kind, endpoint_host=host)

    def close(self) -> None:
        with self._lock:
            while self._closers:
                self._closers.pop()()


_current: list[Connections] = []
_current_lock = threading.Lock()


def connections() -> Connections:
    """Give this process's connections for the environment as it is now; built at the first call."""
    settings = Settings.from_env()
    with _current_lock:
        if not _current or _current[0].settings != settings:
            close_connections()
            set_up_sentry(settings)
            _current.append(Connections(settings))
        return _current[0]


def close_connections() -> None:
    """Close what this process holds open; the next call of `connections` builds it anew."""
    while _current:
        _current.pop().close()


atexit.register(close_connections)
