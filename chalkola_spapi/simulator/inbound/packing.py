"""Packing: options that group the items, and the boxes that the seller says hold them.

https://developer-docs.amazon.com/sp-api/reference/setpackinginformation
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from chalkola_spapi.simulator.inbound import times
from chalkola_spapi.simulator.inbound.desk import Desk
from chalkola_spapi.simulator.inbound.goods import (
    Box,
    Item,
    ItemKey,
    key_of,
    make_box,
    new_id,
    totals,
    units,
)
from chalkola_spapi.simulator.inbound.money import Incentive, local_money
from chalkola_spapi.simulator.inbound.operation import Operation
from chalkola_spapi.simulator.inbound.plan import PackingOption, Plan
from chalkola_spapi.simulator.inbound.plan_requests import PackageGroupingInput
from chalkola_spapi.simulator.inbound.problems import Problem, bad_request, error, unprocessable
from chalkola_spapi.simulator.inbound.scripts import InboundScript

LIFETIME = timedelta(hours=72)
_DISCOUNT_DOLLARS_A_UNIT = 0.04
_FEE_DOLLARS_A_UNIT = 0.03
_SOLUTIONS = ("AMAZON_PARTNERED_CARRIER", "USE_YOUR_OWN_CARRIER")


def generate_packing(desk: Desk, plan: Plan) -> Operation:
    """generatePackingOptions: replaces the options; until one is confirmed."""
    name = "generatePackingOptions"
    clash = desk.admit(plan, name, subject=plan.plan_id)
    if plan.packing or plan.placement:
        raise bad_request("The inbound plan is not in a valid state to generate packing options.")

    def effect(script: InboundScript, at: datetime) -> None:
        groupings = [] if script.no_options else list(_groupings(plan.items, script.packing))
        plan.packing_options = [
            _option(plan, groups, is_first=number == 0, at=at, modes=script.modes)
            for number, groups in enumerate(groupings)
        ]

    return desk.begin(plan, name, subject=plan.plan_id, effect=effect, problems=clash)


def confirm_packing(desk: Desk, plan: Plan, option_id: str) -> Operation:
    """confirmPackingOption: one, once, before it expires."""
    name = "confirmPackingOption"
    clash = desk.admit(plan, name, subject=plan.plan_id)
    option = next((one for one in plan.packing_options if one.option_id == option_id), None)
    if option is None:
        text = "The requested packingOptionId does not exist for the given inbound plan."
        raise bad_request(text)
    if plan.packing or plan.placement or plan.has_done(name):
        raise bad_request("A packing option was already confirmed for this inbound plan.")
    if option.status(desk.now) == "EXPIRED":
        raise bad_request("The packing option has expired.")

    def effect(_script: InboundScript, _at: datetime) -> None:
        option.accepted = True

    return desk.begin(plan, name, subject=option_id, effect=effect, problems=clash)


def set_packing(desk: Desk, plan: Plan, groupings: Sequence[PackageGroupingInput]) -> Operation:
    """setPackingInformation: all groups before the placement is confirmed, shipments after it.

    Placement and transport options that were generated for other boxes are withdrawn.
    """
    name = "setPackingInformation"
    clash = desk.admit(plan, name, subject=plan.plan_id)
    expected = _expected_by_shipment(plan, groupings) if plan.placement else None
    expected = expected or _expected_by_group(plan, groupings, now=desk.now)
    problems = [
        problem
        for grouping in groupings
        for problem in _content_problems(grouping, expected[_target(grouping)])
    ]
    problems += _incomplete(groupings, expected)

    def effect(_script: InboundScript, _at: datetime) -> None:
        if plan.placement:
            for grouping in groupings:
                shipment = plan.shipment(_target(grouping))
                shipment.boxes = _boxes(grouping, shipment.items)
                shipment.options = []
            return
        plan.packed = [box for one in groupings for box in _boxes(one, plan.items)]
        plan.placement_options, plan.shipments = [], {}

    return desk.begin(plan, name, subject=plan.plan_id, effect=effect, problems=[*clash, *problems])


def group_items(plan: Plan, group_id: str) -> list[Item]:
    """The items of a group of any option.

    Raises:
        RefusedError: 400, there is no such group.
    """
    for option in plan.packing_options:
        if group_id in option.groups:
            return option.groups[group_id]
    text = "The requested packingGroupId does not exist for the specified inbound plan."
    raise bad_request(text)


def group_boxes(plan: Plan, group_id: str) -> list[Box]:
    """The boxes that were set for a group."""
    group_items(plan, group_id)
    return [box for box in plan.packed if box.group_id == group_id]


def describe_packing(option: PackingOption, plan: Plan, now: datetime) -> dict[str, object]:
    """Amazon's PackingOption."""
    is_metric = plan.marketplace.country_code != "US"
    weight = {"unit": "KG" if is_metric else "LB", "minimum": 0, "maximum": 23 if is_metric else 50}
    requirements = [{"solution": one, "modes": list(option.modes)} for one in _SOLUTIONS]
    return {
        "packingOptionId": option.option_id,
        "packingGroups": list(option.groups),
        "fees": [fee.describe() for fee in option.fees],
        "discounts": [discount.describe() for discount in option.discounts],
        "status": option.status(now),
        "expiration": times.millis(option.expires_at),
        "supportedConfigurations": [
            {
                "boxPackingMethods": ["BOX_CONTENT_PROVIDED", "BARCODE_2D", "MANUAL_PROCESS"],
                "boxRequirements": {"weight": weight},
                "shippingRequirements": requirements,
            }
        ],
        "supportedShippingConfigurations": [
            {"shippingMode": mode, "shippingSolution": one}
            for one in _SOLUTIONS
            for mode in option.modes
        ],
    }


