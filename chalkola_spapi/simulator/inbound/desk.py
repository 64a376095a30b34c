"""Where writes are taken in: in order or refused, one generation at a time, each with its script.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-inbound-api-v2024-03-20-use-case-guide
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.clock import Clock
from chalkola_spapi.simulator.inbound.operation import Operation
from chalkola_spapi.simulator.inbound.plan import Plan, Write
from chalkola_spapi.simulator.inbound.problems import (
    INTERNAL_ERROR,
    ONE_AT_A_TIME,
    Problem,
    bad_request,
    error,
    unprocessable,
)
from chalkola_spapi.simulator.inbound.scripts import USUAL, InboundProgress, InboundScript
from chalkola_spapi.simulator.rules import Rulebook

Effect = Callable[[InboundScript, datetime], None]
CREATE = "createInboundPlan"
CANCEL = "cancelInboundPlan"


class Desk:
    """The operations of every account, and the scripts of how they go."""

    def __init__(self, *, clock: Clock, speed: float, seed: int, progress: InboundProgress) -> None:
        self.clock = clock
        self.speed = speed
        self.seed = seed
        self.progress = progress
        self.scripts: Rulebook[InboundScript] = Rulebook()
        self._operations: dict[str, Operation] = {}
        self._open: list[Operation] = []

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def settle(self) -> None:
        """Let everything happen that was due by now, in the order in which it ends."""
        now = self.now
        for operation in sorted(self._open, key=lambda one: one.ends_at or now):
            operation.settle(now)
        self._open = [operation for operation in self._open if not operation.is_settled]

    def look(self, account: str, operation_id: str) -> Operation:
        """An operation as it stands now; counts as a poll.

        Raises:
            RefusedError: 400, the account has no such operation.
        """
        operation = self._operations.get(operation_id)
        if operation is None or operation.account != account:
            raise bad_request("The requested operationId does not exist.")
        operation.polls += 1
        self.settle()
        return operation

    def admit(self, plan: Plan, name: str, *, subject: str) -> list[Problem]:
        """Let a write pass; the problem it will end with, if it clashes with a generation.

        Raises:
            RefusedError: 400, the plan is cancelled, not created yet, or just being written.
        """
        if plan.status in {"VOIDED", "ERRORED"}:
            raise unprocessable(name, "on a cancelled inbound plan")
        clashing = [write for write in plan.pending() if _clash(write, subject, plan=plan)]
        others = [write.name for write in clashing]
        if CREATE in others or not plan.is_created:
            raise unprocessable(name, f"while {CREATE} is in progress")
        if name == CANCEL or not others:
            return []
        if all(one.startswith("generate") for one in (name, *others)):
            return [ONE_AT_A_TIME]
        for write in clashing:
            # Where polls move operations, one whose id was lost must end too.
            if write.operation is not None:
                write.operation.polls += 1
        raise unprocessable(name, f"while {others[0]} is in progress")

    def begin(
        self,
        plan: Plan,
        name: str,
        *,
        subject: str,
        effect: Effect,
        problems: Sequence[Problem] = (),
    ) -> Operation:
        """Start an operation on a plan: it fails with the ERRORs among `problems`, or acts."""
        script = self._script(plan, name)

        def act(at: datetime) -> None:
            if plan.status == "VOIDED":
                return
            effect(script, at)
            plan.updated_at = at
            if script.void_plan:
                self.void(plan, at=at)

        found = [*problems, *self._scripted(plan, name, script)][: script.most_problems]
        operation = self._operation(plan.account, name, script, effect=act, problems=found)
        plan.writes.append(Write(name, subject, self.now, operation))
        plan.updated_at = self.now
        return operation

    def begin_alone(
        self, account: str, name: str, *, marketplace: str, effect: Effect
    ) -> Operation:
        """Start an operation that belongs to no plan."""
        script = self._take(account, name, marketplace=marketplace, plan_name="")
        found = [problem.problem() for problem in script.problems]
        if script.outcome == "FAILED" and not found:
            found = [INTERNAL_ERROR]
        return self._operation(
            account, name, script, effect=lambda at: effect(script, at), problems=found
        )

    def note(self, plan: Plan, name: str, *, subject: str) -> None:
        """Write down a write that acts at once."""
        plan.writes.append(Write(name, subject, self.now))
        plan.updated_at = self.now

    def void(self, plan: Plan, *, at: datetime) -> None:
        """End a plan, with its shipments and what is still in progress on it."""
        plan.status = "VOIDED"
        plan.updated_at = at
        for shipment in plan.shipments.values():
            shipment.journey.ended = "CANCELLED" if shipment.confirmation_id else "ABANDONED"
        for write in plan.pending():
            if write.operation is not None and write.name != CANCEL:
                write.operation.problems.append(error("The inbound plan is cancelled."))

    def clear(self) -> None:
        self.scripts.clear()
        self._operations.clear()
        self._open.clear()

    def _operation(
        self,
        account: str,
        name: str,
        script: InboundScript,
        *,
        effect: Callable[[datetime], None],
        problems: list[Problem],
    ) -> Operation:
        never = script.outcome == "IN_PROGRESS"
        polls = None if never else self.progress.after_polls
        lag_s = self.progress.lag_s if script.lag_s is None else script.lag_s
        operation = Operation(
            operation_id=str(uuid.uuid4()),
            account=account,
            name=name,
            ends_at=None if never or polls is not None else self.now + self._duration(script),
            effect=effect,
            lag=timedelta(seconds=lag_s),
            problems=problems,
            after_polls=polls,
        )
        self._operations[operation.operation_id] = operation
        self._open.append(operation)
        return operation

    def _duration(self, script: InboundScript) -> timedelta:
        progress = self.progress
        luck = noise.uniform(noise.key(self.seed, "duration"), len(self._operations))
        usual = progress.operation_s * (1 + luck * progress.spread)
        seconds = usual if script.operation_s is None else script.operation_s
        return timedelta(seconds=seconds / self.speed)

    def _script(self, plan: Plan, name: str) -> InboundScript:
        return self._take(plan.account, name, marketplace=plan.marketplace.id, plan_name=plan.name)

    def _take(self, account: str, name: str, *, marketplace: str, plan_name: str) -> InboundScript:
        taken = self.scripts.take(
            lambda script: script.meets(
                account, operation=name, marketplace=marketplace, plan_name=plan_name
            )
        )
        return taken or USUAL

    def _scripted(self, plan: Plan, name: str, script: InboundScript) -> list[Problem]:
        found = [problem.problem() for problem in script.problems]
        chance = noise.uniform(noise.key(self.seed, plan.name, name), len(plan.writes))
        is_unlucky = chance < self.progress.internal_error_rate
        if not found and (script.outcome == "FAILED" or is_unlucky):
            return [INTERNAL_ERROR]
        return found


def _clash(write: Write, subject: str, *, plan: Plan) -> bool:
    """Whether two writes touch the same: the same shipment, or one of them the whole plan."""
    both_in_shipments = write.subject in plan.shipments and subject in plan.shipments
    return write.subject == subject or not both_in_shipments
