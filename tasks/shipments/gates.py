"""The two gates: a flow run that waits for a person's yes or no, and cannot be walked past.

Prefect lets an empty resume or a forced retry through where every field has a default; here the
decision has none, and what was decided stands in our own table before it is acted on. An answer
that is given by command is noticed there, and resumes the run from within.
https://docs.prefect.io/v3/advanced/interactive
"""

from __future__ import annotations

import contextvars
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal
from uuid import UUID

import httpx
from prefect import get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.responses import SetStateStatus
from prefect.exceptions import FlowPauseTimeout, PrefectHTTPStatusError
from prefect.flow_runs import pause_flow_run
from prefect.input import RunInput
from prefect.runtime import flow_run
from pydantic import Field, ValidationError, create_model
from sqlalchemy.exc import OperationalError

from tasks.database.errors import DatabaseUnreachableError
from tasks.shipments import pacing
from tasks.shipments.approvals import Answer, Approvals, Question
from tasks.shipments.errors import ShipmentError
from tasks.shipments.question_text import labels, markdown
from tasks.shipments.questions import exceeds_limit
from tasks.shipments.work import Work

logger = logging.getLogger(__name__)

TIMEOUT_S = 30 * 24 * 3600
#: A question is asked again under a new key as often as a retry, or nonsense, skips it.
MAX_ASKS = 50
MAX_INPUTS = 200


class Decision(RunInput):
    """What every gate asks for."""

    decision: Literal["approve", "reject"] = Field(
        title="Decision",
        description="Required. Nothing is confirmed at Amazon until you approve; "
        "reject cancels the plan.",
    )


def answered(work: Work, question: Question) -> Question:
    """Give the question with its answer, having waited for it.

    Raises:
        ShipmentError: nobody answered in 30 days; the shipment can be resumed.
    """
    approvals = Approvals(work.ledger, work.shipment)
    form = form_of(question)
    _show(question)
    for tries in range(MAX_ASKS):
        question = approvals.reload(question)
        if question.decision is not None:
            return question
        used, given = _earlier(question, form)
        key = f"{question.gate}-{question.round}-{used + tries}"
        given = given or _paused(approvals, question, form, key=key)
        if given is not None:
            approvals.answer(question, _answer(question, given), by="prefect")
    raise ShipmentError(f"{work.shipment.plan_name}: no valid answer after {MAX_ASKS} questions")


def form_of(question: Question) -> type[RunInput]:
    """Give the form of a question: its real options, the recommended one preselected."""
    choices = tuple(labels(question))
    fields: dict[str, Any] = {
        "option": (
            Literal[choices],
            Field(choices[0], title="Option", description="The first one is recommended."),
        ),
    }
    if question.gate == "transportation":
        fields["option_ids"] = (
            str,
            Field(
                "",
                title="Other combination",
                description="Option ids, one a shipment, comma separated; empty: the option above.",
            ),
        )
    fields |= _limit_field(question)
    fields["reason"] = (str, Field("", title="Reason", description="Kept with the shipment."))
    name = f"{question.gate.title()}Approval"
    form: type[RunInput] = create_model(name, __base__=Decision, **fields)
    return form.with_initial_data(description=markdown(question))


def _limit_field(question: Question) -> dict[str, Any]:
    over = [exceeds_limit(question.shown, o["charges"]) for o in question.shown["options"]]
    if not any(over):
        return {}
    said = f"{question.shown['spend_limit']['amount']} {question.shown['currency']}"
    # Where the recommended option keeps the limit, only another one needs the override.
    default = ... if over[0] else "no"
    title, text = "Spend more than the limit", f"The spend limit is {said}. Required to exceed it."
    return {"over_limit": (Literal["no", "yes"], Field(default, title=title, description=text))}


