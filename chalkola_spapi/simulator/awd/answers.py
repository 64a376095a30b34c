"""Stock, shipments and orders in the words of the AWD API."""

from datetime import UTC, datetime

from chalkola_spapi.simulator.awd.inventory import AwdLevels
from chalkola_spapi.simulator.awd.orders import Order
from chalkola_spapi.simulator.awd.shipments import DESTINATION, Shipment

Content = dict[str, object]


def inventory_summary(sku: str, levels: AwdLevels, *, details: bool) -> Content:
    """Amazon's InventorySummary."""
    content: Content = {
        "sku": sku,
        "totalOnhandQuantity": levels.on_hand,
        "totalInboundQuantity": levels.inbound,
    }
    if not details:
        return content
    return content | {
        "inventoryDetails": {
            "availableDistributableQuantity": levels.available,
            "reservedDistributableQuantity": levels.reserved,
            "replenishmentQuantity": levels.replenishment,
        },
        "expirationDetails": [],
    }


def shipment_summary(shipment: Shipment, *, now: datetime) -> Content:
    """Amazon's InboundShipmentSummary."""
    status, since = shipment.stage(now)
    content: Content = {
        "shipmentId": shipment.shipment_id,
        "orderId": shipment.order_id,
        "shipmentStatus": status,
        "createdAt": moment(shipment.created_at),
        "updatedAt": moment(since),
    }
    reference = shipment.external_reference
    return content if reference is None else {**content, "externalReferenceId": reference}


def whole_shipment(
    shipment: Shipment, *, now: datetime, with_skus: bool, tracking: list[Content]
) -> Content:
    """Amazon's InboundShipment."""
    received = shipment.received(now)
    content = shipment_summary(shipment, now=now) | {
        "originAddress": dict(shipment.origin),
        "destinationAddress": DESTINATION,
        "destinationRegion": shipment.region,
        "shipmentContainerQuantities": shipment.containers,
        "receivedQuantity": [_units(sum(received.values()))],
    }
    if with_skus:
        content["shipmentSkuQuantities"] = [
            {
                "sku": sku,
                "expectedQuantity": _units(units),
                "receivedQuantity": _units(received[sku]),
            }
            for sku, units in shipment.units.items()
        ]
    if tracking:
        content["trackingId"] = tracking[0]["bookingId"]
        content["carrierCode"] = tracking[0].get("carrierCode") or {}
    return content


def whole_order(order: Order, *, now: datetime) -> Content:
    """Amazon's InboundOrder."""
    body = order.body
    destination: Content = {"destinationAddress": DESTINATION}
    if order.shipment is not None:
        destination["shipmentId"] = order.shipment.shipment_id
        destination["destinationRegion"] = order.shipment.region
    content = body.model_dump(exclude_unset=True) | {
        "orderId": order.order_id,
        "orderStatus": order.status(now),
        "createdAt": moment(order.created_at),
        "updatedAt": moment(order.updated_at),
    }
    return content if order.shipment is None else {**content, "destinationDetails": destination}


def moment(at: datetime) -> str:
    """A time as the API writes it."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _units(count: int) -> Content:
    return {"quantity": count, "unitOfMeasurement": "PRODUCT_UNITS"}
