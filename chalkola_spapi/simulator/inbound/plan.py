"""An inbound plan: what was asked for, what it has come to, and every write that was made to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from chalkola_spapi.simulator.inbound import times
from chalkola_spapi.simulator.inbound.goods import Box, Item, gather
from chalkola_spapi.simulator.inbound.money import Charge, Incentive
from chalkola_spapi.simulator.inbound.operation import Operation
from chalkola_spapi.simulator.inbound.plan_requests import AddressInput
from chalkola_spapi.simulator.inbound.problems import bad_request
from chalkola_spapi.simulator.inbound.shipment import Shipment
from chalkola_spapi.simulator.marketplaces import Marketplace

OptionStatus = Literal["OFFERED", "ACCEPTED", "EXPIRED"]
PlanStatus = Literal["ACTIVE", "VOIDED", "SHIPPED", "ERRORED"]


@dataclass(slots=True)
class PackingOption:
    """A way to divide the items into groups that are packed apart."""

    option_id: str
    groups: dict[str, list[Item]]
    fees: list[Incentive]
    discounts: list[Incentive]
    expires_at: datetime
    modes: tuple[str, ...]
    accepted: bool = False

    def status(self, now: datetime) -> OptionStatus:
        if self.accepted:
            return "ACCEPTED"
        return "EXPIRED" if self.expires_at <= now else "OFFERED"


@dataclass(slots=True)
class PlacementOption:
    """A way to divide the goods among fulfilment centres."""

    option_id: str
    shipment_ids: list[str]
    fees: list[Incentive]
    discounts: list[Incentive]
    expires_at: datetime
    accepted: bool = False

    def status(self, now: datetime) -> OptionStatus:
        if self.accepted:
            return "ACCEPTED"
        return "EXPIRED" if self.expires_at <= now else "OFFERED"

    def describe(self, now: datetime) -> dict[str, object]:
        """Amazon's PlacementOption."""
        return {
            "placementOptionId": self.option_id,
            "shipmentIds": list(self.shipment_ids),
            "fees": [fee.describe() for fee in self.fees],
            "discounts": [discount.describe() for discount in self.discounts],
            "status": self.status(now),
            "expiration": times.millis(self.expires_at),
        }


@dataclass(frozen=True, slots=True)
class Write:
    """A call that Amazon accepted; `operation` where it works on after its answer."""

    name: str
    subject: str
    at: datetime
    operation: Operation | None = None

    def describe(self) -> dict[str, object]:
        done = {"operationStatus": "SUCCESS", "operationProblems": []}
        state = done if self.operation is None else self.operation.describe()
        return {**state, "operation": self.name, "subject": self.subject, "at": self.at.isoformat()}


@dataclass(slots=True)
class Plan:
    """A plan of an account.

    `is_created`: createInboundPlan's operation has succeeded. `is_readable`: plans of other
    applications may refuse getInboundPlan.
    """

    account: str
    plan_id: str
    name: str
    marketplace: Marketplace
    source: AddressInput
    items: list[Item]
    created_at: datetime
    updated_at: datetime
    status: PlanStatus = "ACTIVE"
    is_created: bool = False
    is_readable: bool = True
    is_paid: bool = False
    packing_options: list[PackingOption] = field(default_factory=list)
    packed: list[Box] = field(default_factory=list)
    placement_options: list[PlacementOption] = field(default_factory=list)
    shipments: dict[str, Shipment] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)

    @property
    def packing(self) -> PackingOption | None:
        """The confirmed packing option."""
        return next((option for option in self.packing_options if option.accepted), None)

    @property
    def placement(self) -> PlacementOption | None:
        """The confirmed placement option."""
        return next((option for option in self.placement_options if option.accepted), None)

    @property
    def sent(self) -> list[Shipment]:
        """The shipments of the confirmed placement."""
        placement = self.placement
        return [] if placement is None else [self.shipments[i] for i in placement.shipment_ids]

    @property
    def boxes(self) -> list[Box]:
        """The boxes as they stand: those of the shipments, once there are any."""
        return [box for one in self.sent for box in one.boxes] if self.sent else self.packed

    @property
    def contents(self) -> list[Item]:
        """The items as they stand: content updates change them."""
        return gather(item for one in self.sent for item in one.items) if self.sent else self.items

    def shipment(self, shipment_id: str) -> Shipment:
        """A shipment of any of the plan's placement options.

        Raises:
            RefusedError: 400, there is none.
        """
        if shipment_id not in self.shipments:
            raise bad_request(
                "The requested shipmentId does not exist for the specified inbound plan."
            )
        return self.shipments[shipment_id]

    def summary(self) -> dict[str, object]:
        """Amazon's InboundPlanSummary."""
        return {
            "inboundPlanId": self.plan_id,
            "name": self.name,
            "status": self.status,
            "marketplaceIds": [self.marketplace.id],
            "sourceAddress": self.source.wire(),
            "createdAt": times.seconds(self.created_at),
            "lastUpdatedAt": times.seconds(self.updated_at),
        }

    def describe(self, now: datetime) -> dict[str, object]:
        """Amazon's InboundPlan. A confirmed option is the only one that it still names."""
        packing = [self.packing] if self.packing else self.packing_options
        placement = [self.placement] if self.placement else self.placement_options
        return self.summary() | {
            "packingOptions": [
                {"packingOptionId": option.option_id, "status": option.status(now)}
                for option in packing
            ],
            "placementOptions": [
                {"placementOptionId": option.option_id, "status": option.status(now)}
                for option in placement
            ],
            "shipments": [
                {"shipmentId": one.shipment_id, "status": one.status(now)} for one in self.sent
            ],
        }

    def has_done(self, name: str) -> bool:
        """Whether an operation of this name has succeeded, even if nothing shows it yet."""
        return any(
            write.operation is not None and write.operation.status == "SUCCESS"
            for write in self.writes
            if write.name == name
        )

    def pending(self) -> Iterator[Write]:
        """The writes whose operations have not ended."""
        return (
            write
            for write in self.writes
            if write.operation is not None and write.operation.status == "IN_PROGRESS"
        )
