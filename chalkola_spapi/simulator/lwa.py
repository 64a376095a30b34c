"""Login with Amazon: refresh tokens into access tokens, and access tokens into accounts.

https://developer-docs.amazon.com/sp-api/docs/connect-to-the-selling-partner-api
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalkola_spapi.simulator.clock import Clock
from chalkola_spapi.simulator.messages import Answer, Call, RefusedError

LIFETIME = timedelta(seconds=3600)
FORM = "application/x-www-form-urlencoded"
_REQUIRED = {
    "refresh_token": ("client_id", "client_secret", "refresh_token"),
    "client_credentials": ("client_id", "client_secret", "scope"),
}


class LwaRefusedError(Exception):
    """An error of the token endpoint, which has a shape of its own."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(f"{status} {error}")
        self.status = status
        self.error = error
        self.description = description

    def answer(self) -> Answer:
        return Answer.json(
            self.status, {"error": self.error, "error_description": self.description}
        )


@dataclass(slots=True)
class _AccessToken:
    account: str | None
    refresh_token: str | None
    expires_at: datetime
    client_id: str


def seller_id(refresh_token: str) -> str:
    """The account that a refresh token stands for: always the same, and it tells nothing of it."""
    digest = hashlib.blake2b(refresh_token.encode(), digest_size=10).digest()
    return "A" + base64.b32encode(digest).decode()[:13]


class Lwa:
    """Issues and checks tokens.

    Any refresh token is an account of its own; any client is known, unless `clients` (id to
    secret) is given. Tokens live 3600 seconds of the clock, whatever the speed.
    """

    def __init__(self, *, clock: Clock, clients: Mapping[str, str] | None = None) -> None:
        self.clients: dict[str, str] | None = None if clients is None else dict(clients)
        self.unauthorized_clients: set[str] = set()
        self.revoked: set[str] = set()
        self._clock = clock
        self._tokens: dict[str, _AccessToken] = {}

    def exchange(self, call: Call) -> dict[str, object]:
        """Answer POST /auth/o2/token.

        Raises:
            LwaRefusedError: with Amazon's error code and description.
        """
        form = _form_of(call)
        self._check_client(form)
        refresh_token = form.get("refresh_token")
        if refresh_token in self.revoked:
            raise LwaRefusedError(
                400,
                "invalid_grant",
                "The request has an invalid grant parameter : refresh_token. "
                "User may have revoked or didn't grant the permission.",
            )
        is_sellers = form["grant_type"] == "refresh_token"
        token = self._issue(refresh_token if is_sellers else None, client_id=form["client_id"])
        answer: dict[str, object] = {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": int(LIFETIME.total_seconds()),
        }
        return answer if refresh_token is None else {**answer, "refresh_token": refresh_token}

    def account_of(self, access_token: str | None) -> str:
        """The account of an access token.

        Raises:
            RefusedError: 403 Unauthorized; its details say expired, invalid or missing.
        """
        if access_token is None:
            raise _denied("Access token is missing in the request header.")
        token = self._tokens.get(access_token)
        if token is None or token.refresh_token in self.revoked:
            raise _denied("The access token you provided is revoked, malformed or invalid.")
        if token.expires_at <= self._clock.now():
            raise _denied("The access token you provided has expired.")
        if token.account is None:
            raise _denied("The access token you provided belongs to no selling partner.")
        return token.account

    def peek(self, access_token: str | None) -> str | None:
        """The account of an access token, expired or not; None for a token never issued."""
        token = self._tokens.get(access_token or "")
        return None if token is None else token.account

    def client_of(self, access_token: str | None) -> str | None:
        """The application that an access token was issued to."""
        token = self._tokens.get(access_token or "")
        return None if token is None else token.client_id

    def accounts(self) -> list[str]:
        return sorted({token.account for token in self._tokens.values() if token.account})

    def expire_tokens(self) -> None:
        """Let every access token issued so far have expired."""
        for token in self._tokens.values():
            token.expires_at = self._clock.now()

    def revoke(self, refresh_token: str) -> None:
        """Refuse a refresh token, and the access tokens that came of it, from now on."""
        self.revoked.add(refresh_token)

    def revoke_account(self, account: str | None) -> None:
        """Revoke every refresh token that has been exchanged for an account."""
        for token in self._tokens.values():
            if token.refresh_token is not None and token.account == account:
                self.revoke(token.refresh_token)

    def _issue(self, refresh_token: str | None, *, client_id: str) -> str:
        access_token = "Atza|" + secrets.token_urlsafe(96)
        account = None if refresh_token is None else seller_id(refresh_token)
        expires_at = self._clock.now() + LIFETIME
        self._tokens[access_token] = _AccessToken(account, refresh_token, expires_at, client_id)
        return access_token

    def _check_client(self, form: Mapping[str, str]) -> None:
        client_id = form["client_id"]
        if self.clients is not None and self.clients.get(client_id) != form["client_secret"]:
            raise LwaRefusedError(401, "invalid_client", "Client authentication failed")
        if client_id in self.unauthorized_clients:
            description = "The client is not authorized to request a token with this grant type."
            raise LwaRefusedError(400, "unauthorized_client", description)


def _form_of(call: Call) -> dict[str, str]:
    if call.media_type() != FORM:
        raise LwaRefusedError(400, "invalid_request", f"The content type must be {FORM}")
    form = call.form()
    grant_type = form.get("grant_type")
    if grant_type is None:
        raise _missing("grant_type")
    if grant_type not in _REQUIRED:
        description = "The authorization grant type is not supported by the authorization server"
        raise LwaRefusedError(400, "unsupported_grant_type", description)
    for name in _REQUIRED[grant_type]:
        if not form.get(name):
            raise _missing(name)
    return form


def _missing(name: str) -> LwaRefusedError:
    description = f"The request is missing a required parameter : {name}"
    return LwaRefusedError(400, "invalid_request", description)


def _denied(details: str) -> RefusedError:
    message = "Access to requested resource is denied."
    return RefusedError(403, "Unauthorized", message, details=details)
