"""The planner and the limiter with 1,000 seller accounts, and the ledger of 100 million rows.

The rows themselves are not made: what README.md says of them follows from the 5 million of
`queries`. Nothing has a target; a later run that is far slower than the kept one shows.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import sqlalchemy as sa

from benchmarks.database import engine_of
from benchmarks.documents import US
from benchmarks.figures import Figure
from benchmarks.timing import in_turn, wall_s
from chalkola_spapi.operations import GET_REPORT
from chalkola_spapi.periods import ReportPeriod, period_of
from chalkola_spapi.report_types import SQP
from tasks.database.throttle import PostgresThrottle
from tasks.ledger.ledger import Ledger, Slice
from tasks.ledger.planner import Wanted, plan_reports

ACCOUNTS, ASINS = 1_000, 300
NEWEST = date(2026, 1, 25)
ROUNDS = 5
WORKERS, TOKENS = 8, 4_000
#: A unit of quota takes about five requests; 20 units a day and account.
REQUESTS_A_DAY = 5 * 20
FILL = Path(__file__).with_name("scale_fill.sql")


def measure(scratch: Path) -> Iterator[Figure]:
    """Medians; the limiter by eight threads that share one database."""
    with engine_of(scratch / "scale") as engine:
        _fill(engine)
        plans = _Plans(engine)
        found = in_turn({"new": plans.new, "known": plans.known, "open": plans.open}, rounds=ROUNDS)
        tokens_a_s = _tokens_a_second(engine)
    wanted_a_s = ACCOUNTS * REQUESTS_A_DAY / 86_400
    name = f"{ACCOUNTS:,} accounts"
    yield Figure(f"{name}: plan {ASINS} ASINs of one", found["new"], "ms")
    yield Figure(f"{name}: the same again, all known", found["known"], "ms")
    yield Figure(f"{name}: what is open", found["open"], "ms")
    note = f"{WORKERS} threads, a bucket for each account; all accounts need {wanted_a_s:.1f}"
    yield Figure(f"{name}: tokens a second", tokens_a_s, "/s", note=note)
    yield Figure(f"{name}: tokens / what all need", tokens_a_s / wanted_a_s, "x", 10, is_floor=True)


def _fill(engine: sa.Engine) -> None:
    text = FILL.read_text().replace("{newest}", str(NEWEST)).replace("{accounts}", str(ACCOUNTS))
    with engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL synchronous_commit = off"))
        connection.exec_driver_sql(text, execution_options={"no_parameters": True})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM (ANALYZE)"))


class _Plans:
    """Plans the newest week of one account after another."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._ledger = Ledger(engine)
        self._asins = tuple(f"B0CHALK{number:03d}" for number in range(ASINS))
        self._account = 0

    def new(self) -> float:
        self._account += 1
        return self._plan(self._account)

    def known(self) -> float:
        return self._plan(self._account)

    def open(self) -> float:
        return 1000 * wall_s(lambda: self._ledger.read(self._ledger.open_ids()))

    def _plan(self, account: int) -> float:
        period = period_of(ReportPeriod.WEEK, NEWEST)
        wanted = [Wanted(Slice(f"S{account:04d}", SQP, US, period), self._asins)]
        return 1000 * wall_s(lambda: plan_reports(self._engine, wanted, refresh=False))


def _tokens_a_second(engine: sa.Engine) -> float:
    """Threads that ask for tokens of any account; none is empty, so nobody sleeps."""
    throttle = PostgresThrottle(engine)
    each = TOKENS // WORKERS

    def ask(seed: int) -> None:
        chance = Random(seed)
        for _ in range(each):
            throttle.acquire(f"S{chance.randrange(ACCOUNTS):04d}", GET_REPORT)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(WORKERS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return each * WORKERS / (time.perf_counter() - started)
