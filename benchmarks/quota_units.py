"""Rows landed for each unit of the daily SQP quota, over 30 days of a seller's life.

900 tracked ASINs in one marketplace, 20 reports a day. Weeks are published late now and then, one
report in twenty is FATAL for no reason, and each day the process dies right after a report was
created, before it heard so. The whole engine runs but Prefect: planner, ledger, submission,
download, parser, loader, retries; every clock is ours.

The oracle knows when each week will be published: it spends every unit on 18 ASINs of a published
week, asks nothing twice, and loses one in twenty as well.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks.clocked import ClockedSeller, clocked_seller
from benchmarks.documents import US
from benchmarks.figures import Figure
from chalkola_spapi.errors import SpApiError
from chalkola_spapi.periods import ReportPeriod
from chalkola_spapi.simulator import Fault, ReportScript
from tasks.canary import canaries, is_released
from tasks.connections import Connections
from tasks.coverage import coverage_of, look_back
from tasks.gaps import Allowance, fill_gaps
from tasks.ledger import BudgetExhaustedError, ReportRequest
from tasks.raw_documents import download, explanation, raw_document
from tasks.report_kinds import load_parsed, parse_report
from tasks.reports import judge_fatal
from tasks.retries import plan_retries
from tasks.submission import Submitter

DAYS, ASINS, BUDGET = 30, 900, 20
FATAL_RATE = 0.05
LATE = (0, 0, 0, 0, 0, 1, 1, 2, 3)  # days, one is drawn for each week
LOOK_BACK = {ReportPeriod.WEEK: 13}
REPORT_S = 90


class ProcessDied(Exception):  # noqa: N818 -- it is no error of ours
    """The process is gone; whatever it knew is in the database or lost."""


def measure(scratch: Path) -> Iterator[Figure]:
    """Ours over the oracle's; both by the same 600 units."""
    with clocked_seller(scratch, budget=BUDGET, sqp_reports_a_day=10_000) as seller:
        life = _Life(seller)
        for day in range(DAYS):
            life.day(day)
        rows, wasted = life.rows_landed(), life.twice()
    units = life.units
    a_report = rows / max(1, life.loaded)
    oracle = DAYS * BUDGET * (1 - FATAL_RATE) * a_report
    yield Figure("rows landed / the oracle's, 30 days", rows / oracle, target=0.97, is_floor=True)
    yield Figure("ASINs of a period that were loaded twice", wasted, target=0)
    note = f"of {DAYS * BUDGET}; {life.fatal} FATAL, {life.early} of them too early"
    yield Figure("  reports asked for", units, note=note)
    yield Figure("  rows for each report asked for", rows / max(1, units))


class _Life:
    """Days of one seller."""

    def __init__(self, seller: ClockedSeller) -> None:
        self._seller = seller
        self._clock = seller.clock
        self._chance = random.Random(20)
        self.units = self.loaded = self.fatal = self.early = 0
        with seller.engine.begin() as connection:
            connection.execute(
                sa.text(
                    "INSERT INTO chalkola.tracked_asins (marketplace_id, asin)"
                    " SELECT :id, 'B0CHAL' || lpad(n::TEXT, 4, '0')"
                    " FROM generate_series(1, :asins) AS n"
                ),
                {"id": US, "asins": ASINS},
            )

    def day(self, number: int) -> None:
        """Morning: the catch-up; it dies once. Later: the harvest goes on with what is open."""
        if number % 7 == 0:
            late = timedelta(days=self._chance.choice(LATE))
            self._seller.simulator.state.calendar.slip(late, marketplace=US, period="WEEK")
        begins = self._clock.now()
        self._dies_at = self._chance.randrange(1, BUDGET)
        self._created = 0
        try:
            self._catch_up(self._seller.new_process())
        except ProcessDied:
            self._harvest(self._seller.new_process())
        # What is not asked for today has another chance in the evening.
        self._clock.sleep(6 * 3600)
        self._harvest(self._seller.conns)
