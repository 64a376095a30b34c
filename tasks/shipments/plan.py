"""The inbound plan: made once, adopted if its answer was lost, read, voided.

Amazon takes no idempotency key: the plan's name, which is the shipment's, tells which one is ours.
https://developer-docs.amazon.com/sp-api/reference/createinboundplan
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalkola_spapi.errors import ApiStatusError, SpApiError
from chalkola_spapi.inbound import FulfillmentInboundApi
from chalkola_spapi.inbound_models import (
    Address,
    AddressInput,
    CreateInboundPlanRequest,
    InboundPlanSummary,
    Item,
    ItemInput,
)
from tasks.shipments import pacing
from tasks.shipments.errors import ShipmentError, ShipmentInputError
from tasks.shipments.operations import Intent, Started, Write
from tasks.shipments.prep import item_inputs, read_details
from tasks.shipments.problems import is_in_progress
from tasks.shipments.request import ShipmentRequest
from tasks.shipments.work import Work

logger = logging.getLogger(__name__)

#: Amazon's clock and ours may differ by this much.
CLOCK_SKEW = timedelta(minutes=2)
CREATE = "createInboundPlan"
CANCEL = "cancelInboundPlan"


def refuse_taken_name(inbound: FulfillmentInboundApi, name: str) -> None:
    """Return if no plan at Amazon, whoever made it, has this name, unless voided or failed.

    Raises:
        ShipmentInputError: one has.
    """
    for plan in _newest_first(inbound):
        if plan.name == name and plan.status not in {"VOIDED", "ERRORED"}:
            raise ShipmentInputError(
                f"name: Amazon has a plan {name!r} already ({plan.inbound_plan_id}, {plan.status}) "
                "that this database did not make; choose another name"
            )


def create_plan(work: Work) -> str:
    """Give Amazon's id of the shipment's plan, made if it is not there.

    Raises:
        ShipmentInputError: another plan has the name.
        OperationFailedError: Amazon could not make it; all its problems.
    """
    if work.shipment.inbound_plan_id is not None:
        return work.shipment.inbound_plan_id
    if work.operations.last(CREATE) is None:
        refuse_taken_name(work.inbound, work.request.name)
    items = item_inputs(work.request, read_details(work.inbound, work.request))
    result = work.operations.do(_create(work, items))
    plan_id = str(result["inbound_plan_id"])
    work.ledger.write("set_plan", id=work.shipment.id, inbound_plan_id=plan_id)
    work.ledger.advance(work.shipment, "PLAN_CREATED")
    return plan_id


def _create(work: Work, items: Sequence[ItemInput]) -> Write:
    request = CreateInboundPlanRequest(
        destination_marketplaces=(work.request.place.marketplace_id,),
        items=tuple(items),
        source_address=_address(work.request),
        name=work.request.name,
    )

    owners = {item.msku: [item.label_owner, item.prep_owner] for item in items}

    def send(intent: Intent) -> Started:
        answer = work.inbound.create_inbound_plan(request, before_send=intent)
        result = {"inbound_plan_id": answer.inbound_plan_id, "owners": owners}
        return Started(answer.operation_id, result)

    def find(since: datetime) -> dict[str, Any] | None:
        plan_id = _adoptable(work, since)
        return None if plan_id is None else {"inbound_plan_id": plan_id, "owners": owners}

    return Write(CREATE, "", send, find, reads_back=False)


def units_of(items: Iterable[Item]) -> Counter[str]:
    """Give MSKU -> units."""
    units: Counter[str] = Counter()
    for item in items:
        units[item.msku] += item.quantity
    return units


def owners_of(work: Work) -> dict[str, tuple[str, str]]:
    """Give MSKU -> who labels and who prepares it, as the plan was made."""
    made = work.operations.last(CREATE)
    owners = (made.result or {}).get("owners", {}) if made is not None else {}
    return {msku: (label, prep) for msku, (label, prep) in owners.items()}


def _adoptable(work: Work, since: datetime) -> str | None:
    """Find our plan: ACTIVE, of this name, made since the intent, of the same items and address."""
    for plan in _newest_first(work.inbound):
        if plan.created_at < since - CLOCK_SKEW:
            return None
        if plan.name == work.request.name and plan.status == "ACTIVE" and _is_ours(work, plan):
            return plan.inbound_plan_id
    return None


def _newest_first(inbound: FulfillmentInboundApi) -> Iterable[InboundPlanSummary]:
    return inbound.list_inbound_plans(sort_by="CREATION_TIME", sort_order="DESC")


def _is_ours(work: Work, plan: InboundPlanSummary) -> bool:
    if not _same_address(plan.source_address, _address(work.request)):
        return False
    items = _items_of(work, plan.inbound_plan_id)
    return items is not None and units_of(items) == work.request.units


def _items_of(work: Work, plan_id: str) -> list[Item] | None:
    """Give a plan's items, once Amazon has made it; None: it is another application's.

    Raises:
        ShipmentError: Amazon is still making it, so that nobody can tell whose it is.
    """
    for _ in pacing.looks(work.conns, for_s=pacing.IN_PROGRESS_S):
        try:
            # A plan without items is one that Amazon is still making.
            if items := work.inbound.list_inbound_plan_items(plan_id):
                return items
        except ApiStatusError as exc:
            if not is_in_progress(exc):
                # Plans of other applications may not be read.
                logger.info("plan %s cannot be read: %s", plan_id, exc)
                return None
    raise ShipmentError(
        f"{work.shipment.plan_name}: Amazon is still making the plan {plan_id}; resume later"
    )


def _same_address(found: Address, ours: AddressInput) -> bool:
    names = ("name", "address_line_1", "city", "country_code", "postal_code")
    return all(_folded(getattr(found, name)) == _folded(getattr(ours, name)) for name in names)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _address(request: ShipmentRequest) -> AddressInput:
    source = request.source_address
    return AddressInput(
        name=source.name,
        address_line_1=source.address_line_1,
        address_line_2=source.address_line_2,
        city=source.city,
        state_or_province_code=source.state_or_province,
        postal_code=source.postal_code,
        country_code=source.country_code,
        phone_number=source.phone_number,
        email=source.email,
        company_name=source.company_name,
        district_or_county=source.district_or_county,
    )


# -- voiding ---------------------------------------------------------------------------------------


def void_plan(work: Work) -> None:
    """Void the plan at Amazon, and read it again to prove that it is.

    Without a plan there is nothing to void.

    Raises:
        ShipmentError: Amazon still shows the plan as something else.
        SpApiError: Amazon refused.
    """
    if work.shipment.inbound_plan_id is None:
        if work.operations.last(CREATE) is None:
            return
        # An answer may have been lost: what was made must be known before it can be voided.
        plan_id = _unfinished_plan(work)
        if plan_id is None:
            return
        work.ledger.write("set_plan", id=work.shipment.id, inbound_plan_id=plan_id)
        work = Work.on(work.shipment.plan_name)
    if is_voided(work):
        return
    work.operations.do(_cancel(work))
    for _ in pacing.looks(work.conns, for_s=pacing.READ_BACK_S):
        if is_voided(work):
            return
    raise ShipmentError(
        f"{work.shipment.plan_name}: Amazon took the cancellation of {work.plan_id}, but does not "
        "show the plan as voided yet; run `chalkola shipment cancel` again"
    )


def _unfinished_plan(work: Work) -> str | None:
    last = work.operations.last(CREATE)
    if last is None or last.state in {"failed", "refused", "absent"}:
        return None
    if last.result and "inbound_plan_id" in last.result:
        return str(last.result["inbound_plan_id"])
    for _ in pacing.believed_looks(work.conns):
        plan_id = _adoptable(work, last.intended_at)
        if plan_id is not None:
            return plan_id
    return None


def is_voided(work: Work) -> bool:
    """Whether Amazon shows the plan as voided."""
    return work.inbound.get_inbound_plan(work.plan_id).status == "VOIDED"


def refuse_voided(work: Work) -> None:
    """Return if the plan lives.

    Raises:
        ShipmentError: somebody voided it at Amazon; the shipment is over.
    """
    if is_voided(work):
        raise ShipmentError(
            f"{work.shipment.plan_name}: the plan {work.plan_id} was voided at Amazon; create a "
            "shipment with another name"
        )


def _cancel(work: Work) -> Write:
    def send(intent: Intent) -> Started:
        return Started(work.inbound.cancel_inbound_plan(work.plan_id, before_send=intent))

    def find(_since: datetime) -> dict[str, Any] | None:
        return {} if is_voided(work) else None

    # Cancelled twice is cancelled once.
    return Write(CANCEL, work.plan_id, send, find, is_once=False)


def plan_problem(work: Work, exc: SpApiError) -> ShipmentError | None:
    """Give what lies behind a refusal, if it is that the plan was voided underneath."""
    if work.shipment.inbound_plan_id is None:
        return None
    try:
        refuse_voided(work)
    except ShipmentError as voided:
        return voided
    except SpApiError as other:
        logger.info("after %s the plan could not be read: %s", exc, other)
    return None
