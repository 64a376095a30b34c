"""One call of one operation: its request, its record, and what a failed try of it means."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Generic

import httpx

from chalkola_spapi.accounts import Account
from chalkola_spapi.connections import HttpPool, as_sentence, was_never_sent
from chalkola_spapi.errors import SpApiError, TransientError, UnknownOutcomeError
from chalkola_spapi.operations import Operation
from chalkola_spapi.request_record import RequestRecord, marketplace_of
from chalkola_spapi.responses import ModelT, read_errors, request_id_of
from chalkola_spapi.wire import Body, Query, write_body, write_path, write_query

Intent = Callable[[], None]

_LOOK_FIRST = "it was sent and Amazon may have acted: look before repeating it"


class Call(Generic[ModelT]):
    """What one call says, the same in each of its tries."""

    def __init__(
        self,
        operation: Operation,
        *,
        account: Account,
        answer: type[ModelT],
        before_send: Intent | None,
        path: Mapping[str, str] | None,
        query: Query | None,
        body: Body | None,
    ) -> None:
        self.operation = operation
        self.answer = answer
        self._account = account
        self._before_send = before_send
        self._path = write_path(operation, path or {})
        params = f"?{write_query(operation, query)}" if query else ""
        self._address = account.endpoint.rstrip("/") + self._path + params
        self._body = None if body is None else write_body(body)
        self._marketplace_id = marketplace_of(query or {}, self._body or {})

    def before_send(self) -> None:
        """Write the caller's intent."""
        if self._before_send is not None:
            self._before_send()

    def send_by(self, http: HttpPool, *, headers: Mapping[str, str]) -> httpx.Response:
        """Send one try of it and give the answer; raises what `HttpPool.send` raises."""
        return http.send(self.operation.method, self._address, headers=headers, json=self._body)

    def record(
        self, outcome: httpx.Response | httpx.RequestError, *, at: datetime, duration_s: float
    ) -> RequestRecord:
        """Give one try's entry for the log."""
        status_code, code, message, request_id = _facts(outcome)
        return RequestRecord(
            at=at,
            account=self._account.name,
            operation=self.operation.name,
            endpoint=self._path,
            method=self.operation.method,
            marketplace_id=self._marketplace_id,
            status_code=status_code,
            duration_ms=round(duration_s * 1000),
            error_code=code,
            error_message=message,
            request_id=request_id,
        )

    def lost(self, cause: httpx.RequestError) -> SpApiError:
        """Give what it means that no answer came: try again, or look first."""
        said = f"{self.operation.name} (account {self._account.name}): {as_sentence(cause)}"
        if self.operation.is_repeatable or was_never_sent(cause):
            return TransientError(said, operation=self.operation.name, account=self._account.name)
        return UnknownOutcomeError(
            f"{said}; {_LOOK_FIRST}", operation=self.operation.name, account=self._account.name
        )

    def in_doubt(self, cause: SpApiError) -> UnknownOutcomeError:
        """Give what an answer without an outcome means: Amazon acted, or may have; look first."""
        return UnknownOutcomeError(
            f"{cause}; {_LOOK_FIRST}",
            answer=cause.answer,
            operation=self.operation.name,
            account=self._account.name,
        )


def _facts(
    outcome: httpx.Response | httpx.RequestError,
) -> tuple[int | None, str | None, str | None, str | None]:
    """Status, error code, error message and request id."""
    if isinstance(outcome, httpx.RequestError):
        return None, type(outcome).__name__, str(outcome), None
    errors = () if outcome.is_success else read_errors(outcome)
    code, message = (errors[0].code, str(errors[0])) if errors else (None, None)
    return outcome.status_code, code, message, request_id_of(outcome)
