"""Alerts as automations: what a person is told of, and how it is sent.

Sent to a webhook (ALERT_WEBHOOK_URL: a JSON object with `text`, as Slack, Mattermost and others
take it) or to any notification block of Prefect's (ALERT_BLOCK, such as slack-webhook/operations).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import cast
from uuid import UUID

from prefect.blocks.core import Block
from prefect.blocks.webhook import Webhook
from prefect.events.actions import CallWebhook, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.types import SecretDict
from pydantic import SecretStr

from deployments.automations import RUN, ours, runs
from tasks.errors import InputError
from tasks.settings import Settings
from tasks.upkeep.attention import KINDS

WEBHOOK_BLOCK = "chalkola-alerts"
RUN_TEXT = (
    "{{ flow.name }} / {{ flow_run.name }} is {{ flow_run.state.name }}:"
    " {{ flow_run.state.message }} {{ flow_run | ui_url }}"
)
LATE_TEXT = (
    "{{ flow.name }} / {{ flow_run.name }} is late: is a worker running? {{ flow_run | ui_url }}"
)
ATTENTION_TEXT = "{{ event.payload.message }}"

#: Gives the action that sends a text, which is a template.
Send = Callable[[str, str], CallWebhook | SendNotification]


def alerts(send: Send) -> list[AutomationCore]:
    """Give every alert; each is sent at most once in its time for the same subject."""
    return [
        _about_runs("a run failed", {"Failed", "Crashed", "TimedOut"}, send, RUN_TEXT),
        _about_runs("a run is late", {"Late"}, send, LATE_TEXT),
        *(_about(kind, meaning, send) for kind, meaning in KINDS.items()),
    ]


def _about_runs(title: str, states: Iterable[str], send: Send, text: str) -> AutomationCore:
    name = f"Chalkola: {title}"
    return AutomationCore(
        name=name,
        description="At most once in an hour for a deployment.",
        trigger=EventTrigger(
            expect={f"{RUN}{state}" for state in states},
            match=runs(),
            match_related=ours(),
            for_each={"related:deployment:prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(hours=1),
        ),
        actions=[send(name, text)],
    )


def _about(kind: str, meaning: str, send: Send) -> AutomationCore:
    name = f"Chalkola: {meaning}"
    return AutomationCore(
        name=name,
        description="From the hourly watch; at most once a day for the same subject.",
        trigger=EventTrigger(
            expect={f"chalkola.{kind}"},
            match=ResourceSpecification({"prefect.resource.id": "chalkola.*"}),
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
            # A little less, or an hourly watch would be a day and an hour apart.
            within=timedelta(hours=23, minutes=30),
        ),
        actions=[send(name, ATTENTION_TEXT)],
    )


def sender(settings: Settings) -> Send:
    """Give what sends: the webhook of ALERT_WEBHOOK_URL, else the block that ALERT_BLOCK names.

    Raises:
        InputError: neither is set, or there is no such block.
    """
    if settings.alert_webhook_url is not None:
        return _webhook(settings.alert_webhook_url)
    if settings.alert_block is None:
        raise InputError(
            "not set: ALERT_WEBHOOK_URL (an address that takes JSON with a text) or ALERT_BLOCK "
            "(a notification block of Prefect's, such as slack-webhook/operations)"
        )
    return _block(settings.alert_block)


def _webhook(url: SecretStr) -> Send:
    headers = SecretDict({"content-type": "application/json"})
    block = Webhook(method="POST", url=url, headers=headers)
    saved = block.save(WEBHOOK_BLOCK, overwrite=True)
    return partial(_call_webhook, saved if isinstance(saved, UUID) else UUID(str(saved)))


def _block(slug: str) -> Send:
    if "/" not in slug:
        raise InputError(f"ALERT_BLOCK: {slug!r} is no type/name, such as slack-webhook/operations")
    try:
        block = cast("Block", Block.load(slug))
    except ValueError as exc:
        raise InputError(f"ALERT_BLOCK: Prefect has no block {slug}: make it in the UI") from exc
    send = _call_webhook if isinstance(block, Webhook) else _notify
    return partial(send, cast("UUID", block._block_document_id))  # noqa: SLF001 -- not public anywhere


def _call_webhook(block_id: UUID, name: str, text: str) -> CallWebhook:
    # One expression, so that quotes and line ends in a message cannot break the JSON.
    payload = '{"text": {% set text %}' + f"{name}: {text}" + "{% endset %}{{ text | tojson }}}"
    return CallWebhook(block_document_id=block_id, payload=payload)


def _notify(block_id: UUID, name: str, text: str) -> SendNotification:
    return SendNotification(block_document_id=block_id, subject=name, body=text)
