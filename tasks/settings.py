"""The environment, read and checked in one place: nothing else in the project reads it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from chalkola_spapi.accounts import DEFAULT_ENDPOINTS, DEFAULT_LWA_URL, Account
from chalkola_spapi.marketplaces import (
    MARKETPLACES,
    Marketplace,
    Region,
    UnknownMarketplaceError,
    find_marketplace,
)
from tasks.errors import InputError

ENV_FILE = ".env"
TOKEN_PREFIX = "SP_API_REFRESH_TOKEN_"  # noqa: S105 -- a variable's name


class SettingsError(InputError):
    """A variable is missing or malformed; the message names every one of them."""


def _http_url(value: str | None) -> str | None:
    if value is not None and not (
        urlsplit(value).scheme in {"http", "https"} and urlsplit(value).hostname
    ):
        raise ValueError("must be an http:// or https:// address")
    return value.rstrip("/") if value else value


HttpUrl = Annotated[str | None, AfterValidator(_http_url)]


def _environment() -> dict[str, str]:
    """What .env holds, and over it what the process was given; empty values count as unset."""
    merged = {**dotenv_values(ENV_FILE), **os.environ}
    return {name.upper(): value for name, value in merged.items() if value}


def _refresh_tokens() -> dict[str, SecretStr]:
    """Account name (NA, EU, FE or a marketplace's code) -> its refresh token."""
    tokens: dict[str, SecretStr] = {}
    for name, value in _environment().items():
        if name.startswith(TOKEN_PREFIX):
            tokens[_account_name(name)] = SecretStr(value)
    return tokens


def _account_name(variable: str) -> str:
    suffix = variable.removeprefix(TOKEN_PREFIX)
    if suffix in Region.__members__:
        return suffix
    try:
        return find_marketplace(suffix).code
    except UnknownMarketplaceError:
        allowed = ", ".join([*Region.__members__, *MARKETPLACES])
        raise SettingsError(f"{variable}: {suffix} is no account; allowed are {allowed}") from None


class Settings(BaseSettings):
    """Every setting of the project; `.env.example` documents each.

    Built by `from_env` at run time, never at import. Secrets are SecretStr: they print as stars.
    """

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True
    )

    sp_api_client_id: str | None = None
    sp_api_client_secret: SecretStr | None = None
    refresh_tokens: dict[str, SecretStr] = Field(default_factory=_refresh_tokens)
    sp_api_endpoint_na: HttpUrl = None
    sp_api_endpoint_eu: HttpUrl = None
    sp_api_endpoint_fe: HttpUrl = None
    sp_api_lwa_url: HttpUrl = None
    sp_api_poll_interval: float | None = Field(default=None, gt=0)
    sqp_daily_budget: int = Field(default=20, ge=0)
    supabase_db_url: SecretStr | None = None
    chalkola_home: Path = Path(".chalkola")
    environment: str = "development"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    log_format: Literal["console", "json"] = "console"
    sentry_dsn: SecretStr | None = None
    alert_webhook_url: SecretStr | None = None
    alert_block: str | None = None

    @classmethod
    def from_env(cls) -> Settings:
        """Read the environment and `.env`, again only where they changed.

        Raises:
            SettingsError: one message that names every malformed variable.
        """
        return _read(_sources())

    def model_post_init(self, _context: Any, /) -> None:
        # Relative to where the command was started, whatever directory a worker moves to later.
        object.__setattr__(self, "chalkola_home", self.chalkola_home.expanduser().absolute())

    @property
    def account_names(self) -> list[str]:
        """The configured accounts: regions, then marketplaces with an account of their own."""
        order = [*Region.__members__, *MARKETPLACES]
        return sorted(self.refresh_tokens, key=order.index)

    def require_accounts(self) -> None:
        """Refuse to go on without any account.

        Raises:
            SettingsError: names the variables that make one.
        """
        if not self.account_names:
            names = ", ".join(TOKEN_PREFIX + region for region in Region)
            raise SettingsError(f"not set: any of {names} (see .env.example)")

    def account_name_for(self, marketplace: Marketplace) -> str:
        """The account that a marketplace belongs to: its own, or its region's."""
        own = marketplace.code in self.refresh_tokens
        return marketplace.code if own else marketplace.region.value

    def marketplaces_of(self, account_name: str) -> list[Marketplace]:
        """The marketplaces that are served by an account."""
        return [m for m in MARKETPLACES.values() if self.account_name_for(m) == account_name]

    def require_credentials(self, account_names: Iterable[str]) -> None:
        """Refuse to go on unless every one of these accounts can be used.

        Raises:
            SettingsError: names every variable that is missing.
        """
        given = {
            "SP_API_CLIENT_ID": self.sp_api_client_id,
            "SP_API_CLIENT_SECRET": self.sp_api_client_secret,
        } | {TOKEN_PREFIX + name: self.refresh_tokens.get(name) for name in account_names}
        if missing := [variable for variable, value in given.items() if value is None]:
            raise SettingsError(f"not set: {', '.join(missing)} (see .env.example)")

    def account(self, name: str) -> Account:
        """Give the credentials and addresses of one account.

        Raises:
            SettingsError: names every variable that is missing.
        """
        self.require_credentials([name])
        return Account(
            name=name,
            endpoint=self.endpoint(name),
            lwa_url=self.sp_api_lwa_url or DEFAULT_LWA_URL,
            client_id=self.sp_api_client_id or "",
            client_secret=self.sp_api_client_secret or SecretStr(""),
            refresh_token=self.refresh_tokens[name],
        )

    def endpoint(self, account_name: str) -> str:
        """The base URL that an account's requests go to."""
        region = (
            Region(account_name)
            if account_name in Region.__members__
            else MARKETPLACES[account_name].region
        )
        override: str | None = getattr(self, f"sp_api_endpoint_{region.value.lower()}")
        return override or DEFAULT_ENDPOINTS[region]

    def endpoint_kind(self, account_names: list[str]) -> tuple[Literal["real", "simulated"], str]:
        """Whether these accounts are Amazon's own or simulated, and the host that says so."""
        hosts = [urlsplit(self.endpoint(name)).hostname or "" for name in account_names]
        simulated = [host for host in hosts if not _is_amazon(host)]
        return ("simulated", simulated[0]) if simulated else ("real", hosts[0] if hosts else "")


def _is_amazon(host: str) -> bool:
    return host.endswith(".amazon.com") and not host.startswith("sandbox.")


def _sources() -> tuple[object, ...]:
    """What all settings come from; every task compares it, and reading takes 50 times as long."""
    try:
        file = Path(ENV_FILE).stat()
    except OSError:
        stamp = None
    else:
        stamp = (file.st_ino, file.st_mtime_ns, file.st_size)
    return Path.cwd(), stamp, *os.environ.items()


@lru_cache(maxsize=1)
def _read(_given: tuple[object, ...]) -> Settings:
    try:
        return Settings()
    except ValidationError as exc:
        raise SettingsError(_all_problems(exc)) from None


def _all_problems(exc: ValidationError) -> str:
    problems = []
    for error in exc.errors(include_url=False, include_context=False):
        name = str(error["loc"][0]).upper() if error["loc"] else "environment"
        is_secret = any(word in name for word in ("SECRET", "TOKEN", "DSN", "DB_URL", "WEBHOOK"))
        given = "" if is_secret else f" (given: {error['input']!r})"
        problems.append(f"{name}: {error['msg'].removeprefix('Value error, ')}{given}")
    return "; ".join(problems)
