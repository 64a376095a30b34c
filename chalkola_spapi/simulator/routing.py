"""Every operation that the simulator answers, by Amazon's name."""

from collections.abc import Mapping

from chalkola_spapi.simulator import (
    awd_routes,
    inbound_item_routes,
    inbound_routes,
    inbound_shipment_routes,
    inbound_v0_routes,
    inventory_routes,
    reports_routes,
    sellers_routes,
)
from chalkola_spapi.simulator.messages import Call
from chalkola_spapi.simulator.operations import Operation

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for routes in (
        reports_routes,
        sellers_routes,
        inventory_routes,
        awd_routes,
        inbound_routes,
        inbound_shipment_routes,
        inbound_item_routes,
        inbound_v0_routes,
    )
    for operation in routes.OPERATIONS
}


def route(call: Call) -> tuple[Operation, Mapping[str, str]] | None:
    """The operation that a call is for, and the parts of its path."""
    for operation in OPERATIONS.values():
        parts = operation.match(call.method, call.path)
        if parts is not None:
            return operation, parts
    return None
