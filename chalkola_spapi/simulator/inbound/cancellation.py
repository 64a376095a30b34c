"""Cancelling a plan, free of charge only inside the void window of what was bought.

https://developer-docs.amazon.com/sp-api/reference/cancelinboundplan
"""

from datetime import datetime

from chalkola_spapi.simulator.inbound.desk import CANCEL, Desk
from chalkola_spapi.simulator.inbound.money import Charge, Money
from chalkola_spapi.simulator.inbound.operation import Operation
from chalkola_spapi.simulator.inbound.plan import Plan
from chalkola_spapi.simulator.inbound.problems import bad_request, unprocessable
from chalkola_spapi.simulator.inbound.scripts import InboundScript


def cancel(desk: Desk, plan: Plan) -> Operation:
    """cancelInboundPlan: voids the whole plan, until a carrier has some of it.

    Placement fees fall away; transport is given back inside its void window, and stays charged
    after it.
    """
    if plan.status in {"VOIDED", "ERRORED"}:
        raise bad_request("The inbound plan is already cancelled.")
    if any(shipment.journey.is_on_the_way(desk.now) for shipment in plan.sent):
        raise unprocessable(CANCEL, "on an inbound plan with shipped shipments")
    asked_at = desk.now
    clash = desk.admit(plan, CANCEL, subject=plan.plan_id)

    def effect(_script: InboundScript, at: datetime) -> None:
        voidable = {
            shipment.shipment_id
            for shipment in plan.sent
            if shipment.selected
            and shipment.selected.quote
            and asked_at <= shipment.selected.quote.voidable_until
        }
        given_back = [
            Charge("void", one.subject, Money(-one.value.amount, one.value.code), at)
            for one in plan.charges
            if one.what == "placement" or one.subject in voidable
        ]
        plan.charges += given_back
        desk.void(plan, at=at)

    return desk.begin(plan, CANCEL, subject=plan.plan_id, effect=effect, problems=clash)