def _earlier(question: Question, form: type[RunInput]) -> tuple[int, dict[str, Any] | None]:
    """Give the first free number, and what a person answered to an earlier pause of this flow run.

    A process that dies right after its approval has not stored it; Prefect has. No key may be used
    twice: Prefect takes no second form under it, and after a forced retry it would not even pause.
    """
    stem = f"paused-{question.gate}-{question.round}-"
    if flow_run.id is None:
        return 0, None
    with get_client(sync_client=True) as client:
        found = client.filter_flow_run_input(
            UUID(flow_run.id), key_prefix=stem, limit=MAX_INPUTS, exclude_keys=set()
        )
    used = max((int(one.key.removeprefix(stem).split("-")[0]) + 1 for one in found), default=0)
    for one in found:
        if one.key.endswith("-response"):
            with suppress(ValidationError):
                answer: dict[str, Any] = form(**one.decoded_value).model_dump(mode="json")
                return used, answer
    return used, None


def _paused(
    approvals: Approvals, question: Question, form: type[RunInput], *, key: str
) -> dict[str, Any] | None:
    """Wait once; None: the run went on without an answer (a forced retry, an empty resume)."""
    with _answers_by_command(approvals, question):
        try:
            given = pause_flow_run(
                wait_for_input=form,
                timeout=TIMEOUT_S,
                poll_interval=pacing.ANSWER_POLL_S,
                key=key,
            )
        except ValidationError as exc:
            get_run_logger().warning(
                "Went on without a valid answer, so it is asked again: %s", exc.errors()[0]["msg"]
            )
            return None
        except FlowPauseTimeout as exc:
            raise ShipmentError(
                f"nobody answered the {question.gate} question in {TIMEOUT_S // 86400} days; "
                "resume the shipment to be asked again"
            ) from exc
    return given.model_dump(mode="json")


def _answer(question: Question, given: dict[str, Any]) -> Answer:
    """Give what a filled-in form says."""
    ids = given.get("option_ids") or labels(question)[given["option"]]
    return Answer(
        given["decision"],
        tuple(one.strip() for one in ids.split(",") if one.strip()),
        over_limit=given.get("over_limit") == "yes",
        reason=given.get("reason") or None,
    )


def _show(question: Question) -> None:
    create_markdown_artifact(
        key=f"shipment-{question.gate}",
        markdown=markdown(question),
        description="What is asked, with every option.",
    )


# -- answers that come by command ------------------------------------------------------------------


@contextmanager
def _answers_by_command(approvals: Approvals, question: Question) -> Iterator[None]:
    """Look for an answer in our table while the run is paused, and resume the run with it."""
    run_id = flow_run.id
    if run_id is None:
        yield
        return
    ended = threading.Event()
    context = contextvars.copy_context()
    watcher = threading.Thread(
        target=context.run, args=(_watch, approvals, question, UUID(run_id), ended), daemon=True
    )
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _watch(approvals: Approvals, question: Question, run_id: UUID, ended: threading.Event) -> None:
    while not ended.wait(pacing.ANSWER_POLL_S):
        stored = _quietly(lambda: approvals.reload(question))
        if stored is None or stored.decision is None:
            continue
        # Refused until Prefect has stored the form, a moment after the pause.
        if _resume(run_id, _as_input(stored)):
            return


def _quietly(read: Callable[[], Question]) -> Question | None:
    try:
        return read()
    except (DatabaseUnreachableError, OperationalError) as exc:
        logger.warning("the answers cannot be read now: %s", exc)
        return None


def _resume(run_id: UUID, run_input: dict[str, Any]) -> bool:
    try:
        with get_client(sync_client=True) as client:
            result = client.resume_flow_run(run_id, run_input=run_input)
    except (httpx.HTTPError, PrefectHTTPStatusError) as exc:
        logger.info("the run could not be resumed yet: %s", exc)
        return False
    return result.status == SetStateStatus.ACCEPT


def _as_input(stored: Question) -> dict[str, Any]:
    """Give a stored answer as the form takes it."""
    answer = stored.given
    if answer is None:
        raise AssertionError("only an answered question is handed on")
    by_id = {option_id: label for label, option_id in labels(stored).items()}
    chosen = ",".join(answer.option_ids)
    values: dict[str, Any] = {
        "decision": "approve" if answer.decision == "approve" else "reject",
        "option": by_id.get(chosen, next(iter(labels(stored)))),
        "reason": answer.reason or "",
    }
    if stored.gate == "transportation" and answer.decision == "approve":
        values["option_ids"] = chosen
    if _limit_field(stored):
        values["over_limit"] = "yes" if answer.over_limit else "no"
    return values
