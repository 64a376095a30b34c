"""The steps of a shipment as Prefect tasks, and the two gates between them.

None is cached and none is retried by Prefect: the ledger knows what has been done at Amazon.
"""

from __future__ import annotations

from functools import partial

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from tasks.shipments import (
    destinations,
    labels,
    later_packing,
    packing,
    placement,
    plan,
    prep,
    transport,
    windows,
)
from tasks.shipments.approvals import Approvals, Gate, Question
from tasks.shipments.decisions import (
    StaleError,
    answer_of,
    approved_placement,
    approved_transportation,
    check_placement,
    check_quotes,
    has_begun,
    lapsing,
    settle,
)
from tasks.shipments.errors import ShipmentError
from tasks.shipments.gates import answered
from tasks.shipments.offers import Placement, Window
from tasks.shipments.questions import placement_question, transportation_question
from tasks.shipments.quotes import Choice
from tasks.shipments.summary_text import summary_markdown
from tasks.shipments.work import Work


@task(task_run_name="{name}: prep", cache_policy=NO_CACHE)
def prepare_items(name: str) -> list[str]:
    """Set the prep of MSKUs that Amazon does not know; gives which ones."""
    work = Work.on(name)
    return [] if work.shipment.inbound_plan_id else prep.prepare_items(work)


@task(task_run_name="{name}: plan", cache_policy=NO_CACHE)
def create_plan(name: str) -> str:
    """Create the inbound plan, or take up the one that is there; gives its id."""
    return plan.create_plan(Work.on(name))


@task(task_run_name="{name}: packing", cache_policy=NO_CACHE)
def configure_packing(name: str) -> None:
    """Confirm a packing option and pack all its groups."""
    work = Work.on(name)
    if not work.shipment.has_reached("PACKING_CONFIGURED"):
        packing.configure_packing(work)


@task(task_run_name="{name}: options of placement", cache_policy=NO_CACHE)
def ask_for_placement(name: str) -> Question:
    """Give the open question of the first gate; if there is none, quote and store a new one."""
    work = Work.on(name)
    question = _open_question(work, "placement")
    if question is None:
        shown, expires_at = placement_question(work)
        approvals = Approvals(work.ledger, work.shipment)
        question = approvals.ask("placement", shown, expires_at=expires_at)
    work.ledger.advance(work.shipment, "AWAITING_PLACEMENT")
    return question


@task(task_run_name="{name}: options of transportation", cache_policy=NO_CACHE)
def ask_for_transportation(name: str, windows_for: tuple[str, ...]) -> Question:
    """Give the open question of the second gate; if there is none, quote and store a new one."""
    work = Work.on(name)
    question = _open_question(work, "transportation")
    if question is None:
        shown, expires_at = transportation_question(
            work, _confirmed_placement(work), windows_for=windows_for
        )
        approvals = Approvals(work.ledger, work.shipment)
        question = approvals.ask("transportation", shown, expires_at=expires_at)
    work.ledger.advance(work.shipment, "AWAITING_TRANSPORTATION")
    return question


@task(task_run_name="{name}: confirm placement", cache_policy=NO_CACHE)
def confirm_placement(name: str, chosen: Placement) -> None:
    """Confirm the approved placement; it cannot be undone."""
    placement.confirm_placement(Work.on(name), chosen)


@task(task_run_name="{name}: boxes of each shipment", cache_policy=NO_CACHE)
def pack_shipments(name: str) -> None:
    """Tell Amazon the boxes of each shipment, where freight could not be packed before."""
    work = Work.on(name)
    if later_packing.is_packed_later(work) and not work.shipment.has_reached(
        "AWAITING_TRANSPORTATION"
    ):
        confirmed = _confirmed_placement(work)
        later_packing.pack_shipments(work, confirmed.option_id, confirmed.shipment_ids)


@task(task_run_name="{name}: confirm delivery windows", cache_policy=NO_CACHE)
def confirm_windows(name: str, chosen: dict[str, Window]) -> None:
    """Confirm the delivery windows that were shown."""
    windows.confirm_windows(Work.on(name), chosen)


@task(task_run_name="{name}: confirm transportation", cache_policy=NO_CACHE)
def confirm_transportation(name: str, choice: Choice) -> None:
    """Confirm the approved carriers; partnered ones charge from here on."""
    transport.confirm_transportation(Work.on(name), choice)


@task(task_run_name="{name}: destinations", cache_policy=NO_CACHE)
def record_destinations(name: str) -> None:
    """Store what Amazon made of the plan: destinations, boxes, items."""
    destinations.record_destinations(Work.on(name))


@task(task_run_name="{name}: labels", cache_policy=NO_CACHE)
def fetch_labels(name: str) -> list[str]:
    """Store the labels of every shipment; gives their paths. The shipment is then complete."""
    work = Work.on(name)
    paths = labels.fetch_labels(work)
    work.ledger.advance(work.shipment, "COMPLETED")
    create_markdown_artifact(
        key="shipment", markdown=summary_markdown(Work.on(name)), description="What was shipped."
    )
    return [str(path) for path in paths]


# -- the gates -------------------------------------------------------------------------------------


def place(name: str) -> None:
    """Have a placement chosen by a person, and confirm it.

    Raises:
        VoidedError: the person decided against the shipment.
    """
    while not Work.on(name).shipment.has_reached("PLACEMENT_CONFIRMED"):
        question = answered(Work.on(name), ask_for_placement(name))
        answer, work = answer_of(question), Work.on(name)
        try:
            chosen = approved_placement(work, question, answer)
            with lapsing(partial(check_placement, work, chosen)):
                confirm_placement(name, chosen)
        except StaleError as exc:
            settle(work, question, exc.outcome, exc.text)
            continue
        settle(work, question, "accepted")


def transport_by(name: str) -> None:
    """Have the carriers chosen by a person, and confirm them, delivery windows first.

    Raises:
        VoidedError: the person decided against the shipment.
    """
    windows_for: tuple[str, ...] = ()
    while not Work.on(name).shipment.has_reached("TRANSPORTATION_CONFIRMED"):
        question = answered(Work.on(name), ask_for_transportation(name, windows_for))
        answer, work = answer_of(question), Work.on(name)
        try:
            choice, chosen_windows = approved_transportation(work, question, answer)
            with lapsing(partial(check_quotes, work, question, choice)):
                if chosen_windows:
                    confirm_windows(name, chosen_windows)
                confirm_transportation(name, choice)
        except StaleError as exc:
            settle(work, question, exc.outcome, exc.text)
            windows_for = exc.windows_for
            continue
        settle(work, question, "accepted")


def _open_question(work: Work, gate: Gate) -> Question | None:
    """Give the question that is not settled; one that nobody answered before it lapsed is."""
    last = Approvals(work.ledger, work.shipment).last(gate)
    if last is None or not last.is_open:
        return None
    has_lapsed = last.expires_at is not None and last.expires_at <= work.now()
    if last.decision is None and has_lapsed and not has_begun(work, gate):
        settle(work, last, "expired", "nobody answered before the options expired")
        return None
    return last


def _confirmed_placement(work: Work) -> Placement:
    accepted = placement.accepted_placement(work)
    if accepted is None or accepted.option_id != work.shipment.placement_option_id:
        raise ShipmentError(f"{work.shipment.plan_name}: Amazon shows no confirmed placement")
    return accepted
