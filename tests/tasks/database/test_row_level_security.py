"""Whoever holds Supabase's anonymous key reads and writes nothing, whatever was granted to it."""

from __future__ import annotations

import itertools

import psycopg2
import pytest
import sqlalchemy as sa

from tasks.database.engine import connect_engine
from tasks.database.migrations import migrate

ROLES = ("anon", "authenticated")
KINDS = ("TABLES", "SEQUENCES", "FUNCTIONS")
OURS = """
    SELECT c.oid::regclass::text, c.relkind, c.relrowsecurity
    FROM pg_class c
    WHERE c.relnamespace = 'chalkola'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
"""


@pytest.fixture
def supabase(any_server):
    """A database as Supabase makes it: its roles, and grants on all that is created in public."""
    with any_server.database(is_empty=True) as url:
        admin = connect_engine(any_server.superuser_url(url.database))
        with admin.begin() as connection:
            existing = set(connection.scalars(sa.text("SELECT rolname FROM pg_roles")))
            made = [role for role in ROLES if role not in existing]
            for role in made:
                connection.execute(sa.text(f"CREATE ROLE {role} NOLOGIN"))
            for role, kind, scope in itertools.product(ROLES, KINDS, ("", "IN SCHEMA public")):
                connection.execute(
                    sa.text(
                        f"ALTER DEFAULT PRIVILEGES FOR ROLE {url.username} {scope}"
                        f" GRANT ALL ON {kind} TO {role}"
                    )
                )
        engine = connect_engine(url)
        migrate(engine)
        yield engine, admin
        engine.dispose()
        with admin.begin() as connection:
            for role in ROLES:
                connection.execute(sa.text(f"DROP OWNED BY {role}"))
            for role in made:
                connection.execute(sa.text(f"DROP ROLE {role}"))
        admin.dispose()


def attempt(admin: sa.Engine, role: str, statement: str) -> list[sa.Row]:
    with admin.begin() as connection:
        connection.execute(sa.text(f"SET LOCAL ROLE {role}"))
        return list(connection.execute(sa.text(statement)))


@pytest.mark.parametrize("role", ROLES)
def test_no_relation_of_ours_can_be_touched_and_the_schema_is_closed(supabase, role):
    engine, admin = supabase
    with engine.connect() as connection:
        relations = [name for name, *_ in connection.execute(sa.text(OURS))]
    assert "chalkola.sqp_data_us" in relations
    for relation in relations:
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied for schema"):
            attempt(admin, role, f"SELECT * FROM {relation}")


@pytest.mark.parametrize("role", ROLES)
def test_behind_the_schema_row_level_security_shows_nothing_either(supabase, role):
    engine, admin = supabase
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO chalkola.database_marker (kind, endpoint_host) VALUES ('real', 'x')"
            )
        )
        connection.execute(
            sa.text(
                "INSERT INTO chalkola.sqp_data (account, marketplace_id, report_period,"
                " period_start, period_end, asin, search_query, report_id) VALUES ('NA',"
                " 'ATVPDKIKX0DER', 'WEEK', '2026-01-25', '2026-01-31', 'B0', 'q', 'R')"
            )
        )
        # As if somebody had opened the schema by mistake.
        connection.execute(sa.text(f"GRANT USAGE ON SCHEMA chalkola TO {role}"))
        connection.execute(sa.text(f"GRANT ALL ON ALL TABLES IN SCHEMA chalkola TO {role}"))
        tables = [name for name, kind, _ in connection.execute(sa.text(OURS)) if kind in "rp"]
    for table in tables:
        assert attempt(admin, role, f"SELECT * FROM {table}") == []
    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
        attempt(admin, role, "INSERT INTO chalkola.tracked_asins VALUES ('M', 'B000000001')")


def test_every_table_and_partition_has_row_level_security(any_engine):
    with any_engine.connect() as connection:
        open_ones = [
            name
            for name, kind, rls in connection.execute(sa.text(OURS))
            if kind in "rp" and not rls
        ]
    assert open_ones == []


def test_views_run_with_the_rights_of_who_reads_them(any_engine):
    views = """
        SELECT c.relname FROM pg_class c
        WHERE c.relnamespace = 'chalkola'::regnamespace
            AND (c.relkind = 'm' OR c.relkind = 'v'
                AND NOT coalesce('security_invoker=true' = ANY(c.reloptions), FALSE))
    """
    with any_engine.connect() as connection:
        assert list(connection.execute(sa.text(views))) == []


def test_functions_of_ours_are_closed_to_everybody(supabase):
    engine, admin = supabase
    functions = """
        SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'chalkola'::regnamespace
    """
    with engine.connect() as connection:
        names = [name for (name,) in connection.execute(sa.text(functions))]
    for name in names:
        arguments = name.partition("(")[2].rstrip(")")
        nulls = ", ".join(f"NULL::{kind}" for kind in arguments.split(",") if kind)
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied for schema"):
            attempt(admin, "anon", f"SELECT {name.partition('(')[0]}({nulls})")


def test_the_owner_of_the_tables_is_no_superuser(supabase):
    engine, _ = supabase
    connection = engine.raw_connection()
    try:
        with connection.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("CREATE ROLE somebody")
    finally:
        connection.close()
