"""The questions that were put to a person, and the answers: stored before they are acted on.

Grain of chalkola.fba_shipment_approvals: one row for each question; a gate asks again in a new
round.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal, Self

from tasks.shipments.ledger import Shipment, ShipmentLedger
from tasks.shipments.offers import plain, sha256_of

Gate = Literal["placement", "transportation"]
GATES: tuple[Gate, ...] = ("placement", "transportation")
Decision = Literal["approve", "reject", "cancel"]
Outcome = Literal["accepted", "rejected", "expired", "changed", "refused"]


@dataclass(frozen=True)
class Answer:
    """What a person decided; `option_ids` are one placement, or one option for each shipment."""

    decision: Decision
    option_ids: tuple[str, ...] = ()
    over_limit: bool = False
    reason: str | None = None

    def to_plain(self) -> dict[str, Any]:
        return {
            "option_ids": list(self.option_ids),
            "over_limit": self.over_limit,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Question:
    """A row of the table; `shown` is all that the person saw."""

    gate: Gate
    round: int
    shown: dict[str, Any]
    shown_sha256: str
    shown_at: datetime
    expires_at: datetime | None
    decision: Decision | None
    answer: dict[str, Any] | None
    answered_at: datetime | None
    answered_by: str | None
    outcome: Outcome | None
    outcome_text: str | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        return cls(**{field.name: row[field.name] for field in fields(cls)})

    @property
    def given(self) -> Answer | None:
        """The answer, once there is one."""
        if self.decision is None or self.answer is None:
            return None
        return Answer(
            self.decision,
            tuple(self.answer["option_ids"]),
            over_limit=self.answer["over_limit"],
            reason=self.answer["reason"],
        )

    @property
    def is_open(self) -> bool:
        return self.outcome is None


class Approvals:
    """The questions of one shipment."""

    def __init__(self, ledger: ShipmentLedger, shipment: Shipment) -> None:
        self._ledger = ledger
        self._shipment = shipment

    def all(self) -> list[Question]:
        """Give every question, oldest first."""
        rows = self._ledger.rows("approvals", shipment_id=self._shipment.id)
        return [Question.of(row) for row in rows]

    def last(self, gate: Gate) -> Question | None:
        """Give the newest question of a gate."""
        rows = self._ledger.rows("last_approval", shipment_id=self._shipment.id, gate=gate)
        return Question.of(rows[0]) if rows else None

    def open(self) -> Question | None:
        """Give the question that is not settled yet."""
        found = [one for one in map(self.last, GATES) if one is not None and one.is_open]
        return found[-1] if found else None

    def ask(self, gate: Gate, shown: Mapping[str, Any], *, expires_at: datetime | None) -> Question:
        """Store what is about to be shown; gives the question."""
        self._ledger.write(
            "ask",
            shipment_id=self._shipment.id,
            gate=gate,
            shown=json.dumps(plain(shown)),
            shown_sha256=sha256_of(shown),
            expires_at=expires_at,
        )
        question = self.last(gate)
        if question is None:
            raise AssertionError("the question that was just stored is there")
        return question

    def answer(self, question: Question, answer: Answer, *, by: str) -> bool:
        """Store an answer; False if the question has one already, or is settled."""
        written = self._ledger.write_first(
            "answer",
            shipment_id=self._shipment.id,
            gate=question.gate,
            round=question.round,
            decision=answer.decision,
            answer=json.dumps(answer.to_plain()),
            answered_by=by,
        )
        return written is not None

    def reload(self, question: Question) -> Question:
        """Read a question again."""
        rows = self._ledger.rows("approvals", shipment_id=self._shipment.id)
        found = [
            row for row in rows if (row["gate"], row["round"]) == (question.gate, question.round)
        ]
        return Question.of(found[0])

    def conclude(self, question: Question, outcome: Outcome, text: str | None = None) -> None:
        """Settle a question: what became of its answer."""
        self._ledger.write(
            "conclude",
            shipment_id=self._shipment.id,
            gate=question.gate,
            round=question.round,
            outcome=outcome,
            outcome_text=text,
        )
