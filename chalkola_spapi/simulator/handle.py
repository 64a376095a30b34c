"""One call in, one answer out: faults, the door, the quota, the operation. No HTTP library here.

Amazon checks the token before the quota and the quota before the request; a refused token costs
no quota, a bad request does.
"""

import uuid
from collections.abc import Callable, Mapping

from chalkola_spapi.simulator.control_routes import PREFIX, control
from chalkola_spapi.simulator.documents import FOLDER, StorageRefusedError
from chalkola_spapi.simulator.faults import Fault
from chalkola_spapi.simulator.lwa import LwaRefusedError
from chalkola_spapi.simulator.messages import (
    Answer,
    Call,
    RefusedError,
    Request,
    invalid_input,
    not_found,
)
from chalkola_spapi.simulator.operations import Operation
from chalkola_spapi.simulator.routing import route
from chalkola_spapi.simulator.state import State
from chalkola_spapi.simulator.subjects import (
    Subject,
    download_subject,
    operation_subject,
    token_subject,
)

LWA_PATH = "/auth/o2/token"
_LONGEST_USER_AGENT = 500
# The statuses on which Amazon's models show x-amzn-RateLimit-Limit.
_TELLS_RATE = {200, 201, 202, 204, 400, 404}


def handle(state: State, call: Call) -> Answer:
    """The answer to a call. Nothing is raised: a refusal is an answer too."""
    with state.lock:
        if call.path.startswith(PREFIX):
            return control(state, call)
        if (call.method, call.path) == ("POST", LWA_PATH):
            return _exchange(state, call)
        if call.method == "GET" and call.path.startswith(FOLDER):
            return _download(state, call)
        return _operate(state, call)


def _exchange(state: State, call: Call) -> Answer:
    def act() -> Answer:
        try:
            return Answer.json(200, state.lwa.exchange(call))
        except LwaRefusedError as refused:
            return refused.answer()

    return _stamped(_with_faults(state, act, operation="lwa", subject=token_subject(call)))


def _download(state: State, call: Call) -> Answer:
    def act() -> Answer:
        try:
            return state.documents.download(call)
        except StorageRefusedError as refused:
            return refused.answer()

    return _with_faults(state, act, operation="document", subject=download_subject(state, call))


def _operate(state: State, call: Call) -> Answer:
    found = route(call)
    if found is None:
        return _stamped(not_found("The requested resource was not found.").answer())
    operation, parts = found
    answer = _with_faults(
        state,
        lambda: _admit(state, call, operation, parts),
        operation=operation.name,
        subject=operation_subject(state, call, parts),
    )
    return _stamped(answer)


def _with_faults(
    state: State, act: Callable[[], Answer], *, operation: str, subject: Subject
) -> Answer:
    """Act, unless a fault prevents it; then let the fault have the answer."""
    fault = state.faults.take(
        lambda one: (
            one.operation in {"*", operation}
            and subject.meets(account=one.account, marketplace=one.marketplace)
        )
    )
    if fault is None:
        answer = act()
    else:
        _strike(state, fault, account=subject.account)
        answer = fault.answer(None if fault.prevents else act())
    status = 0 if answer.connection == "close_unanswered" else answer.status
    state.calls.record(operation, status, account=subject.account)
    return answer


def _strike(state: State, fault: Fault, *, account: str | None) -> None:
    """The part of a fault that does not wait for the answer."""
    match fault.action:
        case "expire_tokens":
            state.lwa.expire_tokens()
        case "expire_document_urls":
            state.documents.expire_urls()
        case "revoke_refresh_token":
            state.lwa.revoke_account(account)
        case _:
            pass


def _admit(state: State, call: Call, operation: Operation, parts: Mapping[str, str]) -> Answer:
    """The door, then the quota, then the operation."""
    try:
        account = state.lwa.account_of(call.headers.get("x-amz-access-token"))
        if len(call.headers.get("user-agent", "")) > _LONGEST_USER_AGENT:
            raise invalid_input("The user-agent header must not be longer than 500 characters")
    except RefusedError as refused:
        return refused.answer()
    plan = state.throttle.plan(account, operation.name, model=operation.plan)
    if not state.throttle.take(account, operation.name, plan=plan):
        message = "You exceeded your quota for the requested resource."
        return RefusedError(429, "QuotaExceeded", message).answer()
    try:
        answer = operation.answer(state, Request(call, account, parts))
    except RefusedError as refused:
        answer = refused.answer()
    if plan.announced and answer.status in _TELLS_RATE:
        return answer.with_headers(x_amzn_RateLimit_Limit=plan.header())
    return answer


def _stamped(answer: Answer) -> Answer:
    return answer.with_headers(x_amzn_RequestId=str(uuid.uuid4()))
