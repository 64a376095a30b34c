"""What Amazon knows of each MSKU: identifiers, preparation, and what its owners may be.

https://developer-docs.amazon.com/sp-api/reference/listprepdetails

Any MSKU is a product. How it begins decides what is special about it, unless a test changes it:
NEW- has no prep classification, FRAGILE- needs bubble wrap, BARCODE- needs no label, EXPIRES-
an expiration date, OVERSIZE- a packing group of its own, REMOVED- is not sold any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypedDict, Unpack

from chalkola_spapi.simulator.inbound.plan_requests import ItemInput, Owner
from chalkola_spapi.simulator.inbound.problems import Problem, input_problem
from chalkola_spapi.simulator.inbound.shipment_requests import MskuPrepDetailInput
from chalkola_spapi.simulator.marketplaces import MARKETPLACES
from chalkola_spapi.simulator.stock.catalogue import Catalogue

Constraint = Literal["AMAZON_ONLY", "NONE_ONLY", "SELLER_ONLY"]

_NO_PREP = {"ITEM_LABELING", "ITEM_NO_PREP"}


class ProductFacts(TypedDict, total=False):
    """What can be changed about a product."""

    asin: str
    fnsku: str
    prep_category: str
    prep_types: tuple[str, ...]
    prep_owner_constraint: Constraint | None
    label_owner_constraint: Constraint | None
    must_match: bool
    needs_expiration: bool
    is_removed: bool
    group: str


@dataclass(frozen=True, slots=True)
class Product:
    """One MSKU. `group`: products of different groups are never packed together."""

    msku: str
    asin: str
    fnsku: str
    prep_category: str = "NONE"
    prep_types: tuple[str, ...] = ("ITEM_LABELING", "ITEM_NO_PREP")
    prep_owner_constraint: Constraint | None = None
    label_owner_constraint: Constraint | None = None
    must_match: bool = False
    needs_expiration: bool = False
    is_removed: bool = False
    group: str = "standard"

    @property
    def needs_label(self) -> bool:
        return "ITEM_LABELING" in self.prep_types

    @property
    def needs_prep(self) -> bool:
        return not _NO_PREP.issuperset(self.prep_types)

    def describe(self) -> dict[str, object]:
        """Amazon's MskuPrepDetail."""
        constraints = {
            "prepOwnerConstraint": self.prep_owner_constraint
            or (None if self.needs_prep else "NONE_ONLY"),
            "labelOwnerConstraint": self.label_owner_constraint
            or (None if self.needs_label else "NONE_ONLY"),
            "allOwnersConstraint": "MUST_MATCH" if self.must_match else None,
        }
        if self.prep_category == "UNKNOWN":
            constraints = {}
        return {
            "msku": self.msku,
            "prepCategory": self.prep_category,
            "prepTypes": list(self.prep_types),
            **{name: value for name, value in constraints.items() if value is not None},
        }

    def owner_errors(self, item: ItemInput, *, country_code: str) -> list[str]:
        """What Amazon says at once to owners that do not fit (models#4058)."""
        # An unclassified product is refused by its operation, whatever its owners.
        if self.prep_category == "UNKNOWN":
            return []
        prep = _accepted(self.needs_prep, self.prep_owner_constraint, country_code=country_code)
        label = _accepted(self.needs_label, self.label_owner_constraint, country_code=country_code)
        errors = [
            _owner_error(self.msku, name, given=given, accepted=accepted)
            for name, given, accepted in (
                ("prepOwner", item.prep_owner, prep),
                ("labelOwner", item.label_owner, label),
            )
            if given not in accepted
        ]
        owners = {item.prep_owner, item.label_owner} - {"NONE"}
        if self.must_match and len(owners) > 1:
            errors.append(f"ERROR: {self.msku} requires prepOwner and labelOwner to match.")
        return errors

    def problems(self, item: ItemInput) -> list[Problem]:
        """What createInboundPlan's operation fails with."""
        found = []
        if self.is_removed:
            text = (
                "This product must be removed. You can send in new inventory by creating a new "
                "listing for this product."
            )
            found.append(input_problem("FBA_INB_0043", text, resource=self.msku))
        if self.prep_category == "UNKNOWN":
            text = (
                "Prep classification for this SKU was missing. Choose the prep category that "
                "applies to this SKU and apply any required prep and labeling to each sellable "
                "unit."
            )
            found.append(input_problem("FBA_INB_0182", text, resource=self.msku))
        if self.needs_expiration and item.expiration is None:
            text = "Expiration date required."
            found.append(input_problem("FBA_INB_0180", text, resource=self.msku))
        return found


