"""The digest's Prefect tasks: the pages, their short versions as artifacts, and the message."""

from __future__ import annotations

from datetime import date
from typing import Any

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from chalkola_spapi.periods import ReportPeriod
from tasks.connections import connections
from tasks.digest.making import Made, make_digests
from tasks.digest.sending import NotSentError, send
from tasks.digest.short import artifact_key, markdown, message


@task(cache_policy=NO_CACHE)
def make_pages(
    *, marketplaces: list[str], report_period: str, start: date | None
) -> list[dict[str, Any]]:
    """Write the pages and leave an artifact of each; the first is that of all marketplaces.

    Raises:
        InputError: something that was asked for is wrong; nothing was written.
    """
    made = make_digests(
        connections(),
        marketplaces=marketplaces,
        report_period=ReportPeriod(report_period),
        start=start,
    )
    return [_show(one) for one in made]


def _show(one: Made) -> dict[str, Any]:
    digest, page = one.digest, str(one.files.dated)
    create_markdown_artifact(
        key=artifact_key(digest.name),
        markdown=markdown(digest, page),
        description=digest.subtitle,
    )
    get_run_logger().info("%s: %s", digest.title, page)
    return {
        "name": digest.name,
        "period": digest.period.label,
        "page": page,
        "newest_page": str(one.files.newest),
        "subject": digest.title,
        "text": message(digest, page),
    }


@task(cache_policy=NO_CACHE)
def send_message(page: dict[str, Any], *, block: str | None) -> str | None:
    """Send the short version on; gives where to. A message that cannot be sent fails no run."""
    logger = get_run_logger()
    try:
        sent_to = send(
            connections().settings, block=block, subject=page["subject"], text=page["text"]
        )
    except NotSentError as exc:
        logger.warning("The digest was not sent: %s", exc)
        return None
    if sent_to is None:
        logger.info("The digest is sent nowhere: neither a block nor ALERT_* is set")
    else:
        logger.info("The digest was sent to %s", sent_to)
    return sent_to
