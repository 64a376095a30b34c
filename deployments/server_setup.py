"""What a Prefect server needs beside deployments: automations, alerts, a limit, no old schedule."""

from __future__ import annotations

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolUpdate

from deployments.alerts import alerts, sender
from deployments.automations import apply_automations, keep_runs_alive
from deployments.deploying import POOL
from tasks.settings import Settings

#: A run's process takes some 150 MB: what is due beyond these waits its turn.
RUNS_AT_ONCE = 8
#: By deployment, the slugs of schedules that earlier versions had.
FORMER_SCHEDULES = {"catch-up/catch-up": ("daily", "every-6-hours")}


def limit_reports_pool() -> None:
    """Let no more than RUNS_AT_ONCE run in the pool of reports, unless a person has chosen a limit.

    A limit of the pool counts runs and needs no lease: a dead run gives its place back when it is
    scheduled again. The shipments' pool has none: a paused run would keep the others out for days.
    """
    with get_client(sync_client=True) as client:
        if client.read_work_pool(POOL).concurrency_limit is None:
            client.update_work_pool(POOL, WorkPoolUpdate(concurrency_limit=RUNS_AT_ONCE))


def drop_former_schedules() -> None:
    """Take away the schedules of earlier versions; a person's own stay.

    Prefect adds the schedules that prefect.yaml names, and leaves those that it named before.
    """
    with get_client(sync_client=True) as client:
        for name, slugs in FORMER_SCHEDULES.items():
            deployment = client.read_deployment_by_name(name)
            for schedule in deployment.schedules:
                if schedule.slug in slugs:
                    client.delete_deployment_schedule(deployment.id, schedule.id)


def main() -> None:
    """Apply what runs need, and the alerts where a way to send them is set."""
    settings = Settings.from_env()
    wanted = keep_runs_alive()
    if settings.alert_webhook_url is not None or settings.alert_block is not None:
        wanted += alerts(sender(settings))
    apply_automations(wanted)
    limit_reports_pool()
    drop_former_schedules()


if __name__ == "__main__":
    main()