def _groupings(
    items: Sequence[Item], scripted: tuple[tuple[tuple[str, ...], ...], ...] | None
) -> Iterator[list[list[Item]]]:
    """The ways to group: by the products' groups, and every product but the first apart too."""
    if scripted is not None:
        for option in scripted:
            yield [[item for item in items if item.key.msku in group] for group in option]
        return
    names = sorted({item.product.group for item in items})
    groups = [[item for item in items if item.product.group == name] for name in names]
    yield groups
    if any(len(group) > 1 for group in groups):
        yield [part for group in groups for part in (group[:1], group[1:]) if part]


def _option(
    plan: Plan,
    groups: list[list[Item]],
    *,
    is_first: bool,
    at: datetime,
    modes: tuple[str, ...],
) -> PackingOption:
    dollars = units(plan.items) * (_FEE_DOLLARS_A_UNIT if is_first else _DISCOUNT_DOLLARS_A_UNIT)
    value = local_money(dollars, marketplace=plan.marketplace)
    fee = Incentive("FEE", "Placement Services", "Fee for packing products together", value)
    discount = Incentive("DISCOUNT", "Fulfillment Fee Discount", "Products packed apart", value)
    # Who cannot pack together anyway pays nothing for it.
    is_together = is_first and any(len(group) > 1 for group in groups)
    return PackingOption(
        option_id=new_id("po"),
        groups={new_id("pg"): group for group in groups if group},
        fees=[fee] if is_together else [],
        discounts=[] if is_first else [discount],
        expires_at=at + LIFETIME,
        modes=modes,
    )


def _target(grouping: PackageGroupingInput) -> str:
    return grouping.packing_group_id or grouping.shipment_id or ""


def _expected_by_group(
    plan: Plan, groupings: Sequence[PackageGroupingInput], *, now: datetime
) -> dict[str, list[Item]]:
    packing = plan.packing
    if packing is None:
        raise unprocessable("setPackingInformation", "before a packing option is confirmed")
    if packing.expires_at <= now:
        raise bad_request("The packing option has expired.")
    if any(_target(grouping) not in packing.groups for grouping in groupings):
        text = "The requested packingGroupId does not exist for the specified inbound plan."
        raise bad_request(text)
    return packing.groups


def _expected_by_shipment(
    plan: Plan, groupings: Sequence[PackageGroupingInput]
) -> dict[str, list[Item]]:
    if plan.is_paid:
        raise unprocessable("setPackingInformation", "after transportation was confirmed")
    expected = {shipment.shipment_id: shipment.items for shipment in plan.sent}
    if any(grouping.shipment_id not in expected for grouping in groupings):
        text = "The requested shipmentId does not exist for the specified inbound plan."
        raise bad_request(text)
    return expected


def _content_problems(grouping: PackageGroupingInput, items: Sequence[Item]) -> list[Problem]:
    # What Amazon reads from a barcode or by hand it does not know yet.
    if any(box.content_information_source != "BOX_CONTENT_PROVIDED" for box in grouping.boxes):
        return []
    expected = totals(items)
    given: dict[ItemKey, int] = {}
    for box in grouping.boxes:
        for item in box.items:
            key = key_of(item)
            given[key] = given.get(key, 0) + item.quantity * box.quantity
    wrong = sorted((key for key in expected | given if expected[key] != given.get(key, 0)), key=str)
    if not wrong:
        return []
    noun = "Package group" if grouping.packing_group_id else "Shipment"
    text = f"{noun} {_target(grouping)} did not contain expected items and/or quantities."
    lines = (
        f"{key}: expected quantity: {expected[key]}, actual quantity: {given.get(key, 0)}"
        for key in wrong
    )
    return [error(text, details=f"Problem item quantities: {', '.join(lines)}"[:8192])]


def _incomplete(
    groupings: Sequence[PackageGroupingInput], expected: dict[str, list[Item]]
) -> list[Problem]:
    targets = [_target(grouping) for grouping in groupings]
    missing = sorted(expected.keys() - set(targets))
    problems = [error(f"No packing information was provided for {one}.") for one in missing]
    twice = sorted({one for one in targets if targets.count(one) > 1})
    return problems + [error(f"Packing information was provided twice for {one}.") for one in twice]


def _boxes(grouping: PackageGroupingInput, items: Sequence[Item]) -> list[Box]:
    products = {item.key.msku: item.product for item in items}
    return [
        make_box(box, products=products, group_id=grouping.packing_group_id)
        for box in grouping.boxes
        for _ in range(box.quantity)
    ]
