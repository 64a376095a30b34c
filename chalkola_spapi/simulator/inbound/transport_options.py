"""Offers of carriers for a shipment, with quotes that expire.

https://developer-docs.amazon.com/sp-api/reference/listtransportationoptions

Amazon's partners carry small parcels and, given pallets and freight information, pallets; there
are none in AE, AU and JP. Own carriers are offered always, without a price.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.inbound import times
from chalkola_spapi.simulator.inbound.fulfillment_centers import FulfillmentCenter
from chalkola_spapi.simulator.inbound.goods import Box, Pallet, new_id, pounds
from chalkola_spapi.simulator.inbound.money import Money, local_money
from chalkola_spapi.simulator.marketplaces import Marketplace

Mode = Literal["GROUND_SMALL_PARCEL", "FREIGHT_LTL"]
WINDOW = "CONFIRMED_DELIVERY_WINDOW"
QUOTE_LIFETIME: dict[Mode, timedelta] = {
    "GROUND_SMALL_PARCEL": timedelta(hours=6),
    "FREIGHT_LTL": timedelta(minutes=15),
}
VOID_WINDOW: dict[Mode, timedelta] = {
    "GROUND_SMALL_PARCEL": timedelta(hours=24),
    "FREIGHT_LTL": timedelta(hours=1),
}
HEAVIEST_PARCEL_LB = 50.0
LONGEST_PARCEL_IN = 25.0
_WITHOUT_PARTNERS = {"AE", "AU", "JP"}
_PARTNERS: dict[str, dict[Mode, tuple[tuple[str, str, float], ...]]] = {
    "NA": {
        "GROUND_SMALL_PARCEL": (
            ("United Parcel Service, Inc.", "UPSN", 1.0),
            ("Amazon Transportation Services", "ATSL", 0.93),
        ),
        "FREIGHT_LTL": (
            ("ABF Freight System, Inc.", "ABFS", 1.0),
            ("Old Dominion Freight Line", "ODFL", 1.08),
        ),
    },
    "EU": {
        "GROUND_SMALL_PARCEL": (
            ("United Parcel Service, Inc.", "UPSN", 1.0),
            ("DHL Express", "DHLX", 1.15),
        ),
        "FREIGHT_LTL": (("DHL Freight", "DHLF", 1.0), ("Kuehne + Nagel", "KHNN", 1.05)),
    },
}
_OWN: dict[Mode, tuple[tuple[str, str], ...]] = {
    "GROUND_SMALL_PARCEL": (("UPS (non-partnered)", "UPSN"), ("Other", "OTHR")),
    "FREIGHT_LTL": (("Other", "OTHR"),),
}
_BOX_DOLLARS, _POUND_DOLLARS = 6.4, 0.31
_PALLET_DOLLARS, _PALLET_POUND_DOLLARS = 104.0, 0.06


@dataclass(frozen=True, slots=True)
class Quote:
    """What a partner asks, until when, and until when it can be had back."""

    cost: Money
    expires_at: datetime
    voidable_until: datetime

    def describe(self) -> dict[str, object]:
        return {
            "cost": self.cost.describe(),
            "expiration": times.millis(self.expires_at),
            "voidableUntil": times.millis(self.voidable_until),
        }


@dataclass(frozen=True, slots=True)
class TransportOption:
    """One carrier's offer for one shipment. Own carriers quote nothing."""

    option_id: str
    shipment_id: str
    carrier: str
    carrier_code: str
    mode: Mode
    quote: Quote | None
    pick_up_at: datetime

    @property
    def is_partnered(self) -> bool:
        return self.quote is not None

    @property
    def solution(self) -> str:
        return "AMAZON_PARTNERED_CARRIER" if self.is_partnered else "USE_YOUR_OWN_CARRIER"

    @property
    def preconditions(self) -> list[str]:
        return [] if self.is_partnered else [WINDOW]

    def describe(self) -> dict[str, object]:
        """Amazon's TransportationOption."""
        content: dict[str, object] = {
            "transportationOptionId": self.option_id,
            "shipmentId": self.shipment_id,
            "carrier": {"name": self.carrier, "alphaCode": self.carrier_code},
            "shippingMode": self.mode,
            "shippingSolution": self.solution,
            "preconditions": self.preconditions,
        }
        if self.quote is not None:
            content["quote"] = self.quote.describe()
            if self.mode == "FREIGHT_LTL":
                end = self.pick_up_at + timedelta(hours=8)
                content["carrierAppointment"] = {
                    "startTime": times.millis(self.pick_up_at),
                    "endTime": times.millis(end),
                }
        return content


