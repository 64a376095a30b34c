"""The views of sql/views: made anew as a whole when a file differs, with all that was granted."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tasks.database.engine import connect_engine
from tasks.database.errors import MigrationError, NotMigratedError
from tasks.database.migrations import migrate, migration_status, require_migrated
from tasks.database.roles import apply_roles

NUMBERS = "CREATE VIEW chalkola.numbers AS SELECT 1 AS one;"
DOUBLED = "CREATE VIEW chalkola.doubled AS SELECT one * 2 AS two FROM chalkola.numbers;"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "views"
    folder.mkdir()
    (folder / "10_numbers.sql").write_text(NUMBERS)
    (folder / "20_doubled.sql").write_text(DOUBLED)
    return folder


@pytest.fixture
def ask(engine, folder):
    """The database with the folder's views instead of the project's."""
    migrate(engine, views=folder)

    def ask(statement: str) -> object:
        with engine.begin() as connection:
            return connection.scalar(sa.text(statement))

    return ask


def test_a_changed_column_type_makes_all_views_anew_and_only_then(engine, folder, ask):
    assert migrate(engine, views=folder) == []
    oid = "SELECT 'chalkola.doubled'::REGCLASS::OID"
    before = ask(oid)
    (folder / "10_numbers.sql").write_text(NUMBERS.replace("1 AS", "1.5 AS"))
    assert [s.name for s in migration_status(engine, views=folder) if s.applied_at is None] == [
        "views/10_numbers.sql"
    ]
    assert migrate(engine, views=folder) == ["views/10_numbers.sql"]
    assert (str(ask("SELECT two FROM chalkola.doubled")), ask(oid) == before) == ("3.0", False)


def test_a_view_without_a_file_goes_and_one_that_was_dropped_comes_back(engine, folder, ask):
    (folder / "20_doubled.sql").unlink()
    assert migrate(engine, views=folder) == ["views/20_doubled.sql"]
    assert ask("SELECT to_regclass('chalkola.doubled')") is None
    ask("DROP VIEW chalkola.numbers; SELECT 1")
    assert migrate(engine, views=folder) == ["views/10_numbers.sql"]
    assert ask("SELECT one FROM chalkola.numbers") == 1


def test_a_broken_file_leaves_the_old_views(engine, folder, ask):
    (folder / "10_numbers.sql").write_text(NUMBERS.replace("one", "uno"))
    with pytest.raises(MigrationError, match=r'^views/20_doubled.sql: column "one" does not exist'):
        migrate(engine, views=folder)
    assert ask("SELECT two FROM chalkola.doubled") == 2


def test_what_others_built_on_a_view_is_named_and_stays(engine, folder, ask):
    ask("CREATE VIEW public.theirs AS SELECT one FROM chalkola.numbers; SELECT 1")
    (folder / "10_numbers.sql").write_text(NUMBERS + "-- new")
    with pytest.raises(MigrationError, match=r"the views: cannot drop .*: view theirs depends on"):
        migrate(engine, views=folder)
    assert ask("SELECT one FROM public.theirs") == 1


@pytest.mark.parametrize("name", ["numbers.sql", "1_numbers.sql"])
def test_odd_names_are_refused(engine, tmp_path, name):
    (tmp_path / name).write_text(NUMBERS)
    with pytest.raises(MigrationError, match=f"{name}: a view's file is named NN_the_view.sql"):
        migrate(engine, views=tmp_path)


def test_the_project_asks_for_its_views(engine, ask):
    with pytest.raises(NotMigratedError, match="migrations and views: run `chalkola db migrate`"):
        require_migrated(engine)
    migrate(engine)
    require_migrated(engine)


@pytest.fixture
def roles(embedded_server, engine):
    admin = connect_engine(embedded_server.superuser_url(engine.url.database))
    suffix = str(engine.url.database).rpartition("_")[2]
    reader, loader, guest = (f"v_{name}_{suffix}" for name in ("reader", "loader", "guest"))
    with admin.begin() as connection:
        connection.execute(sa.text(f"CREATE ROLE {guest} NOLOGIN"))
    apply_roles(admin, reader=reader, loader=loader)
    yield admin, reader, guest
    with admin.begin() as connection:
        for role in (reader, loader, guest):
            connection.execute(sa.text(f"DROP OWNED BY {role}; DROP ROLE {role}"))
    admin.dispose()


def test_the_reader_sees_rows_through_views(engine, roles):
    admin, reader, guest = roles
    level = """
        INSERT INTO chalkola.inventory_levels (
            account, marketplace_id, msku, asin, source, as_of, changed_at)
        VALUES ('NA', 'ATVPDKIKX0DER', 'PENS', 'B0PENS0001', 'api', now(), now())
    """
    with engine.begin() as connection:
        connection.execute(sa.text(level))
    with admin.begin() as connection:
        connection.execute(sa.text(f"GRANT USAGE ON SCHEMA chalkola TO {guest}"))
        connection.execute(sa.text(f"GRANT SELECT ON ALL TABLES IN SCHEMA chalkola TO {guest}"))
    # The guest has the grants and no policy: a view must not show what the tables hide.
    for role, rows in ((reader, 1), (guest, 0)):
        with admin.begin() as connection:
            connection.execute(sa.text(f"SET LOCAL ROLE {role}"))
            counted = connection.scalar(sa.text("SELECT count(*) FROM chalkola.inventory_cover"))
            assert (role, counted) == (role, rows)


def test_roles_still_read_after_the_views_are_made_anew(engine, folder, roles):
    admin, reader, guest = roles
    with admin.begin() as connection:
        connection.execute(sa.text(f"GRANT SELECT ON chalkola.sqp_brand TO {guest}"))
    migrate(engine, views=folder)
    with admin.begin() as connection:
        connection.execute(sa.text(f"GRANT SELECT ON chalkola.numbers TO {guest}"))
    (folder / "10_numbers.sql").write_text(NUMBERS + "-- new")
    migrate(engine, views=folder)
    rights = """
        SELECT has_table_privilege(:role, 'chalkola.numbers', 'SELECT'),
            has_table_privilege(:role, 'chalkola.doubled', 'SELECT')
    """
    with admin.connect() as connection:
        found = {
            r: tuple(connection.execute(sa.text(rights), {"role": r}).one()) for r in roles[1:]
        }
    assert found == {reader: (True, True), guest: (True, False)}
