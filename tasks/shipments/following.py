"""The monitor's steps as Prefect tasks, with the event and artifacts that people watch."""

from __future__ import annotations

from typing import Any

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event

from chalkola_spapi.errors import SpApiError
from tasks.connections import Connections, connections
from tasks.errors import ChalkolaError
from tasks.job_runs import record_result
from tasks.shipments.ledger import Shipment, ShipmentLedger
from tasks.shipments.monitor import Followed, announce_once, follow, is_due
from tasks.shipments.question_text import local
from tasks.shipments.work import Work

DEADLINE_EVENT = "chalkola.shipment.free-void-deadline"
DISCREPANCY_EVENT = "chalkola.shipment.discrepancy"


class FollowError(ChalkolaError):
    """Some shipments could not be read."""


@task(cache_policy=NO_CACHE)
def announce_deadlines() -> list[str]:
    """Tell of each shipment, once, when cancelling stops being free; gives their names."""
    conns = _open()
    due = [s for s in ShipmentLedger(conns.engine).to_follow() if is_due(s, now=conns.now())]
    return [shipment.plan_name for shipment in due if _announce(shipment)]


def _announce(shipment: Shipment) -> bool:
    until = shipment.free_void_until
    if until is None or not announce_once(Work.on(shipment.plan_name)):
        return False
    when = local(until.isoformat(), shipment.marketplace_id)
    text = f"Cancelling {shipment.plan_name} is free until {when}, and may be charged afterwards."
    get_run_logger().warning("%s", text)
    emit_event(
        DEADLINE_EVENT,
        resource={"prefect.resource.id": f"chalkola.shipment.{shipment.id}"},
        payload={"name": shipment.plan_name, "free_until": until.isoformat(), "text": text},
    )
    create_markdown_artifact(
        key="free-void-deadline", markdown=text, description="Cancelling is free until then."
    )
    return True


@task(cache_policy=NO_CACHE)
def follow_shipments() -> tuple[list[Followed], list[str]]:
    """Read every shipment on its way; gives what was found, and what could not be read."""
    conns, found, problems = _open(), [], []
    for shipment in ShipmentLedger(conns.engine).to_follow():
        try:
            found += follow(Work.on(shipment.plan_name))
        except (SpApiError, ChalkolaError) as exc:
            # One shipment that cannot be read does not hold up the others.
            problems.append(f"{shipment.plan_name}: {exc}")
            get_run_logger().error("%s", problems[-1])
    return found, problems


def report(result: tuple[list[Followed], list[str]], announced: list[str]) -> dict[str, Any]:
    """Leave a table, report discrepancies, and give the run's result.

    Raises:
        FollowError: some shipments could not be read; the others are stored.
    """
    found, problems = result
    wrong = [one for one in found if one.missing]
    for one in wrong:
        _report_discrepancy(one)
    if found:
        create_table_artifact(
            key="shipments-on-their-way",
            table=[one.row() for one in found],
            description="Status, shipped and received units of each shipment.",
        )
    record_result(rows=len(found), counts={"followed": len(found), "discrepancies": len(wrong)})
    if problems:
        raise FollowError("; ".join(problems))
    return {
        "followed": len(found),
        "changed": sum(one.status != one.was for one in found),
        "discrepancies": [one.row() for one in wrong],
        "announced": announced,
    }


def _report_discrepancy(one: Followed) -> None:
    text = (
        f"{one.name}, {one.confirmation_id}: {one.received} of {one.shipped} units were received "
        f"({-one.missing:+d}); Amazon has closed the shipment"
    )
    get_run_logger().warning("%s", text)
    emit_event(
        DISCREPANCY_EVENT,
        resource={"prefect.resource.id": f"chalkola.shipment.{one.confirmation_id}"},
        payload={"name": one.name, "shipped": one.shipped, "received": one.received, "text": text},
    )


def _open() -> Connections:
    conns = connections()
    conns.open_database(conns.settings.account_names)
    return conns
