"""Packing: one option confirmed, every group packed, in one call.

The option is the cheapest that supports the wanted mode and that the boxes fit. Where none supports
freight, Amazon takes the boxes later: of each shipment, once the placement is confirmed.
https://developer-docs.amazon.com/sp-api/reference/setpackinginformation
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from chalkola_spapi.inbound_models import Box as AmazonBox
from chalkola_spapi.inbound_models import (
    BoxInput,
    Dimensions,
    Incentive,
    ItemInput,
    PackageGroupingInput,
    PackingOption,
    SetPackingInformationRequest,
    Weight,
)
from tasks.shipments import pacing
from tasks.shipments.box_groups import Assignment, assign_boxes
from tasks.shipments.errors import AmbiguousBoxesError, OptionsError
from tasks.shipments.operations import Intent, Started, Write
from tasks.shipments.plan import owners_of, units_of
from tasks.shipments.quotes import MODES, SOLUTIONS
from tasks.shipments.request import Box, Item, ShipmentRequest
from tasks.shipments.request import Dimensions as GivenDimensions
from tasks.shipments.work import Work

logger = logging.getLogger(__name__)

PROVIDED = "BOX_CONTENT_PROVIDED"
SET_PACKING = "setPackingInformation"


def configure_packing(work: Work) -> None:
    """Confirm a packing option and tell Amazon what is in every box; freight may be packed later.

    Raises:
        AmbiguousBoxesError: the boxes do not fit Amazon's groups, or fit in several ways.
        OptionsError: no option supports the wanted mode.
    """
    chosen = _chosen(work)
    if chosen is None:
        logger.info("%s: no packing option is for freight, packed later", work.shipment.plan_name)
        work.ledger.advance(work.shipment, "PACKING_CONFIGURED")
        return
    option, assignment = chosen
    work.operations.do(_confirm(work, option))
    work.ledger.write(
        "set_packing", id=work.shipment.id, packing_option_id=option.packing_option_id
    )
    groupings = tuple(
        PackageGroupingInput(packing_group_id=group, boxes=box_inputs(work, taken))
        for group, taken in assignment.items()
    )
    work.operations.do(_set_information(work, option, groupings))
    work.ledger.advance(work.shipment, "PACKING_CONFIGURED")


def incentives(found: Sequence[Incentive]) -> Decimal:
    """Give the total of fees, or of discounts."""
    return sum((one.value.amount for one in found), Decimal(0))


# -- which option ----------------------------------------------------------------------------------


def _chosen(work: Work) -> tuple[PackingOption, Assignment] | None:
    """Give the accepted option, else the cheapest one that the boxes fit; None: pack later."""
    options = _options(work)
    accepted = [option for option in options if option.status == "ACCEPTED"]
    allowed = accepted or [option for option in options if _supports(option, work.request)]
    if not allowed and work.request.is_freight:
        return None
    if not allowed:
        wanted = work.request.shipping
        raise OptionsError(
            f"{work.shipment.plan_name}: none of Amazon's {len(options)} packing options supports "
            f"shipping.mode {wanted.mode} with solution {wanted.solution}"
        )
    problem: AmbiguousBoxesError | None = None
    for option in sorted(allowed, key=_cost):
        try:
            return option, assign_boxes(work.request.boxes, _groups(work, option))
        except AmbiguousBoxesError as exc:
            problem = problem or exc
    raise problem or AmbiguousBoxesError("there are no packing groups")


def _options(work: Work) -> list[PackingOption]:
    """Give the options that can be confirmed, made if there are none."""
    found = _open(work)
    if found:
        return found
    work.operations.do(_generate(work))
    for _ in pacing.shown_looks(work.conns):
        found = _open(work)
        if found:
            return found
    if work.request.is_freight:
        return []
    raise OptionsError(f"{work.shipment.plan_name}: Amazon offers no packing option")


def _open(work: Work) -> list[PackingOption]:
    options = work.inbound.list_packing_options(work.plan_id)
    now = work.now()
    return [
        option
        for option in options
        if option.status == "ACCEPTED"
        or (option.status == "OFFERED" and (option.expiration is None or option.expiration > now))
    ]


def _supports(option: PackingOption, request: ShipmentRequest) -> bool:
    """Whether an option lists a way that is wanted; one that lists none is taken at its word."""
    modes, solutions = MODES[request.shipping.mode], SOLUTIONS[request.shipping.solution]
    configurations = option.supported_configurations
    if not configurations:
        return True
    return any(
        (not one.box_packing_methods or PROVIDED in one.box_packing_methods)
        and any(
            requirement.solution in solutions and modes & set(requirement.modes)
            for requirement in one.shipping_requirements
        )
        for one in configurations
    )


def _cost(option: PackingOption) -> tuple[Decimal, int, str]:
    net = incentives(option.fees) - incentives(option.discounts)
    return (net, len(option.packing_groups), option.packing_option_id)


def _groups(work: Work, option: PackingOption) -> dict[str, Counter[str]]:
    """Group -> MSKU -> units."""
    return {
        group: units_of(work.inbound.list_packing_group_items(work.plan_id, packing_group_id=group))
        for group in option.packing_groups
    }


# -- what is sent ----------------------------------------------------------------------------------


def box_inputs(work: Work, taken: Mapping[int, int]) -> tuple[BoxInput, ...]:
    """Give boxes (their place in the request -> how many of them) as Amazon takes them."""
    owners = owners_of(work)
    items = {item.msku: item for item in work.request.items}
    return tuple(
        _box(work.request.boxes[number], copies, items, owners)
        for number, copies in sorted(taken.items())
    )


def _box(
    box: Box, copies: int, items: Mapping[str, Item], owners: Mapping[str, tuple[str, str]]
) -> BoxInput:
    return BoxInput(
        content_information_source=PROVIDED,
        quantity=copies,
        dimensions=dimensions(box.dimensions),
        weight=Weight(value=box.weight.value, unit=box.weight.unit),
        items=tuple(
            ItemInput(
                msku=msku,
                quantity=units,
                label_owner=owners[msku][0],
                prep_owner=owners[msku][1],
                expiration=items[msku].expiration,
                manufacturing_lot_code=items[msku].manufacturing_lot_code,
            )
            for msku, units in box.contents.items()
        ),
    )


def dimensions(given: GivenDimensions) -> Dimensions:
    """Give sides as Amazon takes them."""
    return Dimensions(
        length=given.length,
        width=given.width,
        height=given.height,
        unit_of_measurement=given.unit,
    )


# -- writes ----------------------------------------------------------------------------------------


def _generate(work: Work) -> Write:
    def send(intent: Intent) -> Started:
        return Started(work.inbound.generate_packing_options(work.plan_id, before_send=intent))

    def find(_since: datetime) -> dict[str, Any] | None:
        return {} if _open(work) else None

    return Write("generatePackingOptions", "", send, find, is_once=False, reads_back=False)


def _confirm(work: Work, option: PackingOption) -> Write:
    option_id = option.packing_option_id

    def send(intent: Intent) -> Started:
        return Started(
            work.inbound.confirm_packing_option(
                work.plan_id, packing_option_id=option_id, before_send=intent
            )
        )

    def find(_since: datetime) -> dict[str, Any] | None:
        options = work.inbound.list_packing_options(work.plan_id)
        accepted = any(
            one.packing_option_id == option_id and one.status == "ACCEPTED" for one in options
        )
        return {} if accepted else None

    return Write("confirmPackingOption", option_id, send, find)


def _set_information(
    work: Work, option: PackingOption, groupings: tuple[PackageGroupingInput, ...]
) -> Write:
    def boxes() -> Iterator[AmazonBox]:
        for group in option.packing_groups:
            yield from work.inbound.list_packing_group_boxes(work.plan_id, packing_group_id=group)

    return packed(work, option.packing_option_id, groupings, boxes)


def packed(
    work: Work,
    subject: str,
    groupings: tuple[PackageGroupingInput, ...],
    boxes: Callable[[], Iterator[AmazonBox]],
) -> Write:
    """Give the write of all boxes at once; `boxes` lists those that Amazon shows."""
    request = SetPackingInformationRequest(package_groupings=groupings)

    def send(intent: Intent) -> Started:
        return Started(
            work.inbound.set_packing_information(work.plan_id, request=request, before_send=intent)
        )

    def find(_since: datetime) -> dict[str, Any] | None:
        count = sum(box.quantity or 1 for box in boxes())
        return {} if count == work.request.total_boxes else None

    return Write(SET_PACKING, subject, send, find)
