"""Which quotes go together: exactly one a shipment, and parcels all with one carrier.

Amazon refuses parcels of one plan with differing carriers (FBA_INB_0354); pallets may differ.
https://developer-docs.amazon.com/sp-api/reference/confirmtransportationoptions
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tasks.shipments.errors import ShipmentInputError
from tasks.shipments.offers import OWN_CARRIER, PARTNERED, Quote
from tasks.shipments.request import Shipping

MODES = {
    "small_parcel": frozenset(
        {"GROUND_SMALL_PARCEL", "AIR_SMALL_PARCEL", "AIR_SMALL_PARCEL_EXPRESS"}
    ),
    "ltl": frozenset({"FREIGHT_LTL"}),
}
SOLUTIONS = {
    "partnered": frozenset({PARTNERED}),
    "own_carrier": frozenset({OWN_CARRIER}),
    "any": frozenset({PARTNERED, OWN_CARRIER}),
}
MODE_WORDS = {
    "GROUND_SMALL_PARCEL": "parcel",
    "AIR_SMALL_PARCEL": "air parcel",
    "AIR_SMALL_PARCEL_EXPRESS": "air express",
    "FREIGHT_LTL": "pallets (LTL)",
}


@dataclass(frozen=True)
class Choice:
    """One quote for each shipment of a placement."""

    quotes: tuple[Quote, ...]

    @property
    def option_ids(self) -> tuple[str, ...]:
        return tuple(quote.option_id for quote in self.quotes)

    @property
    def cost(self) -> Decimal | None:
        """The sum; None where a price is not Amazon's (own carrier), or currencies differ."""
        costs = [quote.cost for quote in self.quotes]
        if any(cost is None for cost in costs) or len({q.currency for q in self.quotes}) > 1:
            return None
        return sum((cost for cost in costs if cost is not None), Decimal(0))

    @property
    def currency(self) -> str | None:
        return next((quote.currency for quote in self.quotes if quote.currency), None)

    @property
    def expires_at(self) -> datetime | None:
        return min((q.expires_at for q in self.quotes if q.expires_at), default=None)

    @property
    def voidable_until(self) -> datetime | None:
        """Until when all of it can be cancelled free of charge."""
        return min((q.voidable_until for q in self.quotes if q.voidable_until), default=None)

    @property
    def needs_window(self) -> bool:
        return any(quote.needs_window for quote in self.quotes)

    @property
    def carriers(self) -> str:
        return ", ".join(sorted({quote.carrier for quote in self.quotes}))

    @property
    def way(self) -> str:
        """The choice in a few words, without its price."""
        modes = ", ".join(sorted({MODE_WORDS.get(q.mode, q.mode) for q in self.quotes}))
        kind = "own carrier" if self.quotes[0].solution == OWN_CARRIER else "partnered"
        return f"{self.carriers}, {modes}, {kind}"

    @property
    def rank(self) -> tuple[bool, Decimal, str]:
        """Cheapest first; what has no price comes last, for unknown is not free."""
        return (self.cost is None, self.cost or Decimal(0), self.way)


def wanted(quotes: Iterable[Quote], shipping: Shipping) -> list[Quote]:
    """Give the quotes that the request allows."""
    modes, solutions = MODES[shipping.mode], SOLUTIONS[shipping.solution]
    return [quote for quote in quotes if quote.mode in modes and quote.solution in solutions]


def choices(
    quotes: Sequence[Quote], shipment_ids: Sequence[str], *, is_freight: bool
) -> list[Choice]:
    """Give the combinations that can be confirmed, cheapest first: one for each carrier and way.

    Pallets may go with differing carriers, so their cheapest mixture comes along.
    """
    by_way: defaultdict[tuple[str, ...], list[Quote]] = defaultdict(list)
    for quote in quotes:
        by_way[quote.way].append(quote)
    pools = list(by_way.values())
    if is_freight:
        pools.append([quote for quote in quotes if quote.cost is not None])
    found: dict[tuple[str, ...], Choice] = {}
    for pool in pools:
        choice = _cheapest(pool, shipment_ids)
        if choice is not None:
            found[tuple(sorted(choice.option_ids))] = choice
    return sorted(found.values(), key=lambda choice: choice.rank)


def selection(
    quotes: Sequence[Quote],
    option_ids: Sequence[str],
    shipment_ids: Sequence[str],
    *,
    is_freight: bool,
) -> Choice:
    """Give the combination that a person has named by option ids.

    Raises:
        ShipmentInputError: an id is unknown, a shipment has none or several, or parcels differ in
            their carrier.
    """
    by_id = {quote.option_id: quote for quote in quotes}
    if unknown := [one for one in option_ids if one not in by_id]:
        raise ShipmentInputError(
            f"--transportation: {', '.join(unknown)} is not among the options; "
            "see `chalkola shipment show`"
        )
    chosen = [by_id[one] for one in option_ids]
    for shipment_id in shipment_ids:
        count = sum(quote.shipment_id == shipment_id for quote in chosen)
        if count != 1:
            raise ShipmentInputError(
                f"--transportation: shipment {shipment_id} has {count} options; name exactly one"
            )
    if not is_freight and len({quote.way for quote in chosen}) > 1:
        ways = ", ".join(sorted({quote.carrier for quote in chosen}))
        raise ShipmentInputError(
            f"--transportation: all parcels of a plan go with one carrier, not with {ways}"
        )
    order = {shipment_id: place for place, shipment_id in enumerate(shipment_ids)}
    return Choice(tuple(sorted(chosen, key=lambda quote: order[quote.shipment_id])))


def _cheapest(quotes: Iterable[Quote], shipment_ids: Sequence[str]) -> Choice | None:
    """The cheapest quote of each shipment; None where a shipment has none."""
    best: dict[str, Quote] = {}
    for quote in sorted(quotes, key=_by_cost):
        best.setdefault(quote.shipment_id, quote)
    if any(shipment_id not in best for shipment_id in shipment_ids):
        return None
    return Choice(tuple(best[shipment_id] for shipment_id in shipment_ids))


def _by_cost(quote: Quote) -> tuple[bool, Decimal, str]:
    return (quote.cost is None, quote.cost or Decimal(0), quote.option_id)
