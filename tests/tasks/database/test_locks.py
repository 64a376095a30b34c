"""Locks are shared by all processes and end with their owner."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tasks.database.errors import LockLostError
from tasks.database.locks import SessionLocks

HOLDER = """
import sys
from tasks.database.engine import connect_engine
from tasks.database.locks import SessionLocks
locks = SessionLocks(connect_engine(sys.argv[1]))
print(locks.try_lock("a"), locks.try_lock("b"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def locks(any_engine):
    locks = SessionLocks(any_engine)
    yield locks
    locks.close()


def kill_connections(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def test_a_lock_excludes_other_processes_and_kill_9_frees_it(locks, any_engine, run_python):
    holder = run_python(HOLDER, any_engine.url.render_as_string(hide_password=False))
    assert holder.stdout.readline() == "True True\n"
    assert not locks.try_lock("a")
    assert locks.try_lock("c")
    holder.kill()
    holder.wait()
    with any_engine.connect() as connection:  # the backend notices the closed socket
        gone = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid <> :pid"
        own = locks._connection.scalar(sa.text("SELECT pg_backend_pid()"))
        while connection.scalar(sa.text(gone), {"pid": own}):
            pass
    assert locks.try_lock("a")
    assert locks.held == {"a", "c"}


def test_a_lock_is_not_reentrant_within_a_process(locks):
    with locks.hold("x") as first, locks.hold("x") as second:
        assert (first, second) == (True, False)
        assert locks.held == {"x"}
    assert locks.held == frozenset()


def test_two_sessions_of_one_process_exclude_each_other(locks, any_engine):
    other = SessionLocks(any_engine)
    assert locks.try_lock("x")
    assert not other.try_lock("x")
    locks.unlock("x")
    assert other.try_lock("x")
    other.close()
    assert locks.try_lock("x")


def test_locks_take_no_connection_of_the_pool(locks, any_engine):
    assert locks.try_lock("x")
    assert any_engine.pool.checkedout() == 0


def test_a_dead_connection_is_a_lost_lock(locks, any_engine):
    assert locks.try_lock("x")
    assert not locks.is_lost()
    locks.check("x")
    kill_connections(any_engine)
    assert locks.is_lost()
    with pytest.raises(LockLostError, match="The lock x was lost"):
        locks.check("x")


def test_a_lost_lock_can_be_taken_again_only_after_its_holder_gave_it_back(locks, any_engine):
    assert locks.try_lock("x")
    kill_connections(any_engine)
    assert not locks.try_lock("x")
    assert locks.try_lock("y")
    locks.unlock("x")
    assert locks.try_lock("x")
    assert not locks.is_lost()


def test_unlocking_what_is_not_held_is_no_error(locks):
    locks.unlock("never")
