"""Writing at Amazon once: intent before the call, operation id before polling, result after.

A write whose answer was lost, or whose process died, is looked for at Amazon before it is repeated.
https://developer-docs.amazon.com/sp-api/reference/getinboundoperationstatus
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy.exc import IntegrityError

from chalkola_spapi.errors import (
    ApiStatusError,
    OperationFailedError,
    SpApiError,
    UnknownOutcomeError,
)
from chalkola_spapi.inbound import FulfillmentInboundApi
from tasks.connections import Connections
from tasks.shipments import pacing
from tasks.shipments.errors import ShipmentBusyError, ShipmentError
from tasks.shipments.ledger import Shipment, ShipmentLedger
from tasks.shipments.problems import is_in_progress, is_passing, plain_problems

logger = logging.getLogger(__name__)

#: How often a write is sent whose outcome was lost, or that failed by an accident of Amazon's.
MAX_POSTS = 4

Intent = Callable[[], None]
Result = Mapping[str, Any]


@dataclass(frozen=True)
class Started:
    """What Amazon answered: the operation to wait for (None: it is done), and what else it said."""

    operation_id: str | None
    result: Result | None = None


@dataclass(frozen=True)
class Write:
    """One write at Amazon.

    `find` looks at Amazon and gives the result if it shows that the write was done, after the time
    that it is given. `is_once`: never done twice for its subject. `reads_back`: Amazon may show it
    late, so it is looked for longer before it counts as not done. `sent` is kept with the
    intent, for a run that takes the write up and must not send something else.
    """

    step: str
    subject: str
    send: Callable[[Intent], Started]
    find: Callable[[datetime], Result | None]
    is_once: bool = True
    reads_back: bool = True
    sent: Result | None = None


@dataclass(frozen=True)
class _Row:
    id: int
    attempt: int
    state: str
    intended_at: datetime
    operation_id: str | None
    result: dict[str, Any] | None


class Operations:
    """The writes of one shipment; whoever uses it holds the shipment's lock."""

    def __init__(
        self, conns: Connections, shipment: Shipment, inbound: FulfillmentInboundApi
    ) -> None:
        self._conns = conns
        self._ledger = ShipmentLedger(conns.engine)
        self._shipment = shipment
        self._inbound = inbound

    def last(self, step: str, subject: str = "") -> _Row | None:
        """Give the newest attempt of a step."""
        found = self._ledger.rows(
            "last_operation", shipment_id=self._shipment.id, step=step, subject=subject
        )
        names = ("id", "attempt", "state", "intended_at", "operation_id", "result")
        return _Row(**{name: found[0][name] for name in names}) if found else None

    def has_done(self, step: str, subject: str = "") -> bool:
        last = self.last(step, subject)
        return last is not None and last.state == "succeeded"

    def do(self, write: Write) -> Result:
        """Give the write's result, having done it unless that has been done already.

        Raises:
            OperationFailedError: Amazon began it and could not do it; all its problems.
            SpApiError: Amazon refused it, or did not answer; the next run goes on from here.
        """
        last = self.last(write.step, write.subject)
        done = self._take_up(write, last) if last is not None else None
        return done if done is not None else self._post(write)

    def _take_up(self, write: Write, last: _Row) -> Result | None:
        """Give the result of what an earlier run began; None: it has to be sent."""
        if last.state == "succeeded" and write.is_once:
            return last.result or {}
        if last.state == "submitted":
            return self._await(write, last)
        if last.state == "intended":
            return self._reconcile(write, last)
        return None

    # -- sending ----------------------------------------------------------------------------------

    def _post(self, write: Write) -> Result:
        tries, deadline = 0, time.monotonic() + pacing.IN_PROGRESS_S
        problem: SpApiError | None = None
        while True:
            try:
                done = self._sent(write)
            except UnknownOutcomeError as exc:
                problem = exc
                tries += 1
                done = self._reconcile(write, self._row(write))
            except (ApiStatusError, OperationFailedError) as exc:
                problem, is_busy = exc, is_in_progress(exc)
                if time.monotonic() > deadline or not (is_busy or is_passing(exc)):
                    raise
                tries += not is_busy
                done = self._wait_out(write, exc)
            if done is not None:
                return done
            if tries >= MAX_POSTS:
                raise ShipmentError(f"{write.step} was tried {tries} times: {problem}") from problem

    def _wait_out(self, write: Write, exc: SpApiError) -> Result | None:
        """Let Amazon finish what it is busy with; that may have been ours."""
        logger.warning("%s follows again: %s", write.step, exc)
        time.sleep(pacing.poll_s(self._conns) or pacing.LOOK_AGAIN_S)
        return None if write.is_once else write.find(self._row(write).intended_at)

    def _sent(self, write: Write) -> Result | None:
        intent = _Intent(self._conns, self._shipment, write)
        try:
            started = write.send(intent)
        except UnknownOutcomeError:
            raise
        except SpApiError as exc:
            done = self._refused(write, intent, exc)
            if done is None:
                raise
            return done
        self._ledger.write(
            "submitted",
            id=intent.row_id,
            operation_id=started.operation_id,
            result=_json(started.result),
        )
        return self._await(write, self._row(write))

    def _refused(self, write: Write, intent: _Intent, exc: SpApiError) -> Result | None:
        """Note that Amazon did not act; a refusal of what it shows as done is no refusal."""
        if intent.row_id is None:
            return None
        if write.is_once and isinstance(exc, ApiStatusError) and not is_in_progress(exc):
            found = write.find(intent.first_intended_at)
            if found is not None:
                self._finish(intent.row_id, "succeeded", result=found, is_adopted=True)
                return found
        self._finish(intent.row_id, "refused", problems=[{"message": str(exc)}])
        return None

    def _row(self, write: Write) -> _Row:
        row = self.last(write.step, write.subject)
        if row is None:
            raise ShipmentError(f"{write.step}: its row is gone from fba_shipment_operations")
        return row

    # -- waiting ----------------------------------------------------------------------------------

    def _await(self, write: Write, row: _Row) -> Result:
        result: Result = row.result or {}
        problems: list[dict[str, str]] = []
        if row.operation_id is not None:
            try:
                status = self._inbound.await_operation(
                    row.operation_id,
                    poll_every_s=pacing.poll_s(self._conns),
                    deadline_s=pacing.OPERATION_S,
                )
            except OperationFailedError as exc:
                self._finish(row.id, "failed", problems=plain_problems(exc.problems))
                raise
            problems = plain_problems(status.operation_problems)
        for problem in problems:
            logger.warning("%s: %s %s", write.step, problem["code"], problem["message"])
        self._finish(row.id, "succeeded", result=result, problems=problems or None)
        if write.is_once and write.reads_back:
            self._read_back(write, row)
        return result

    def _read_back(self, write: Write, row: _Row) -> None:
        """Wait until Amazon shows what it confirmed; late is no failure, for the answer counts."""
        for _ in self._looks(write):
            if _found(write, row) is not None:
                return
        logger.warning("%s succeeded, but Amazon does not show it yet", write.step)

    # -- a lost answer ----------------------------------------------------------------------------

    def _reconcile(self, write: Write, row: _Row) -> Result | None:
        """Find out whether a write was done whose answer was lost; None: Amazon shows it not."""
        if row.state != "intended":
            return None
        logger.warning("%s: the answer was lost; looking whether Amazon did it", write.step)
        for _ in self._looks(write):
            found = _found(write, row)
            if found is not None:
                self._finish(row.id, "succeeded", result=found, is_adopted=True)
                logger.warning("%s: Amazon did it", write.step)
                return found
        self._finish(row.id, "absent")
        logger.warning("%s: Amazon did not do it", write.step)
        return None

    def _looks(self, write: Write) -> Iterator[int]:
        if write.reads_back:
            return pacing.looks(self._conns, for_s=pacing.READ_BACK_S)
        return pacing.believed_looks(self._conns)

    def _finish(
        self,
        row_id: int,
        state: str,
        *,
        result: Result | None = None,
        problems: list[dict[str, str]] | None = None,
        is_adopted: bool = False,
    ) -> None:
        self._ledger.write(
            "finished",
            id=row_id,
            state=state,
            is_adopted=is_adopted,
            result=_json(result),
            problems=_json(problems),
        )


class _Intent:
    """Written right before each send; the lock is asked for first, for a lost one is another's."""

    def __init__(self, conns: Connections, shipment: Shipment, write: Write) -> None:
        self._conns, self._ledger = conns, ShipmentLedger(conns.engine)
        self._shipment, self._of = shipment, write
        self.row_id: int | None = None
        self.first_intended_at = conns.now()

    def __call__(self) -> None:
        self._conns.locks.check(self._shipment.lock_name)
        if self.row_id is not None:
            self._ledger.write("intend_again", id=self.row_id)
            return
        try:
            self.row_id = self._ledger.write_first(
                "intend",
                shipment_id=self._shipment.id,
                step=self._of.step,
                subject=self._of.subject,
                is_once=self._of.is_once,
                result=_json(self._of.sent),
            )
        except IntegrityError as exc:
            raise ShipmentBusyError(
                f"{self._shipment.plan_name}: {self._of.step} is under way already"
            ) from exc


def _found(write: Write, row: _Row) -> Result | None:
    """Look once; what Amazon does not know yet is not done yet."""
    try:
        return write.find(row.intended_at)
    except ApiStatusError as exc:
        if exc.status == HTTPStatus.NOT_FOUND:
            return None
        raise


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)
