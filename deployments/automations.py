"""Prefect's automations as code: the same command twice leaves the same set.

https://docs.prefect.io/v3/concepts/automations
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification

#: The tag of every deployment of ours.
TAG = "prefect.tag.chalkola"
RUN = "prefect.flow-run."
#: Three beats of PREFECT_FLOWS_HEARTBEAT_FREQUENCY.
SILENCE = timedelta(seconds=90)
#: A busy machine starts a process within this time.
PATIENCE = timedelta(minutes=3)
#: What a run that is alive or has ended says after a beat. Waking a dead run that was paused
#: says Running, so Running does not prove life; Crashed is what its worker says of a dead one.
SIGNS = (
    "heartbeat",
    "Completed",
    "Failed",
    "Cancelled",
    "Cancelling",
    "Suspended",
    "AwaitingRetry",
    "Scheduled",
    "Retrying",
    "TimedOut",
)


def apply_automations(wanted: Iterable[AutomationCore]) -> list[str]:
    """Create or update these automations by name; returns their names.

    One that a person has switched off in the UI stays off.
    """
    names = []
    with get_client(sync_client=True) as client:
        for automation in wanted:
            found = client.read_automations_by_name(automation.name)
            if found:
                kept = automation.model_copy(update={"enabled": found[0].enabled})
                client.update_automation(found[0].id, kept)
            else:
                client.create_automation(automation)
            names.append(automation.name)
    return names


def ours() -> ResourceSpecification:
    """Runs of our deployments, by their tag."""
    return ResourceSpecification({"prefect.resource.role": "tag", "prefect.resource.id": TAG})


def runs() -> ResourceSpecification:
    """Events about flow runs."""
    return ResourceSpecification({"prefect.resource.id": f"{RUN}*"})


def reschedule_dead_runs() -> AutomationCore:
    """A run whose process died, paused or not, is scheduled again and goes on where it was."""
    return AutomationCore(
        name="Chalkola: reschedule dead runs",
        description="Crashed, or no heartbeat, for 90 s: the run is scheduled again and goes on.",
        trigger=EventTrigger(
            after={f"{RUN}{sign}" for sign in ("heartbeat", "Running", "Paused", "Crashed")},
            expect={f"{RUN}{sign}" for sign in SIGNS},
            match=runs(),
            match_related=ours(),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=SILENCE,
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.SCHEDULED,
                name="AwaitingRetry",
                message="dead for 90 s: scheduled again",
            )
        ],
    )


def reschedule_lost_runs() -> AutomationCore:
    """A run whose worker died before it had started the run's process: no heartbeat tells of it."""
    started = {"Running", "Paused", "Crashed", *SIGNS}
    return AutomationCore(
        name="Chalkola: reschedule lost runs",
        description="Taken up by a worker and not started for 3 minutes: scheduled again.",
        trigger=EventTrigger(
            after={f"{RUN}Pending", f"{RUN}Submitting"},
            expect={f"{RUN}{sign}" for sign in started},
            match=runs(),
            match_related=ours(),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=PATIENCE,
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.SCHEDULED,
                name="AwaitingRetry",
                message="taken up and not started for 3 minutes: scheduled again",
            )
        ],
    )


def keep_runs_alive() -> list[AutomationCore]:
    """What every server needs, whether or not there is anybody to be told."""
    return [reschedule_dead_runs(), reschedule_lost_runs()]
