"""From a person's answer to what is confirmed: never anything that was not shown, nor what lapsed.

The placement's yes binds its id, shipments, fees and discounts; the carrier's yes binds carrier,
mode and cost. What has lapsed or changed is offered anew and asked again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from chalkola_spapi.errors import ApiStatusError, OperationFailedError
from tasks.shipments import placement as placements
from tasks.shipments import transport
from tasks.shipments.approvals import Answer, Approvals, Decision, Gate, Outcome, Question
from tasks.shipments.errors import ShipmentInputError
from tasks.shipments.offers import Placement, Quote, Window
from tasks.shipments.question_text import local
from tasks.shipments.questions import charges, exceeds_limit, shown_quotes, shown_windows
from tasks.shipments.quotes import Choice, selection
from tasks.shipments.windows import still_open
from tasks.shipments.work import Work

logger = logging.getLogger(__name__)


class VoidedError(Exception):
    """A person decided against the shipment: its plan has to be voided."""

    def __init__(self, decision: Decision, reason: str | None) -> None:
        super().__init__(reason or decision)
        self.decision, self.reason = decision, reason


class StaleError(Exception):
    """What was approved cannot be confirmed; `outcome` says why, `text` in words."""

    def __init__(self, outcome: Outcome, text: str, *, windows_for: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.outcome, self.text = outcome, text
        self.windows_for = tuple(windows_for)


def answer_of(question: Question) -> Answer:
    """Give what was decided.

    Raises:
        VoidedError: against it.
    """
    answer = question.given
    if answer is None:
        raise AssertionError("a question is acted on only once it is answered")
    if answer.decision != "approve":
        raise VoidedError(answer.decision, answer.reason)
    return answer


def settle(work: Work, question: Question, outcome: Outcome, text: str | None = None) -> None:
    """Note what became of an answer, and say it where it could not be acted on."""
    Approvals(work.ledger, work.shipment).conclude(question, outcome, text)
    if outcome not in {"accepted", "rejected"}:
        logger.warning("%s: %s: %s", work.shipment.plan_name, outcome, text)


def has_begun(work: Work, gate: Gate) -> bool:
    """Whether the confirmation behind a gate was sent, so that it must be followed, not judged."""
    step = placements.CONFIRM if gate == "placement" else transport.CONFIRM
    rows = work.ledger.rows("operations", shipment_id=work.shipment.id)
    return any(
        row["step"] == step and row["state"] in {"intended", "submitted", "succeeded"}
        for row in rows
    )


@contextmanager
def lapsing(check: Callable[[], None]) -> Iterator[None]:
    """Tell a confirmation that came too late from any other that Amazon refuses.

    Raises:
        StaleError: what was approved lapsed, or changed, while it was being confirmed.
    """
    try:
        yield
    except (ApiStatusError, OperationFailedError) as exc:
        check()
        if "expired" in str(exc).lower():
            raise StaleError("expired", f"Amazon says that it expired: {exc}") from exc
        raise


# -- placement -------------------------------------------------------------------------------------


def chosen_placement(question: Question, answer: Answer) -> Placement:
    """Give the placement that was chosen among those shown.

    Raises:
        StaleError: it was not among them.
    """
    for option in question.shown["options"]:
        if answer.option_ids == (option["id"],):
            if option["problem"]:
                raise StaleError("refused", f"{option['id']}: {option['problem']}")
            return Placement.of_plain(option["placement"])
    raise StaleError("refused", f"{', '.join(answer.option_ids)} was not among the options")


def approved_placement(work: Work, question: Question, answer: Answer) -> Placement:
    """Give the chosen placement if it can be confirmed exactly as it was shown.

    Raises:
        StaleError: it lapsed, changed, or exceeds the spend limit without the override.
    """
    shown = chosen_placement(question, answer)
    if has_begun(work, "placement"):
        return shown
    _within_limit(question, placement_charges(question, shown), answer)
    check_placement(work, shown)
    return shown


def check_placement(work: Work, shown: Placement) -> None:
    """Return if Amazon still offers a placement as it was shown.

    Raises:
        StaleError: it lapsed, or changed.
    """
    found = {one.option_id: one for one in placements.all_placements(work)}
    now_offered = found.get(shown.option_id)
    if now_offered is None or not now_offered.is_open(work.now()):
        raise StaleError("expired", _lapsed("placement", shown.option_id, shown.expires_at, work))
    changed = now_offered.differs_from(shown)
    if changed is not None:
        raise StaleError("changed", f"the placement {shown.option_id} changed: {changed}")


def _lapsed(what: str, option_id: str, at: datetime | None, work: Work) -> str:
    when = f" on {local(at.isoformat(), work.request.marketplace)}" if at else ""
    return f"the {what} option {option_id} expired{when}"


def _within_limit(question: Question, charged: str | None, answer: Answer) -> None:
    if exceeds_limit(question.shown, charged) and not answer.over_limit:
        text = over_limit_text(question, charged)
        raise StaleError("refused", f"{text}; it needs the explicit override (--over-limit)")


def over_limit_text(question: Question, charged: str | None) -> str:
    """Say by how much charges exceed the spend limit, or why that cannot be told."""
    currency = question.shown["currency"]
    limit = f"the spend limit of {question.shown['spend_limit']['amount']} {currency}"
    if charged is None:
        return (
            f"placement and transport are in different currencies, not to be held against {limit}"
        )
    return f"the total of {charged} {currency} is over {limit}"


def placement_charges(question: Question, placement: Placement) -> str | None:
    """Give what Amazon charges at the least for a placement that was shown."""
    shown = {one["id"]: one["charges"] for one in question.shown["options"]}
    charged: str | None = shown[placement.option_id]
    return charged


# -- transportation --------------------------------------------------------------------------------


def chosen_quotes(question: Question, answer: Answer, *, is_freight: bool) -> Choice:
    """Give the quotes that were chosen among those shown.

    Raises:
        StaleError: they do not go together, or were not among them.
    """
    shipment_ids = question.shown["placement"]["shipment_ids"]
    try:
        return selection(
            shown_quotes(question.shown), answer.option_ids, shipment_ids, is_freight=is_freight
        )
    except ShipmentInputError as exc:
        raise StaleError("refused", str(exc).removeprefix("--transportation: ")) from exc


def approved_transportation(
    work: Work, question: Question, answer: Answer
) -> tuple[Choice, dict[str, Window]]:
    """Give what can be confirmed: the chosen quotes, or fresh ones that cost no more.

    Raises:
        StaleError: a carrier, mode, cost or window is no longer as it was shown.
    """
    shown = chosen_quotes(question, answer, is_freight=work.request.is_freight)
    windows = {
        quote.shipment_id: window
        for quote in shown.quotes
        if quote.needs_window
        and (window := shown_windows(question.shown).get(quote.shipment_id)) is not None
    }
    if has_begun(work, "transportation"):
        return transport.sent_choice(work) or shown, windows
    _within_limit(question, transport_charges(question, shown), answer)
    _windows_were_shown(work, shown, windows)
    return _renewed(work, question, shown), windows


def transport_charges(question: Question, choice: Choice) -> str | None:
    """Give what Amazon charges for a choice with the confirmed placement."""
    return charges(Placement.of_plain(question.shown["placement"]), choice)


def _windows_were_shown(work: Work, choice: Choice, windows: dict[str, Window]) -> None:
    for quote in choice.quotes:
        if not quote.needs_window:
            continue
        window = windows.get(quote.shipment_id)
        if window is None:
            raise StaleError(
                "changed",
                f"{quote.carrier} wants a delivery window for shipment {quote.shipment_id}, which "
                "was not shown yet",
                windows_for=choice.option_ids,
            )
        if not still_open(work, window):
            raise StaleError(
                "expired",
                f"the delivery window of shipment {quote.shipment_id} is no longer offered",
                windows_for=choice.option_ids,
            )


def _renewed(work: Work, question: Question, shown: Choice) -> Choice:
    """Give each quote as it holds now; a lapsed one is made anew and must be as good."""
    option_id = question.shown["placement"]["option_id"]
    now_open = {one.option_id: one for one in transport.open_quotes(work, option_id)}
    if not all(quote.option_id in now_open for quote in shown.quotes):
        shipment_ids = question.shown["placement"]["shipment_ids"]
        fresh = transport.quoted(work, option_id, shipment_ids)
        now_open = {one.option_id: one for one in fresh}
    return replace(
        shown, quotes=tuple(_as_good(quote, list(now_open.values())) for quote in shown.quotes)
    )


def _as_good(shown: Quote, found: Sequence[Quote]) -> Quote:
    """Give the quote of the same shipment, carrier and mode that costs no more than was shown.

    Raises:
        StaleError: there is none.
    """
    same = [q for q in found if q.shipment_id == shown.shipment_id and q.way == shown.way]
    exact = [q for q in same if q.option_id == shown.option_id]
    for quote in exact or sorted(same, key=lambda one: one.cost or Decimal(0)):
        if (quote.needs_window and not shown.needs_window) or quote.currency != shown.currency:
            continue
        if quote.cost == shown.cost:
            return quote
        if quote.cost is not None and shown.cost is not None and quote.cost < shown.cost:
            return quote
    if not same:
        raise StaleError("expired", f"{shown.carrier} is no longer offered for its expired quote")
    raise StaleError(
        "changed",
        f"{shown.carrier} for shipment {shown.shipment_id} costs {same[0].cost} "
        f"{same[0].currency or ''} now, {shown.cost} was approved",
    )


def check_transportation(work: Work, question: Question, answer: Answer) -> None:
    """Return if Amazon still offers the chosen quotes as they were shown; makes nothing new.

    Raises:
        StaleError: one expired, or changed.
    """
    shown = chosen_quotes(question, answer, is_freight=work.request.is_freight)
    check_quotes(work, question, shown)


def check_quotes(work: Work, question: Question, choice: Choice) -> None:
    """Return if Amazon still offers quotes as they stand in a choice.

    Raises:
        StaleError: one expired, or changed.
    """
    found = transport.all_quotes(work, question.shown["placement"]["option_id"])
    by_id = {quote.option_id: quote for quote in found}
    for quote in choice.quotes:
        now_offered = by_id.get(quote.option_id)
        if now_offered is None or not now_offered.is_open(work.now()):
            raise StaleError(
                "expired", _lapsed("transportation", quote.option_id, quote.expires_at, work)
            )
        _as_good(quote, [now_offered])
