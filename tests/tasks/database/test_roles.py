"""Who may do what in the database: a reader, a loader, and everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from tasks.asins.tracked import TrackedAsin, import_asins
from tasks.database.engine import connect_engine
from tasks.database.locks import SessionLocks
from tasks.database.migrations import require_migrated
from tasks.database.roles import RolesError, apply_roles, roles_sql
from tasks.errors import InputError

US = "ATVPDKIKX0DER"
TABLES = """
    SELECT c.oid::REGCLASS::TEXT FROM pg_class AS c
    WHERE c.relnamespace = 'chalkola'::REGNAMESPACE AND c.relkind IN ('r', 'p', 'v')
"""


class Database:
    """A migrated database, its superuser, and whoever logs in."""

    def __init__(self, server, engine: sa.Engine) -> None:
        self.engine = engine
        self._superuser = connect_engine(server.superuser_url(engine.url.database))
        self._suffix = f"{engine.url.database}".rpartition("_")[2]
        self.reader, self.loader = (f"t_{n}_{self._suffix}" for n in ("reader", "loader"))

    def apply(self) -> None:
        superuser = self._superuser
        apply_roles(superuser, reader=self.reader, loader=self.loader)

    @contextmanager
    def session(self, role: str) -> Iterator[sa.Connection]:
        with self._superuser.connect() as connection:
            connection.execute(sa.text(f"SET ROLE {role}"))
            yield connection
            connection.rollback()

    def refused(self, role: str, sql: str) -> str:
        with self.session(role) as connection, pytest.raises(ProgrammingError) as caught:
            connection.execute(sa.text(sql))
        return str(caught.value.orig)

    def execute(self, sql: str) -> None:
        with self._superuser.begin() as connection:
            connection.execute(sa.text(sql))

    def tables(self) -> list[str]:
        with self.engine.connect() as connection:
            return list(connection.scalars(sa.text(TABLES)))

    def close(self, *more: str) -> None:
        for role in (self.reader, self.loader, *more):
            with self._superuser.begin() as connection:
                found = connection.scalar(
                    sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}
                )
                if found:
                    connection.execute(sa.text(f"DROP OWNED BY {role}"))
                    connection.execute(sa.text(f"DROP ROLE {role}"))
        self._superuser.dispose()


@pytest.fixture
def database(embedded_server, engine) -> Iterator[Database]:
    import_asins(engine, [TrackedAsin(US, "B0CHALK001")])
    database = Database(embedded_server, engine)
    yield database
    database.close("t_anon", "anon")


def test_the_reader_reads_every_table_partition_and_view(database):
    database.apply()
    with database.session(database.reader) as connection:
        for name in database.tables():
            connection.execute(sa.text(f"SELECT * FROM {name} LIMIT 1"))
        seen = connection.scalar(sa.text("SELECT count(*) FROM chalkola.tracked_asins"))
        expected = connection.scalar(sa.text("SELECT count(*) > 0 FROM chalkola.sqp_coverage"))
    assert (seen, expected) == (1, True)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO chalkola.tracked_asins (marketplace_id, asin) VALUES ('x', 'B0CHALK002')",
        "UPDATE chalkola.tracked_asins SET priority = 1",
        "DELETE FROM chalkola.sqp_data_us",
        "TRUNCATE chalkola.tracked_asins",
        "CREATE TABLE chalkola.mine ()",
        "DROP TABLE chalkola.tracked_asins",
    ],
)
def test_the_reader_cannot_write(database, sql):
    database.apply()
    assert "denied" in (text := database.refused(database.reader, sql)) or "owner" in text


def test_the_loader_reads_and_writes_rows(database):
    database.apply()
    with database.session(database.loader) as connection:
        connection.execute(sa.text("UPDATE chalkola.tracked_asins SET priority = 1"))
        connection.execute(sa.text("INSERT INTO chalkola.report_plans (is_refresh) VALUES (TRUE)"))
        connection.execute(sa.text("CREATE TEMPORARY TABLE staged (x INT) ON COMMIT DROP"))
        assert connection.scalar(sa.text("SELECT count(*) FROM chalkola.report_plans")) == 1
        assert connection.scalar(sa.text("SELECT pg_try_advisory_xact_lock(1)")) is True


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE chalkola.tracked_asins",
        "ALTER TABLE chalkola.tracked_asins ADD COLUMN mine INT",
        "ALTER TABLE chalkola.tracked_asins DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE chalkola.mine ()",
        "TRUNCATE chalkola.sqp_data",
        "DELETE FROM chalkola.schema_migrations",
    ],
)
def test_the_loader_cannot_change_the_tables_themselves(database, sql):
    database.apply()
    assert "denied" in (text := database.refused(database.loader, sql)) or "owner" in text


def test_a_worker_that_logs_in_as_the_loader_has_what_it_needs(database, db_url):
    database.apply()
    worker = f"t_worker_{database.loader}"
    database.execute(f"CREATE ROLE {worker} LOGIN PASSWORD 'w' IN ROLE {database.loader}")
    engine = connect_engine(db_url.set(username=worker, password="w"))
    require_migrated(engine)
    assert import_asins(engine, [TrackedAsin(US, "B0CHALK003")]) == 1
    locks = SessionLocks(engine)
    assert locks.try_lock("x")
    locks.close()
    engine.dispose()
    database.execute(f"DROP ROLE {worker}")


def test_nobody_else_has_a_way_in(database):
    database.execute("CREATE ROLE anon NOLOGIN")
    database.execute("GRANT USAGE ON SCHEMA chalkola TO anon")
    database.execute("GRANT SELECT ON ALL TABLES IN SCHEMA chalkola TO anon")
    database.apply()
    for name in ("chalkola.tracked_asins", "chalkola.sqp_data_us", "chalkola.sqp_coverage"):
        assert "denied" in database.refused("anon", f"SELECT * FROM {name}")


def test_applying_twice_changes_nothing_and_takes_in_new_tables(database):
    database.apply()
    database.execute("CREATE TABLE chalkola.new (x INT)")
    database.execute("ALTER TABLE chalkola.new ENABLE ROW LEVEL SECURITY")
    assert "denied" in database.refused(database.reader, "SELECT * FROM chalkola.new")
    database.apply()
    with database.session(database.reader) as connection:
        connection.execute(sa.text("SELECT * FROM chalkola.new"))


def test_an_owner_who_may_create_no_roles_is_told_what_to_do(database):
    with pytest.raises(RolesError, match="as a role that may create roles"):
        apply_roles(database.engine, reader="t_none_reader", loader="t_none_loader")


@pytest.mark.parametrize("name", ["Reader", "a b", "x'; DROP ROLE y; --", "", "1x"])
def test_an_odd_role_name_is_refused(name):
    with pytest.raises(InputError, match="reader: "):
        roles_sql(reader=name)


def test_the_printed_sql_names_the_roles_and_no_placeholder_is_left():
    sql = roles_sql(reader="bi", loader="worker")
    assert "IN ROLE bi;" in sql
    assert "reader CONSTANT TEXT := 'bi'" in sql
    assert "{" not in sql
