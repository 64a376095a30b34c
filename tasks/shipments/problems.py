"""What Amazon's problems mean: wait, try again, or what a person can do.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-inbound-api-v2024-03-20-errors
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from chalkola_spapi.errors import OperationFailedError, SpApiError


class Problem(Protocol):
    """One problem of an operation, as Amazon words it."""

    @property
    def code(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def details(self) -> str | None: ...


#: Amazon's code -> what to do about it. https://github.com/amzn/selling-partner-api-models/issues
ADVICE = {
    "FBA_INB_0005": "give the boxes' weight",
    "FBA_INB_0043": "take the product out of the items: Amazon does not accept it",
    "FBA_INB_0180": "give the item's expiration",
    "FBA_INB_0182": "give the item's prep_category and prep_types",
    "FBA_INB_0344": "the placement must be confirmed first; resume the shipment",
    "FBA_INB_0352": "give freight (freight_class, declared_value)",
    "FBA_INB_0354": "choose one carrier for all parcels",
}
CONCURRENT = "FBA_INB_0115"
_BUSY = ("in progress", "in_progress", "already being", "concurrent", "still running")
_PASSING = ("InternalServerError", "InternalError", "InternalFailure", "ServiceUnavailable")


def plain_problems(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Give problems as they are stored and shown."""
    return [
        {
            "code": problem.code,
            "message": problem.message,
            "severity": problem.severity,
            "details": problem.details or "",
        }
        for problem in problems
    ]


def is_in_progress(exc: SpApiError) -> bool:
    """Whether Amazon says no because something of this plan is under way there."""
    texts = [f"{e.code} {e.message} {e.details}" for e in exc.errors]
    if isinstance(exc, OperationFailedError):
        texts += [f"{p.code} {p.message} {p.details}" for p in exc.problems]
    return any(CONCURRENT in t or any(w in t.lower() for w in _BUSY) for t in texts)


def is_passing(exc: SpApiError) -> bool:
    """Whether an operation failed by an accident of Amazon's: the same again may work."""
    if not isinstance(exc, OperationFailedError):
        return False
    errors = [problem for problem in exc.problems if problem.severity != "WARNING"]
    return bool(errors) and all(
        any(word.lower() in f"{problem.code}{problem.message}".lower() for word in _PASSING)
        for problem in errors
    )


def advice(exc: SpApiError) -> str:
    """Give what a person can do, in words; empty where nothing is known."""
    codes = (
        [problem.code for problem in exc.problems]
        if isinstance(exc, OperationFailedError)
        else [error.code for error in exc.errors]
    )
    return "; ".join(dict.fromkeys(ADVICE[code] for code in codes if code in ADVICE))
