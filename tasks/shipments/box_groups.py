"""Which box belongs to which packing group, told by its contents alone.

Amazon says which MSKUs may be boxed together; the units of each group must match exactly. Boxes
that fit in several ways are refused: only the packer knows which of them stands where.
https://developer-docs.amazon.com/sp-api/reference/setpackinginformation
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tasks.shipments.errors import AmbiguousBoxesError
from tasks.shipments.request import Box

#: A search that takes more steps than this has too many ways to be told by contents.
MAX_STEPS = 20_000

Units = Mapping[str, int]
#: Group -> how many of each box (by its place in the request) it gets.
Assignment = dict[str, dict[int, int]]


def assign_boxes(
    boxes: Sequence[Box], groups: Mapping[str, Units], *, takes_any: bool = False
) -> Assignment:
    """Give the one way in which the boxes make up the groups' units; any of several if asked to.

    Raises:
        AmbiguousBoxesError: there is none, or more than one; the message says why.
    """
    candidates = [_candidates(box, groups) for box in boxes]
    _refuse_mixed(boxes, groups, candidates)
    search = _Search(boxes, groups, candidates)
    found = search.first(1 if takes_any else 2)
    if not found:
        raise AmbiguousBoxesError(_mismatch(boxes, groups, candidates))
    if len(found) > 1:
        raise AmbiguousBoxesError(_two_ways(boxes, groups, found))
    return found[0]


def _candidates(box: Box, groups: Mapping[str, Units]) -> list[str]:
    return [group for group, units in groups.items() if units.keys() >= box.contents.keys()]


def _refuse_mixed(
    boxes: Sequence[Box], groups: Mapping[str, Units], candidates: Sequence[list[str]]
) -> None:
    for number, (box, fits) in enumerate(zip(boxes, candidates, strict=True)):
        if not fits:
            parts = "; ".join(f"{msku} in {_groups_of(msku, groups)}" for msku in box.contents)
            raise AmbiguousBoxesError(
                f"{_name(boxes, number)} mixes MSKUs that Amazon wants packed apart ({parts}): "
                "pack them in boxes of their own"
            )


def _groups_of(msku: str, groups: Mapping[str, Units]) -> str:
    names = [_label(group, groups) for group, units in groups.items() if msku in units]
    return " or ".join(names) or "no group"


def _label(group: str, groups: Mapping[str, Units]) -> str:
    return f"group {list(groups).index(group) + 1}"


def _name(boxes: Sequence[Box], number: int) -> str:
    return f"boxes[{number}]" + (f" ({boxes[number].name})" if boxes[number].name else "")


def _mismatch(
    boxes: Sequence[Box], groups: Mapping[str, Units], candidates: Sequence[list[str]]
) -> str:
    """Compare what each group needs with the boxes that can only belong to it."""
    lines = []
    for group, units in groups.items():
        held = dict.fromkeys(units, 0)
        for number, box in enumerate(boxes):
            if candidates[number] == [group]:
                for msku, count in box.contents.items():
                    held[msku] += count * box.quantity
        wrong = [f"{m}: {units[m]} needed, {held[m]} packed" for m in units if units[m] != held[m]]
        if wrong:
            lines.append(f"{_label(group, groups)}: {', '.join(wrong)}")
    return (
        f"the boxes do not make up Amazon's {len(groups)} packing groups: "
        f"{'; '.join(lines)}. Change the boxes so that each group is packed exactly"
    )


def _two_ways(
    boxes: Sequence[Box], groups: Mapping[str, Units], found: Sequence[Assignment]
) -> str:
    one, other = found
    number = next(
        place
        for place in range(len(boxes))
        if any(one[g].get(place, 0) != other[g].get(place, 0) for g in groups)
    )
    fits = [_label(g, groups) for g in groups if groups[g].keys() >= boxes[number].contents.keys()]
    return (
        f"{_name(boxes, number)} fits {' and '.join(fits)}, so its contents do not say where it "
        "stands: pack each group in boxes whose contents differ"
    )


@dataclass
class _Search:
    """Box after box, every split of its copies over its groups; stops once it has enough."""

    boxes: Sequence[Box]
    groups: Mapping[str, Units]
    candidates: Sequence[list[str]]
    steps: int = 0

    def first(self, most: int) -> list[Assignment]:
        left = {group: dict(units) for group, units in self.groups.items()}
        found: list[Assignment] = []
        for solution in self._from(self._order(), left, {group: {} for group in self.groups}):
            found.append(solution)
            if len(found) == most:
                break
        return found

    def _order(self) -> list[int]:
        # What can stand in one place only comes first: it narrows the rest.
        return sorted(range(len(self.boxes)), key=lambda number: len(self.candidates[number]))

    def _from(
        self, order: list[int], left: dict[str, dict[str, int]], taken: Assignment
    ) -> Iterator[Assignment]:
        if not order:
            if all(units == 0 for group in left.values() for units in group.values()):
                yield {group: dict(boxes) for group, boxes in taken.items()}
            return
        number, rest = order[0], order[1:]
        for split in self._splits(
            number, self.candidates[number], self.boxes[number].quantity, left
        ):
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise AmbiguousBoxesError(
                    "the boxes can be spread over Amazon's packing groups in too many ways: "
                    "pack each group in boxes whose contents differ"
                )
            self._move(number, split, left, taken, sign=-1)
            yield from self._from(rest, left, taken)
            self._move(number, split, left, taken, sign=1)

    def _splits(
        self, number: int, groups: list[str], copies: int, left: dict[str, dict[str, int]]
    ) -> Iterator[dict[str, int]]:
        """Every way to spread a box's copies over groups that still have room for them."""
        group, others = groups[0], groups[1:]
        contents = self.boxes[number].contents
        room = min(left[group][msku] // units for msku, units in contents.items())
        if not others:
            if copies <= room:
                yield {group: copies} if copies else {}
            return
        for count in range(min(copies, room), -1, -1):
            for split in self._splits(number, others, copies - count, left):
                yield {group: count, **split} if count else split

    def _move(
        self,
        number: int,
        split: dict[str, int],
        left: dict[str, dict[str, int]],
        taken: Assignment,
        *,
        sign: int,
    ) -> None:
        for group, copies in split.items():
            for msku, units in self.boxes[number].contents.items():
                left[group][msku] += sign * units * copies
            if sign < 0:
                taken[group][number] = copies
            else:
                del taken[group][number]
