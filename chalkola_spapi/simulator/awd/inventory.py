"""The seller's stock in AWD: of the merchant, in no marketplace, by SKU alone.

What is on its way from AWD to FBA is what FBA's stock in the US shows as shipped and receiving:
the same units, in two places.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.awd.shipments import Shipments
from chalkola_spapi.simulator.marketplaces import MARKETPLACES
from chalkola_spapi.simulator.stock.catalogue import Item
from chalkola_spapi.simulator.stock.sales import usual_daily_units
from chalkola_spapi.simulator.stock.stock import Stock, StockView

US = MARKETPLACES["ATVPDKIKX0DER"]
_SHARE = 0.6
_DAYS_OF_STOCK = 45
_QUANTITIES = frozenset({"available", "reserved", "replenishment", "inbound"})


@dataclass(frozen=True, slots=True)
class AwdLevels:
    """Units in AWD: free and reserved, on their way to FBA, on their way in."""

    available: int
    reserved: int
    replenishment: int
    inbound: int

    @property
    def on_hand(self) -> int:
        return self.available + self.reserved


class AwdInventory:
    """The stock by SKU. It moves by the clock, and by what a test changes."""

    def __init__(self, *, seed: int, stock: Stock, shipments: Shipments) -> None:
        self._seed = seed
        self._stock = stock
        self._shipments = shipments
        self._changes: dict[str, Mapping[str, int]] = {}
        self._removed: set[str] = set()

    def levels(self, *, at: datetime) -> dict[str, AwdLevels]:
        """The levels of each SKU that AWD holds or awaits, sorted."""
        view = self._stock.view(at)
        inbound = self._shipments.inbound(at=view.at)
        listed = [sku for sku in view.skus(US) if self._is_held(view.items[sku], inbound)]
        return {
            sku: self._of(view, sku, inbound.get(sku, 0))
            for sku in listed
            if sku not in self._removed
        }

    def change(self, sku: str, **quantities: int) -> None:
        """Set quantities (by the names of `AwdLevels`) of a SKU; they stay so.

        Raises:
            ValueError: an unknown SKU or quantity, or one below 0.
        """
        if sku not in self._stock.view().items:
            raise ValueError(f"unknown SKU {sku!r}")
        if quantities.keys() - _QUANTITIES or min(quantities.values(), default=0) < 0:
            raise ValueError(f"quantities are numbers from 0 by one of {sorted(_QUANTITIES)}")
        self._changes[sku] = {**self._changes.get(sku, {}), **quantities}
        self._removed.discard(sku)

    def remove(self, sku: str) -> None:
        """Let AWD list a SKU no longer."""
        self._removed.add(sku)

    def clear(self) -> None:
        self._changes.clear()
        self._removed.clear()

    def _is_held(self, item: Item, inbound: Mapping[str, int]) -> bool:
        is_usual = noise.uniform(item.key, 4) < _SHARE
        return is_usual or item.sku in inbound or item.sku in self._changes

    def _of(self, view: StockView, sku: str, inbound: int) -> AwdLevels:
        item, fba = view.items[sku], view.levels(US, sku)
        usual = usual_daily_units(self._seed, US.id, item) * _DAYS_OF_STOCK
        week = view.at.toordinal() // 7
        on_hand = int(usual * (0.4 + 1.2 * noise.uniform(noise.key(self._seed, item.sku), week)))
        levels = AwdLevels(
            available=on_hand - on_hand // 20,
            reserved=on_hand // 20,
            replenishment=fba.inbound_shipped + fba.inbound_receiving,
            inbound=inbound,
        )
        return replace(levels, **self._changes.get(item.sku, {}))
