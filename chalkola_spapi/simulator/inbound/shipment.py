"""A shipment: goods on their way from the seller to one fulfilment centre."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalkola_spapi.simulator.inbound import times
from chalkola_spapi.simulator.inbound.fulfillment_centers import FulfillmentCenter
from chalkola_spapi.simulator.inbound.goods import Box, Item, Pallet
from chalkola_spapi.simulator.inbound.journey import Journey
from chalkola_spapi.simulator.inbound.plan_requests import AddressInput
from chalkola_spapi.simulator.inbound.self_ship import SelfShip
from chalkola_spapi.simulator.inbound.shipment_requests import (
    ContactInformation,
    FreightInformation,
)
from chalkola_spapi.simulator.inbound.tracking import Tracking
from chalkola_spapi.simulator.inbound.transport_options import TransportOption
from chalkola_spapi.simulator.inbound.window_options import WindowOption

READY_WINDOW = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Transport:
    """What the seller said when transport options were generated."""

    ready_at: datetime
    contact: ContactInformation | None
    freight: FreightInformation | None
    pallets: tuple[Pallet, ...]

    def describe(self) -> dict[str, object]:
        """The parts of Amazon's Shipment that come of it."""
        end = self.ready_at + READY_WINDOW
        window = {
            "start": times.minutes(self.ready_at),
            "end": times.minutes(end),
            "editableUntil": times.minutes(end - timedelta(days=1)),
        }
        content: dict[str, object] = {"dates": {"readyToShipWindow": window}}
        if self.contact is not None:
            content["contactInformation"] = self.contact.wire()
        if self.freight is not None:
            content["freightInformation"] = self.freight.wire()
        return content


@dataclass(frozen=True, slots=True)
class ContentUpdate:
    """A preview of other contents, with what transport would then cost."""

    preview_id: str
    items: tuple[Item, ...]
    boxes: tuple[Box, ...]
    requested: dict[str, object]
    transport: TransportOption
    expires_at: datetime

    def describe(self) -> dict[str, object]:
        """Amazon's ContentUpdatePreview."""
        return {
            "contentUpdatePreviewId": self.preview_id,
            "expiration": times.millis(self.expires_at),
            "requestedUpdates": self.requested,
            "transportationOption": self.transport.describe(),
        }


@dataclass(slots=True)
class Shipment:
    """One shipment of one placement option.

    It is confirmed with its transport, and only then has a `confirmation_id` (FBA...).
    """

    shipment_id: str
    placement_id: str
    name: str
    source: AddressInput
    center: FulfillmentCenter
    items: list[Item]
    boxes: list[Box]
    journey: Journey
    is_optimized: bool = False
    transport: Transport | None = None
    options: list[TransportOption] = field(default_factory=list)
    selected: TransportOption | None = None
    windows: list[WindowOption] = field(default_factory=list)
    window: WindowOption | None = None
    confirmation_id: str | None = None
    reference_id: str | None = None
    tracking: Tracking | None = None
    updates: list[ContentUpdate] = field(default_factory=list)
    self_ship: SelfShip = field(default_factory=SelfShip)

    @property
    def pallets(self) -> list[Pallet]:
        return [] if self.transport is None else list(self.transport.pallets)

    def status(self, now: datetime) -> str:
        return self.journey.status(now)

    def describe(self, now: datetime) -> dict[str, object]:
        """Amazon's Shipment."""
        content: dict[str, object] = {
            "shipmentId": self.shipment_id,
            "placementOptionId": self.placement_id,
            "name": self.name,
            "source": {"sourceType": "SELLER_FACILITY", "address": self.source.wire()},
            "destination": self._destination(),
            "status": self.status(now),
            "selfShipAppointmentDetails": self.self_ship.describe(),
        }
        if self.transport is not None:
            content |= self.transport.describe()
        if self.window is not None:
            content["selectedDeliveryWindow"] = self.window.describe_selected()
        if self.tracking is not None:
            content["trackingDetails"] = self.tracking.describe(now)
        optional = {
            "shipmentConfirmationId": self.confirmation_id,
            "amazonReferenceId": self.reference_id,
            "selectedTransportationOptionId": self.selected and self.selected.option_id,
        }
        return content | {name: value for name, value in optional.items() if value is not None}

    def _destination(self) -> dict[str, object]:
        # Amazon chooses for itself where such goods go, and says so only once it must.
        if self.is_optimized and self.journey.confirmed_at is None:
            return {"destinationType": "AMAZON_OPTIMIZED"}
        return {
            "destinationType": "AMAZON_WAREHOUSE",
            "warehouseId": self.center.code,
            "address": self.center.address(),
        }
