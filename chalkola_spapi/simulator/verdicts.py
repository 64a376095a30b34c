"""How a report ends, and what its document holds."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Ending = Literal["DONE", "CANCELLED", "FATAL"]
Content = Callable[[], bytes | Iterator[bytes]]

# Amazon's one text for a wrong period, a foreign ASIN and what is not ready alike
# (amzn/selling-partner-api-models#5065).
CLIENT_ERROR = (
    "A client error occurred. Please double check that your parameters are valid and fulfill "
    "the requirements of the report type."
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The final status; `content` makes the document, None where there is no document.

    A document too large to hold is made piece by piece.
    """

    status: Ending
    content: Content | None = None
    content_type: str = "application/json"


NO_DATA = Verdict("CANCELLED")


def fatal(text: str = CLIENT_ERROR, *, document: bool = True) -> Verdict:
    """FATAL, explained in a document as Amazon does; or unexplained, as Amazon does too."""
    body = json.dumps({"errorDetails": text}, ensure_ascii=False).encode()
    return Verdict("FATAL", (lambda: body) if document else None)


def done(content: Content, *, content_type: str = "application/json") -> Verdict:
    return Verdict("DONE", content, content_type)
