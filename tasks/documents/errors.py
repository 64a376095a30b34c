"""What can be wrong with a report's document.

* MalformedDocumentError   broken bytes (is_retryable: it may be downloaded again), or a shape that
                           we do not know (it may not: that is never zero rows)
* DocumentMismatchError    it answers another request; specification says which
"""

from __future__ import annotations

from collections.abc import Mapping

from tasks.errors import ChalkolaError


class MalformedDocumentError(ChalkolaError):
    """The document is broken or of an unknown shape; the message is one line."""

    def __init__(self, message: str, *, is_retryable: bool) -> None:
        super().__init__(" ".join(message.split()))
        self.is_retryable = is_retryable


class DocumentMismatchError(ChalkolaError):
    """The document is whole, and is not the one that was asked for."""

    def __init__(self, message: str, *, specification: Mapping[str, object]) -> None:
        super().__init__(message)
        self.specification = dict(specification)


def broken(problem: str) -> MalformedDocumentError:
    """The error for bytes that were damaged on their way."""
    return MalformedDocumentError(f"The document is damaged: {problem}", is_retryable=True)


def unknown_shape(problem: str) -> MalformedDocumentError:
    """The error for a whole document that is not what we know."""
    return MalformedDocumentError(
        f"The document has an unknown shape: {problem}", is_retryable=False
    )
