"""What is sent: items of a plan, the boxes that hold them, the pallets that hold the boxes."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from chalkola_spapi.simulator.inbound.plan_requests import BoxInput, ItemInput
from chalkola_spapi.simulator.inbound.products import Product
from chalkola_spapi.simulator.inbound.shipment_requests import PalletInput

_LB_A_KG = 2.20462
_IN_A_CM = 1 / 2.54


def new_id(prefix: str) -> str:
    """An id as Amazon makes them: two letters and a UUID. No two runs give the same."""
    return f"{prefix}{uuid.uuid4()}"


class ItemKey(NamedTuple):
    """What makes two units the same to Amazon."""

    msku: str
    lot: str | None
    expiration: str | None
    label_owner: str
    prep_owner: str

    def __str__(self) -> str:
        return (
            f"Item(msku={self.msku}, mlc={self.lot or 'null'}, "
            f"expiration={self.expiration or 'null'}, labelOwner={self.label_owner}, "
            f"prepOwner={self.prep_owner}, isQtyKnown=true)"
        )


def key_of(item: ItemInput) -> ItemKey:
    expiration = None if item.expiration is None else item.expiration.isoformat()
    return ItemKey(
        item.msku, item.manufacturing_lot_code, expiration, item.label_owner, item.prep_owner
    )


@dataclass(frozen=True, slots=True)
class Item:
    """Units of one product."""

    key: ItemKey
    product: Product
    quantity: int

    def describe(self) -> dict[str, object]:
        """Amazon's Item."""
        content: dict[str, object] = {
            "msku": self.key.msku,
            "asin": self.product.asin,
            "fnsku": self.product.fnsku,
            "quantity": self.quantity,
            "labelOwner": self.key.label_owner,
            "prepInstructions": [self._instruction(type_) for type_ in self.product.prep_types],
        }
        optional = {"expiration": self.key.expiration, "manufacturingLotCode": self.key.lot}
        return content | {name: value for name, value in optional.items() if value is not None}

    def _instruction(self, prep_type: str) -> dict[str, object]:
        is_label = prep_type == "ITEM_LABELING"
        owner = self.key.label_owner if is_label else self.key.prep_owner
        return {"prepType": prep_type, "prepOwner": owner}


@dataclass(frozen=True, slots=True)
class Box:
    """One box. Amazon's `quantity` is always 1: identical boxes are told apart from the start."""

    package_id: str
    contents: BoxInput
    items: tuple[Item, ...]
    group_id: str | None = None
    box_id: str | None = None

    @property
    def pounds(self) -> float:
        weight = self.contents.weight
        return weight.value * (_LB_A_KG if weight.unit == "KG" else 1)

    @property
    def longest_inches(self) -> float:
        sides = self.contents.dimensions
        longest = max(sides.length, sides.width, sides.height)
        return longest * (_IN_A_CM if sides.unit_of_measurement == "CM" else 1)

    def describe(self) -> dict[str, object]:
        """Amazon's Box; `boxId` is there once transport is confirmed."""
        content: dict[str, object] = {
            "packageId": self.package_id,
            "quantity": 1,
            "contentInformationSource": self.contents.content_information_source,
            "dimensions": self.contents.dimensions.wire(),
            "weight": self.contents.weight.wire(),
            "items": [item.describe() for item in self.items],
        }
        if self.box_id is None:
            return content
        return content | {
            "boxId": self.box_id,
            "externalContainerIdentifier": self.box_id,
            "externalContainerIdentifierType": "AMAZON",
        }


def make_box(
    contents: BoxInput,
    *,
    products: Mapping[str, Product],
    group_id: str | None = None,
    package_id: str | None = None,
) -> Box:
    """One of the boxes that an input describes."""
    items = tuple(Item(key_of(item), products[item.msku], item.quantity) for item in contents.items)
    return Box(package_id or new_id("pk"), contents, items, group_id)


@dataclass(frozen=True, slots=True)
class Pallet:
    """`quantity` identical pallets."""

    package_id: str
    contents: PalletInput

    def describe(self) -> dict[str, object]:
        """Amazon's Pallet."""
        return {"packageId": self.package_id, **self.contents.wire()}


def totals(items: Iterable[Item]) -> Counter[ItemKey]:
    """Units by what makes them the same."""
    counted: Counter[ItemKey] = Counter()
    for item in items:
        counted[item.key] += item.quantity
    return counted


def gather(items: Iterable[Item]) -> list[Item]:
    """One item for each kind, with all its units."""
    kinds: dict[ItemKey, Item] = {}
    for item in items:
        known = kinds.get(item.key)
        kinds[item.key] = (
            item if known is None else replace(known, quantity=known.quantity + item.quantity)
        )
    return list(kinds.values())


def units(items: Iterable[Item]) -> int:
    return sum(item.quantity for item in items)


def pounds(boxes: Iterable[Box]) -> float:
    return sum(box.pounds for box in boxes)


def split(items: Sequence[Item], *, into: int) -> list[list[Item]]:
    """Items dealt evenly into at most `into` heaps, none of them empty."""
    heaps: list[list[Item]] = [[] for _ in range(into)]
    turn = 0
    for item in items:
        share, rest = divmod(item.quantity, into)
        for number in range(into):
            # The odd units go round, or the first heap would get them all.
            extra = 1 if (number - turn) % into < rest else 0
            if share + extra:
                heaps[number].append(replace(item, quantity=share + extra))
        turn += rest
    return [heap for heap in heaps if heap]
