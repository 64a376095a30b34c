"""Whether a document is the one that was asked for, by its reportSpecification.

https://github.com/amzn/selling-partner-api-models/blob/main/schemas/reports/sellingPartnerSearchQueryPerformanceReport.json
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tasks.document_errors import DocumentMismatchError

REPORT_TYPE = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"


@dataclass(frozen=True)
class SqpContext:
    """What was asked for: one report of one marketplace and period; period_end is included."""

    account: str
    marketplace_id: str
    report_period: str
    period_start: date
    period_end: date
    report_id: str
    asins: tuple[str, ...]


def check_specification(specification: Mapping[str, object], context: SqpContext) -> None:
    """Compare what the document says it is with what was asked for; what it leaves out passes.

    Raises:
        DocumentMismatchError: it answers another request.
    """
    options = as_object(specification.get("reportOptions"))
    asins = options.get("asin")
    pairs = {
        "reportType": (specification.get("reportType"), REPORT_TYPE),
        "reportPeriod": (options.get("reportPeriod"), context.report_period),
        "dataStartTime": (
            _day(specification.get("dataStartTime")),
            context.period_start.isoformat(),
        ),
        "dataEndTime": (_day(specification.get("dataEndTime")), context.period_end.isoformat()),
        "marketplaceIds": (specification.get("marketplaceIds"), [context.marketplace_id]),
        "asin": (sorted(set(asins.split())) if isinstance(asins, str) else asins, _sorted(context)),
    }
    for name, (said, asked) in pairs.items():
        if said is not None and said != asked:
            raise DocumentMismatchError(
                f"The document answers another request: {name} is {said}, asked for was {asked}",
                specification=specification,
            )


def _sorted(context: SqpContext) -> list[str]:
    return sorted(set(context.asins))


def _day(value: object) -> object:
    return value[:10] if isinstance(value, str) else value


def as_object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
