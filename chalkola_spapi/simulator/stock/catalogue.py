"""What the seller sells: the same SKUs and ASINs in stock, listings, reports and AWD."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.marketplaces import Marketplace
from chalkola_spapi.simulator.sqp_market import dollars, list_price
from chalkola_spapi.simulator.stock.catalogue_words import naming
from chalkola_spapi.simulator.story import NO_STORY, ORDINARY, Episode, Story

DEFAULT_SIZE = 60
_CODES = ("WHT", "NEO", "PAS", "MET", "EAR", "CLA", "GLD", "MUL")
_PACKS = (8, 10, 12, 24, 30, 40)
_SIBLINGS = 6
# SKUs that a URL, a csv parameter or a file's columns may stumble over.
_ODD_SKUS = (
    "CM {number:04d}+REFILL",
    "CM/{number:04d}&{pack}",
    "CM-{number:04d}-50%",
    "cm_{number}.x",
)
_ODD_EVERY = 17


@dataclass(frozen=True, slots=True)
class Item:
    """A SKU of the seller's, and the ASIN that it sells. Siblings share their parent's ASIN."""

    sku: str
    asin: str
    parent_asin: str
    dollars: float
    key: int
    colour: int
    tip: int
    pack: int
    episode: Episode = ORDINARY

    @property
    def is_shared_in_europe(self) -> bool:
        """Whether one pool of stock sells it in all of Europe."""
        return noise.uniform(self.key, 2) < 0.7

    def name(self, marketplace: Marketplace) -> str:
        words = naming(marketplace.language)
        colour, tip = words.colours[self.colour], words.tips[self.tip]
        return words.pattern.format(colour=colour, tip=tip, pack=self.pack)

    def description(self, marketplace: Marketplace) -> str:
        return naming(marketplace.language).describing.format(pack=self.pack)

    def price(self, marketplace: Marketplace, day: date) -> float:
        """What it costs in a marketplace on a day, in its currency."""
        return dollars(marketplace.id, self.dollars * self.episode.price(day.toordinal()))

    def fnsku(self, marketplace: Marketplace) -> str:
        """What its label says: another one in each region."""
        return "X00" + _letters(7, self.key, marketplace.region)


class Catalogue:
    """The seller's items, numbered from 1: B0CHALK001, B0CHALK002 and so on."""

    def __init__(self, *, seed: int, size: int = DEFAULT_SIZE, story: Story = NO_STORY) -> None:
        if not 1 <= size <= 9999:
            raise ValueError("the catalogue holds 1 to 9999 items")
        self._seed = seed
        self._size = size
        self.story = story

    @cached_property
    def items(self) -> dict[str, Item]:
        """All items by their SKU."""
        items = (self._item(number) for number in range(1, self._size + 1))
        return {item.sku: item for item in items}

    def invent(self, sku: str, *, asin: str | None = None) -> Item:
        """An item that is not in the catalogue: a new SKU, of a new ASIN unless one is given."""
        asin = asin or "B0NEW" + _letters(5, self._seed, sku)
        key, price = noise.key(self._seed, asin), list_price(self._seed, asin)
        return Item(sku, asin, asin, price, key, key % 8, key // 8 % 4, _PACKS[key // 32 % 6])

    def _item(self, number: int) -> Item:
        asin = f"B0CHALK{number:03d}" if number < 1000 else f"B0CHAL{number:04d}"
        colour, pack = number % len(_CODES), _PACKS[number % len(_PACKS)]
        sku = f"CM-{_CODES[colour]}-{pack:02d}-{number:04d}"
        if number % _ODD_EVERY == 0:
            pattern = _ODD_SKUS[number // _ODD_EVERY % len(_ODD_SKUS)]
            sku = pattern.format(number=number, pack=pack)
        return Item(
            sku=sku,
            asin=asin,
            parent_asin=f"B0CHKP{1 + (number - 1) // _SIBLINGS:04d}",
            dollars=list_price(self._seed, asin),
            key=noise.key(self._seed, asin),
            colour=colour,
            tip=number // len(_CODES) % 4,
            pack=pack,
            episode=self.story.of(asin),
        )


def _letters(count: int, *parts: object) -> str:
    text = "\x1f".join(map(str, parts))
    return base64.b32encode(hashlib.blake2b(text.encode(), digest_size=10).digest()).decode()[
        :count
    ]
