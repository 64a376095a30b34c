"""The part of /_control that is about Fulfillment Inbound.

POST /_control/inbound_scripts  an InboundScript; how operations go
POST /_control/inbound_plan     {account, name, marketplace?, status?, hours_old?, items?,
                                is_readable?}: another application made a plan
POST /_control/inbound_void     {plan}: void a plan, underneath its seller
POST /_control/inbound_expire   {plan, what?}: packing, placement, quotes, windows, previews; all
POST /_control/inbound_status   {shipment, status}: a status from now on, null: the clock's again
POST /_control/inbound_lost     {shipment, msku, quantity}: units that are never received
POST /_control/inbound_product  {msku, ...}: what Amazon knows of an MSKU

A plan is given by its id, a shipment by its id or confirmation id.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from chalkola_spapi.simulator.inbound.plan import Plan
from chalkola_spapi.simulator.inbound.plan_requests import AddressInput, ItemInput
from chalkola_spapi.simulator.inbound.products import Constraint, ProductFacts
from chalkola_spapi.simulator.inbound.scripts import InboundScript
from chalkola_spapi.simulator.inbound.shipment import Shipment
from chalkola_spapi.simulator.lwa import seller_id
from chalkola_spapi.simulator.marketplaces import MARKETPLACES
from chalkola_spapi.simulator.state import State

_US = "ATVPDKIKX0DER"
ShipmentStatus = Literal[
    "ABANDONED",
    "CANCELLED",
    "CHECKED_IN",
    "CLOSED",
    "DELETED",
    "DELIVERED",
    "IN_TRANSIT",
    "MIXED",
    "READY_TO_SHIP",
    "RECEIVING",
    "SHIPPED",
    "UNCONFIRMED",
    "WORKING",
]
Perishable = Literal["packing", "placement", "quotes", "windows", "previews", "all"]


class _Order(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _ForeignPlan(_Order):
    account: str
    name: str
    marketplace: str = _US
    status: Literal["ACTIVE", "VOIDED"] = "ACTIVE"
    hours_old: float = Field(default=0.0, ge=0)
    items: list[ItemInput] = Field(
        default_factory=lambda: [
            ItemInput(msku="CM-WHT-10-0001", quantity=10, label_owner="SELLER", prep_owner="NONE")
        ]
    )
    source_address: AddressInput = AddressInput(
        name="Somebody Else",
        address_line1="1 Other Street",
        city="Reno",
        state_or_province_code="NV",
        country_code="US",
        postal_code="89501",
        phone_number="7755550100",
    )
    is_readable: bool = False


class _Plan(_Order):
    plan: str


class _Expire(_Plan):
    what: Perishable = "all"


class _Status(_Order):
    shipment: str
    status: ShipmentStatus | None


class _Lost(_Order):
    shipment: str
    msku: str
    quantity: int = Field(ge=0)


class _Product(_Order):
    msku: str
    asin: str | None = None
    fnsku: str | None = None
    prep_category: str | None = None
    prep_types: tuple[str, ...] | None = None
    prep_owner_constraint: Constraint | None = None
    label_owner_constraint: Constraint | None = None
    must_match: bool | None = None
    needs_expiration: bool | None = None
    is_removed: bool | None = None
    group: str | None = None

    def facts(self) -> ProductFacts:
        facts: ProductFacts = {}
        given = self.model_dump(exclude_unset=True, exclude={"msku"})
        facts.update(given)  # type: ignore[typeddict-item]
        return facts


def expire(state: State, plan: Plan, *, what: Perishable = "all") -> None:
    """Let options of a plan that were given out so far have expired."""
    now = state.clock.now()
    if what in {"packing", "all"}:
        for packing in plan.packing_options:
            packing.expires_at = min(now, packing.expires_at)
    if what in {"placement", "all"}:
        for placement in plan.placement_options:
            placement.expires_at = min(now, placement.expires_at)
    for shipment in plan.shipments.values():
        _expire_offers(state, shipment, what=what)


def _expire_offers(state: State, shipment: Shipment, *, what: Perishable) -> None:
    now = state.clock.now()
    if what in {"quotes", "all"}:
        shipment.options = [
            replace(option, quote=option.quote and replace(option.quote, expires_at=now))
            for option in shipment.options
        ]
    if what in {"windows", "all"}:
        shipment.windows = [replace(window, valid_until=now) for window in shipment.windows]
    if what in {"previews", "all"}:
        shipment.updates = [replace(update, expires_at=now) for update in shipment.updates]


def _script(state: State, body: dict[str, object]) -> None:
    state.inbound.scripts.add(InboundScript.model_validate(body))


def _foreign_plan(state: State, body: dict[str, object]) -> None:
    order = _ForeignPlan.model_validate(body)
    if order.marketplace not in MARKETPLACES:
        raise ValueError(f"unknown marketplace {order.marketplace}")
    known = order.account in state.lwa.accounts()
    state.inbound.add_foreign(
        order.account if known else seller_id(order.account),
        name=order.name,
        marketplace_id=order.marketplace,
        items=order.items,
        source=order.source_address,
        status=order.status,
        age=timedelta(hours=order.hours_old),
        is_readable=order.is_readable,
    )


def _void(state: State, body: dict[str, object]) -> None:
    plan = _plan(state, _Plan.model_validate(body).plan)
    state.inbound.desk.void(plan, at=state.clock.now())


def _expire(state: State, body: dict[str, object]) -> None:
    order = _Expire.model_validate(body)
    expire(state, _plan(state, order.plan), what=order.what)


def _status(state: State, body: dict[str, object]) -> None:
    order = _Status.model_validate(body)
    _shipment(state, order.shipment).journey.forced = order.status


def _lost(state: State, body: dict[str, object]) -> None:
    order = _Lost.model_validate(body)
    _shipment(state, order.shipment).journey.lost[order.msku] = order.quantity


def _product(state: State, body: dict[str, object]) -> None:
    order = _Product.model_validate(body)
    state.inbound.products.change(order.msku, **order.facts())


def _plan(state: State, plan_id: str) -> Plan:
    state.inbound.settle()
    plan = state.inbound.peek(plan_id)
    if plan is None:
        raise ValueError("there is no such plan")
    return plan


def _shipment(state: State, name: str) -> Shipment:
    for plan in state.inbound.plans():
        for shipment in plan.shipments.values():
            if name in {shipment.shipment_id, shipment.confirmation_id}:
                return shipment
    raise ValueError("there is no such shipment")


ORDERS: dict[str, Callable[[State, dict[str, object]], None]] = {
    "inbound_scripts": _script,
    "inbound_plan": _foreign_plan,
    "inbound_void": _void,
    "inbound_expire": _expire,
    "inbound_status": _status,
    "inbound_lost": _lost,
    "inbound_product": _product,
}
