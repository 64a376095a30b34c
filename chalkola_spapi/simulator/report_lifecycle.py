"""A report on its way: IN_QUEUE, IN_PROGRESS, then DONE, CANCELLED or FATAL."""

from bisect import insort
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from chalkola_spapi.simulator.report_scripts import ReportScript
from chalkola_spapi.simulator.report_specification import ReportSpecification

Status = Literal["IN_QUEUE", "IN_PROGRESS", "DONE", "CANCELLED", "FATAL"]
_ENDINGS = ("DONE", "CANCELLED", "FATAL")


@dataclass(slots=True)
class Report:
    """A report of an account, with its script. Report ids repeat between accounts, as Amazon's do.

    `pace` stretches this report's queue and processing times, so that not all end together.
    """

    account: str
    report_id: str
    specification: ReportSpecification
    script: ReportScript
    created_at: datetime
    pace: float = 1.0
    status: Status = "IN_QUEUE"
    started_at: datetime | None = None
    ended_at: datetime | None = None
    document_id: str | None = None
    polls: int = 0

    @property
    def has_ended(self) -> bool:
        return self.status in _ENDINGS

    def describe(self) -> dict[str, object]:
        """Amazon's Report. It holds no reportOptions, and no member without a value."""
        specification = self.specification
        content = {
            "reportId": self.report_id,
            "reportType": specification.report_type,
            "marketplaceIds": list(specification.marketplace_ids),
            "dataStartTime": _text(specification.data_start_time),
            "dataEndTime": _text(specification.data_end_time),
            "createdTime": _text(self.created_at),
            "processingStatus": self.status,
            "processingStartTime": _text(self.started_at),
            "processingEndTime": _text(self.ended_at),
            "reportDocumentId": self.document_id,
        }
        return {name: value for name, value in content.items() if value is not None}


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Progress:
    """How long reports wait and work, in seconds at speed 1.

    after_polls=(q, p) moves them by getReport calls instead: the first q show IN_QUEUE, the
    next p IN_PROGRESS. spread: how much longer the slowest report takes, as a fraction.
    """

    queue_s: float = 20.0
    processing_s: float = 40.0
    spread: float = 0.25
    after_polls: tuple[int, int] | None = None


class DailyQuota:
    """How many reports of one kind an account may have taken up in a rolling 24 hours."""

    def __init__(self, limit: int, *, window: timedelta) -> None:
        self.limit = limit
        self.window = window
        self._starts: dict[str, list[datetime]] = {}

    def free_at(self, account: str) -> datetime:
        """From when one more may be taken up."""
        starts = self._starts.get(account, [])
        if len(starts) < self.limit:
            return datetime.min.replace(tzinfo=UTC)
        return starts[-self.limit] + self.window

    def use(self, account: str, *, at: datetime) -> None:
        insort(self._starts.setdefault(account, []), at)

    def clear(self) -> None:
        self._starts.clear()


@dataclass(frozen=True, slots=True)
class Timetable:
    """Decides when a report starts and ends. `speed` divides all durations."""

    progress: Progress
    speed: float

    def start(self, report: Report, *, now: datetime, free_at: datetime) -> datetime | None:
        """When the report was taken up; None if it has not been by `now`."""
        if report.script.fate == "IN_QUEUE":
            return None
        polls = self.progress.after_polls
        if polls is not None:
            return now if report.polls > polls[0] and free_at <= now else None
        ready = report.created_at + self._duration(
            report, scripted=report.script.queue_s, usual=self.progress.queue_s
        )
        start = max(ready, free_at)
        return start if start <= now else None

    def end(self, report: Report, *, now: datetime) -> datetime | None:
        """When the report ended; None if it has not by `now`, or has not been taken up."""
        if report.started_at is None or report.script.fate == "IN_PROGRESS":
            return None
        polls = self.progress.after_polls
        if polls is not None:
            return now if report.polls > sum(polls) else None
        end = report.started_at + self._duration(
            report, scripted=report.script.processing_s, usual=self.progress.processing_s
        )
        return end if end <= now else None

    def _duration(self, report: Report, *, scripted: float | None, usual: float) -> timedelta:
        seconds = usual * report.pace if scripted is None else scripted
        return timedelta(seconds=seconds / self.speed)
