"""Fulfillment Inbound v2024-03-20 over HTTP: no plans, for a probe of the role.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-inbound-api-v2024-03-20-reference
"""

from chalkola_spapi.simulator.messages import Answer, Request, invalid_input
from chalkola_spapi.simulator.operations import Operation
from chalkola_spapi.simulator.state import State

_ROOT = "/inbound/fba/2024-03-20"


def list_inbound_plans(_state: State, request: Request) -> Answer:
    text = request.call.one("pageSize") or "10"
    if not text.isdecimal() or not 1 <= int(text) <= 30:
        raise invalid_input("pageSize must be a number from 1 to 30")
    return Answer.json(200, {"inboundPlans": []})


OPERATIONS = (
    Operation("listInboundPlans", "GET", f"{_ROOT}/inboundPlans", 2, 6, list_inbound_plans),
)
