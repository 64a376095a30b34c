"""Pallets and declared value of a plan, spread over its shipments by their units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, Decimal

from tasks.shipments.errors import OptionsError

_CENT = Decimal("0.01")


def spread(quantities: Sequence[int], units: Mapping[str, int]) -> dict[str, list[int]]:
    """Give shipment -> how many pallets of each kind it gets; every shipment gets at least one.

    Raises:
        OptionsError: there are more shipments than pallets.
    """
    total = sum(quantities)
    if total < len(units):
        raise OptionsError(
            f"{total} pallets cannot be spread over {len(units)} shipments; choose a placement "
            "with fewer shipments, or give more pallets"
        )
    counts = _shares(total, units)
    left = list(quantities)
    return {shipment_id: _take(left, count) for shipment_id, count in counts.items()}


def spread_amount(amount: Decimal, units: Mapping[str, int]) -> dict[str, Decimal]:
    """Give shipment -> its part of an amount, in cents that add up to it."""
    total = sum(units.values()) or 1
    parts = {
        shipment_id: (amount * count / total).quantize(_CENT, rounding=ROUND_DOWN)
        for shipment_id, count in units.items()
    }
    first = next(iter(parts))
    parts[first] += amount - sum(parts.values())
    return parts


def _shares(total: int, units: Mapping[str, int]) -> dict[str, int]:
    """One each, and the rest to whoever has most units for each pallet."""
    counts = dict.fromkeys(units, 1)
    for _ in range(total - len(units)):
        fullest = max(counts, key=lambda one: units[one] / counts[one])
        counts[fullest] += 1
    return counts


def _take(left: list[int], count: int) -> list[int]:
    taken = []
    for kind, available in enumerate(left):
        took = min(available, count)
        left[kind] -= took
        count -= took
        taken.append(took)
    return taken
