"""Scripted fates of inbound operations: how one ends, how long it takes, what it offers."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from chalkola_spapi.simulator.inbound.problems import Problem
from chalkola_spapi.simulator.lwa import seller_id
from chalkola_spapi.simulator.rules import Rule


@dataclass(frozen=True, slots=True)
class InboundProgress:
    """How inbound operations go, in seconds at speed 1.

    after_polls=n: they end at the nth getInboundOperationStatus instead, or write refused because
    of them. spread: how much longer
    the slowest takes, as a fraction. lag_s: they act only that much (real time) after their
    success. internal_error_rate: the share that fails with InternalServerError, always the same.
    """

    operation_s: float = 4.0
    spread: float = 0.5
    after_polls: int | None = None
    lag_s: float = 0.0
    internal_error_rate: float = 0.0


class ScriptedProblem(BaseModel):
    """A problem that a script adds to an operation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = "BadRequest"
    message: str = "ERROR: Scripted problem."
    details: str = ""
    severity: Literal["ERROR", "WARNING"] = "ERROR"

    def problem(self) -> Problem:
        return Problem(self.code, self.message, self.details, self.severity)


class InboundScript(Rule):
    """The fate of the operations that it meets when they start, by Amazon's name ("*": any).

    outcome: "usual", FAILED (with `problems`, or an InternalServerError) or IN_PROGRESS for one
    that never ends. `problems` of a usual one that are ERRORs make it fail too. most_problems: no
    more are told, whatever is wrong (models#4021). operation_s (at speed 1) and lag_s: as in
    InboundProgress. void_plan: the plan is voided when it acts.

    What is generated: price_factor times all fees and quotes; no_options; is_blocked: every
    delivery window; packing: the packing options, each a list of groups of MSKUs; modes:
    what the packing options support; splits: into how many shipments each placement option divides
    a packing group.
    """

    operation: str = "*"
    plan_name: str | None = None
    outcome: Literal["usual", "FAILED", "IN_PROGRESS"] = "usual"
    problems: tuple[ScriptedProblem, ...] = ()
    operation_s: float | None = Field(default=None, ge=0)
    lag_s: float | None = Field(default=None, ge=0)
    most_problems: int | None = Field(default=None, ge=1)
    void_plan: bool = False
    price_factor: float = Field(default=1.0, gt=0)
    no_options: bool = False
    is_blocked: bool = False
    packing: tuple[tuple[tuple[str, ...], ...], ...] | None = None
    modes: tuple[Literal["GROUND_SMALL_PARCEL", "FREIGHT_LTL"], ...] = (
        "GROUND_SMALL_PARCEL",
        "FREIGHT_LTL",
    )
    splits: tuple[int, ...] = (1, 2, 4)

    def meets(self, account: str, *, operation: str, marketplace: str, plan_name: str) -> bool:
        return (
            (self.account is None or account in {self.account, seller_id(self.account)})
            and self.operation in {"*", operation}
            and self.marketplace in {None, marketplace}
            and self.plan_name in {None, plan_name}
        )


USUAL = InboundScript()
