"""What can go wrong, sorted by what the caller should do about it.

    SpApiError
      AuthError             a person must act: credentials are wrong, revoked or lapsed
        AccessDeniedError   a person must act: a role or the marketplace is missing
      TransientError        try later: still failing after the retries
        Throttled           try later: the quota is used up
        OperationPendingError  wait on: Amazon has not finished what it began
      UnknownOutcomeError   look before repeating: Amazon may have acted
      ApiStatusError        change the request: Amazon refused it
        NextTokenExpiredError  start the list again: its token has lapsed
      OperationFailedError  read its problems: Amazon began it and could not do it
      ContractError         read Amazon's release notes: a success that says something else
      DocumentError         download it again: a document is broken
        DocumentExpiredError  ask for a new address first

Messages hold Amazon's words and request ids, never a token, a header or a URL's query.
https://developer-docs.amazon.com/sp-api/docs/error-responses
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AmazonError:
    """One entry of Amazon's error list."""

    code: str
    message: str
    details: str = ""

    def __str__(self) -> str:
        text = f"{self.code}: {self.message}"
        return f"{text} ({self.details})" if self.details else text


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """An answer that is no success; `errors` is empty where the body is not Amazon's JSON."""

    status: int
    errors: tuple[AmazonError, ...] = ()
    request_id: str | None = None

    def __str__(self) -> str:
        said = "; ".join(str(error) for error in self.errors) or "without Amazon's error list"
        return f"{self.status} {said[:1000]} (request {self.request_id or 'without id'})"


@dataclass(frozen=True, slots=True)
class AmazonProblem:
    """One problem of an operation; `severity` is ERROR or WARNING, or what Amazon adds."""

    severity: str
    code: str
    message: str
    details: str = ""

    def __str__(self) -> str:
        return f"{self.severity} {AmazonError(self.code, self.message, self.details)}"


class SpApiError(Exception):
    """Anything that keeps us from an answer.

    `operation` is Amazon's name of what was called, `account` our name of who called;
    both, like `answer`, are None where there was none. Instances can be pickled.
    """

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        account: str | None = None,
        answer: ErrorAnswer | None = None,
    ) -> None:
        super().__init__(message)
        self.operation = operation
        self.account = account
        self.answer = answer

    @property
    def status(self) -> int | None:
        """The HTTP status, if Amazon answered."""
        return self.answer.status if self.answer else None

    @property
    def errors(self) -> tuple[AmazonError, ...]:
        """All that Amazon listed."""
        return self.answer.errors if self.answer else ()

    @property
    def request_id(self) -> str | None:
        """What Amazon's support asks for."""
        return self.answer.request_id if self.answer else None

    @property
    def code(self) -> str | None:
        """Amazon's code of the first error."""
        return self.errors[0].code if self.errors else None

    @property
    def message(self) -> str | None:
        """Amazon's text of the first error."""
        return self.errors[0].message if self.errors else None

    @property
    def details(self) -> str | None:
        """Amazon's details of the first error."""
        return self.errors[0].details if self.errors else None


class AuthError(SpApiError):
    """Login with Amazon refused the credentials; `reason` is its code, such as invalid_grant."""

    reason: str = "unknown"

    @classmethod
    def because(cls, reason: str, message: str, *, account: str) -> "AuthError":
        error = cls(message, account=account)
        error.reason = reason
        return error


class AccessDeniedError(AuthError):
    """A good token that may not do this: a role or the marketplace is missing."""

    reason = "access_denied"


class TransientError(SpApiError):
    """Still failing after the retries; the last cause is `__cause__`."""


class Throttled(TransientError):  # noqa: N818 -- Amazon's word, and what a caller would search for
    """Amazon's bucket stayed empty."""


class OperationPendingError(TransientError):
    """Amazon has not finished the operation: wait on for the same `operation_id`."""

    operation_id: str | None = None

    @classmethod
    def of(cls, operation_id: str, message: str, *, account: str) -> "OperationPendingError":
        error = cls(message, account=account)
        error.operation_id = operation_id
        return error


class UnknownOutcomeError(SpApiError):
    """The request was sent and Amazon may or may not have acted: look before repeating it."""


class ApiStatusError(SpApiError):
    """Amazon refused the request: repeating it as it is will not help."""


class NextTokenExpiredError(ApiStatusError):
    """Amazon refused the token of a list's next page; the token lives 30 seconds."""


class OperationFailedError(SpApiError):
    """Amazon began the operation and could not do it; `problems` say why, warnings included."""

    operation_id: str | None = None
    problems: tuple[AmazonProblem, ...] = ()

    @classmethod
    def because(
        cls, problems: tuple[AmazonProblem, ...], *, operation: str, operation_id: str, account: str
    ) -> "OperationFailedError":
        why = "; ".join(str(problem) for problem in problems) or "without Amazon's reason"
        error = cls(
            f"{operation} (account {account}, operation {operation_id}) failed: {why}",
            operation=operation,
            account=account,
        )
        error.operation_id, error.problems = operation_id, problems
        return error


class ContractError(SpApiError):
    """A success whose body is not what Amazon documents."""


class DocumentError(SpApiError):
    """A document could not be downloaded whole."""


class DocumentExpiredError(DocumentError):
    """The document's address has lapsed: ask for a new one.

    A report's lives 5 minutes, a label's 15 seconds.
    """
