"""Whether a document is the one that was asked for, by its reportSpecification.

Flat files have none: what they say is taken at its word.
https://github.com/amzn/selling-partner-api-models/tree/main/schemas/reports
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tasks.documents.errors import DocumentMismatchError

#: The field of a JSON document that repeats the request.
SPECIFICATION = "reportSpecification"

#: Options that hold a list, whose order means nothing.
_LISTS = frozenset({"asin", "asins"})


def check_specification(
    said: Mapping[str, object],
    *,
    report_type: str,
    marketplace_id: str,
    start: date,
    end: date,
    options: Mapping[str, str],
) -> None:
    """Compare what the document says it is with what was asked for; what it leaves out passes.

    Raises:
        DocumentMismatchError: it answers another request.
    """
    said_options = as_object(said.get("reportOptions"))
    pairs = {
        "reportType": (said.get("reportType"), report_type),
        "dataStartTime": (_day(said.get("dataStartTime")), start.isoformat()),
        "dataEndTime": (_day(said.get("dataEndTime")), end.isoformat()),
        "marketplaceIds": (said.get("marketplaceIds"), [marketplace_id]),
    } | {
        name: (_option(name, said_options.get(name)), _option(name, asked))
        for name, asked in options.items()
    }
    for name, (theirs, ours) in pairs.items():
        if theirs is not None and theirs != ours:
            raise DocumentMismatchError(
                f"The document answers another request: {name} is {theirs}, asked for was {ours}",
                specification=said,
            )


def as_object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _option(name: str, value: object) -> object:
    return sorted(set(value.split())) if name in _LISTS and isinstance(value, str) else value


def _day(value: object) -> object:
    return value[:10] if isinstance(value, str) else value
