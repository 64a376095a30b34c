"""Fulfillment Inbound v2024-03-20: stock on its way to Amazon, from the plan to the tracking ids.

The order that Amazon wants: a plan, its packing options (confirm one), the boxes, its placement
options, the transportation options of each candidate, and only then the placement (which cannot
be undone), the delivery windows where an option's preconditions want them, and transportation
(which costs money).
https://developer-docs.amazon.com/sp-api/reference/fulfillment-inbound-v2024-03-20
"""

from chalkola_spapi.inbound.content_updates import ContentUpdateCalls
from chalkola_spapi.inbound.delivery_windows import DeliveryWindowCalls
from chalkola_spapi.inbound.items import ItemCalls
from chalkola_spapi.inbound.operation_status import OperationStatusCalls
from chalkola_spapi.inbound.packing import PackingCalls
from chalkola_spapi.inbound.placement import PlacementCalls
from chalkola_spapi.inbound.plans import PlanCalls
from chalkola_spapi.inbound.self_ship import SelfShipCalls
from chalkola_spapi.inbound.shipments import ShipmentCalls
from chalkola_spapi.inbound.transportation import TransportationCalls

__all__ = ["FulfillmentInboundApi"]


class FulfillmentInboundApi(
    PlanCalls,
    PackingCalls,
    PlacementCalls,
    TransportationCalls,
    DeliveryWindowCalls,
    ShipmentCalls,
    ContentUpdateCalls,
    SelfShipCalls,
    ItemCalls,
    OperationStatusCalls,
):
    """The inbound API of one account; every method raises what `SpApi.call` raises.

    Most writes give the id of an operation that Amazon works on afterwards: keep it, then
    `await_operation` it. A write is sent once: an `UnknownOutcomeError` says that Amazon may have
    acted, so look before repeating it. Lists are read whole, page by page.
    """
