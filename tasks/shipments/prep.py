"""How the items are prepared, and by whom: asked of Amazon, set where it does not know.

https://developer-docs.amazon.com/sp-api/reference/listprepdetails
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalkola_spapi.inbound import FulfillmentInboundApi
from chalkola_spapi.inbound_models import (
    ItemInput,
    MskuPrepDetail,
    MskuPrepDetailInput,
    SetPrepDetailsRequest,
)
from tasks.shipments.operations import Intent, Started, Write
from tasks.shipments.request import Item, ShipmentRequest
from tasks.shipments.work import Work

UNKNOWN = "UNKNOWN"
_ONLY = {"AMAZON_ONLY": "AMAZON", "NONE_ONLY": "NONE", "SELLER_ONLY": "SELLER"}
_NO_PREP = frozenset({"ITEM_NO_PREP", "ITEM_LABELING"})
_A_CALL = 100

Details = Mapping[str, MskuPrepDetail]


def read_details(inbound: FulfillmentInboundApi, request: ShipmentRequest) -> Details:
    """Give what Amazon knows of each MSKU; one that it does not know may be missing."""
    found = inbound.list_prep_details(
        request.place.marketplace_id, mskus=[item.msku for item in request.items]
    )
    return {detail.msku: detail for detail in found}


def is_unknown(detail: MskuPrepDetail | None) -> bool:
    """Whether Amazon has no prep classification of an MSKU (FBA_INB_0182)."""
    return detail is None or detail.prep_category in {UNKNOWN, ""}


def prep_problems(request: ShipmentRequest, details: Details) -> list[str]:
    """Name the items that cannot be prepared as asked."""
    problems = []
    for number, item in enumerate(request.items):
        detail = details.get(item.msku)
        if is_unknown(detail):
            if item.prep_category in {None, UNKNOWN}:
                problems.append(
                    f"items[{number}].prep_category: Amazon does not know how {item.msku} is "
                    "prepared; give prep_category and prep_types"
                )
            elif not item.prep_types and item.prep_category != "NONE":
                problems.append(f"items[{number}].prep_types: needed beside prep_category")
        elif detail is not None:
            problems += _owner_problems(number, item, detail)
    return problems


def _owner_problems(number: int, item: Item, detail: MskuPrepDetail) -> list[str]:
    wanted = (
        ("label_owner", item.label_owner, detail.label_owner_constraint),
        ("prep_owner", item.prep_owner, detail.prep_owner_constraint),
    )
    return [
        f"items[{number}].{name}: {given} was given, Amazon takes only {_ONLY[constraint]}"
        for name, given, constraint in wanted
        if given is not None and constraint in _ONLY and given != _ONLY[constraint]
    ]


def item_inputs(request: ShipmentRequest, details: Details) -> list[ItemInput]:
    """Give the items as Amazon takes them, with the owners that it wants where none were given."""
    return [_input(item, details.get(item.msku)) for item in request.items]


def _input(item: Item, detail: MskuPrepDetail | None) -> ItemInput:
    label, prep = _owners(item, detail)
    return ItemInput(
        msku=item.msku,
        quantity=item.quantity,
        label_owner=label,
        prep_owner=prep,
        expiration=item.expiration,
        manufacturing_lot_code=item.manufacturing_lot_code,
    )


def _owners(item: Item, detail: MskuPrepDetail | None) -> tuple[str, str]:
    """Give who labels and who prepares: as given, as constrained, else the seller if needed."""
    label = item.label_owner or _constrained(detail.label_owner_constraint if detail else None)
    label = label or "SELLER"
    needs_prep = detail is not None and not _NO_PREP.issuperset(detail.prep_types)
    prep = item.prep_owner or _constrained(detail.prep_owner_constraint if detail else None)
    prep = prep or ("SELLER" if needs_prep else "NONE")
    must_match = detail is not None and detail.all_owners_constraint == "MUST_MATCH"
    if must_match and "NONE" not in {label, prep} and label != prep:
        return (label, label) if item.prep_owner is None else (prep, prep)
    return label, prep


def _constrained(constraint: str | None) -> str | None:
    return _ONLY.get(constraint or "")


def prepare_items(work: Work) -> list[str]:
    """Set the prep of the MSKUs that Amazon does not know; gives which ones."""
    details = read_details(work.inbound, work.request)
    unknown = [item for item in work.request.items if is_unknown(details.get(item.msku))]
    for start in range(0, len(unknown), _A_CALL):
        work.operations.do(_set_prep(work, unknown[start : start + _A_CALL]))
    return [item.msku for item in unknown]


def _set_prep(work: Work, items: Sequence[Item]) -> Write:
    marketplace_id = work.request.place.marketplace_id
    request = SetPrepDetailsRequest(
        marketplace_id=marketplace_id,
        msku_prep_details=tuple(
            MskuPrepDetailInput(
                msku=item.msku,
                prep_category=item.prep_category or "NONE",
                prep_types=tuple(item.prep_types or _usual_types(item)),
            )
            for item in items
        ),
    )

    def send(intent: Intent) -> Started:
        return Started(work.inbound.set_prep_details(request, before_send=intent))

    def find(_since: datetime) -> dict[str, Any] | None:
        found = work.inbound.list_prep_details(marketplace_id, mskus=[i.msku for i in items])
        known = {detail.msku for detail in found if not is_unknown(detail)}
        return {} if known >= {item.msku for item in items} else None

    subject = f"{items[0].msku}+{len(items) - 1}" if len(items) > 1 else items[0].msku
    return Write("setPrepDetails", subject, send, find, is_once=False, reads_back=False)


def _usual_types(item: Item) -> list[str]:
    return ["ITEM_NO_PREP"] if item.label_owner == "NONE" else ["ITEM_LABELING", "ITEM_NO_PREP"]
