"""The embedded server starts, is shared, and survives what machines do to processes."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest
import sqlalchemy as sa

from tasks.database import programs
from tasks.database.embedded import EmbeddedPostgres
from tasks.database.engine import connect_engine
from tasks.database.errors import EmbeddedPostgresError

NO_SYNC = {"fsync": "off"}
CLIENT = """
import sys
from pathlib import Path
from tasks.database.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), settings={"fsync": "off"}).start()
print("up", flush=True)
sys.stdin.readline()
print(server.stop(), flush=True)
"""
as_root = pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root has to")


@pytest.fixture
def home():
    """A short, fast folder; whatever runs in it is stopped at the end."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="cq-", dir=memory if memory.is_dir() else None))
    yield folder / "postgres"
    for pid_file in folder.rglob("postmaster.pid"):
        with suppress(OSError, ValueError, IndexError):
            os.kill(int(pid_file.read_text().split()[0]), signal.SIGQUIT)
    shutil.rmtree(folder, ignore_errors=True)


def scalar(url: sa.URL, statement: str) -> object:
    engine = connect_engine(url)
    try:
        with engine.begin() as connection:
            result = connection.execute(sa.text(statement))
            return result.scalar() if result.returns_rows else None
    finally:
        engine.dispose()


def postmaster(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().split()[0])


