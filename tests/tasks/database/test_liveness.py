"""A connection that died is replaced before it is used, mostly without a word to the server."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tasks.database.engine import connect_engine
from tasks.database.liveness import replace_dead_connections

OWN_PID = sa.text("SELECT pg_backend_pid()")


@pytest.fixture
def engine(any_engine):
    engine = connect_engine(any_engine.url)
    yield engine
    engine.dispose()


def used(engine: sa.Engine) -> int:
    """Use a connection of the pool and give it back; returns its backend."""
    with engine.connect() as connection:
        return int(connection.execute(OWN_PID).scalar_one())


def kill(any_engine: sa.Engine, pid: int) -> None:
    with any_engine.connect() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


def last_statement_at_checkout(engine: sa.Engine, any_engine: sa.Engine) -> str:
    """Take a connection that was used before; returns what its backend was told last."""
    pid = used(engine)
    query = sa.text("SELECT query FROM pg_stat_activity WHERE pid = :pid")
    with engine.connect(), any_engine.connect() as other:
        return str(other.execute(query, {"pid": pid}).scalar_one())


def test_a_connection_that_the_server_ended_is_replaced(engine, any_engine):
    pid = used(engine)
    kill(any_engine, pid)
    assert used(engine) != pid


def test_all_connections_that_the_server_ended_are_replaced(engine, any_engine):
    with engine.connect() as first, engine.connect() as second:
        pids = [int(c.execute(OWN_PID).scalar_one()) for c in (first, second)]
    for pid in pids:
        kill(any_engine, pid)
    with engine.connect() as first, engine.connect() as second:
        assert not {int(c.execute(OWN_PID).scalar_one()) for c in (first, second)} & set(pids)


def test_a_connection_that_was_just_used_is_not_asked(engine, any_engine):
    assert last_statement_at_checkout(engine, any_engine) == "ROLLBACK"
    assert used(engine) == used(engine)


def test_one_that_was_silent_for_long_is_asked(any_engine):
    engine = sa.create_engine(any_engine.url)
    replace_dead_connections(engine, trusted_s=0)
    assert last_statement_at_checkout(engine, any_engine) == "SELECT 1"
    engine.dispose()


def test_one_with_an_unread_notice_is_asked_and_kept(engine, any_engine):
    with engine.connect() as connection:
        pid = int(connection.execute(OWN_PID).scalar_one())
        connection.execute(sa.text("LISTEN news"))
        connection.commit()
    with any_engine.begin() as connection:
        connection.execute(sa.text("NOTIFY news"))
    assert used(engine) == pid
