"""The simulator's own endpoint, /_control: what happened, and what shall go wrong.

GET  /_control/state                 what happened so far
POST /_control/faults                a Fault; what goes wrong on the wire
POST /_control/scripts               a ReportScript; how reports end
POST /_control/stock                 {do: change|remove|add|hold, sku, marketplace?, quantities?}
POST /_control/awd                   {do: change|remove, sku, quantities?}
POST /_control/slip                  {hours, marketplace?, period?}: publish later
POST /_control/rate                  {operation, rate_per_s, burst, announced?, account?}
POST /_control/participations        {account, marketplace_ids}: an account's marketplaces
POST /_control/advance               {seconds}: move a clock that stands still
POST /_control/revoke                {refresh_token}
POST /_control/expire_tokens         access tokens issued so far
POST /_control/expire_document_urls  addresses given out so far
POST /_control/reset                 forget all but the issued tokens
POST /_control/inbound_...           see inbound_control
"""

from collections.abc import Callable
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chalkola_spapi.simulator.clock import ManualClock
from chalkola_spapi.simulator.faults import Fault
from chalkola_spapi.simulator.inbound_control import ORDERS as INBOUND_ORDERS
from chalkola_spapi.simulator.lwa import seller_id
from chalkola_spapi.simulator.messages import Answer, Call, RefusedError
from chalkola_spapi.simulator.publication import Period
from chalkola_spapi.simulator.report_scripts import ReportScript
from chalkola_spapi.simulator.state import State
from chalkola_spapi.simulator.stock_controls import change_awd, change_stock
from chalkola_spapi.simulator.throttle import Plan

PREFIX = "/_control/"


class _Order(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Slip(_Order):
    hours: float = Field(ge=0)
    marketplace: str | None = None
    period: Period | None = None


class _Rate(_Order):
    operation: str
    rate_per_s: float = Field(gt=0)
    burst: int = Field(ge=1)
    announced: bool = True
    account: str | None = None


class _Participations(_Order):
    account: str
    marketplace_ids: list[str]


class _Advance(_Order):
    seconds: float = Field(ge=0)


class _Revoke(_Order):
    refresh_token: str


def control(state: State, call: Call) -> Answer:
    """Answer a call of the control endpoint; what is wrong with it is said in a 400."""
    if (call.method, call.path) == ("GET", f"{PREFIX}state"):
        return Answer.json(200, state.describe())
    order = _ORDERS.get(call.path.removeprefix(PREFIX))
    if order is None or call.method != "POST":
        return Answer.json(404, {"error": "unknown control", "known": sorted(_ORDERS)})
    try:
        order(state, call.json_object() if call.body else {})
    except ValidationError as exc:
        problems = exc.errors(include_url=False, include_context=False, include_input=False)
        return Answer.json(400, {"error": "invalid", "problems": problems})
    except (RefusedError, ValueError) as exc:
        return Answer.json(400, {"error": str(exc)})
    return Answer.json(200, {"ok": True})


def _fault(state: State, body: dict[str, object]) -> None:
    state.faults.add(Fault.model_validate(body))


def _script(state: State, body: dict[str, object]) -> None:
    script = ReportScript.model_validate(body)
    # Bad base64 is the caller's mistake now, not the downloader's later.
    script.content()
    state.reports.scripts.add(script)


def _slip(state: State, body: dict[str, object]) -> None:
    slip = _Slip.model_validate(body)
    by = timedelta(hours=slip.hours)
    state.calendar.slip(by, marketplace=slip.marketplace, period=slip.period)


def _rate(state: State, body: dict[str, object]) -> None:
    rate = _Rate.model_validate(body)
    plan = Plan(rate.rate_per_s, rate.burst, rate.announced)
    state.throttle.grant(rate.operation, plan, account=_account(state, rate.account))


def _participations(state: State, body: dict[str, object]) -> None:
    order = _Participations.model_validate(body)
    state.sellers.limit(_account(state, order.account) or order.account, order.marketplace_ids)


def _advance(state: State, body: dict[str, object]) -> None:
    order = _Advance.model_validate(body)
    if not isinstance(state.clock, ManualClock):
        raise ValueError("this simulator runs by the machine's clock")  # noqa: TRY004
    state.clock.advance(timedelta(seconds=order.seconds))


def _revoke(state: State, body: dict[str, object]) -> None:
    state.lwa.revoke(_Revoke.model_validate(body).refresh_token)


def _expire_tokens(state: State, body: dict[str, object]) -> None:
    _Order.model_validate(body)
    state.lwa.expire_tokens()


def _expire_document_urls(state: State, body: dict[str, object]) -> None:
    _Order.model_validate(body)
    state.documents.expire_urls()


def _reset(state: State, body: dict[str, object]) -> None:
    _Order.model_validate(body)
    state.reset()


def _account(state: State, name: str | None) -> str | None:
    """The seller id meant by a seller id or by a refresh token."""
    if name is None or name in state.lwa.accounts():
        return name
    return seller_id(name)


_ORDERS: dict[str, Callable[[State, dict[str, object]], None]] = {
    "faults": _fault,
    "scripts": _script,
    "stock": change_stock,
    "awd": change_awd,
    "slip": _slip,
    "rate": _rate,
    "participations": _participations,
    "advance": _advance,
    "revoke": _revoke,
    "expire_tokens": _expire_tokens,
    "expire_document_urls": _expire_document_urls,
    "reset": _reset,
    **INBOUND_ORDERS,
}