@dataclass(frozen=True, slots=True)
class Load:
    """What carriers look at: the goods, the way, and what the seller said of them."""

    shipment_id: str
    marketplace: Marketplace
    center: FulfillmentCenter
    boxes: Sequence[Box]
    pallets: Sequence[Pallet]
    has_contact: bool
    has_freight: bool
    pick_up_at: datetime

    @property
    def is_parcels(self) -> bool:
        return bool(self.boxes) and all(
            box.pounds <= HEAVIEST_PARCEL_LB and box.longest_inches <= LONGEST_PARCEL_IN
            for box in self.boxes
        )

    @property
    def is_freight(self) -> bool:
        return bool(self.pallets) and self.has_freight

    def dollars(self, mode: Mode) -> float:
        """What carrying it costs at the usual carrier and distance."""
        weight = pounds(self.boxes)
        if mode == "GROUND_SMALL_PARCEL":
            return len(self.boxes) * _BOX_DOLLARS + weight * _POUND_DOLLARS
        pallets = sum(pallet.contents.quantity for pallet in self.pallets)
        return pallets * _PALLET_DOLLARS + weight * _PALLET_POUND_DOLLARS


def offer_transport(
    load: Load, *, at: datetime, price_factor: float, seed: int
) -> list[TransportOption]:
    """The options at `at`; none if the goods should have been picked up on an earlier day."""
    if load.pick_up_at.date() < at.date():
        return []
    partnered = [
        option
        for mode in _partnered_modes(load)
        for option in _partner_offers(load, mode=mode, at=at, factor=price_factor, seed=seed)
    ]
    own_modes: list[Mode] = ["GROUND_SMALL_PARCEL"] if load.boxes else []
    if load.pallets or not load.boxes:
        own_modes.append("FREIGHT_LTL")
    own = [
        _option(load, name=name, code=code, mode=mode, quote=None)
        for mode in own_modes
        for name, code in _OWN[mode]
    ]
    return partnered + own


def quote(load: Load, *, mode: Mode, code: str, at: datetime, factor: float, seed: int) -> Quote:
    """What a partner (by its code) asks for a load at `at`; the same load costs the same."""
    carriers = _PARTNERS[load.marketplace.region][mode]
    dear = next(dear for _, known, dear in carriers if known == code)
    luck = noise.uniform(noise.key(seed, load.center.code, code, mode, round(pounds(load.boxes))))
    dollars = load.dollars(mode) * dear * load.center.distance * (0.92 + 0.16 * luck) * factor
    cost = local_money(dollars, marketplace=load.marketplace)
    return Quote(cost, at + QUOTE_LIFETIME[mode], at + VOID_WINDOW[mode])


def _partnered_modes(load: Load) -> list[Mode]:
    if not load.has_contact or load.marketplace.country_code in _WITHOUT_PARTNERS:
        return []
    parcels: list[Mode] = ["GROUND_SMALL_PARCEL"] if load.is_parcels else []
    return [*parcels, "FREIGHT_LTL"] if load.is_freight else parcels


def _partner_offers(
    load: Load, *, mode: Mode, at: datetime, factor: float, seed: int
) -> list[TransportOption]:
    return [
        _option(
            load,
            name=name,
            code=code,
            mode=mode,
            quote=quote(load, mode=mode, code=code, at=at, factor=factor, seed=seed),
        )
        for name, code, _ in _PARTNERS[load.marketplace.region][mode]
    ]


def _option(
    load: Load, *, name: str, code: str, mode: Mode, quote: Quote | None
) -> TransportOption:
    return TransportOption(
        option_id=new_id("to"),
        shipment_id=load.shipment_id,
        carrier=name,
        carrier_code=code,
        mode=mode,
        quote=quote,
        pick_up_at=load.pick_up_at,
    )
