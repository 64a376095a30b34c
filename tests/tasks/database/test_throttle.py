"""One bucket for all processes: never more than the quota, and hardly less."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace

import pytest
import sqlalchemy as sa

from chalkola_spapi.operations import Operation
from chalkola_spapi.throttle import Throttle, safe_rate
from tasks.database.throttle import PostgresThrottle

FAST = Operation(name="fast", method="GET", path="/", rate_per_s=20, burst=10, is_repeatable=True)
SLOW = Operation(
    name="slow", method="GET", path="/", rate_per_s=0.0167, burst=2, is_repeatable=True
)

TAKER = """
import json, sys, time
from chalkola_spapi.operations import Operation
from tasks.database.engine import connect_engine
from tasks.database.throttle import PostgresThrottle
throttle = PostgresThrottle(connect_engine(sys.argv[1]))
fast = Operation(name="fast", method="GET", path="/", rate_per_s=20, burst=10, is_repeatable=True)
print("ready", flush=True)
end = float(sys.stdin.readline())
taken = []
while time.time() < end:
    throttle.acquire("NA", fast)
    taken.append(time.time())
print(json.dumps(taken))
"""


class Naps(list[float]):
    """A sleep that only notes how long, and lets the bucket's row go on instead of the clock."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def __call__(self, seconds: float) -> None:
        self.append(seconds)
        with self._engine.begin() as connection:
            connection.execute(
                sa.text(
                    "UPDATE chalkola.rate_limits SET full_at = full_at - make_interval(secs => :s)"
                ),
                {"s": seconds},
            )


@pytest.fixture
def naps(any_engine):
    return Naps(any_engine)


@pytest.fixture
def throttle(any_engine, naps):
    return PostgresThrottle(any_engine, sleep=naps)


def stored(engine: sa.Engine, column: str) -> float:
    statement = sa.text(f"SELECT {column} FROM chalkola.rate_limits")
    with engine.connect() as connection:
        return float(connection.execute(statement).scalar_one())


