"""Amazon's token buckets in chalkola.rate_limits: shared by all workers, kept over restarts.

Each bucket is one row (GCRA): full_at is when it will be full again, and a token moves that by one
interval. One atomic statement on the server's clock takes a token or tells the exact wait.
https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping

import sqlalchemy as sa

from chalkola_spapi.operations import Operation
from chalkola_spapi.throttle import LONGEST_NAP_S, safe_rate
from tasks.database.driver import autocommit
from tasks.database.errors import answering

ENSURE = sa.text("""
    INSERT INTO chalkola.rate_limits AS stored (account, operation, rate_per_s, burst)
    VALUES (:account, :operation, :rate_per_s, :burst)
    ON CONFLICT (account, operation) DO UPDATE SET burst = excluded.burst
    WHERE stored.burst <> excluded.burst
""")
# `bucket` reads the clock only after `locked` has its lock, however long it waited for it.
ACQUIRE = sa.text("""
    WITH locked AS MATERIALIZED (
        SELECT account, operation, full_at, burst, make_interval(secs => 1 / rate_per_s) AS interval
        FROM chalkola.rate_limits
        WHERE account = :account AND operation = :operation
        FOR UPDATE
    ), bucket AS MATERIALIZED (
        SELECT account, operation, full_at, burst, interval, clock_timestamp() AS asked_at
        FROM locked
    ), judged AS MATERIALIZED (
        SELECT account, operation, full_at <= asked_at AS was_full,
            full_at - (burst - 1) * interval <= asked_at AS is_free,
            greatest(full_at, asked_at) + interval AS full_after,
            extract(epoch FROM full_at - (burst - 1) * interval - asked_at) AS wait_s
        FROM bucket
    ), taken AS (
        UPDATE chalkola.rate_limits AS stored
        SET full_at = judged.full_after, updated_at = clock_timestamp()
        FROM judged
        WHERE judged.is_free
            AND stored.account = judged.account AND stored.operation = judged.operation
    )
    SELECT is_free, was_full, wait_s FROM judged
""")
SETTLE = sa.text("""
    UPDATE chalkola.rate_limits
    SET full_at = full_at + make_interval(secs => :elapsed_s), updated_at = clock_timestamp()
    WHERE account = :account AND operation = :operation
""")
SET_RATE = sa.text("""
    UPDATE chalkola.rate_limits
    SET rate_per_s = :rate_per_s, updated_at = clock_timestamp(),
        full_at = CASE
            WHEN full_at <= clock_timestamp() THEN full_at
            ELSE clock_timestamp() + (full_at - clock_timestamp()) * (rate_per_s / :rate_per_s)
        END
    WHERE account = :account AND operation = :operation AND rate_per_s <> :rate_per_s
""")
DRAIN = sa.text("""
    UPDATE chalkola.rate_limits
    SET full_at = clock_timestamp() + make_interval(secs => :next_in_s + (burst - 1) / rate_per_s),
        updated_at = clock_timestamp()
    WHERE account = :account AND operation = :operation
""")
SHORTEST_NAP_S = 0.001

_Key = tuple[str, str]


class PostgresThrottle:
    """chalkola_spapi's Throttle in the database; thread safe.

    acquire reserves nothing ahead: it takes a token, or sleeps at most 0.25 s and asks again, so
    that a new rate counts at once. Within a process one thread a bucket asks at a time, and no
    connection is held while it sleeps. Every method raises DatabaseUnreachableError.
    """

    def __init__(self, engine: sa.Engine, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._engine = engine
        self._sleep = sleep
        self._guard = threading.Lock()
        self._turns: defaultdict[_Key, threading.Lock] = defaultdict(threading.Lock)
        self._rates: dict[_Key, float] = {}
        self._known: set[_Key] = set()

    def acquire(self, account: str, operation: Operation) -> bool:
        """Wait for a token and take it; True if the bucket was full before."""
        self._ensure(account, operation)
        key = (account, operation.name)
        with self._guard:
            turn = self._turns[key]
        with turn:
            while True:
                is_free, was_full, wait_s = self._ask(account, operation)
                if is_free:
                    return was_full
                self._sleep(max(SHORTEST_NAP_S, min(LONGEST_NAP_S, wait_s)))

    def settle(self, account: str, operation: Operation, *, elapsed_s: float) -> None:
        """Start the refill late: a request that found the bucket full took `elapsed_s`."""
        self._write(SETTLE, account, operation, elapsed_s=elapsed_s)

    def set_rate(self, account: str, operation: Operation, *, rate_per_s: float) -> None:
        """Take over the rate that Amazon named; what is owed is rescaled to it."""
        key = (account, operation.name)
        rate_per_s = safe_rate(rate_per_s)
        with self._guard:
            if self._rates.get(key) == rate_per_s:
                return
        self._write(SET_RATE, account, operation, rate_per_s=rate_per_s)
        with self._guard:
            self._rates[key] = rate_per_s

    def drain(self, account: str, operation: Operation, *, next_in_s: float) -> None:
        """Empty the bucket; the next token comes in `next_in_s`."""
        self._write(DRAIN, account, operation, next_in_s=next_in_s)

    def _ask(self, account: str, operation: Operation) -> tuple[bool, bool, float]:
        with answering(self._engine), autocommit(self._engine) as connection:
            names = {"account": account, "operation": operation.name}
            row = connection.execute(ACQUIRE, names).one()
        return row.is_free, row.was_full, float(row.wait_s)

    def _write(
        self, statement: sa.TextClause, account: str, operation: Operation, **values: float
    ) -> None:
        self._ensure(account, operation)
        self._execute(statement, {"account": account, "operation": operation.name, **values})

    def _ensure(self, account: str, operation: Operation) -> None:
        """Make the bucket's row once; a rate that is already stored is Amazon's, and stays."""
        key = (account, operation.name)
        with self._guard:
            if key in self._known:
                return
        rate = safe_rate(operation.rate_per_s)
        names = {"account": account, "operation": operation.name}
        self._execute(ENSURE, {**names, "rate_per_s": rate, "burst": operation.burst})
        with self._guard:
            self._known.add(key)

    def _execute(self, statement: sa.TextClause, values: Mapping[str, str | float]) -> None:
        with answering(self._engine), autocommit(self._engine) as connection:
            connection.execute(statement, values)
