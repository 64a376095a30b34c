"""The query of getReports: its filters, its limits, and its pages.

https://developer-docs.amazon.com/sp-api/reference/getreports
"""

import base64
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from chalkola_spapi.simulator.messages import Call, RefusedError, invalid_input
from chalkola_spapi.simulator.report_lifecycle import Report
from chalkola_spapi.simulator.report_specification import parse_moment

RETENTION = timedelta(days=90)
_STATUSES = {"CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE"}


@dataclass(frozen=True, slots=True)
class ReportListing:
    """One page of a filtered listing, newest first.

    `known` is how many reports there were when it began: so its pages hold still.
    """

    report_types: list[str]
    statuses: list[str]
    marketplace_ids: list[str]
    created_since: str
    created_until: str
    page_size: int
    known: int | None = None
    offset: int = 0

    def selects(self, report: Report) -> bool:
        since = datetime.fromisoformat(self.created_since)
        until = datetime.fromisoformat(self.created_until)
        specification = report.specification
        return (
            specification.report_type in self.report_types
            and since <= report.created_at <= until
            and (not self.statuses or report.status in self.statuses)
            and (
                not self.marketplace_ids
                or not set(self.marketplace_ids).isdisjoint(specification.marketplace_ids)
            )
        )

    def page(self, reports: list[Report]) -> tuple[list[Report], str | None]:
        """The page's reports, and the token of the next one if there is one."""
        known = len(reports) if self.known is None else self.known
        selected = [report for report in reversed(reports[:known]) if self.selects(report)]
        end = self.offset + self.page_size
        token = self._token(known, end) if len(selected) > end else None
        return selected[self.offset : end], token

    def _token(self, known: int, offset: int) -> str:
        content = json.dumps({**asdict(self), "known": known, "offset": offset})
        return base64.urlsafe_b64encode(content.encode()).decode()


def read_listing(call: Call, *, now: datetime) -> ReportListing:
    """The listing that a getReports call asks for.

    Raises:
        RefusedError: 400 InvalidInput, names the parameter.
    """
    token = call.one("nextToken")
    if token is None:
        return _first_page(call, now=now)
    others = {name for name, _ in call.query} - {"nextToken"}
    if others:
        raise invalid_input(
            "nextToken must be the only parameter", details=f"also given: {sorted(others)}"
        )
    return _from_token(token)


def _first_page(call: Call, *, now: datetime) -> ReportListing:
    return ReportListing(
        report_types=_array(call, "reportTypes", at_most=10, is_required=True),
        statuses=_statuses(call),
        marketplace_ids=_array(call, "marketplaceIds", at_most=10),
        created_since=_moment(call, "createdSince", default=now - RETENTION).isoformat(),
        created_until=_moment(call, "createdUntil", default=now).isoformat(),
        page_size=_page_size(call),
    )


def _from_token(token: str) -> ReportListing:
    try:
        return ReportListing(**json.loads(base64.urlsafe_b64decode(token.encode())))
    except (ValueError, TypeError) as exc:
        raise _invalid_parameter("nextToken") from exc


def _array(call: Call, name: str, *, at_most: int, is_required: bool = False) -> list[str]:
    values = call.many(name)
    if is_required and not values:
        raise invalid_input(f"{name} is required unless nextToken is given")
    if len(values) > at_most:
        raise invalid_input(f"{name} must hold at most {at_most} values")
    return values


def _statuses(call: Call) -> list[str]:
    statuses = call.many("processingStatuses")
    if not _STATUSES.issuperset(statuses):
        raise _invalid_parameter("processingStatuses")
    return statuses


def _page_size(call: Call) -> int:
    text = call.one("pageSize") or "10"
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise invalid_input("pageSize must be a number from 1 to 100")
    return int(text)


def _moment(call: Call, name: str, *, default: datetime) -> datetime:
    text = call.one(name)
    if text is None:
        return default
    # A plus sign that was not encoded reaches a server as a space.
    moment = parse_moment(text[:11] + text[11:].replace(" ", "+"))
    if moment is None:
        raise _invalid_parameter(name)
    return moment.astimezone(UTC)


def _invalid_parameter(name: str) -> RefusedError:
    return invalid_input("Invalid input", details=f"Invalid input in {name}")