class Stopwatch:
    """Bounds what is waited by the real time that passes: a busy machine's delays count."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def agrees(self, measured_s: float, *, expected_s: float, pace: float = 1) -> bool:
        """Whether no more is owed than expected, and no less than what passed explains."""
        passed_s = pace * (time.monotonic() - self._start)
        return expected_s - passed_s - 0.01 <= measured_s <= expected_s + 0.01


OWED_S = "extract(epoch FROM full_at - clock_timestamp())"


def test_it_is_a_throttle_of_the_client(throttle):
    def takes(throttle: Throttle) -> None: ...

    takes(throttle)


def test_three_processes_use_the_whole_quota_and_never_more(any_engine, run_python):
    url = any_engine.url.render_as_string(hide_password=False)
    takers = [run_python(TAKER, url) for _ in range(3)]
    for taker in takers:
        assert taker.stdout.readline() == "ready\n"
    start = time.time()
    length_s = 2.0
    for taker in takers:
        taker.stdin.write(f"{start + length_s}\n")
        taker.stdin.flush()
    taken = sorted(moment for taker in takers for moment in json.loads(taker.communicate()[0]))
    for position, moment in enumerate(taken, start=1):
        assert position <= FAST.burst + FAST.rate_per_s * (moment - start) + 1e-6
    within = sum(moment <= start + length_s for moment in taken)
    assert within > 0.95 * (FAST.burst + FAST.rate_per_s * length_s) - 1


def test_the_first_token_says_that_the_bucket_was_full(throttle):
    assert throttle.acquire("NA", SLOW) is True
    assert throttle.acquire("NA", SLOW) is False


def test_buckets_of_accounts_and_operations_are_apart(throttle, naps):
    for account in ("NA", "EU"):
        for operation in (SLOW, FAST):
            assert throttle.acquire(account, operation) is True
    assert naps == []


def test_a_waiter_naps_at_most_a_quarter_second_and_the_last_nap_is_exact(throttle, naps):
    # Slow enough that a busy machine's delays do not refill it.
    calm = replace(FAST, name="calm", rate_per_s=0.01)
    watch = Stopwatch()
    for _ in range(calm.burst + 1):
        throttle.acquire("NA", calm)
    assert watch.agrees(sum(naps), expected_s=1 / safe_rate(calm.rate_per_s))
    assert set(naps[:-1]) == {0.25}


def test_the_rate_is_a_little_below_what_amazon_rounds(throttle, naps):
    watch = Stopwatch()
    for _ in range(SLOW.burst + 1):
        throttle.acquire("NA", SLOW)
    # Amazon's 0.0167 is 1/60: the rate that is used is a little below both.
    assert watch.agrees(sum(naps), expected_s=1 / 0.01665)


def test_a_new_rate_counts_at_once_for_a_waiter(any_engine):
    woken = threading.Event()

    def sleep(seconds: float) -> None:
        if not woken.is_set():
            PostgresThrottle(any_engine).set_rate("NA", SLOW, rate_per_s=50)
            woken.set()
        time.sleep(seconds)

    throttle = PostgresThrottle(any_engine, sleep=sleep)
    throttle.acquire("NA", SLOW)
    throttle.acquire("NA", SLOW)
    start = time.monotonic()
    throttle.acquire("NA", SLOW)
    # At the old rate it would have been a minute.
    assert time.monotonic() - start < 20


def test_a_change_of_rate_rescales_what_is_owed(throttle, any_engine):
    # A minute is owed, whatever passes meanwhile.
    throttle.drain("NA", FAST, next_in_s=60)
    watch = Stopwatch()
    before = stored(any_engine, OWED_S)
    throttle.set_rate("NA", FAST, rate_per_s=2)
    assert watch.agrees(stored(any_engine, OWED_S), expected_s=10 * before, pace=10)
    assert stored(any_engine, "rate_per_s") == 2


def test_a_rate_is_written_only_when_it_is_new_to_this_process(throttle, any_engine):
    throttle.set_rate("NA", FAST, rate_per_s=5)
    with any_engine.begin() as connection:
        connection.execute(sa.text("UPDATE chalkola.rate_limits SET rate_per_s = 7"))
    throttle.set_rate("NA", FAST, rate_per_s=5)
    assert stored(any_engine, "rate_per_s") == 7
    throttle.set_rate("NA", FAST, rate_per_s=6)
    assert stored(any_engine, "rate_per_s") == 6


def test_a_restart_forgets_neither_the_rate_nor_what_was_taken(throttle, any_engine):
    throttle.set_rate("NA", SLOW, rate_per_s=0.5)
    assert throttle.acquire("NA", SLOW) is True
    again = PostgresThrottle(any_engine)
    assert again.acquire("NA", SLOW) is False
    assert stored(any_engine, "rate_per_s") == 0.5


def test_settle_delays_the_refill(throttle, any_engine):
    throttle.acquire("NA", SLOW)
    watch = Stopwatch()
    before = stored(any_engine, OWED_S)
    throttle.settle("NA", SLOW, elapsed_s=3)
    assert watch.agrees(stored(any_engine, OWED_S), expected_s=before + 3)


def test_drain_empties_the_bucket_and_says_when_the_next_token_comes(throttle, naps):
    throttle.acquire("NA", SLOW)
    watch = Stopwatch()
    throttle.drain("NA", SLOW, next_in_s=10)
    throttle.acquire("NA", SLOW)
    assert watch.agrees(sum(naps), expected_s=10)
    naps.clear()
    throttle.acquire("NA", SLOW)
    assert watch.agrees(sum(naps), expected_s=1 / 0.01665)


def test_no_connection_is_held_while_waiting(any_engine):
    checked_out: list[int] = []

    def sleep(seconds: float) -> None:
        checked_out.append(any_engine.pool.checkedout())
        time.sleep(seconds)

    throttle = PostgresThrottle(any_engine, sleep=sleep)
    throttle.drain("NA", FAST, next_in_s=0.5)
    throttle.acquire("NA", FAST)
    assert set(checked_out) == {0}
