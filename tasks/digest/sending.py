"""Sends a digest's short version to a notification block of Prefect's, or where alerts go."""

from __future__ import annotations

import asyncio
import inspect
from typing import cast

import httpx
from prefect.blocks.abstract import NotificationBlock
from prefect.blocks.core import Block
from prefect.blocks.webhook import Webhook

from tasks.settings import Settings

TIMEOUT_S = 20


class NotSentError(Exception):
    """A message that did not go out; the text holds no address."""


def send(settings: Settings, *, block: str | None, subject: str, text: str) -> str | None:
    """Send a message; gives what it was sent to, None if nothing is configured.

    `block`: type/name, such as slack-webhook/operations; None: what the alerts use, which is
    ALERT_WEBHOOK_URL, else ALERT_BLOCK.

    Raises:
        NotSentError: there is no such block, or it could not send.
    """
    if block is None and settings.alert_webhook_url is not None:
        webhook = Webhook(method="POST", url=settings.alert_webhook_url)
        _send("ALERT_WEBHOOK_URL", webhook, subject, text)
        return "ALERT_WEBHOOK_URL"
    slug = block or settings.alert_block
    if slug is not None:
        _send(slug, _load(slug), subject, text)
    return slug


def _load(slug: str) -> Block:
    try:
        return cast("Block", Block.load(slug))
    except ValueError:
        raise NotSentError(f"Prefect has no block {slug}: make it in the UI") from None


def _send(name: str, block: Block, subject: str, text: str) -> None:
    try:
        problem = _to_block(block, subject, text)
    # Blocks are other people's code, and what they raise may hold the address that they send to.
    except Exception as exc:  # noqa: BLE001
        raise NotSentError(f"{name}: {type(exc).__name__}") from None
    if problem is not None:
        raise NotSentError(f"{name}: {problem}")


def _to_block(block: Block, subject: str, text: str) -> str | None:
    """Send; gives what is wrong."""
    if isinstance(block, Webhook):
        answer = asyncio.run(_call(block, f"{subject}\n{text}"))
        return None if answer.is_success else f"the webhook answered {answer.status_code}"
    if not isinstance(block, NotificationBlock):
        return "this is no notification block"
    with block.raise_on_failure():
        # Some blocks notify at once, others give a coroutine.
        sending = block.notify(text, subject)
        if inspect.iscoroutine(sending):
            asyncio.run(sending)
    return None


async def _call(webhook: Webhook, text: str) -> httpx.Response:
    return await asyncio.wait_for(webhook.call({"text": text}), TIMEOUT_S)
