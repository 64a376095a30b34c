"""The FBA Inventory API v1 over HTTP: an account without stock, for a probe of the role.

https://developer-docs.amazon.com/sp-api/docs/fbainventory-api-v1-reference
"""

from chalkola_spapi.simulator.messages import Answer, Request, invalid_input
from chalkola_spapi.simulator.operations import Operation
from chalkola_spapi.simulator.state import State


def get_inventory_summaries(state: State, request: Request) -> Answer:
    call = request.call
    granularity_id = call.one("granularityId")
    if call.one("granularityType") != "Marketplace" or not granularity_id:
        raise invalid_input("granularityType must be Marketplace, with its id as granularityId")
    if call.many("marketplaceIds") != [granularity_id]:
        raise invalid_input("marketplaceIds must hold the granularityId and nothing else")
    state.sellers.check(request.account, [granularity_id])
    granularity = {"granularityType": "Marketplace", "granularityId": granularity_id}
    return Answer.json(200, {"payload": {"granularity": granularity, "inventorySummaries": []}})


OPERATIONS = (
    Operation(
        "getInventorySummaries",
        "GET",
        "/fba/inventory/v1/summaries",
        2,
        2,
        get_inventory_summaries,
    ),
)
