"""What a step of a shipment works with: its row, the account's client, its writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from chalkola_spapi.inbound import FulfillmentInboundApi
from chalkola_spapi.inbound_v0 import FulfillmentInboundV0Api
from tasks.connections import Connections, connections
from tasks.shipments import pacing
from tasks.shipments.errors import ShipmentBusyError, ShipmentError
from tasks.shipments.ledger import Shipment, ShipmentLedger, lock_name
from tasks.shipments.operations import Operations
from tasks.shipments.request import ShipmentRequest

#: A window that opens at midnight of today would lie in Amazon's past.
SOONEST = timedelta(minutes=30)


@dataclass(frozen=True)
class Work:
    """One shipment as it stands now."""

    conns: Connections
    shipment: Shipment
    request: ShipmentRequest
    inbound: FulfillmentInboundApi
    v0: FulfillmentInboundV0Api
    operations: Operations

    @classmethod
    def on(cls, name: str) -> Self:
        """Take up a shipment by its name.

        Raises:
            ShipmentInputError: there is none.
        """
        conns = connections()
        shipment = ShipmentLedger(conns.engine).get(name)
        api = conns.api(shipment.account)
        inbound = FulfillmentInboundApi(api)
        return cls(
            conns=conns,
            shipment=shipment,
            request=shipment.wanted,
            inbound=inbound,
            v0=FulfillmentInboundV0Api(api),
            operations=Operations(conns, shipment, inbound),
        )

    @property
    def ledger(self) -> ShipmentLedger:
        return ShipmentLedger(self.conns.engine)

    @property
    def plan_id(self) -> str:
        return self.shipment.plan_id

    def now(self) -> datetime:
        return self.conns.now()

    def ready_on(self) -> date:
        """The day on which the boxes can be picked up, in the marketplace's zone."""
        today = self.now().astimezone(self.request.place.zone).date()
        return self.request.ready_to_ship_on or today + timedelta(
            days=self.request.ready_to_ship_days or 0
        )

    def ready_at(self) -> datetime:
        """When the boxes can be picked up, counted from now where days were given.

        Raises:
            ShipmentError: the day has passed.
        """
        zone, day = self.request.place.zone, self.ready_on()
        if day < self.now().astimezone(zone).date():
            raise ShipmentError(
                f"{self.shipment.plan_name}: ready_to_ship_on {day} has passed; cancel the "
                "shipment and create one with a later day"
            )
        midnight = datetime.combine(day, datetime.min.time(), tzinfo=zone)
        return max(midnight, self.now() + SOONEST).astimezone(UTC)


@contextmanager
def held(conns: Connections, name: str) -> Iterator[None]:
    """Hold a shipment for the length of a block: two runs of one name exclude each other.

    Raises:
        ShipmentBusyError: another run, or another command, has it.
    """
    lock = lock_name(name)
    # A run that has just died may keep its lock until the server notices.
    if not any(conns.locks.try_lock(lock) for _ in pacing.looks(conns, for_s=pacing.TAKE_OVER_S)):
        raise ShipmentBusyError(
            f"{name}: another run works on this shipment; see `chalkola shipment show {name!r}`"
        )
    try:
        yield
    finally:
        conns.locks.unlock(lock)
