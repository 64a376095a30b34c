"""One account's connection to the Selling Partner API.

Every request waits for its bucket, carries the account's token, and is repeated only where
repeating is safe.
https://developer-docs.amazon.com/sp-api/docs/connect-to-the-selling-partner-api
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Self

import httpx

from chalkola_spapi.accounts import Account
from chalkola_spapi.auth import TOKEN_HEADER, LwaAuth
from chalkola_spapi.calls import Call, Intent
from chalkola_spapi.connections import DEFAULT_TIMEOUT, HttpPool, default_user_agent
from chalkola_spapi.errors import ContractError, Throttled, TransientError
from chalkola_spapi.operations import Operation
from chalkola_spapi.request_record import RequestRecord
from chalkola_spapi.responses import ExpiredTokenError, ModelT, rate_limit, read_answer
from chalkola_spapi.retries import Patience
from chalkola_spapi.throttle import Throttle, safe_rate
from chalkola_spapi.wire import Body, Query

__all__ = ["Intent", "Observer", "RequestRecord", "SpApi"]

Observer = Callable[[RequestRecord], None]


class SpApi:
    """One account's pooled connection; a context manager, safe to share between threads.

    `observe` is told of each request that was sent, after its answer; it must not raise.
    """

    def __init__(
        self,
        account: Account,
        *,
        throttle: Throttle,
        observe: Observer | None = None,
        user_agent: str | None = None,
        timeout: httpx.Timeout = DEFAULT_TIMEOUT,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.account = account
        self._throttle = throttle
        self._observe = observe
        self._clock = clock
        self._sleep = sleep
        self._http = HttpPool(user_agent=user_agent or default_user_agent(), timeout=timeout)
        self._auth = LwaAuth(account, http=self._http, clock=clock)
        # What Amazon last named; the throttle, which may be shared, is asked for waits alone.
        self._rates: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def call(
        self,
        operation: Operation,
        *,
        path: Mapping[str, str] | None = None,
        query: Query | None = None,
        body: Body | None = None,
        answer: type[ModelT],
        before_send: Intent | None = None,
    ) -> ModelT:
        """Call one operation and give its answer.

        `before_send` is called right before each send, after the bucket let it through: an intent
        is written there. Tries go on for 60 s, not counting the waits for the bucket.

        Raises:
            AuthError: a person must act.
            TransientError: still failing, or throttled, after the tries.
            UnknownOutcomeError: it was sent, may not be repeated, and no readable answer came.
            ApiStatusError: Amazon refused.
            ContractError: a success that is not the model.
        """
        call = Call(
            operation,
            account=self.account,
            answer=answer,
            before_send=before_send,
            path=path,
            query=query,
            body=body,
        )
        patience = Patience(clock=self._clock, sleep=self._sleep)
        answered: ModelT = patience.retrying()(self._try, call, patience)
        return answered

    def _try(self, call: Call[ModelT], patience: Patience) -> ModelT:
        token, was_full = self._wait_for_turn(call.operation, patience)
        turn_came = self._clock()
        try:
            call.before_send()
            response = self._send(call, token)
        finally:
            if was_full:
                elapsed_s = self._clock() - turn_came
                self._throttle.settle(self.account.name, call.operation, elapsed_s=elapsed_s)
        self._adapt(call.operation, response)
        return self._read(call, response, patience)

    def _wait_for_turn(self, operation: Operation, patience: Patience) -> tuple[str, bool]:
        """Give the token to send, and whether the bucket was full."""
        # Bad credentials must cost no token of the bucket, and no intent be written without login.
        self._auth.fresh_token()
        was_full = patience.in_bucket(lambda: self._throttle.acquire(self.account.name, operation))
        return self._auth.fresh_token(), was_full

    def _send(self, call: Call[ModelT], token: str) -> httpx.Response:
        at, started = datetime.now(UTC), self._clock()
        try:
            response = call.send_by(self._http, headers={TOKEN_HEADER: token})
        except httpx.RequestError as exc:
            self._record(call, exc, at=at, started=started)
            raise call.lost(exc) from exc
        self._record(call, response, at=at, started=started)
        return response

    def _read(self, call: Call[ModelT], response: httpx.Response, patience: Patience) -> ModelT:
        operation = call.operation
        try:
            return read_answer(
                response, call.answer, operation=operation, account=self.account.name
            )
        except ExpiredTokenError:
            self._auth.discard(response.request.headers[TOKEN_HEADER])
            raise
        except Throttled:
            next_in_s = patience.after_throttle_s(self._rate_of(operation))
            self._throttle.drain(self.account.name, operation, next_in_s=next_in_s)
            raise
        except (TransientError, ContractError) as exc:
            if operation.is_repeatable:
                raise
            raise call.in_doubt(exc) from exc

    def _adapt(self, operation: Operation, response: httpx.Response) -> None:
        rate_per_s = rate_limit(response)
        if rate_per_s is not None:
            self._rates[operation.name] = rate_per_s
            self._throttle.set_rate(self.account.name, operation, rate_per_s=rate_per_s)

    def _rate_of(self, operation: Operation) -> float:
        return safe_rate(self._rates.get(operation.name, operation.rate_per_s))

    def _record(
        self,
        call: Call[ModelT],
        outcome: httpx.Response | httpx.RequestError,
        *,
        at: datetime,
        started: float,
    ) -> None:
        if self._observe is not None:
            self._observe(call.record(outcome, at=at, duration_s=self._clock() - started))
