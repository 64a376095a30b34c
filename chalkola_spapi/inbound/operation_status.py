"""What becomes of the operations that Amazon works on after its answer.

https://developer-docs.amazon.com/sp-api/reference/getinboundoperationstatus
"""

import logging
import time
from collections.abc import Callable, Iterator

from chalkola_spapi.errors import (
    AmazonProblem,
    OperationFailedError,
    OperationPendingError,
    TransientError,
)
from chalkola_spapi.inbound import operations
from chalkola_spapi.inbound.calling import InboundCalls
from chalkola_spapi.inbound_models import FAILED, SUCCESS, InboundOperationStatus

DEADLINE_S = 15 * 60
FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 30.0
_GROWTH = 1.5

logger = logging.getLogger(__name__)


class OperationStatusCalls(InboundCalls):
    """The calls for operations."""

    def get_inbound_operation_status(self, operation_id: str) -> InboundOperationStatus:
        """Give an operation as it stands. Quota: 2 requests/s, burst 6."""
        return self._api.call(
            operations.GET_INBOUND_OPERATION_STATUS,
            path={"operationId": operation_id},
            answer=InboundOperationStatus,
        )

    def await_operation(
        self,
        operation_id: str,
        *,
        poll_every_s: float | None = None,
        deadline_s: float = DEADLINE_S,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> InboundOperationStatus:
        """Give an operation once it is a SUCCESS; its warnings are worth showing.

        Looks at once, then every `poll_every_s`, or after 2 s and ever longer, up to 30 s. States
        that Amazon adds are waited out; so is an API that does not answer.

        Raises:
            OperationFailedError: Amazon could not do it; all its problems are in the text.
            OperationPendingError: not finished after `deadline_s`; wait on for the same id.
        """
        said = "was not asked"
        for _ in _looks(poll_every_s, deadline_s=deadline_s, sleep=sleep, clock=clock):
            try:
                status = self.get_inbound_operation_status(operation_id)
            except TransientError as exc:
                logger.warning("%s; operation %s is asked for again", exc, operation_id)
                said = str(exc)
                continue
            if status.operation_status == SUCCESS:
                return status
            if status.operation_status == FAILED:
                raise self._failure(status)
            said = f"{status.operation} is {status.operation_status}"
        account = self._api.account.name
        raise OperationPendingError.of(
            operation_id,
            f"operation {operation_id} (account {account}) has not ended in {deadline_s:g} s: "
            f"{said}",
            account=account,
        )

    def _failure(self, status: InboundOperationStatus) -> OperationFailedError:
        return OperationFailedError.because(
            tuple(
                AmazonProblem(
                    problem.severity, problem.code, problem.message, problem.details or ""
                )
                for problem in status.operation_problems
            ),
            operation=status.operation,
            operation_id=status.operation_id,
            account=self._api.account.name,
        )


def _looks(
    poll_every_s: float | None,
    *,
    deadline_s: float,
    sleep: Callable[[float], None],
    clock: Callable[[], float],
) -> Iterator[None]:
    """Let a look pass at once, then one after each wait; the last one is at the deadline."""
    started, wait_s = clock(), FIRST_WAIT_S
    while True:
        yield
        left_s = deadline_s - (clock() - started)
        if left_s <= 0:
            return
        sleep(min(wait_s if poll_every_s is None else poll_every_s, left_s))
        wait_s = min(LONGEST_WAIT_S, wait_s * _GROWTH)
