"""What a person asks of a shipment beside its way, as Prefect tasks: cancel, track, labels again.

None is cached: the ledger knows what has been done at Amazon.
"""

from __future__ import annotations

from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.connections import connections
from tasks.job_runs import record_result
from tasks.shipments.cancellation import Against, decide_against, ended_view, refuse_decision
from tasks.shipments.labels import fetch_labels, refuse_without_labels
from tasks.shipments.tracking import TrackedBox, match_boxes, send_tracking
from tasks.shipments.work import Work, held


@task(task_run_name="{name}: {decision}", cache_policy=NO_CACHE)
def void_shipment(
    name: str, decision: Against, *, reason: str | None, accept_charges: bool
) -> dict[str, Any]:
    """Void the plan, here or by the run that waits; gives the status and Amazon's word on it."""
    work = _opened(name)
    refuse_decision(work, decision, accept_charges=accept_charges)
    ended = decide_against(work.conns, work.shipment.plan_name, decision, reason=reason)
    record_result(rows=1, counts={"voided": 1})
    return ended_view(Work.on(ended.plan_name))


@task(task_run_name="{name}: tracking ids", cache_policy=NO_CACHE)
def send_tracking_ids(name: str, boxes: list[TrackedBox]) -> dict[str, Any]:
    """Match the boxes and send their tracking ids; gives each with Amazon's word on it."""
    work = _opened(name)
    matched = match_boxes(work, [(one.box, one.tracking_id) for one in boxes])
    with held(work.conns, work.shipment.plan_name):
        shown = send_tracking(work, matched)
    record_result(rows=len(shown), counts={"boxes": len(shown)})
    return {"name": work.shipment.plan_name, "boxes": shown}


@task(task_run_name="{name}: labels again", cache_policy=NO_CACHE)
def fetch_labels_again(name: str) -> dict[str, Any]:
    """Download every label anew; gives the paths."""
    work = _opened(name)
    refuse_without_labels(work)
    with held(work.conns, work.shipment.plan_name):
        paths = fetch_labels(work, again=True)
    record_result(rows=len(paths), counts={"labels": len(paths)})
    return {"name": work.shipment.plan_name, "labels": [str(path) for path in paths]}


def _opened(name: str) -> Work:
    conns = connections()
    conns.open_database(conns.settings.account_names)
    return Work.on(name)
