"""The reports of every account.

https://developer-docs.amazon.com/sp-api/docs/reports-api-v2021-06-30-reference
"""

import random
from collections.abc import Callable
from datetime import datetime

from chalkola_spapi.simulator.clock import Clock
from chalkola_spapi.simulator.documents import Documents
from chalkola_spapi.simulator.messages import invalid_input, not_found
from chalkola_spapi.simulator.report_lifecycle import DailyQuota, Progress, Report, Timetable
from chalkola_spapi.simulator.report_listing import RETENTION, ReportListing
from chalkola_spapi.simulator.report_scripts import USUAL, ReportScript
from chalkola_spapi.simulator.report_specification import ReportSpecification
from chalkola_spapi.simulator.rules import Rulebook
from chalkola_spapi.simulator.verdicts import NO_DATA, Verdict, done, fatal

Judge = Callable[[Report, datetime], Verdict]


class Reports:
    """Creates reports and moves them on whenever someone looks.

    `judges` decide, by report type, how a report ends; a type without one has no data.
    `quotas` hold the types of which an account gets only so many a day: the rest stay IN_QUEUE.
    Each account's reports are numbered from `first_id` on.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        speed: float,
        seed: int,
        progress: Progress,
        documents: Documents,
        judges: dict[str, Judge],
        quotas: dict[str, DailyQuota],
        first_id: int,
    ) -> None:
        self.scripts: Rulebook[ReportScript] = Rulebook()
        self.timetable = Timetable(progress, speed)
        self.quotas = quotas
        self._clock = clock
        self._seed = seed
        self._first_id = first_id
        self._documents = documents
        self._judges = judges
        self._by_account: dict[str, list[Report]] = {}
        self._open: dict[str, list[Report]] = {}

    def create(
        self,
        account: str,
        specification: ReportSpecification,
        *,
        script: ReportScript | None = None,
    ) -> Report:
        """A new report; its script is the one given, one that was added, or the usual one."""
        mine = self._by_account.setdefault(account, [])
        report_id = str(self._first_id + len(mine))
        # A pace by seed and place alone: two runs of one scenario take the same time.
        pace = random.Random(f"{self._seed}/{len(mine)}").random()  # noqa: S311
        report = Report(
            account=account,
            report_id=report_id,
            specification=specification,
            script=script or self._script(account, specification),
            created_at=self._clock.now(),
            pace=1 + pace * self.timetable.progress.spread,
        )
        mine.append(report)
        self._open.setdefault(account, []).append(report)
        return report

    def _script(self, account: str, specification: ReportSpecification) -> ReportScript:
        return self.scripts.take(lambda script: script.meets(account, specification)) or USUAL

    def get(self, account: str, report_id: str) -> Report:
        """A report as it stands now; counts as a poll.

        Raises:
            RefusedError: 400 for what cannot be an id, 404 for another account's report.
        """
        report = self._find(account, report_id)
        report.polls += 1
        self._settle(account)
        return report

    def page(self, account: str, listing: ReportListing) -> tuple[list[Report], str | None]:
        """A page of reports, and the token of the next."""
        self._settle(account)
        return listing.page(self._by_account.get(account, []))

    def cancel(self, account: str, report_id: str) -> None:
        """Cancel a report that has not been taken up.

        Raises:
            RefusedError: 400 for a report in any other state, 404 for an unknown one.
        """
        report = self._find(account, report_id)
        self._settle(account)
        if report.status != "IN_QUEUE":
            raise invalid_input(
                "Only reports with processingStatus=IN_QUEUE can be cancelled",
                details=f"The report is {report.status}",
            )
        report.status = "CANCELLED"
        report.ended_at = self._clock.now()
        self._open[account].remove(report)

    def peek(self, account: str, report_id: str) -> Report | None:
        """A report without looking at the time or counting a poll."""
        reports = self._by_account.get(account, [])
        return next((report for report in reports if report.report_id == report_id), None)

    def all(self) -> list[Report]:
        """Every report of every account, each account's oldest first."""
        for account in tuple(self._by_account):
            self._settle(account)
        return [report for reports in self._by_account.values() for report in reports]

    def clear(self) -> None:
        self.scripts.clear()
        self._by_account.clear()
        self._open.clear()
        for quota in self.quotas.values():
            quota.clear()

    def _find(self, account: str, report_id: str) -> Report:
        if not report_id.isdecimal():
            raise invalid_input("Invalid input", details=f"Invalid reportId {report_id}")
        report = self.peek(account, report_id)
        if report is None or report.created_at + RETENTION < self._clock.now():
            raise not_found(f"Report {report_id} was not found.")
        return report

    def _settle(self, account: str) -> None:
        """Let everything happen that was due by now, in the order in which it was asked for."""
        now = self._clock.now()
        for report in self._open.get(account, []):
            if report.started_at is None:
                self._start(report, now=now)
            ended_at = self.timetable.end(report, now=now)
            if ended_at is not None:
                self._end(report, at=ended_at)
        self._open[account] = [r for r in self._open.get(account, []) if not r.has_ended]

    def _start(self, report: Report, *, now: datetime) -> None:
        quota = self.quotas.get(report.specification.report_type)
        free_at = report.created_at if quota is None else quota.free_at(report.account)
        started_at = self.timetable.start(report, now=now, free_at=free_at)
        if started_at is None:
            return
        if quota is not None:
            quota.use(report.account, at=started_at)
        report.started_at = started_at
        report.status = "IN_PROGRESS"

    def _end(self, report: Report, *, at: datetime) -> None:
        verdict = self._verdict(report)
        report.status = verdict.status
        report.ended_at = at
        if verdict.content is not None:
            script = report.script
            report.document_id = self._documents.add(
                report.account,
                verdict.content,
                content_type=script.content_type or verdict.content_type,
                is_gzip=script.is_gzip,
                marketplaces=frozenset(report.specification.marketplace_ids),
            )

    def _verdict(self, report: Report) -> Verdict:
        script = report.script
        content = script.content()
        if script.fate == "FATAL":
            return fatal(script.fatal_text, document=script.fatal_document)
        if script.fate == "CANCELLED":
            return NO_DATA
        if content is not None:
            return done(lambda: content)
        judge = self._judges.get(report.specification.report_type)
        # What was published while the report waited counts: it is judged when it is taken up.
        at = report.started_at or report.created_at
        return NO_DATA if judge is None else judge(report, at)
