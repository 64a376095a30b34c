"""Login with Amazon: the access token that every request carries.

https://developer-docs.amazon.com/sp-api/docs/connect-to-the-selling-partner-api
"""

import threading
import time
from collections.abc import Callable

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from chalkola_spapi.accounts import Account
from chalkola_spapi.connections import HttpPool, as_sentence
from chalkola_spapi.errors import AuthError, ContractError, SpApiError, TransientError

TOKEN_HEADER = "x-amz-access-token"  # noqa: S105 -- a header's name
REFRESH_EARLY_S = 300

_WHAT_TO_DO = {
    "invalid_grant": (
        "the refresh token is revoked, or is another application's: "
        "authorize the application again and set the new refresh token"
    ),
    "invalid_client": (
        "the client id or secret is wrong, or the secret has expired (after 180 days): "
        "rotate the application's credentials and set the new secret"
    ),
    "unauthorized_client": "the application may not log in this way: check it in Seller Central",
}


class _Token(BaseModel):
    """Login with Amazon's answer. A token that no header can hold would end up in error texts."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    access_token: SecretStr
    expires_in: float = Field(gt=0)

    @property
    def text(self) -> str:
        return self.access_token.get_secret_value()


class LwaAuth:
    """Gives the access token of every request; nothing else in the client knows tokens.

    One refresh at a time, 5 minutes before the token lapses. Threads that wait for a refresh take
    its result, a failure too. Nothing is retried here: a call's own retries cover its login.
    """

    def __init__(
        self,
        account: Account,
        *,
        http: HttpPool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._account = account
        self._http = http
        self._clock = clock
        self._lock = threading.Lock()
        self._token: str | None = None
        self._refresh_at = 0.0
        self._failure: tuple[float, SpApiError] | None = None

    def fresh_token(self) -> str:
        """Give a token that lives for some minutes more, from Amazon if need be.

        Raises:
            AuthError: the credentials are refused; `reason` tells which, the message what to do.
            TransientError: Login with Amazon does not answer, or throttles.
            ContractError: its answer holds no token.
        """
        asked_at = self._clock()
        with self._lock:
            if self._failure is not None and self._failure[0] > asked_at:
                raise self._failure[1]
            if self._token is None or self._clock() >= self._refresh_at:
                self._refresh()
            return self._token or ""

    def discard(self, token: str) -> None:
        """Forget a token that Amazon refused, unless a newer one has replaced it."""
        with self._lock:
            if self._token == token:
                self._token = None

    def _refresh(self) -> None:
        try:
            token = read_token(_ask(self._http, self._account), account=self._account)
        except SpApiError as exc:
            self._failure = (self._clock(), exc)
            raise
        self._token = token.text
        # Half of a life that is too short for five minutes, or each request would log in.
        early_s = min(REFRESH_EARLY_S, token.expires_in / 2)
        self._refresh_at = self._clock() + token.expires_in - early_s


def read_token(response: httpx.Response, *, account: Account) -> _Token:
    """Give the token of Login with Amazon's answer; raises as `LwaAuth.fresh_token` does.

    No I/O.
    """
    if response.is_success:
        return _token_in(response, account)
    reason, description = _refusal(response, account)
    said = f"login (account {account.name}): {response.status_code} {reason}"
    if response.status_code >= 500 or response.status_code == 429:
        raise TransientError(said, account=account.name)
    advice = _WHAT_TO_DO.get(reason, description)
    raise AuthError.because(reason, f"{said}: {advice}", account=account.name)


def _ask(http: HttpPool, account: Account) -> httpx.Response:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": account.refresh_token.get_secret_value(),
        "client_id": account.client_id,
        "client_secret": account.client_secret.get_secret_value(),
    }
    headers = {"content-type": "application/x-www-form-urlencoded;charset=UTF-8"}
    try:
        return http.send("POST", account.lwa_url, data=form, headers=headers)
    except httpx.RequestError as exc:
        raise TransientError(
            f"login (account {account.name}): {as_sentence(exc)}", account=account.name
        ) from exc


def _token_in(response: httpx.Response, account: Account) -> _Token:
    try:
        token = _Token.model_validate_json(response.content)
    except ValidationError as exc:
        raise ContractError(
            f"login (account {account.name}): {response.status_code} without a token and its life",
            account=account.name,
        ) from exc
    if not token.text.isascii() or not token.text.isprintable() or not token.text:
        raise ContractError(
            f"login (account {account.name}): a token that no header can hold", account=account.name
        )
    return token


def _refusal(response: httpx.Response, account: Account) -> tuple[str, str]:
    """Amazon's code and description, without our secrets should it repeat them."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return "unknown", "an answer that is not Amazon's"
    texts = [str(body.get(key) or "unknown") for key in ("error", "error_description")]
    for secret in (account.refresh_token, account.client_secret):
        texts = [text.replace(secret.get_secret_value() or "\0", "***") for text in texts]
    return texts[0][:100], texts[1][:300]
