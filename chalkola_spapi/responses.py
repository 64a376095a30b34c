"""What an answer means: Amazon's models out of successes, our errors out of everything else.

No I/O; the only place where a status of the API is read.
https://developer-docs.amazon.com/sp-api/docs/error-responses
"""

import json
import math
from http import HTTPStatus
from typing import TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from chalkola_spapi.errors import (
    AccessDeniedError,
    AmazonError,
    ApiStatusError,
    ContractError,
    ErrorAnswer,
    SpApiError,
    Throttled,
    TransientError,
)
from chalkola_spapi.operations import Operation


class Model(BaseModel):
    """A value of Amazon's, with its field names in snake_case.

    Fields that Amazon adds are ignored; a field that it must send has no default.
    """

    # Pydantic's own messages would print a document's presigned address.
    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, hide_input_in_errors=True
    )


class NoAnswer(Model):
    """The answer of operations that give none: any 2xx, whatever its body."""


ModelT = TypeVar("ModelT", bound=Model)

_WHY_DENIED = (
    "the application or its refresh token lacks the role (a role added later needs a new refresh "
    "token), or the marketplace is not this account's"
)


class ExpiredTokenError(AccessDeniedError):
    """The access token has lapsed at Amazon: a fresh one may do."""


class UnreadableAnswerError(ContractError):
    """A success that is no JSON: cut short, or some gateway's page."""


def read_answer(
    response: httpx.Response, answer: type[ModelT], *, operation: Operation, account: str
) -> ModelT:
    """Give the model that a success holds.

    Raises:
        UnreadableAnswerError, ContractError: a success, but no JSON; or not this model.
        Throttled, TransientError: 429; any 5xx, whatever its body.
        ExpiredTokenError, AccessDeniedError: 401 and 403.
        ApiStatusError: every other status.
    """
    if not response.is_success:
        raise error_of(response, operation=operation, account=account)
    if answer is NoAnswer:
        return answer()
    try:
        return answer.model_validate_json(response.content)
    except ValidationError as exc:
        kind = UnreadableAnswerError if _is_no_json(exc) else ContractError
        raise kind(
            f"{operation.name} (account {account}): {response.status_code} with a body that Amazon "
            f"does not document: {_problems(exc)} (request {request_id_of(response)})",
            operation=operation.name,
            account=account,
            answer=ErrorAnswer(response.status_code, (), request_id_of(response)),
        ) from exc


def error_of(response: httpx.Response, *, operation: Operation, account: str) -> SpApiError:
    """Give the error that an answer is; see `read_answer`."""
    answer = ErrorAnswer(response.status_code, read_errors(response), request_id_of(response))
    kind = _kind_of(answer)
    hint = f"; {_WHY_DENIED}" if kind is AccessDeniedError else ""
    message = f"{operation.name} (account {account}): {answer}{hint}"
    return kind(message, operation=operation.name, account=account, answer=answer)


def read_errors(response: httpx.Response) -> tuple[AmazonError, ...]:
    """Give Amazon's list of errors; empty if the body, say a gateway's HTML, holds none."""
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return ()
    found = body.get("errors") if isinstance(body, dict) else None
    entries = found if isinstance(found, list) else []
    return tuple(_amazon_error(entry) for entry in entries if isinstance(entry, dict))


def rate_limit(response: httpx.Response) -> float | None:
    """Give the rate (requests a second) that Amazon names; any answer may carry it, or not."""
    try:
        rate_per_s = float(response.headers.get("x-amzn-RateLimit-Limit", ""))
    except ValueError:
        return None
    return rate_per_s if math.isfinite(rate_per_s) and rate_per_s > 0 else None


def _kind_of(answer: ErrorAnswer) -> type[SpApiError]:
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TransientError
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return ExpiredTokenError if _blames_the_token(answer) else AccessDeniedError
    return ApiStatusError


def _blames_the_token(answer: ErrorAnswer) -> bool:
    """Whether Amazon says "The access token you provided has expired", or calls it malformed."""
    # Seen in `details` beside a message that says "Access to requested resource is denied."
    texts = [f"{error.message} {error.details}".lower() for error in answer.errors]
    return any("token" in t and ("expired" in t or "malformed" in t) for t in texts)


def _amazon_error(entry: dict[str, object]) -> AmazonError:
    code, message, details = (str(entry.get(key) or "") for key in ("code", "message", "details"))
    return AmazonError(code, message, details)


def request_id_of(response: httpx.Response) -> str | None:
    """Give what Amazon's support asks for."""
    request_id: str | None = response.headers.get("x-amzn-RequestId")
    return request_id


def _is_no_json(exc: ValidationError) -> bool:
    return any(error["type"] == "json_invalid" for error in exc.errors(include_input=False))


def _problems(exc: ValidationError) -> str:
    """What is missing or wrong and where, without any value."""
    problems = [
        f"{'.'.join(str(part) for part in error['loc']) or 'body'}: {error['msg']}"
        for error in exc.errors(include_input=False, include_url=False, include_context=False)
    ]
    return "; ".join(problems[:5])
