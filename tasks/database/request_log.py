"""Writes chalkola.api_request_log: one row for each answer, in batches, off the hot path."""

from __future__ import annotations

import atexit
import logging
import threading
from collections import deque
from dataclasses import astuple, fields
from types import TracebackType
from typing import Self

import psycopg2
import sqlalchemy as sa
from psycopg2.extras import execute_values
from sqlalchemy.exc import SQLAlchemyError

from chalkola_spapi.request_record import RequestRecord
from tasks.database.driver import driver_cursor
from tasks.database.errors import DatabaseUnreachableError, answering, reason

logger = logging.getLogger(__name__)

BATCH = 200
FLUSH_EVERY_S = 1.0
CAPACITY = 10_000
# The table's name for RequestRecord.at; all others are the same.
COLUMNS = ("request_time", *(field.name for field in fields(RequestRecord)[1:]))
INSERT = f"INSERT INTO chalkola.api_request_log ({', '.join(COLUMNS)}) VALUES %s"  # noqa: S608
PRUNE = sa.text(
    "DELETE FROM chalkola.api_request_log WHERE request_time < now() - make_interval(days => :days)"
)


class RequestLog:
    """Takes records and writes them from a thread of its own, at the latest a second later.

    It never fails or delays a request: while the database is away the newest `capacity` records are
    kept, and `dropped` counts those that were not.
    """

    def __init__(
        self, engine: sa.Engine, *, capacity: int = CAPACITY, flush_every_s: float = FLUSH_EVERY_S
    ) -> None:
        self.dropped = 0
        self._engine = engine
        self._flush_every_s = flush_every_s
        self._records: deque[RequestRecord] = deque(maxlen=capacity)
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        self._is_closed = False
        self._is_failing = False
        self._thread = threading.Thread(target=self._work, name="request-log", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def __call__(self, record: RequestRecord) -> None:
        """Queue a record; returns at once."""
        with self._changed:
            self.dropped += len(self._records) == self._records.maxlen
            self._records.append(record)
            if len(self._records) >= BATCH:
                self._changed.notify()

    def flush(self) -> bool:
        """Write what is queued now; False if the database did not take it."""
        with self._writing:
            while batch := self._next_batch():
                if not self._write(batch):
                    self._put_back(batch)
                    return False
        return True

    def close(self) -> None:
        """Write what is queued and stop; what cannot be written now is dropped and counted."""
        atexit.unregister(self.close)
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        self._thread.join()
        with self._changed:
            self.dropped += len(self._records)
            self._records.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _work(self) -> None:
        while not self._is_closed:
            with self._changed:
                self._changed.wait_for(self._has_work, timeout=self._flush_every_s)
            self.flush()
            # Otherwise a full queue and a dead database would make this spin.
            if self._is_failing:
                with self._changed:
                    self._changed.wait_for(lambda: self._is_closed, timeout=self._flush_every_s)
        self.flush()

    def _has_work(self) -> bool:
        return self._is_closed or len(self._records) >= BATCH

    def _next_batch(self) -> list[RequestRecord]:
        with self._changed:
            return [self._records.popleft() for _ in range(min(BATCH, len(self._records)))]

    def _put_back(self, batch: list[RequestRecord]) -> None:
        with self._changed:
            room = (self._records.maxlen or 0) - len(self._records)
            self.dropped += max(0, len(batch) - room)
            self._records.extendleft(reversed(batch[max(0, len(batch) - room) :]))

    def _write(self, batch: list[RequestRecord]) -> bool:
        try:
            with (
                answering(self._engine),
                self._engine.begin() as connection,
                driver_cursor(connection) as cursor,
            ):
                execute_values(cursor, INSERT, [_row(record) for record in batch], page_size=BATCH)
        except (DatabaseUnreachableError, SQLAlchemyError, psycopg2.Error) as exc:
            if not self._is_failing:
                logger.warning("Requests are not being logged: %s", reason(exc))
            self._is_failing = True
            return False
        self._is_failing = False
        return True


def prune(engine: sa.Engine, *, older_than_days: int = 30) -> int:
    """Delete the records that are older; returns how many."""
    with answering(engine), engine.begin() as connection:
        return connection.execute(PRUNE, {"days": older_than_days}).rowcount


def _row(record: RequestRecord) -> tuple[object, ...]:
    # PostgreSQL has no NUL, and Amazon's texts are not ours to trust.
    values = astuple(record)
    return tuple(value.replace("\0", "") if isinstance(value, str) else value for value in values)