class Products:
    """The products of every account; in each marketplace they are prepared apart."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._changed: dict[str, ProductFacts] = {}
        self._prepared: dict[tuple[str, str, str], ProductFacts] = {}

    def find(self, account: str, marketplace_id: str, msku: str) -> Product:
        item = self._catalogue.items.get(msku) or self._catalogue.invent(msku)
        facts: ProductFacts = {
            **_special(msku),
            **self._changed.get(msku, {}),
            **self._prepared.get((account, marketplace_id, msku), {}),
        }
        usual = Product(msku, item.asin, item.fnsku(MARKETPLACES[marketplace_id]))
        return replace(usual, **facts)

    def change(self, msku: str, **facts: Unpack[ProductFacts]) -> None:
        """Let Amazon know something else of an MSKU, in every account and marketplace."""
        self._changed[msku] = {**self._changed.get(msku, {}), **facts}

    def prepare(self, account: str, marketplace_id: str, detail: MskuPrepDetailInput) -> None:
        """What setPrepDetails sets."""
        self._prepared[account, marketplace_id, detail.msku] = {
            "prep_category": detail.prep_category,
            "prep_types": tuple(detail.prep_types),
        }

    def owner_errors(
        self, account: str, marketplace_id: str, items: Sequence[ItemInput]
    ) -> list[str]:
        """Every owner of every item that does not fit."""
        country_code = MARKETPLACES[marketplace_id].country_code
        return [
            text
            for item in items
            for text in self.find(account, marketplace_id, item.msku).owner_errors(
                item, country_code=country_code
            )
        ]

    def clear(self) -> None:
        self._changed.clear()
        self._prepared.clear()


def _special(msku: str) -> ProductFacts:
    for start, facts in _SPECIAL.items():
        if msku.startswith(start):
            return facts
    return {}


_SPECIAL: dict[str, ProductFacts] = {
    "NEW-": {"prep_category": "UNKNOWN", "prep_types": ()},
    "FRAGILE-": {
        "prep_category": "FRAGILE",
        "prep_types": ("ITEM_LABELING", "ITEM_BUBBLEWRAP"),
        "must_match": True,
    },
    "BARCODE-": {"prep_types": ("ITEM_NO_PREP",)},
    "EXPIRES-": {"needs_expiration": True},
    "OVERSIZE-": {"group": "oversize"},
    "REMOVED-": {"is_removed": True},
}


def _accepted(
    is_needed: bool, constraint: Constraint | None, *, country_code: str
) -> tuple[Owner, ...]:
    if constraint is not None:
        only: dict[Constraint, Owner] = {
            "AMAZON_ONLY": "AMAZON",
            "NONE_ONLY": "NONE",
            "SELLER_ONLY": "SELLER",
        }
        return (only[constraint],)
    if not is_needed:
        return ("NONE",)
    # Amazon prepares and labels nothing in the US any more.
    return ("SELLER",) if country_code == "US" else ("AMAZON", "SELLER")


def _owner_error(msku: str, owner: str, *, given: str, accepted: Sequence[str]) -> str:
    verb = "does not require" if accepted == ("NONE",) else "requires"
    values = ", ".join(accepted)
    return f"ERROR: {msku} {verb} {owner} but {given} was assigned. Accepted values: [{values}]"
