"""The rows of shipments: what was asked for, how far each came, and what Amazon made of it.

Grain of chalkola.fba_shipments: one row for each plan name. Each method is one short transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Self
from uuid import UUID

from sqlalchemy import Engine

from chalkola_spapi.marketplaces import Marketplace, find_marketplace
from tasks.database.queries import queries
from tasks.shipments.errors import ShipmentInputError
from tasks.shipments.request import ShipmentRequest
from tasks.shipments.request_file import differences, request_sha256

Status = Literal[
    "CREATED",
    "PLAN_CREATED",
    "PACKING_CONFIGURED",
    "AWAITING_PLACEMENT",
    "PLACEMENT_CONFIRMED",
    "AWAITING_TRANSPORTATION",
    "TRANSPORTATION_CONFIRMED",
    "COMPLETED",
    "REJECTED",
    "CANCELLED",
    "FAILED",
]
#: The way of a shipment, in order.
WAY: tuple[Status, ...] = (
    "CREATED",
    "PLAN_CREATED",
    "PACKING_CONFIGURED",
    "AWAITING_PLACEMENT",
    "PLACEMENT_CONFIRMED",
    "AWAITING_TRANSPORTATION",
    "TRANSPORTATION_CONFIRMED",
    "COMPLETED",
)
VOIDED: frozenset[str] = frozenset({"REJECTED", "CANCELLED"})


@dataclass(frozen=True)
class Shipment:
    """A row of chalkola.fba_shipments; the migration documents each column."""

    id: int
    inbound_plan_id: str | None
    plan_name: str
    account: str
    marketplace_id: str
    status: Status
    reached_status: Status
    request: dict[str, Any]
    request_sha256: str
    source_address: dict[str, Any]
    packing_option_id: str | None
    placement_option_id: str | None
    placement_fee: Decimal | None
    placement_discount: Decimal | None
    placement_fee_per_unit: Decimal | None
    placement_fee_currency: str | None
    transportation_option_id: str | None
    carrier_name: str | None
    shipping_mode: str | None
    transportation_cost: Decimal | None
    transportation_currency: str | None
    total_units: int
    total_boxes: int
    total_weight: Decimal | None
    total_weight_unit: str | None
    labels_downloaded: bool
    estimated_ship_date: date | None
    free_void_until: datetime | None
    rejection_reason: str | None
    error_message: str | None
    flow_run_id: UUID | None
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        return cls(**{field.name: row[field.name] for field in fields(cls)})

    @property
    def marketplace(self) -> Marketplace:
        return find_marketplace(self.marketplace_id)

    @property
    def wanted(self) -> ShipmentRequest:
        """The request as it was given."""
        return ShipmentRequest.model_validate(self.request)

    @property
    def plan_id(self) -> str:
        """Amazon's id of the plan.

        Raises:
            ShipmentInputError: there is no plan yet.
        """
        if self.inbound_plan_id is None:
            raise ShipmentInputError(f"{self.plan_name}: there is no plan at Amazon yet")
        return self.inbound_plan_id

    @property
    def lock_name(self) -> str:
        return lock_name(self.plan_name)

    def has_reached(self, status: Status) -> bool:
        return WAY.index(self.reached_status) >= WAY.index(status)


def lock_name(plan_name: str) -> str:
    """Names the lock that two runs of one shipment exclude each other by."""
    return f"shipment:{plan_name}"


class ShipmentLedger:
    """Reads and moves the rows of shipments."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sql = queries("shipments")

    # -- reading ----------------------------------------------------------------------------------

    def find(self, name: str) -> Shipment | None:
        """Give the shipment of a name or inbound plan id."""
        found = self.rows("by_name", name=name)
        return Shipment.of(found[0]) if found else None

    def get(self, name: str) -> Shipment:
        """Give the shipment of a name or inbound plan id.

        Raises:
            ShipmentInputError: there is none.
        """
        found = self.find(name)
        if found is None:
            raise ShipmentInputError(f"NAME: no shipment {name!r}; see `chalkola shipment list`")
        return found

    def recent(self, *, limit: int, status: str | None = None) -> list[Shipment]:
        """Give the newest shipments."""
        return [Shipment.of(row) for row in self.rows("recent", limit=limit, status=status)]

    def to_follow(self) -> list[Shipment]:
        """Give the shipments that are on their way."""
        return [Shipment.of(row) for row in self.rows("to_follow")]

    def rows(self, query: str, /, **values: Any) -> list[dict[str, Any]]:
        """Give the rows of a named query."""
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(self._sql[query], values).mappings()]

    # -- writing ----------------------------------------------------------------------------------

    def is_new(self, request: ShipmentRequest) -> bool:
        """Whether a request is to be stored: its name is free, or nothing of it is at Amazon yet.

        Raises:
            ShipmentInputError: the name is taken by another request; the message says what differs.
        """
        stored = self.find(request.name)
        if stored is None:
            return True
        if _differences(stored, request) and self._may_change(stored):
            return True
        refuse_another_request(stored, request)
        return False

    def _may_change(self, stored: Shipment) -> bool:
        """A shipment that FAILED before there was a plan may be asked for otherwise."""
        if stored.status != "FAILED" or stored.inbound_plan_id is not None:
            return False
        tried = self.rows("operations", shipment_id=stored.id)
        states = {row["state"] for row in tried if row["step"] == "createInboundPlan"}
        return not {"intended", "submitted", "succeeded"} & states

    def open(self, request: ShipmentRequest, *, account: str) -> Shipment:
        """Give the shipment of this request, which is new.

        Raises:
            ShipmentInputError: the name is taken by another request; the message says what differs.
        """
        columns = _columns(request, account)
        if self.find(request.name) is None:
            self.write("insert", **columns)
        elif self.is_new(request):
            self.write("replace_request", **columns)
        stored = self.get(request.name)
        refuse_another_request(stored, request)
        return stored

    def advance(self, shipment: Shipment, status: Status) -> None:
        """Note that the shipment has come this far; never back."""
        if not self.get(shipment.plan_name).has_reached(status):
            self._set_status(shipment, status, is_reached=True)

    def take_up(self, shipment: Shipment) -> None:
        """A shipment that FAILED stands again where it had come to."""
        if shipment.status == "FAILED":
            self._set_status(shipment, shipment.reached_status)

    def fail(self, shipment: Shipment, message: str) -> None:
        """Note why the shipment does not go on; how far it came stays known."""
        self._set_status(shipment, "FAILED", error_message=message)

    def void(self, shipment: Shipment, status: Status, *, reason: str | None) -> None:
        """Note that the plan was voided at Amazon."""
        self._set_status(shipment, status, rejection_reason=reason)

    def _set_status(
        self,
        shipment: Shipment,
        status: Status,
        *,
        is_reached: bool = False,
        error_message: str | None = None,
        rejection_reason: str | None = None,
    ) -> None:
        self.write(
            "set_status",
            id=shipment.id,
            status=status,
            is_reached=is_reached,
            error_message=error_message,
            rejection_reason=rejection_reason,
        )

    def write(self, query: str, /, **values: Any) -> None:
        """Run a named statement."""
        with self._engine.begin() as connection:
            connection.execute(self._sql[query], values)

    def write_first(self, query: str, /, **values: Any) -> Any:
        """Run a named statement; gives the first column of its first row, None without a row."""
        with self._engine.begin() as connection:
            return connection.execute(self._sql[query], values).scalar()

    def replace_items(
        self, shipment: Shipment, amazon_shipment_id: str, items: Sequence[Mapping[str, Any]]
    ) -> None:
        """Put what is in the boxes of one shipment of Amazon's in place of what was known."""
        of = {"shipment_id": shipment.id, "amazon_shipment_id": amazon_shipment_id}
        with self._engine.begin() as connection:
            connection.execute(self._sql["delete_items"], of)
            for item in items:
                connection.execute(self._sql["insert_item"], {**item, **of})


