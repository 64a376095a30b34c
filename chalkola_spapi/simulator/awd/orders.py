"""Inbound orders: drafts that are confirmed into shipments, or cancelled."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chalkola_spapi.simulator.awd.packages import OrderBody, why_ineligible
from chalkola_spapi.simulator.awd.shipments import Shipment, Shipments, letters
from chalkola_spapi.simulator.clock import Clock
from chalkola_spapi.simulator.messages import RefusedError, invalid_input, not_found

OrderStatus = Literal["DRAFT", "VALIDATING", "CONFIRMED", "CLOSED", "EXPIRED", "CANCELLED"]

_VALIDATION = timedelta(seconds=60)
_DRAFT_LIFETIME = timedelta(days=30)
_DEFAULT_REGION = "us-west"


@dataclass(slots=True)
class Order:
    """An inbound order of an account. `confirmations` counts how often it was confirmed."""

    account: str
    order_id: str
    body: OrderBody
    created_at: datetime
    updated_at: datetime
    validated_at: datetime | None = None
    cancelled_at: datetime | None = None
    shipment: Shipment | None = None
    confirmations: int = 0

    def status(self, now: datetime) -> OrderStatus:
        if self.cancelled_at is not None:
            return "CANCELLED"
        if self.validated_at is None:
            return "EXPIRED" if self.created_at + _DRAFT_LIFETIME <= now else "DRAFT"
        if self.shipment is None:
            return "VALIDATING"
        return "CLOSED" if self.shipment.stage(now)[0] == "CLOSED" else "CONFIRMED"


class Orders:
    """The inbound orders of every account. `speed` divides how long a confirmation takes."""

    def __init__(self, *, clock: Clock, speed: float, shipments: Shipments) -> None:
        self._clock = clock
        self._speed = speed
        self._shipments = shipments
        self._orders: dict[str, Order] = {}

    def create(self, account: str, body: OrderBody) -> Order:
        """A new draft."""
        now = self._clock.now()
        order = Order(account, f"awd-{uuid.uuid4()}", body, now, now)
        self._orders[order.order_id] = order
        return order

    def find(self, account: str, order_id: str) -> Order:
        """An order of the account, as it stands now.

        Raises:
            RefusedError: 404 NotFound.
        """
        order = self._orders.get(order_id)
        if order is None or order.account != account:
            raise not_found(f"Order {order_id} was not found.")
        self._settle(order)
        return order

    def update(self, account: str, order_id: str, body: OrderBody) -> None:
        """Replace a draft's content.

        Raises:
            RefusedError: 404, or 409 for an order that is no draft.
        """
        order = self._draft(account, order_id, verb="updated")
        order.body = body
        order.updated_at = self._clock.now()

    def confirm(self, account: str, order_id: str, *, known: Collection[str]) -> None:
        """Take a draft to its validation, and from there to a shipment.

        Raises:
            RefusedError: 404, 409 for an order that is no draft, 400 for what may not be sent in.
        """
        order = self._draft(account, order_id, verb="confirmed")
        for package in order.body.packagesToInbound:
            reasons = why_ineligible(package, known=known)
            if reasons:
                raise invalid_input(reasons[0].description, details=reasons[0].code)
        now = self._clock.now()
        order.confirmations += 1
        order.updated_at = now
        order.validated_at = now + _VALIDATION / self._speed

    def cancel(self, account: str, order_id: str) -> None:
        """Cancel an order, and its shipment if it has not left.

        Raises:
            RefusedError: 404, or 409 for one that has ended or left.
        """
        order = self.find(account, order_id)
        now = self._clock.now()
        has_left = order.shipment is not None and order.shipment.stage(now)[0] != "CREATED"
        if has_left or order.status(now) not in {"DRAFT", "VALIDATING", "CONFIRMED"}:
            raise _conflict(order, now, verb="cancelled")
        order.cancelled_at = order.updated_at = now
        if order.shipment is not None:
            order.shipment.cancelled_at = now

    def describe(self) -> list[dict[str, object]]:
        """Every order, with what was done to it."""
        now = self._clock.now()
        return [
            {
                "account": order.account,
                "orderId": order.order_id,
                "orderStatus": order.status(now),
                "confirmations": order.confirmations,
                "shipmentId": order.shipment and order.shipment.shipment_id,
            }
            for order in self._orders.values()
        ]

    def settle(self, account: str) -> None:
        """Let what was due by now become shipments."""
        for order in self._orders.values():
            if order.account == account:
                self._settle(order)

    def clear(self) -> None:
        self._orders.clear()

    def _draft(self, account: str, order_id: str, *, verb: str) -> Order:
        order = self.find(account, order_id)
        now = self._clock.now()
        if order.status(now) != "DRAFT":
            raise _conflict(order, now, verb=verb)
        return order

    def _settle(self, order: Order) -> None:
        due = order.validated_at
        is_open = order.cancelled_at is None and order.shipment is None
        if due is None or due > self._clock.now() or not is_open:
            return
        order.updated_at = due
        order.shipment = _shipment(order, created_at=due)
        self._shipments.add(order.shipment)


def _shipment(order: Order, *, created_at: datetime) -> Shipment:
    packages = order.body.packagesToInbound
    units: dict[str, int] = {}
    for package in packages:
        for sku, count in package.units().items():
            units[sku] = units.get(sku, 0) + count
    return Shipment(
        shipment_id=f"STAR-{letters(12, order.order_id)}",
        order_id=order.order_id,
        created_at=created_at,
        region=(order.body.preferences or {}).get("destinationRegion", _DEFAULT_REGION),
        units=units,
        containers=[package.model_dump(exclude_unset=True) for package in packages],
        origin=order.body.originAddress.model_dump(exclude_unset=True),
        account=order.account,
        external_reference=order.body.externalReferenceId,
    )


def _conflict(order: Order, now: datetime, *, verb: str) -> RefusedError:
    message = f"Order {order.order_id} is {order.status(now)} and cannot be {verb}."
    return RefusedError(409, "Conflict", message)
