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
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks.clocked import ClockedSeller, clocked_seller
from benchmarks.documents import US
from benchmarks.figures import Figure
from chalkola_spapi.errors import SpApiError
from chalkola_spapi.periods import ReportPeriod
from chalkola_spapi.simulator import Fault, ReportScript
from tasks.connections import Connections
from tasks.coverage.coverage import coverage_of, look_back
from tasks.coverage.gaps import Allowance, fill_gaps
from tasks.ledger.ledger import ReportRequest
from tasks.ledger.retries import plan_retries
from tasks.reports.canary import canaries, is_released
from tasks.reports.kinds import load_parsed, parse_report
from tasks.reports.places import is_soon, places
from tasks.reports.raw_documents import download, explanation
from tasks.reports.steps import judge_fatal
from tasks.reports.submission import Submitter

DAYS, ASINS, BUDGET = 30, 900, 20
FATAL_EACH = 20
CATCH_UP_EACH_HOURS = 3
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
    oracle = DAYS * BUDGET * (1 - 1 / FATAL_EACH) * a_report
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
        self.units = self.loaded = self.fatal = self.early = self._asked = 0
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
        """The catch-up every three hours, the harvest each hour; one of them dies and goes on."""
        if number % 7 == 0:
            late = timedelta(days=self._chance.choice(LATE))
            self._seller.simulator.state.calendar.slip(late, marketplace=US, period="WEEK")
        begins = self._clock.now()
        self._dies_at = self._chance.randrange(1, BUDGET)
        self._created = 0
        for hour in range(24):
            self._clock.move_to(begins + timedelta(hours=hour))
            work = self._harvest if hour % CATCH_UP_EACH_HOURS else self._catch_up
            try:
                work(self._seller.new_process())
            except ProcessDied:
                work(self._seller.new_process())
        self._clock.move_to(begins + timedelta(days=1))

    def _catch_up(self, conns: Connections) -> None:
        slices = look_back(conns.settings, LOOK_BACK, now=conns.now())
        slices = [one for one in slices if one.marketplace_id == US]
        with conns.engine.connect() as connection:
            found = coverage_of(connection, slices)
        fill_gaps(conns, found, allowance=Allowance(conns, ahead=True))
        self._harvest(conns)

    def _harvest(self, conns: Connections) -> None:
        plan_retries(conns.engine, conns.ledger, now=conns.now())
        requests = conns.ledger.read(conns.ledger.open_ids())
        chosen = canaries(conns, requests)
        requests = [r for r in requests if r.id not in chosen.held]
        requests.sort(key=lambda r: r.id in chosen.follows)
        now = conns.now()
        at = places(conns, requests, now=now)
        due = [r for r in requests if is_soon(r, at.get(r.id, now), now=now)]
        self._advance(conns, [r for r in due if r.id not in chosen.follows], at)
        follows = [r for r in due if r.id in chosen.follows and is_released(conns, r)]
        self._advance(conns, follows, at)

    def _advance(
        self,
        conns: Connections,
        requests: list[ReportRequest],
        at: dict[int, datetime | None],
    ) -> None:
        """All of them are asked for, each in its place; then Amazon builds them; then they load."""
        submitter = Submitter(conns, sleep=self._clock.sleep)
        for request in requests:
            if request.state in {"planned", "submitting"}:
                self._clock.move_to(at.get(request.id) or conns.now())
                self._submit(submitter, request)
        self._clock.sleep(REPORT_S if requests else 0)
        for request in conns.ledger.read([one.id for one in requests]):
            self._collect(conns, request)

    def _collect(self, conns: Connections, request: ReportRequest) -> None:
        if request.state == "submitted":
            self._look(conns, request)
            request = conns.ledger.get(request.id)
        if request.state == "done":
            raw = download(conns, request)
            parsed = parse_report(request, raw, folder=conns.folder("parsed"))
            load_parsed(conns.engine, request, parsed)
            self.loaded += 1

    def _submit(self, submitter: Submitter, request: ReportRequest) -> None:
        state = self._seller.simulator.state
        if request.state == "planned":
            self._created += 1
            self._asked += 1
            if self._asked % FATAL_EACH == 0:
                state.reports.scripts.add(ReportScript(fate="FATAL", times=1))
            if self._created == self._dies_at:
                self._die(submitter, request)
        submitter.submit(request)

    def _die(self, submitter: Submitter, request: ReportRequest) -> None:
        """Amazon creates the report, and nobody is left to hear so."""
        before = len(self._seller.simulator.state.reports.all())
        fault = Fault(operation="createReport", action="close_after", times=1)
        self._seller.simulator.state.faults.add(fault)
        with suppress(SpApiError):
            submitter._create(request)  # noqa: SLF001 -- the POST alone, as a dying process does it
        if len(self._seller.simulator.state.reports.all()) > before:
            raise ProcessDied

    def _look(self, conns: Connections, request: ReportRequest) -> None:
        report = conns.reports(request.account).get_report(request.report_id or "")
        if report.processing_status == "FATAL":
            judge_fatal(conns, request, explanation(conns, request, report))
            self.fatal += 1
            self.early += conns.ledger.get(request.id).kind == "too_early"
        else:
            conns.ledger.record_status(request, report)

    def rows_landed(self) -> int:
        self.units = len(self._seller.simulator.state.reports.all())
        with self._seller.engine.connect() as connection:
            counted = connection.execute(sa.text("SELECT count(*) FROM chalkola.sqp_data"))
            return int(counted.scalar_one())

    def twice(self) -> int:
        """Of what Amazon delivered: ASINs of a week that are in two documents."""
        delivered: Counter[tuple[object, str]] = Counter()
        for report in self._seller.simulator.state.reports.all():
            if report.status == "DONE":
                specification = report.specification
                for asin in specification.options["asin"].split():
                    delivered[specification.data_start_time, asin] += 1
        return sum(count - 1 for count in delivered.values())
