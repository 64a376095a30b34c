"""Plain SQL files, once each, whatever else happens at the same time."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from tasks.database.engine import connect_engine
from tasks.database.errors import MigrationError, NotMigratedError
from tasks.database.migrations import migrate, migration_status, require_migrated

FIRST = """
CREATE TABLE chalkola.first (id INTEGER PRIMARY KEY, note TEXT DEFAULT '100 % ; :name');
CREATE FUNCTION chalkola.double(n INTEGER) RETURNS INTEGER LANGUAGE plpgsql AS $fn$
BEGIN
    RETURN n * 2; -- '%' and ';' inside
END;
$fn$;
DO $$ BEGIN RAISE NOTICE '%', 'x'; END $$;
"""
MIGRATOR = """
import sys
from pathlib import Path
from tasks.database.engine import connect_engine
from tasks.database.migrations import migrate
sys.stdin.readline()
print(len(migrate(connect_engine(sys.argv[1]), folder=Path(sys.argv[2]))), flush=True)
"""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "migrations"
    folder.mkdir()
    write(folder, "0001_first.sql", FIRST)
    return folder


@pytest.fixture
def empty(any_server):
    with any_server.database(is_empty=True) as url:
        engine = connect_engine(url)
        yield engine
        engine.dispose()


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_bytes(text.encode())


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names(schema="chalkola"))


def test_files_are_applied_in_order_and_once(empty, folder):
    write(folder, "0002_second.sql", "ALTER TABLE chalkola.first ADD COLUMN more TEXT;")
    assert migrate(empty, folder=folder) == ["0001_first.sql", "0002_second.sql"]
    assert migrate(empty, folder=folder) == []
    assert tables(empty) == {"first", "schema_migrations"}


def test_a_failing_file_leaves_nothing_and_keeps_those_before_it(empty, folder):
    write(folder, "0002_second.sql", "CREATE TABLE chalkola.second (); SELECT 1/0;")
    with pytest.raises(MigrationError, match=r"^0002_second.sql: division by zero$"):
        migrate(empty, folder=folder)
    assert tables(empty) == {"first", "schema_migrations"}
    write(folder, "0002_second.sql", "CREATE TABLE chalkola.second ();")
    assert migrate(empty, folder=folder) == ["0002_second.sql"]


def test_an_edited_file_is_refused(empty, folder):
    migrate(empty, folder=folder)
    write(folder, "0001_first.sql", FIRST + "-- edited")
    with pytest.raises(MigrationError, match=r"0001_first.sql was edited after it was applied"):
        migrate(empty, folder=folder)
    assert [status.changed for status in migration_status(empty, folder=folder)] == [True]


def test_line_ends_of_windows_are_no_edit(empty, folder):
    migrate(empty, folder=folder)
    write(folder, "0001_first.sql", FIRST.replace("\n", "\r\n"))
    assert migrate(empty, folder=folder) == []


def test_a_database_ahead_of_the_code_is_refused(empty, folder):
    write(folder, "0002_second.sql", "SELECT 1;")
    migrate(empty, folder=folder)
    (folder / "0002_second.sql").unlink()
    with pytest.raises(MigrationError, match=r"ahead of this code: it has 0002_second\.sql"):
        migrate(empty, folder=folder)
    last = migration_status(empty, folder=folder)[-1]
    assert (last.name, last.changed) == ("0002_second.sql", True)


@pytest.mark.parametrize("names", [["second.sql"], ["0001_zebra.sql"]])
def test_odd_and_doubled_names_are_refused(empty, folder, names):
    for name in names:
        write(folder, name, "SELECT 1;")
    with pytest.raises(MigrationError, match=names[0]):
        migrate(empty, folder=folder)


def test_status_changes_nothing_and_names_what_waits(empty, folder):
    [status] = migration_status(empty, folder=folder)
    assert (status.name, status.applied_at, status.changed) == ("0001_first.sql", None, False)
    assert tables(empty) == set()
    migrate(empty, folder=folder)
    [status] = migration_status(empty, folder=folder)
    assert status.applied_at is not None
    assert status.applied_at.tzinfo is not None


def test_several_migrators_at_once_apply_each_file_once(empty, folder, run_python):
    for number in range(2, 7):
        write(
            folder,
            f"000{number}_t.sql",
            f"CREATE TABLE chalkola.t{number} (); SELECT pg_sleep(0.02);",
        )
    url = empty.url.render_as_string(hide_password=False)
    migrators = [run_python(MIGRATOR, url, folder) for _ in range(3)]
    outputs = [migrator.communicate("go\n") for migrator in migrators]
    assert [errors for _, errors in outputs] == ["", "", ""]
    assert sum(int(applied) for applied, _ in outputs) == 6


def test_a_killed_migrator_leaves_nothing_and_the_next_one_goes_on(empty, folder, run_python):
    write(folder, "0002_slow.sql", "CREATE TABLE chalkola.slow (); SELECT pg_sleep(60);")
    url = empty.url.render_as_string(hide_password=False)
    migrator = run_python(MIGRATOR, url, folder)
    migrator.stdin.write("go\n")
    migrator.stdin.flush()
    sleeping = (
        "SELECT pid FROM pg_stat_activity"
        " WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()"
    )
    while (pid := scalar(empty, sleeping + " AND datname = current_database()")) is None:
        assert migrator.poll() is None
    migrator.kill()
    migrator.wait()
    # A server that works on for a dead client would hold the lock for the minute that it sleeps.
    scalar(empty, f"SELECT pg_terminate_backend({pid})")
    write(folder, "0002_slow.sql", "CREATE TABLE chalkola.slow ();")
    assert migrate(empty, folder=folder) == ["0002_slow.sql"]


def scalar(engine: sa.Engine, statement: str) -> object:
    with engine.begin() as connection:
        return connection.scalar(sa.text(statement))


def test_missing_tables_name_the_command(empty):
    with pytest.raises(NotMigratedError, match="run `chalkola db migrate`"):
        require_migrated(empty)


def test_the_projects_own_migrations_run_as_a_role_that_is_no_superuser(any_engine):
    require_migrated(any_engine)
    assert migrate(any_engine) == []
    is_superuser = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    assert scalar(any_engine, is_superuser) is False


def test_every_marketplace_has_a_partition_and_unknown_ones_do_not_fail(any_engine):
    partitions = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'chalkola.sqp_data'::regclass"
    assert scalar(any_engine, partitions) == 12
