"""What happened to search terms and stock, and what to do: a page, an artifact, a message.

Reads the read model alone: nothing is asked of Amazon.
Here and now: `chalkola digest`. Scheduled: the deployment digest, after the weekly load.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from prefect import flow
from prefect.runtime import flow_run

from tasks.digest.steps import make_pages, send_message
from tasks.job_runs import JOB_HOOKS
from tasks.marketplaces import MarketplaceCode


def _run_name() -> str:
    given = flow_run.parameters
    places = ", ".join(given.get("marketplaces") or ["all marketplaces"])
    return f"{places} · {given.get('period', 'WEEK')} {given.get('start') or 'newest'}"


@flow(name="digest", flow_run_name=_run_name, **JOB_HOOKS)
def digest(
    marketplaces: list[MarketplaceCode] = [],  # noqa: B006 -- Prefect shows it and never changes it
    period: Literal["WEEK", "MONTH", "QUARTER"] = "WEEK",
    start: date | None = None,
    block: str | None = None,
) -> dict[str, Any]:
    """Make the digest of each marketplace and of all together; returns where the pages are.

    Safe to run again: a page is replaced as a whole. It is sent once a run, as far as somebody is
    named to send it to; a message that cannot be sent is logged and does not fail the run.

    Args:
        marketplaces: Empty: every marketplace that there is something to tell of.
        period: Length of the period.
        start: First day of the period. None: the newest of which anything is loaded.
        block: Notification block, type/name, such as slack-webhook/operations. None: what the
            alerts use (ALERT_WEBHOOK_URL, else ALERT_BLOCK).

    Raises:
        InputError: something that was asked for is wrong; nothing was written.
    """
    pages = make_pages(marketplaces=list(marketplaces), report_period=period, start=start)
    return {"pages": pages, "sent_to": send_message(pages[0], block=block)}
