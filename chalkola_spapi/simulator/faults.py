"""What goes wrong on the wire: statuses, lost answers, delays, broken bodies, dead tokens."""

from dataclasses import replace
from typing import Literal

from pydantic import Field

from chalkola_spapi.simulator.messages import Answer, RefusedError
from chalkola_spapi.simulator.rules import Rule

Action = Literal[
    "status",
    "close_before",
    "close_after",
    "close_midway",
    "delay",
    "malformed",
    "truncate",
    "expire_tokens",
    "revoke_refresh_token",
    "expire_document_urls",
]

_ERRORS = {
    400: ("InvalidInput", "Invalid input"),
    401: ("Unauthorized", "Access to requested resource is denied."),
    403: ("Unauthorized", "Access to requested resource is denied."),
    404: ("NotFound", "The requested resource was not found."),
    429: ("QuotaExceeded", "You exceeded your quota for the requested resource."),
    500: ("InternalFailure", "We encountered an internal error. Please try again."),
    503: ("ServiceUnavailable", "Service is temporarily unavailable. Please try again."),
}


class Fault(Rule):
    """One thing that goes wrong with calls of `operation`.

    `operation` is Amazon's name (getReport), "lwa", "document" (the download) or "*". The
    marketplace is known of calls that name one, a report or a document. Actions:

    - status: `status` with `body` (default: Amazon's own), before acting, or `after` it
    - close_before, close_after: the connection ends unanswered, before or after acting
    - close_midway: it ends after the part `keep` of the body, the length announced in full
    - delay: the answer comes `delay_s` real seconds late
    - malformed: the answer's body stops being JSON
    - truncate: only the part `keep` of the body is sent, as if it were all
    - expire_tokens, revoke_refresh_token, expire_document_urls: happens just before the call
    """

    operation: str
    action: Action
    status: int = Field(default=503, ge=200, le=599)
    body: str | dict[str, object] | None = None
    content_type: str = "application/json"
    headers: dict[str, str] = Field(default_factory=dict)
    after: bool = False
    delay_s: float = Field(default=0.0, ge=0)
    keep: float = Field(default=0.5, ge=0, le=1)

    @property
    def prevents(self) -> bool:
        """Whether the operation does not act at all."""
        return self.action == "close_before" or (self.action == "status" and not self.after)

    def answer(self, real: Answer | None = None) -> Answer:
        """What the caller gets instead of the `real` answer."""
        if self.action == "status":
            return self._status_answer()
        if self.action in {"close_before", "close_after"}:
            return Answer(503, connection="close_unanswered")
        if real is None:
            raise ValueError(f"{self.action} changes an answer and was given none")
        return self._broken(real)

    def _broken(self, real: Answer) -> Answer:
        if self.action in {"malformed", "truncate", "close_midway"}:
            real = real.gathered()
        cut = int(len(real.body) * self.keep)
        match self.action:
            case "delay":
                return replace(real, delay_s=self.delay_s)
            case "malformed":
                return replace(real, body=b'{"payload": [' + real.body[:cut])
            case "truncate":
                return replace(real, body=real.body[:cut])
            case "close_midway":
                length = str(len(real.body))
                real = replace(real, body=real.body[:cut], connection="close_midway")
                return real.with_headers(content_length=length)
            case _:
                return real

    def _status_answer(self) -> Answer:
        if self.body is None:
            code, message = _ERRORS.get(self.status, ("InternalFailure", "Scripted failure"))
            answer = RefusedError(self.status, code, message).answer()
        elif isinstance(self.body, str):
            answer = Answer(self.status, self.body.encode(), {"content-type": self.content_type})
        else:
            answer = Answer.json(self.status, self.body)
        return replace(answer, headers={**answer.headers, **self.headers})
