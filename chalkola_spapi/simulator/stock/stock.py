"""The seller's stock at Amazon in each marketplace, and what a test does to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from chalkola_spapi.simulator.clock import Clock
from chalkola_spapi.simulator.marketplaces import MARKETPLACES, Marketplace
from chalkola_spapi.simulator.stock.catalogue import Catalogue, Item
from chalkola_spapi.simulator.stock.levels import QUANTITIES, Levels, levels_at
from chalkola_spapi.simulator.story import Story

# The countries whose fulfilment centres sell to each other's customers.
POOL = frozenset({"GB", "DE", "FR", "IT", "ES"})
_INBOUND = frozenset({"inbound_working", "inbound_shipped", "inbound_receiving"})
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Change:
    """Quantities that a test has set, and when: at all, and of units in the centres."""

    quantities: Mapping[str, int]
    at: datetime
    on_hand_at: datetime | None


@dataclass(frozen=True, slots=True)
class StockView:
    """The stock as it was at a moment; later changes do not show in it."""

    seed: int
    story: Story
    at: datetime
    items: Mapping[str, Item]
    absent: frozenset[Place]
    changes: Mapping[Place, _Change]

    def skus(self, marketplace: Marketplace) -> list[str]:
        """The SKUs that Amazon lists in a marketplace, sorted."""
        return sorted(sku for sku in self.items if (marketplace.id, sku) not in self.absent)

    def listed(self, marketplace: Marketplace) -> list[Item]:
        """The items of `skus`."""
        return [self.items[sku] for sku in self.skus(marketplace)]

    def today(self, marketplace: Marketplace) -> date:
        """The marketplace's calendar day."""
        return self.at.astimezone(marketplace.zone).date()

    def levels(self, marketplace: Marketplace, sku: str) -> Levels:
        """The units in a marketplace's own centres."""
        levels = levels_at(self.seed, marketplace, item=self.items[sku], at=self.at)
        change = self.changes.get((marketplace.id, sku))
        if change is None:
            return levels
        on_hand_at = change.on_hand_at or levels.on_hand_updated_at
        return replace(
            levels, **change.quantities, updated_at=change.at, on_hand_updated_at=on_hand_at
        )

    def remote(self, marketplace: Marketplace, sku: str) -> int:
        """The fulfillable units that the other countries of the pool hold for this one."""
        if marketplace.country_code not in POOL or not self.items[sku].is_shared_in_europe:
            return 0
        others = (
            other
            for other in MARKETPLACES.values()
            if other.country_code in POOL and other.id != marketplace.id
        )
        return sum(
            self.levels(other, sku).fulfillable
            for other in others
            if (other.id, sku) not in self.absent
        )


class Stock:
    """The stock of every marketplace. It moves by the clock, and by what a test changes.

    Where no marketplace is given, a change is one in all of them.
    """

    def __init__(self, *, clock: Clock, seed: int, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._clock = clock
        self._seed = seed
        self._held_at: datetime | None = None
        self._added: dict[str, Item] = {}
        self._absent: set[Place] = set()
        self._changes: dict[Place, _Change] = {}

    @property
    def story(self) -> Story:
        """What happens to the catalogue's items."""
        return self.catalogue.story

    def view(self, at: datetime | None = None) -> StockView:
        """The stock now, or moved by the clock to `at` alone."""
        return StockView(
            seed=self._seed,
            story=self.story,
            at=self._held_at or at or self._clock.now(),
            items={**self.catalogue.items, **self._added} if self._added else self.catalogue.items,
            absent=frozenset(self._absent),
            changes=dict(self._changes),
        )

    def hold(self) -> None:
        """Let orders and deliveries stand still from now on; changes still count."""
        self._held_at = self._clock.now()

    def change(self, sku: str, *, marketplace: str | None = None, **quantities: int) -> None:
        """Set quantities (by the names of `Levels`); they stay so, the others go on moving.

        Raises:
            ValueError: an unknown SKU, marketplace or quantity, or one below 0.
        """
        if sku not in self.view().items:
            raise ValueError(f"unknown SKU {sku!r}")
        unknown = quantities.keys() - QUANTITIES
        if unknown or min(quantities.values(), default=0) < 0:
            raise ValueError(f"quantities are numbers from 0 by one of {sorted(QUANTITIES)}")
        now = self._clock.now()
        for place in _places(sku, marketplace):
            before = self._changes.get(place)
            on_hand_at = before.on_hand_at if before else None
            if quantities.keys() - _INBOUND:
                on_hand_at = now
            merged = {**(before.quantities if before else {}), **quantities}
            self._changes[place] = _Change(merged, now, on_hand_at)

    def remove(self, sku: str, *, marketplace: str | None = None) -> None:
        """Let a SKU vanish: Amazon lists it no longer.

        Raises:
            ValueError: an unknown SKU or marketplace.
        """
        if sku not in self.view().items:
            raise ValueError(f"unknown SKU {sku!r}")
        self._absent.update(_places(sku, marketplace))

    def add(
        self,
        sku: str,
        *,
        marketplace: str | None = None,
        asin: str | None = None,
        **quantities: int,
    ) -> None:
        """Let a new SKU appear, or one that was removed come back.

        Raises:
            ValueError: an unknown marketplace or quantity, or one below 0.
        """
        places = _places(sku, marketplace)
        if sku not in self.view().items:
            self._added[sku] = self.catalogue.invent(sku, asin=asin)
            self._absent.update(_places(sku, None))
        self._absent.difference_update(places)
        self.change(sku, marketplace=marketplace, **quantities)

    def clear(self) -> None:
        """Forget what was changed, removed and added, and move again."""
        self._held_at = None
        self._added.clear()
        self._absent.clear()
        self._changes.clear()

    def describe(self) -> dict[str, object]:
        """What differs from the catalogue and its usual movements."""
        return {
            "catalogue": len(self.catalogue.items),
            "held_at": self._held_at and self._held_at.isoformat(),
            "added": sorted(self._added),
            "absent": [list(place) for place in sorted(self._absent)],
            "changed": [
                {"marketplace": marketplace, "sku": sku, **change.quantities}
                for (marketplace, sku), change in sorted(self._changes.items())
            ],
        }


def _places(sku: str, marketplace: str | None) -> list[Place]:
    if marketplace is None:
        return [(id_, sku) for id_ in MARKETPLACES]
    if marketplace not in MARKETPLACES:
        raise ValueError(f"unknown marketplace {marketplace!r}")
    return [(marketplace, sku)]
