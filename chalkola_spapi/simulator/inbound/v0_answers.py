"""Shipments, items and prep instructions in the words of v0.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-inbound-api-v0-reference
"""

from collections.abc import Sequence
from datetime import datetime

from chalkola_spapi.simulator.inbound.goods import gather
from chalkola_spapi.simulator.inbound.products import Product
from chalkola_spapi.simulator.inbound.shipment import Shipment

_PREP = {
    "ITEM_BLACK_SHRINKWRAP": "BlackShrinkWrapping",
    "ITEM_BLANKSTK": "BlankStickering",
    "ITEM_BOXING": "Boxing",
    "ITEM_BUBBLEWRAP": "BubbleWrapping",
    "ITEM_CAP_SEALING": "CapSealing",
    "ITEM_DEBUNDLE": "Debundle",
    "ITEM_HANG_GARMENT": "HangGarment",
    "ITEM_LABELING": "Labeling",
    "ITEM_NO_PREP": "NoPrep",
    "ITEM_POLYBAGGING": "Polybagging",
    "ITEM_RMOVHANG": "RemoveFromHanger",
    "ITEM_SETCREAT": "SetCreation",
    "ITEM_SETSTK": "SetStickering",
    "ITEM_SIOC": "ShipsInProductPackaging",
    "ITEM_SUFFOSTK": "SuffocationStickering",
    "ITEM_TAPING": "Taping",
}


def v0_status(shipment: Shipment, now: datetime) -> str:
    """The status as v0 has it: its answers know no READY_TO_SHIP, and no MIXED."""
    status = shipment.status(now)
    known = {"READY_TO_SHIP": "WORKING", "ABANDONED": "CANCELLED", "UNCONFIRMED": "WORKING"}
    return known.get(status, status)


def describe_shipment(shipment: Shipment, now: datetime) -> dict[str, object]:
    """Amazon's InboundShipmentInfo."""
    source = shipment.source
    owners = {item.key.label_owner for item in shipment.items}
    label = "AMAZON_LABEL" if "AMAZON" in owners else "SELLER_LABEL"
    return {
        "ShipmentId": shipment.confirmation_id,
        "ShipmentName": shipment.name,
        "ShipFromAddress": {
            "Name": source.name,
            "AddressLine1": source.address_line1,
            "City": source.city,
            "StateOrProvinceCode": source.state_or_province_code or "",
            "CountryCode": source.country_code,
            "PostalCode": source.postal_code[:30],
        },
        "DestinationFulfillmentCenterId": shipment.center.code,
        "ShipmentStatus": v0_status(shipment, now),
        "LabelPrepType": "NO_LABEL" if owners == {"NONE"} else label,
        "AreCasesRequired": False,
        "BoxContentsSource": "INTERACTIVE",
    }


def describe_items(shipment: Shipment, now: datetime) -> list[dict[str, object]]:
    """Amazon's InboundShipmentItems, one for each kind of item, with what was received."""
    return [
        {
            "ShipmentId": shipment.confirmation_id,
            "SellerSKU": item.key.msku,
            "FulfillmentNetworkSKU": item.product.fnsku,
            "QuantityShipped": item.quantity,
            "QuantityReceived": shipment.journey.received(item.key.msku, item.quantity, now=now),
            "QuantityInCase": 0,
        }
        for item in gather(shipment.items)
    ]


def prep_instructions(products: Sequence[Product], asins: Sequence[str]) -> dict[str, object]:
    """Amazon's GetPrepInstructionsResult. It knows preparation by MSKU alone."""
    return {
        "SKUPrepInstructionsList": [_instructions(product) for product in products],
        "InvalidSKUList": [],
        "ASINPrepInstructionsList": [],
        "InvalidASINList": [{"ASIN": asin, "ErrorReason": "DoesNotExist"} for asin in asins],
    }


def _instructions(product: Product) -> dict[str, object]:
    guidance = "SeePrepInstructionsList" if product.needs_prep else "NoAdditionalPrepRequired"
    barcode = "RequiresFNSKULabel" if product.needs_label else "CanUseOriginalBarcode"
    return {
        "SellerSKU": product.msku,
        "ASIN": product.asin,
        "BarcodeInstruction": barcode,
        "PrepGuidance": guidance,
        "PrepInstructionList": [_PREP[prep_type] for prep_type in product.prep_types],
    }
