"""Look for what needs a person, and tell the automations: `chalkola alerts apply` makes those.

Scheduled: the deployment watch, hourly. Here and now: `chalkola alerts show`.
"""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow
from pydantic import Field

from tasks.job_runs import JOB_HOOKS
from tasks.upkeep.attention import Limits
from tasks.upkeep.steps import look_for_attention


@flow(name="watch", flow_run_name="what needs a person", **JOB_HOOKS)
def watch(
    stale_days: Annotated[int, Field(ge=1)] = Limits.stale_days,
    secret_days: Annotated[int, Field(ge=1)] = Limits.secret_days,
    approval_hours: Annotated[int, Field(ge=1)] = Limits.approval_hours,
    void_hours: Annotated[int, Field(ge=1)] = Limits.void_hours,
) -> list[dict[str, Any]]:
    """Find what needs a person and emit an event for each; returns them.

    Args:
        stale_days: A marketplace whose newest week ended longer ago is without data.
        secret_days: Days after its first use from which on the client secret is to be rotated.
        approval_hours: A shipment that has waited longer for an answer is forgotten.
        void_hours: How long before the end of free cancellation it is told of.
    """
    limits = Limits(stale_days, secret_days, approval_hours, void_hours)
    return look_for_attention(limits)
