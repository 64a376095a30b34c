"""Placement: into how many shipments the goods are divided, where they go, what that costs.

https://developer-docs.amazon.com/sp-api/reference/listplacementoptions

Fewer shipments cost more. A shipment holds boxes of one packing group. Options live 72 hours.
While no boxes are set, whatever the reason, the plan is one to pack later: its shipments hold
units, and it gets transport options only once its placement is confirmed (models#4184).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.inbound import fulfillment_centers
from chalkola_spapi.simulator.inbound.desk import Desk
from chalkola_spapi.simulator.inbound.goods import Box, Item, gather, new_id, split, units
from chalkola_spapi.simulator.inbound.journey import Journey
from chalkola_spapi.simulator.inbound.money import Charge, Incentive, local_money
from chalkola_spapi.simulator.inbound.operation import Operation
from chalkola_spapi.simulator.inbound.plan import PlacementOption, Plan
from chalkola_spapi.simulator.inbound.problems import bad_request
from chalkola_spapi.simulator.inbound.scripts import InboundScript
from chalkola_spapi.simulator.inbound.shipment import Shipment

LIFETIME = timedelta(hours=72)
_FEE_DOLLARS_A_UNIT = 0.31
# The part of the fee that the first, second, third option costs, and the discount a unit.
_FEE_PARTS = (1.0, 0.42, 0.0)
_DISCOUNT_DOLLARS_A_UNIT = (0.0, 0.02, 0.0)
_FEE_TEXT = (
    "Placement service fee represents service to inbound with minimal shipment splits and "
    "destinations of skus"
)

_Load = tuple[list[Item], list[Box]]


def generate_placement(desk: Desk, plan: Plan) -> Operation:
    """generatePlacementOptions: replaces the options; until one is confirmed."""
    name = "generatePlacementOptions"
    clash = desk.admit(plan, name, subject=plan.plan_id)
    if plan.placement:
        text = "The inbound plan is not in a valid state to generate placement options."
        raise bad_request(text)

    def effect(script: InboundScript, at: datetime) -> None:
        plan.placement_options, plan.shipments = [], {}
        divided = [] if script.no_options else list(_divided(plan, script.splits))
        for rank, loads in enumerate(divided):
            _offer(desk, plan, loads, rank=rank, factor=script.price_factor, at=at)

    return desk.begin(plan, name, subject=plan.plan_id, effect=effect, problems=clash)


def confirm_placement(desk: Desk, plan: Plan, option_id: str) -> Operation:
    """confirmPlacementOption: one, once and for ever, before it expires."""
    name = "confirmPlacementOption"
    clash = desk.admit(plan, name, subject=plan.plan_id)
    option = find_placement(plan, option_id)
    if plan.placement or plan.has_done(name):
        raise bad_request("A placement option was already confirmed for this inbound plan.")
    if option.status(desk.now) == "EXPIRED":
        raise bad_request("The placement option has expired.")

    def effect(_script: InboundScript, at: datetime) -> None:
        option.accepted = True
        for other in plan.placement_options:
            # Nobody can confirm another any more.
            other.expires_at = other.expires_at if other is option else at
        for shipment in plan.shipments.values():
            if shipment.placement_id == option_id:
                shipment.journey.confirmed_at = at
            else:
                shipment.journey.ended = "ABANDONED"
        plan.charges += [Charge("placement", option_id, fee.value, at) for fee in option.fees]

    return desk.begin(plan, name, subject=option_id, effect=effect, problems=clash)


def find_placement(plan: Plan, option_id: str) -> PlacementOption:
    """A placement option.

    Raises:
        RefusedError: 400, the plan has none of this id.
    """
    option = next((one for one in plan.placement_options if one.option_id == option_id), None)
    if option is None:
        text = "The requested placementOptionId does not exist for the given inbound plan."
        raise bad_request(text)
    return option


def _divided(plan: Plan, splits: Sequence[int]) -> Iterator[list[_Load]]:
    """The loads of each option; options that come to equally many shipments are one."""
    known = set()
    for parts in splits:
        loads = list(_loads(plan, parts))
        if len(loads) not in known:
            known.add(len(loads))
            yield loads


def _loads(plan: Plan, parts: int) -> Iterator[_Load]:
    if not plan.packed:
        yield from ((items, []) for items in split(plan.items, into=parts))
        return
    for group_id in dict.fromkeys(box.group_id for box in plan.packed):
        boxes = [box for box in plan.packed if box.group_id == group_id]
        if any(not box.items for box in boxes):
            # What is in such boxes only Amazon will see: they stay together.
            groups = plan.packing.groups if plan.packing else {}
            yield groups.get(group_id or "", []), boxes
            continue
        for number in range(min(parts, len(boxes))):
            part = boxes[number::parts]
            yield gather(item for box in part for item in box.items), part


def _offer(
    desk: Desk, plan: Plan, loads: Sequence[_Load], *, rank: int, factor: float, at: datetime
) -> None:
    sent = sorted((item.key.msku, item.quantity) for item in plan.items)
    key = noise.key(desk.seed, plan.marketplace.id, sent, rank)
    option = PlacementOption(
        option_id=new_id("pl"),
        shipment_ids=[],
        fees=_fees(plan, rank=rank, factor=factor, luck=noise.uniform(key)),
        discounts=_discounts(plan, rank=rank),
        expires_at=at + LIFETIME,
    )
    plan.placement_options.append(option)
    centers = fulfillment_centers.choose(plan.marketplace, count=len(loads), key=key)
    for number, ((items, boxes), center) in enumerate(zip(loads, centers, strict=True), 1):
        shipment = Shipment(
            shipment_id=new_id("sh"),
            placement_id=option.option_id,
            name=f"{plan.name}-{center.code}-{number}"[:100],
            source=plan.source,
            center=center,
            items=items,
            boxes=boxes,
            journey=Journey(desk.speed),
            is_optimized=rank == len(_FEE_PARTS) - 1,
        )
        plan.shipments[shipment.shipment_id] = shipment
        option.shipment_ids.append(shipment.shipment_id)


def _fees(plan: Plan, *, rank: int, factor: float, luck: float) -> list[Incentive]:
    part = _FEE_PARTS[min(rank, len(_FEE_PARTS) - 1)]
    dollars = _FEE_DOLLARS_A_UNIT * part * (0.9 + 0.2 * luck) * factor * units(plan.items)
    value = local_money(dollars, marketplace=plan.marketplace)
    return [Incentive("FEE", "Placement Services", _FEE_TEXT, value)] if value.amount else []


def _discounts(plan: Plan, *, rank: int) -> list[Incentive]:
    a_unit = _DISCOUNT_DOLLARS_A_UNIT[min(rank, len(_FEE_PARTS) - 1)]
    value = local_money(a_unit * units(plan.items), marketplace=plan.marketplace)
    text = "Discount for more shipments"
    return [Incentive("DISCOUNT", "Fulfillment Fee Discount", text, value)] if value.amount else []
