"""The body of createReport, read as strictly as Amazon reads it.

https://developer-docs.amazon.com/sp-api/reference/createreport
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from chalkola_spapi.simulator.marketplaces import MARKETPLACES
from chalkola_spapi.simulator.messages import invalid_input

_REPORT_TYPE = re.compile(r"GET_[A-Z0-9_]{3,120}")


@dataclass(frozen=True, slots=True)
class ReportSpecification:
    """What was asked for. The times are UTC."""

    report_type: str
    marketplace_ids: tuple[str, ...]
    options: dict[str, str]
    data_start_time: datetime
    data_end_time: datetime

    def describe(self) -> dict[str, object]:
        """The specification in Amazon's names."""
        return {
            "reportType": self.report_type,
            "marketplaceIds": list(self.marketplace_ids),
            "reportOptions": dict(self.options),
            "dataStartTime": self.data_start_time.isoformat(timespec="seconds"),
            "dataEndTime": self.data_end_time.isoformat(timespec="seconds"),
        }


def read_specification(body: dict[str, object], *, now: datetime) -> ReportSpecification:
    """The specification in a createReport body.

    Raises:
        RefusedError: 400 InvalidInput, names the field.
    """
    start = _moment(body, "dataStartTime", now=now)
    end = _moment(body, "dataEndTime", now=now)
    if start > end:
        raise invalid_input("dataStartTime must be before or equal to dataEndTime")
    return ReportSpecification(
        report_type=_report_type(body),
        marketplace_ids=_marketplace_ids(body),
        options=_options(body),
        data_start_time=start,
        data_end_time=end,
    )


def parse_moment(text: str) -> datetime | None:
    """An ISO 8601 date or date-time in UTC (which is assumed where no offset stands)."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _report_type(body: dict[str, object]) -> str:
    report_type = body.get("reportType")
    if not isinstance(report_type, str) or not report_type:
        raise invalid_input("reportType is a required field and must not be empty")
    if not _REPORT_TYPE.fullmatch(report_type):
        raise invalid_input(f"Invalid Report Type {report_type}")
    return report_type


def _marketplace_ids(body: dict[str, object]) -> tuple[str, ...]:
    ids = body.get("marketplaceIds")
    if not isinstance(ids, list) or not ids:
        raise invalid_input("marketplaceIds is a required field and must not be empty")
    if len(ids) > 25:
        raise invalid_input("marketplaceIds must hold at most 25 marketplace identifiers")
    unknown = [id_ for id_ in ids if not isinstance(id_, str) or id_ not in MARKETPLACES]
    if unknown:
        raise invalid_input(f"Invalid marketplaceIds {unknown}")
    return tuple(ids)


def _options(body: dict[str, object]) -> dict[str, str]:
    options = body.get("reportOptions") or {}
    if not isinstance(options, dict) or not all(isinstance(v, str) for v in options.values()):
        raise invalid_input("reportOptions must be a map of strings")
    return dict(options)


def _moment(body: dict[str, object], name: str, *, now: datetime) -> datetime:
    # A date in a format or a place that Amazon does not read is no error there: it means now,
    # and the report goes FATAL (amzn/selling-partner-api-models#4326).
    text = body.get(name)
    moment = parse_moment(text) if isinstance(text, str) else None
    if moment is None:
        return now
    if moment > now:
        raise invalid_input(f"{name} must be prior to or equal to the current date and time")
    return moment
