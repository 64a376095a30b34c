"""The data folder of the embedded server: made, configured, and cleared of a crash's leavings."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.database.errors import EmbeddedPostgresError
from tasks.database.programs import Programs, own

SUPERUSER = "postgres"
PORT = 5432
# A socket's path has at most 104 bytes on macOS, 108 on Linux; the name in it takes 15.
LONGEST_SOCKET_FOLDER = 80

SETTINGS: Mapping[str, str] = {
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Beside a Prefect server 20 are too few.
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_compression": "pglz",
    "jit": "off",
    # Docker's /dev/shm has 64 MB, and a parallel query that needs more fails.
    "max_parallel_workers_per_gather": "0",
    "logging_collector": "off",
}


@dataclass(frozen=True)
class Listening:
    """Where a running server listens: a socket's folder, or an address on Windows."""

    host: str
    port: int

    @property
    def is_socket(self) -> bool:
        """Whether host is a socket's folder."""
        return self.host.startswith("/")


class Cluster:
    """One cluster under `home`/data; relative paths keep odd characters from pg_ctl's shell."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "data"
        self.log = home / "server.log"
        self._password = home / "password"

    def prepare(self) -> None:
        """Make the home folder and its password file, readable by the owner alone."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._password.exists():
            part = self.home / f"password-{os.getpid()}"
            with os.fdopen(
                os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
            ) as file:
                file.write(secrets.token_urlsafe(24))
            part.replace(self._password)

    def password(self) -> str:
        """The password of the embedded server's roles."""
        return self._password.read_text()

    def initialise(self, programs: Programs) -> None:
        """Run initdb unless there is a cluster; a killed one leaves no half cluster.

        Raises:
            EmbeddedPostgresError: initdb failed, or the cluster is of another PostgreSQL version.
        """
        if (self.data / "PG_VERSION").exists():
            self._check_version(programs.major)
            return
        for leavings in self.home.glob("init-*"):
            shutil.rmtree(leavings, ignore_errors=True)
        made = self.home / f"init-{os.getpid()}"
        programs.run("initdb", "-D", made.name, *_initdb_options(programs.major))
        with (made / "postgresql.conf").open("a") as file:
            file.write("\ninclude_if_exists 'local.conf'\n")
        made.rename(self.data)

    def _check_version(self, major: int) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(major):
            raise EmbeddedPostgresError(
                f"{self.data} was made by PostgreSQL {made_by}, and this is {major}: "
                "dump it with the old version and restore it with the new one"
            )

    def configure(self, programs: Programs, settings: Mapping[str, str]) -> None:
        """Write local.conf, which the next start reads."""
        merged = {**SETTINGS, **_network_settings(self._socket_folder(programs)), **settings}
        lines = [f"{name} = {_quoted(value)}\n" for name, value in merged.items()]
        (self.data / "local.conf").write_text("".join(lines))

    def _socket_folder(self, programs: Programs) -> Path:
        # libpq takes a comma for the end of a host.
        if len(os.fsencode(self.home)) <= LONGEST_SOCKET_FOLDER and "," not in str(self.home):
            return self.home
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"chalkola-{name}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if sys.platform != "win32":
            allowed = {os.geteuid(), *(programs.launcher.owner or ())[:1]}
            if folder.is_symlink() or folder.stat().st_uid not in allowed:
                raise EmbeddedPostgresError(f"{folder} belongs to another account: remove it")
        if programs.launcher.owner is not None:
            own(folder, programs.launcher.owner)
        return folder

    def listening(self) -> Listening | None:
        """Where the server listens by its own word, or None; it may be dead all the same."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            port, folder, address = int(lines[3]), lines[4], lines[5]
        except (OSError, ValueError, IndexError):
            return None
        return Listening(folder or address, port)

    def drop_stale_lock_files(self) -> None:
        """Remove lock files whose process id is no PostgreSQL's.

        After a container's restart it may be a stranger's or a zombie's; no server would start.
        """
        lock_files = [self.data / "postmaster.pid"]
        if (listening := self.listening()) is not None and listening.is_socket:
            lock_files.append(Path(listening.host) / f".s.PGSQL.{listening.port}.lock")
        for lock_file in lock_files:
            if _belongs_to_stranger(lock_file):
                lock_file.unlink()


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _initdb_options(major: int) -> list[str]:
    # UTF-8 and byte order, the same on every system.
    locale = ["--locale=C.UTF-8"]
    if major >= 17:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    checksums = [] if major >= 18 else ["--data-checksums"]
    access = ["-U", SUPERUSER, "--auth=scram-sha-256", "--pwfile=password"]
    return [*access, "--encoding=UTF8", *locale, *checksums, "--no-instructions"]


def _network_settings(socket_folder: Path) -> dict[str, str]:
    if sys.platform == "win32":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return {"listen_addresses": "127.0.0.1", "port": str(probe.getsockname()[1])}
    quoted = '"' + str(socket_folder).replace('"', '""') + '"'
    return {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": quoted,
        "unix_socket_permissions": "0700",
    }


def _belongs_to_stranger(lock_file: Path) -> bool:
    if sys.platform != "linux":
        return False
    try:
        pid = int(lock_file.read_text().split()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return False  # no file, or no such process: PostgreSQL sees to it
    return b"postgres" not in command  # a zombie's is empty
