"""How Amazon says no: errors of the call at once, problems of the operation later.

The texts are Amazon's where they are known, from its model or from public threads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chalkola_spapi.simulator.messages import Answer, RefusedError


@dataclass(frozen=True, slots=True)
class Problem:
    """One of an operation's operationProblems."""

    code: str
    message: str
    details: str = ""
    severity: Literal["ERROR", "WARNING"] = "ERROR"

    def describe(self) -> dict[str, object]:
        return {
            "code": self.code,
            "message": self.message,
            "details": self.details,
            "severity": self.severity,
        }


INTERNAL_ERROR = Problem(
    "InternalServerError", "ERROR: Something went wrong. Please try again later."
)
# What Amazon answers to the second of two generations at a time, and to more besides
# (amzn/selling-partner-api-models#5349, #4564).
ONE_AT_A_TIME = Problem(
    "FBA_INB_0115", "ERROR: Sorry, something went wrong. Please try again, or refresh the page."
)


def input_problem(code: str, message: str, *, resource: str) -> Problem:
    """An ERROR about one SKU or shipment, which Amazon names in the details."""
    details = f"There's an input error with the resource '{resource}'."
    return Problem(code, f"ERROR: {message}", details)


def error(message: str, *, details: str = "") -> Problem:
    """An ERROR without a code of its own."""
    return Problem("BadRequest", f"ERROR: {message}", details)


def warning(message: str) -> Problem:
    return Problem("BadRequest", f"WARNING: {message}", severity="WARNING")


class ListRefusedError(RefusedError):
    """A 400 with several errors, as createInboundPlan gives them."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__(400, "BadRequest", messages[0])
        self.messages = tuple(messages)

    def answer(self) -> Answer:
        errors = [
            {"code": self.code, "message": text, "details": self.details} for text in self.messages
        ]
        answer = Answer.json(self.status, {"errors": errors})
        return answer.with_headers(x_amzn_ErrorType="BadRequestException")


def bad_request(message: str, *, details: str = "") -> RefusedError:
    return RefusedError(400, "BadRequest", message, details=details)


def unprocessable(operation: str, why: str) -> RefusedError:
    """A write that comes out of order."""
    name = operation[:1].upper() + operation[1:]
    return bad_request(f"ERROR: Operation {name} cannot be processed {why}.")
