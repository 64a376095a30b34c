"""What goes in and out of the simulator, with no HTTP library in it: calls, answers, refusals."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import parse_qsl

_ERROR_TYPES = {
    400: "InvalidInputException",
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    409: "ConflictException",
    415: "UnsupportedMediaTypeException",
    429: "TooManyRequestsException",
    503: "ServiceUnavailableException",
}

Connection = Literal["keep", "close_unanswered", "close_midway"]


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, and what becomes of the connection that should carry it.

    A body too large to hold comes as a `stream`, which is read once.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    connection: Connection = "keep"
    delay_s: float = 0.0
    stream: Iterator[bytes] | None = None

    @classmethod
    def json(cls, status: int, content: object) -> "Answer":
        body = json.dumps(content, ensure_ascii=False).encode()
        return cls(status, body, {"content-type": "application/json"})

    def with_headers(self, **headers: str) -> "Answer":
        """A copy with more headers; underscores in the names stand for hyphens."""
        added = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **added})

    def gathered(self) -> "Answer":
        """A copy with all of its body in memory."""
        if self.stream is None:
            return self
        return replace(self, body=b"".join(self.stream), stream=None)


class RefusedError(Exception):
    """Amazon says no: a status, and the one error of its ErrorList."""

    def __init__(self, status: int, code: str, message: str, *, details: str = "") -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    def answer(self) -> Answer:
        error = {"code": self.code, "message": self.message, "details": self.details}
        error_type = _ERROR_TYPES.get(self.status, "InternalFailureException")
        answer = Answer.json(self.status, {"errors": [error]})
        return answer.with_headers(x_amzn_ErrorType=error_type)


def invalid_input(message: str, *, details: str = "") -> RefusedError:
    return RefusedError(400, "InvalidInput", message, details=details)


def not_found(message: str) -> RefusedError:
    return RefusedError(404, "NotFound", message)


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request. Header names are lower case, the path is decoded."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def one(self, name: str) -> str | None:
        """The query parameter `name`, None where it is not sent."""
        return next((value for key, value in self.query if key == name), None)

    def many(self, name: str) -> list[str]:
        """The values of an array parameter, which Amazon reads as csv; repeated keys add up."""
        values = (value for key, value in self.query if key == name)
        return [part for value in values for part in value.split(",") if part]

    def form(self) -> dict[str, str]:
        """The fields of a form body; what is no text has no fields."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace")))

    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json_object(self) -> dict[str, object]:
        """The body as a JSON object.

        Raises:
            RefusedError: 400 InvalidInput, the body is no JSON object.
        """
        try:
            content = json.loads(self.body)
        except ValueError as exc:
            raise invalid_input("Could not match input arguments", details=str(exc)) from exc
        if not isinstance(content, dict):
            raise invalid_input("Could not match input arguments", details="not an object")
        return content


@dataclass(frozen=True, slots=True)
class Request:
    """A call that has passed the door: whose it is, and the parts of its path."""

    call: Call
    account: str
    parts: Mapping[str, str]
