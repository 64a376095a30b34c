"""Answers that are given by command: checked against what was shown, then stored for the run.

The waiting run looks for them in our table; a run that died finds them when it is taken up again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from chalkola_spapi.errors import SpApiError
from tasks.shipments.approvals import Answer, Approvals, Gate, Outcome, Question
from tasks.shipments.decisions import (
    StaleError,
    check_placement,
    check_transportation,
    chosen_placement,
    chosen_quotes,
    over_limit_text,
    placement_charges,
    transport_charges,
)
from tasks.shipments.errors import ShipmentError, ShipmentInputError
from tasks.shipments.questions import exceeds_limit
from tasks.shipments.work import Work

CHEAPEST = "auto-cheapest"
#: A waiting run takes an answer up in about a second; confirming takes Amazon longer.
WAIT_S = 60.0
LOOK_EVERY_S = 0.25


@dataclass(frozen=True)
class Given:
    """What became of an answer: `stale` says why it will be asked again, in words."""

    question: Question
    stale: StaleError | None = None


def approve(
    work: Work, gate: Gate, choice: str, *, over_limit: bool, reason: str | None = None
) -> Given:
    """Store a yes to an option of the open question.

    What has lapsed or changed is stored too: the run then offers fresh options and asks again.

    Raises:
        ShipmentInputError: the option was not shown, or the quotes do not go together.
        ShipmentError: nothing is asked, it is answered already, or the total needs the override.
    """
    question = unanswered(work, gate)
    ids = question.shown["recommended"] if choice == CHEAPEST else choice
    answer = Answer(
        "approve",
        tuple(one.strip() for one in ids.split(",") if one.strip()),
        over_limit=over_limit,
        reason=reason,
    )
    _refuse_over_limit(question, _charged(work, question, answer), over_limit=over_limit)
    stale = _stale(work, question, answer)
    store(work, question, answer)
    return Given(question, stale)


def unanswered(work: Work, gate: Gate | None = None) -> Question:
    """Give the question that waits for an answer.

    Raises:
        ShipmentError: nothing is asked, or it is answered already.
    """
    shipment = work.shipment
    approvals = Approvals(work.ledger, shipment)
    question = approvals.open() if gate is None else approvals.last(gate)
    if question is None or (question.outcome is not None and question.decision is None):
        raise ShipmentError(
            f"{shipment.plan_name}: no {gate or 'answer'} is being asked for "
            f"(status {shipment.status})"
        )
    if question.decision is not None:
        raise ShipmentError(_answered_already(work, question))
    return question


def store(work: Work, question: Question, answer: Answer) -> None:
    """Store an answer; the first one counts.

    Raises:
        ShipmentError: somebody was faster.
    """
    approvals = Approvals(work.ledger, work.shipment)
    if not approvals.answer(question, answer, by="command"):
        raise ShipmentError(_answered_already(work, approvals.reload(question)))


def outcome_of(work: Work, question: Question, *, is_alive: Callable[[], bool]) -> Outcome | None:
    """Give what the waiting run made of an answer; None: it has not said so in a minute."""
    approvals = Approvals(work.ledger, work.shipment)
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline and is_alive():
        outcome = approvals.reload(question).outcome
        if outcome is not None:
            return outcome
        time.sleep(LOOK_EVERY_S)
    return approvals.reload(question).outcome


def _answered_already(work: Work, question: Question) -> str:
    when = f" at {question.answered_at:%Y-%m-%d %H:%M} UTC" if question.answered_at else ""
    return (
        f"{work.shipment.plan_name}: the {question.gate} was answered already: {question.decision}"
        f"{when} by {question.answered_by or 'a newer question'}"
    )


def _charged(work: Work, question: Question, answer: Answer) -> str | None:
    """Give what Amazon charges for what was chosen, having checked that it was shown.

    Raises:
        ShipmentInputError: it was not.
    """
    try:
        if question.gate == "placement":
            return placement_charges(question, chosen_placement(question, answer))
        choice = chosen_quotes(question, answer, is_freight=work.request.is_freight)
    except StaleError as exc:
        raise ShipmentInputError(
            f"--{question.gate}: {exc.text}; see `chalkola shipment show`"
        ) from exc
    return transport_charges(question, choice)


def _refuse_over_limit(question: Question, charged: str | None, *, over_limit: bool) -> None:
    if exceeds_limit(question.shown, charged) and not over_limit:
        text = over_limit_text(question, charged)
        raise ShipmentError(f"{text}: repeat the command with --over-limit to spend it")


def _stale(work: Work, question: Question, answer: Answer) -> StaleError | None:
    """Say what has lapsed or changed since it was shown; the run looks again before it acts."""
    try:
        if question.gate == "placement":
            check_placement(work, chosen_placement(question, answer))
        else:
            check_transportation(work, question, answer)
    except StaleError as exc:
        return exc
    except SpApiError:
        return None
    return None
