"""Whether a document is the one that was asked for, by its reportSpecification.

Flat files have none: what they say is taken at its word.
https://github.com/amzn/selling-partner-api-models/tree/main/schemas/reports
"""

from __future__ import annotations

from collections.abc import Mapping

from tasks.copy_lines import ReportContext
from tasks.document_errors import DocumentMismatchError
from tasks.sqp_specification import as_object

#: Options that hold a list, whose order means nothing.
_LISTS = frozenset({"asin", "asins"})


def check_report_specification(said: Mapping[str, object], asked: ReportContext) -> None:
    """Compare what the document says it is with what was asked for; what it leaves out passes.

    Raises:
        DocumentMismatchError: it answers another request.
    """
    options = as_object(said.get("reportOptions"))
    pairs = {
        "reportType": (said.get("reportType"), asked.report_type),
        "dataStartTime": (_day(said.get("dataStartTime")), asked.value("period_start")),
        "dataEndTime": (_day(said.get("dataEndTime")), asked.value("period_end")),
        "marketplaceIds": (said.get("marketplaceIds"), [asked.marketplace_id]),
    } | {
        name: (_list(name, options.get(name)), _list(name, asked.options[name]))
        for name in asked.options
    }
    for name, (theirs, ours) in pairs.items():
        if theirs is not None and theirs != ours:
            raise DocumentMismatchError(
                f"The document answers another request: {name} is {theirs}, asked for was {ours}",
                specification=said,
            )


def is_answer_to(said: Mapping[str, object], asked: ReportContext) -> bool:
    """Whether a document may be the one that was asked for."""
    try:
        check_report_specification(said, asked)
    except DocumentMismatchError:
        return False
    return True


def _list(name: str, value: object) -> object:
    return sorted(set(value.split())) if name in _LISTS and isinstance(value, str) else value


def _day(value: object) -> object:
    return value[:10] if isinstance(value, str) else value
