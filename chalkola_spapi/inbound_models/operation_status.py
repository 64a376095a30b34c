"""Operations that Amazon works on after its answer, and what it says of them.

https://developer-docs.amazon.com/sp-api/reference/getinboundoperationstatus
"""

from typing import Final

from chalkola_spapi.fields import Many
from chalkola_spapi.responses import Model

SUCCESS: Final = "SUCCESS"
FAILED: Final = "FAILED"
IN_PROGRESS: Final = "IN_PROGRESS"
WARNING: Final = "WARNING"
ERROR: Final = "ERROR"


class OperationStarted(Model):
    """The answer of every write that Amazon works on afterwards: keep its id before polling."""

    operation_id: str


class OperationProblem(Model):
    """What Amazon says went wrong, or may; `severity` is WARNING or ERROR, or what it adds."""

    code: str
    message: str
    severity: str
    details: str | None = None


class InboundOperationStatus(Model):
    """How far an operation is.

    `operation_status` is SUCCESS, FAILED or IN_PROGRESS, or whatever Amazon adds; `operation` is
    its name, such as createInboundPlan. A success may carry warnings.
    """

    operation: str
    operation_id: str
    operation_status: str
    operation_problems: Many[OperationProblem]

    @property
    def warnings(self) -> tuple[OperationProblem, ...]:
        """The problems that stopped nothing."""
        return tuple(p for p in self.operation_problems if p.severity == WARNING)
