"""Named locks among all processes: who submits a report, who works on a shipment.

A lock ends with its process, kill -9 included, so a free lock beside an unfinished row means that
the row's owner died. https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tasks.database.driver import driver_connection
from tasks.database.errors import LockLostError, answering

TRY_LOCK = sa.text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
UNLOCK = sa.text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))")


class SessionLocks:
    """Many locks on one connection of its own, which is kept as long as one of them is held.

    Thread safe. Not re-entrant: whoever asks for a name that this process holds gets False, too.
    The connection is outside the engine's pool. Not for transaction-mode poolers.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._guard = threading.RLock()
        self._connection: sa.Connection | None = None
        self._held: set[str] = set()
        self._lost: set[str] = set()
        self._pid = os.getpid()

    @property
    def held(self) -> frozenset[str]:
        """The names that this process holds, as far as it knows."""
        with self._guard:
            return frozenset(self._held)

    def try_lock(self, name: str) -> bool:
        """Take the lock if it is free; never waits.

        Raises:
            DatabaseUnreachableError: the database does not answer.
        """
        with self._guard, answering(self._engine):
            self._leave_parents_connection()
            # A lost lock stays taken in this process until its holder has noticed.
            if name in self._held or name in self._lost:
                return False
            got = self._try(name)
            if got:
                self._held.add(name)
            return got

    def unlock(self, name: str) -> None:
        """Give the lock back; a name that is not held, or was lost, is no error."""
        with self._guard:
            self._lost.discard(name)
            if name not in self._held:
                return
            self._held.discard(name)
            try:
                if self._connection is not None:
                    self._connection.execute(UNLOCK, {"name": name})
            except DBAPIError:
                self._drop_connection()

    def is_lost(self) -> bool:
        """Whether the connection died while locks were held; asks the server."""
        with self._guard:
            self._notice_loss()
            return bool(self._lost)

    def check(self, name: str) -> None:
        """Return if the lock is still ours; ask before anything that cannot be taken back.

        Raises:
            LockLostError: the connection died, so another process may hold it now.
        """
        with self._guard:
            self._notice_loss()
            if name not in self._held:
                raise LockLostError(
                    f"The lock {name} was lost with its database connection: run the command again"
                )

    @contextmanager
    def hold(self, name: str) -> Iterator[bool]:
        """Try the lock for the length of a block; gives whether it was free."""
        got = self.try_lock(name)
        try:
            yield got
        finally:
            if got:
                self.unlock(name)

    def close(self) -> None:
        """Give all locks back."""
        with self._guard:
            if self._pid != os.getpid():
                return  # a forked child's parent still holds them
            self._held.clear()
            self._lost.clear()
            if self._connection is not None:
                # Now, not when the server notices that the connection has gone.
                with suppress(DBAPIError):
                    self._connection.execute(sa.text("SELECT pg_advisory_unlock_all()"))
                self._connection.close()
                self._connection = None

    def _try(self, name: str) -> bool:
        """Ask for the lock; on a new connection if the one with all other locks has died."""
        if self._connection is not None:
            try:
                return bool(self._connection.scalar(TRY_LOCK, {"name": name}))
            except DBAPIError as exc:
                if not exc.connection_invalidated:
                    raise  # it lives, and so do the locks
                self._drop_connection()
        self._connection = self._connect()
        return bool(self._connection.scalar(TRY_LOCK, {"name": name}))

    def _connect(self) -> sa.Connection:
        connection = self._engine.connect()
        driver_connection(connection).autocommit = True
        connection.detach()
        return connection

    def _notice_loss(self) -> None:
        self._leave_parents_connection()
        if self._connection is None:
            return
        try:
            self._connection.execute(sa.text("SELECT 1"))
        except DBAPIError:
            self._drop_connection()

    def _leave_parents_connection(self) -> None:
        """A forked child owns none of its parent's locks, and must not touch their connection."""
        if self._pid != os.getpid():
            self._pid, self._connection = os.getpid(), None
            self._held.clear()

    def _drop_connection(self) -> None:
        """All that was held is lost with it."""
        self._lost |= self._held
        self._held.clear()
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(DBAPIError):
                connection.invalidate()
                connection.close()
