"""Failures to Sentry, where SENTRY_DSN is set: with Amazon's request ids, without secrets.

https://docs.sentry.io/platforms/python/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.types import Event, Hint

from chalkola_spapi.errors import SpApiError
from tasks.settings import Settings

#: Amazon's tokens, and what follows the ? of an address: presigned ones are keys.
SECRETS = re.compile(r"Atz[ar]\|[\w\-+/=]+|amzn1\.oa2-cs\.[\w.\-]+|(?<=\?)[^\s'\"]+=[^\s'\"]*")
STARS = "***"


def set_up_sentry(settings: Settings) -> None:
    """Send this process's failures to SENTRY_DSN; without it, nothing.

    Only what is reported, and what ends a process: Prefect's own logs would tell all again.
    """
    if settings.sentry_dsn is None:
        return
    known = _known_secrets(settings)

    def scrub(event: Event, _hint: Hint) -> Event:
        cleaned: Event = _scrubbed(event, known)
        return cleaned

    sentry_sdk.init(
        dsn=settings.sentry_dsn.get_secret_value(),
        environment=settings.environment,
        default_integrations=False,
        integrations=[ExcepthookIntegration(), DedupeIntegration(), AtexitIntegration()],
        # A frame's locals hold whatever the code had in hand.
        include_local_variables=False,
        max_breadcrumbs=0,
        before_send=scrub,
    )


def report_failure(problem: BaseException, tags: Mapping[str, str | None]) -> None:
    """Tell of a failure; tags that are None are left out, Amazon's request id is added."""
    if not sentry_sdk.is_initialized():
        return
    if isinstance(problem, SpApiError):
        tags = {"request_id": problem.request_id, "operation": problem.operation, **tags}
    with sentry_sdk.new_scope() as scope:
        scope.set_tags({name: value for name, value in tags.items() if value is not None})
        scope.capture_exception(problem)


def _known_secrets(settings: Settings) -> tuple[str, ...]:
    secrets = [settings.sp_api_client_secret, settings.supabase_db_url, settings.alert_webhook_url]
    given = [*secrets, *settings.refresh_tokens.values()]
    return tuple(s.get_secret_value() for s in given if s is not None and s.get_secret_value())


def _scrubbed(value: Any, known: Iterable[str]) -> Any:
    if isinstance(value, str):
        for secret in known:
            value = value.replace(secret, STARS)
        return SECRETS.sub(STARS, value)
    if isinstance(value, dict):
        return {key: _scrubbed(one, known) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(one, known) for one in value]
    return value
