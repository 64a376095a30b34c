"""What the routes of Fulfillment Inbound share: the plan that a path names, and usual answers."""

from collections.abc import Sequence

from chalkola_spapi.simulator.inbound.operation import Operation as Running
from chalkola_spapi.simulator.inbound.paging import Describable, page
from chalkola_spapi.simulator.inbound.plan import Plan
from chalkola_spapi.simulator.messages import Answer, Request
from chalkola_spapi.simulator.operations import Handler, Operation
from chalkola_spapi.simulator.state import State

ROOT = "/inbound/fba/2024-03-20"
PLAN = f"{ROOT}/inboundPlans/{{inboundPlanId}}"


def plan_of(state: State, request: Request) -> Plan:
    """The plan that a path names."""
    return state.inbound.find(request.account, request.parts["inboundPlanId"])


def accepted(operation: Running, *, status: int = 202) -> Answer:
    """What Amazon says to a write that goes on after its answer."""
    return Answer.json(status, {"operationId": operation.operation_id})


def listed(
    request: Request, entries: Sequence[Describable], member: str, *, largest: int
) -> Answer:
    """A page of things that describe themselves."""
    content = page(
        entries,
        call=request.call,
        member=member,
        largest=largest,
        describe=lambda entry: entry.describe(),
    )
    return Answer.json(200, content)


def reading(name: str, path: str, answer: Handler, *, burst: int = 6) -> Operation:
    """A GET, at 2 a second."""
    return Operation(name, "GET", path, 2, burst, answer)


def posting(name: str, path: str, answer: Handler, *, burst: int = 2) -> Operation:
    """A POST, at 2 a second."""
    return Operation(name, "POST", path, 2, burst, answer)


def putting(name: str, path: str, answer: Handler, *, burst: int = 30) -> Operation:
    """A PUT, at 2 a second."""
    return Operation(name, "PUT", path, 2, burst, answer)