def test_it_starts_answers_and_stops(home):
    with EmbeddedPostgres(home, settings=NO_SYNC) as server:
        url = server.url()
        assert scalar(url, "SHOW server_encoding") == "UTF8"
        assert scalar(url, "SHOW timezone") == "UTC"
        assert scalar(url, "SHOW max_connections") == "100"
        assert scalar(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert scalar(url, "SELECT 'b' > 'B' AND 'é' > 'z'") is True
    assert not (home / "data" / "postmaster.pid").exists()
    with pytest.raises(EmbeddedPostgresError, match="is not running"):
        server.url()


def test_data_survives_a_restart_and_the_password_is_private(home):
    with EmbeddedPostgres(home, settings=NO_SYNC) as server:
        scalar(server.url(), "CREATE TABLE kept AS SELECT 1 AS one")
    assert stat.S_IMODE((home / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    with EmbeddedPostgres(home, settings=NO_SYNC) as server:
        assert scalar(server.url(), "SELECT one FROM kept") == 1


def test_another_database_is_made_once(home):
    with EmbeddedPostgres(home, settings=NO_SYNC) as server:
        url = server.ensure_database("prefect")
        assert server.ensure_database("prefect") == url
        assert scalar(url, "CREATE EXTENSION pg_trgm") is None
        assert scalar(url, "SELECT current_database()") == "prefect"


def test_the_last_client_stops_it_and_earlier_ones_do_not(home, run_python):
    first, second = run_python(CLIENT, home), run_python(CLIENT, home)
    for client in (first, second):
        assert client.stdout.readline() == "up\n"
    server = EmbeddedPostgres(home, settings=NO_SYNC).start()
    again = EmbeddedPostgres(home, settings=NO_SYNC).start()
    assert again.stop() is False
    assert first.communicate("\n")[0] == "False\n"
    assert server.stop() is False
    assert second.communicate("\n")[0] == "True\n"


def test_many_cold_starters_share_one_server(home, run_python):
    clients = [run_python(CLIENT, home) for _ in range(4)]
    for client in clients:
        assert client.stdout.readline() == "up\n"
    stopped = [client.communicate("\n")[0] for client in clients]
    assert stopped == ["False\n"] * 3 + ["True\n"]


def test_a_killed_client_does_not_keep_it_running(home, run_python):
    client = run_python(CLIENT, home)
    assert client.stdout.readline() == "up\n"
    client.kill()
    client.wait()
    assert postmaster(home)
    with EmbeddedPostgres(home, settings=NO_SYNC) as server:
        assert scalar(server.url(), "SELECT 1") == 1
    assert not (home / "data" / "postmaster.pid").exists()


def test_a_killed_server_comes_back_with_what_was_committed(home):
    server = EmbeddedPostgres(home, settings=NO_SYNC).start()
    url = server.url()
    scalar(url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    os.kill(postmaster(home), signal.SIGKILL)
    wait_until_refused(server)
    with EmbeddedPostgres(home, settings=NO_SYNC) as again:
        assert scalar(again.url(), "SELECT count(*) FROM kept") == 1000
    server.stop()


def wait_until_refused(server: EmbeddedPostgres) -> None:
    while True:
        try:
            server._connect().close()
        except (psycopg2.OperationalError, EmbeddedPostgresError):
            return


def test_lock_files_that_name_a_stranger_are_no_obstacle(home):
    with EmbeddedPostgres(home, settings=NO_SYNC) as server:
        kept = (home / "data" / "postmaster.pid").read_text()
        lock = (home / ".s.PGSQL.5432.lock").read_text()
        assert server
    pid = str(os.getpid())
    (home / "data" / "postmaster.pid").write_text("\n".join([pid, *kept.split("\n")[1:]]))
    (home / ".s.PGSQL.5432.lock").write_text("\n".join([pid, *lock.split("\n")[1:]]))
    with EmbeddedPostgres(home, settings=NO_SYNC) as server:
        assert scalar(server.url(), "SELECT 1") == 1


def test_a_killed_initdb_leaves_no_half_cluster(home):
    (home / "init-1" / "base").mkdir(parents=True)
    with EmbeddedPostgres(home, settings=NO_SYNC) as server:
        assert scalar(server.url(), "SELECT 1") == 1
    assert not (home / "init-1").exists()


def test_data_of_another_version_is_refused_in_one_sentence(home):
    (home / "data").mkdir(parents=True)
    (home / "data" / "PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedPostgresError, match="was made by PostgreSQL 12, and this is 18"):
        EmbeddedPostgres(home).start()


@pytest.mark.parametrize("name", ['it\'s "$HOME" `x` ümlaut \\n', "a,b", "l" * 120])
def test_odd_paths_work(home, name):
    with EmbeddedPostgres(home / name, settings=NO_SYNC) as server:
        assert scalar(server.url(), "SELECT 1") == 1


def test_a_home_that_cannot_be_made_is_one_sentence(home):
    home.parent.joinpath("file").write_text("")
    with pytest.raises(EmbeddedPostgresError, match="cannot be used: Not a directory"):
        EmbeddedPostgres(home.parent / "file" / "postgres").start()


def test_a_setting_that_postgres_refuses_is_said(home):
    with pytest.raises(EmbeddedPostgresError, match="unrecognized configuration parameter"):
        EmbeddedPostgres(home, settings={"no_such": "1"}).start()
    with EmbeddedPostgres(home, settings=NO_SYNC) as server:
        assert scalar(server.url(), "SELECT 1") == 1


WAYS = [
    programs.in_user_namespace,
    programs.with_capabilities,
    programs.as_account,
    programs.as_account_with_copy,
]


@as_root
def test_root_starts_it_in_every_way_and_each_takes_over_from_the_other(home):
    home.parent.chmod(0o755)
    for way in [*WAYS, *WAYS[:2]]:
        server = EmbeddedPostgres(home, settings=NO_SYNC, ways=[way])
        try:
            server.start()
        except EmbeddedPostgresError:
            assert way is programs.as_account, (
                "a checkout below a closed folder is what this way lacks"
            )
            continue
        assert scalar(server.url(), "SELECT 1") == 1
        assert server.stop()


@as_root
def test_root_starts_it_below_a_closed_folder_without_opening_it(home):
    home.parent.chmod(0o700)
    way = {"programs_folder": copy_of_the_programs(home.parent / "venv")}
    way["ways"] = [programs.with_capabilities]
    with EmbeddedPostgres(home, settings=NO_SYNC, **way) as server:
        assert scalar(server.url(), "SELECT 1") == 1
    assert stat.S_IMODE(home.parent.stat().st_mode) == 0o700


@as_root
@pytest.mark.parametrize("way", [programs.as_account, programs.as_account_with_copy])
def test_a_folder_that_no_other_account_reaches_is_one_sentence(home, way):
    home.parent.chmod(0o700)
    with pytest.raises(EmbeddedPostgresError, match="PostgreSQL does not run as root, and no"):
        EmbeddedPostgres(home, ways=[way]).start()


@as_root
def test_an_account_that_cannot_reach_the_programs_gets_a_copy(home):
    home.parent.chmod(0o755)
    closed = home.parent / "closed"
    folder = copy_of_the_programs(closed)
    closed.chmod(0o700)
    with pytest.raises(EmbeddedPostgresError):
        EmbeddedPostgres(home, programs_folder=folder, ways=[programs.as_account]).start()
    ways = [programs.as_account, programs.as_account_with_copy]
    for _ in range(2):
        server = EmbeddedPostgres(home, settings=NO_SYNC, programs_folder=folder, ways=ways)
        with server:
            assert scalar(server.url(), "SELECT 1") == 1
    assert list((home / "programs").rglob("bin/postgres"))


def copy_of_the_programs(target: Path) -> Path:
    bin_folder = programs.find_programs()
    package = bin_folder.parents[1]
    shutil.copytree(package / "pginstall", target / package.name / "pginstall", symlinks=True)
    libraries = f"{package.name}.libs"
    shutil.copytree(package.with_name(libraries), target / libraries)
    return target / package.name / "pginstall" / "bin"
