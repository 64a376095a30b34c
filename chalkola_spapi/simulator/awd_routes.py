"""Amazon Warehousing and Distribution v2024-05-09 over HTTP: no stock, for a probe of the role.

https://developer-docs.amazon.com/sp-api/docs/awd-api-v2024-05-09-reference
"""

from chalkola_spapi.simulator.messages import Answer, Request, invalid_input
from chalkola_spapi.simulator.operations import Operation
from chalkola_spapi.simulator.state import State


def list_inventory(_state: State, request: Request) -> Answer:
    text = request.call.one("maxResults") or "25"
    if not text.isdecimal() or not 1 <= int(text) <= 200:
        raise invalid_input("maxResults must be a number from 1 to 200")
    return Answer.json(200, {"inventory": []})


OPERATIONS = (Operation("listInventory", "GET", "/awd/2024-05-09/inventory", 2, 2, list_inventory),)