def refuse_another_request(stored: Shipment, given: ShipmentRequest) -> None:
    """Return if the stored shipment was asked for by an equal request.

    Raises:
        ShipmentInputError: it was not; the message names what differs.
    """
    found = _differences(stored, given)
    if found:
        more = f"; and {len(found) - 8} more" if len(found) > 8 else ""
        raise ShipmentInputError(
            f"name: {given.name!r} exists with another request ({stored.status}, plan "
            f"{stored.inbound_plan_id or '-'}): {'; '.join(found[:8])}{more}. Choose another name"
        )


def _differences(stored: Shipment, given: ShipmentRequest) -> list[str]:
    if stored.request_sha256 == request_sha256(given):
        return []
    return differences(stored.wanted.plain(), given.plain())


def _columns(request: ShipmentRequest, account: str) -> dict[str, Any]:
    units = {box.weight.unit for box in request.boxes}
    weight = sum((box.weight.value * box.quantity for box in request.boxes), Decimal(0))
    plain = request.plain()
    return {
        "plan_name": request.name,
        "account": account,
        "marketplace_id": request.place.marketplace_id,
        "request": json.dumps(plain),
        "request_sha256": request_sha256(request),
        "source_address": json.dumps(plain["source_address"]),
        "total_units": request.total_units,
        "total_boxes": request.total_boxes,
        # Pounds and kilograms are not added up.
        "total_weight": weight if len(units) == 1 else None,
        "total_weight_unit": units.pop() if len(units) == 1 else None,
    }
