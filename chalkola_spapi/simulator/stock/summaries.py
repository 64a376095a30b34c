"""A SKU's stock in the words of the FBA Inventory API."""

from datetime import datetime

from chalkola_spapi.simulator.marketplaces import Marketplace
from chalkola_spapi.simulator.stock.levels import Levels
from chalkola_spapi.simulator.stock.stock import StockView


def summary(
    view: StockView, marketplace: Marketplace, sku: str, *, details: bool
) -> dict[str, object]:
    """Amazon's InventorySummary: stock that lies in this marketplace, whoever may buy it."""
    item, levels = view.items[sku], view.levels(marketplace, sku)
    content: dict[str, object] = {
        "asin": item.asin,
        "fnSku": item.fnsku(marketplace),
        "sellerSku": sku,
        "condition": "NewItem",
        "lastUpdatedTime": _text(levels.updated_at),
        "productName": item.name(marketplace),
        "totalQuantity": levels.total,
        "stores": [],
    }
    return content | {"inventoryDetails": _details(levels)} if details else content


def _details(levels: Levels) -> dict[str, object]:
    researching = {
        "researchingQuantityInShortTerm": levels.researching_short,
        "researchingQuantityInMidTerm": levels.researching_mid,
        "researchingQuantityInLongTerm": levels.researching_long,
    }
    return {
        "fulfillableQuantity": levels.fulfillable,
        "inboundWorkingQuantity": levels.inbound_working,
        "inboundShippedQuantity": levels.inbound_shipped,
        "inboundReceivingQuantity": levels.inbound_receiving,
        "reservedQuantity": {
            "totalReservedQuantity": levels.reserved,
            "pendingCustomerOrderQuantity": levels.pending_customer_order,
            "pendingTransshipmentQuantity": levels.pending_transshipment,
            "fcProcessingQuantity": levels.fc_processing,
        },
        "researchingQuantity": {
            "totalResearchingQuantity": levels.researching,
            "researchingQuantityBreakdown": [
                {"name": name, "quantity": quantity} for name, quantity in researching.items()
            ],
        },
        "unfulfillableQuantity": {
            "totalUnfulfillableQuantity": levels.unfulfillable,
            "customerDamagedQuantity": levels.customer_damaged,
            "warehouseDamagedQuantity": levels.warehouse_damaged,
            "distributorDamagedQuantity": levels.distributor_damaged,
            "carrierDamagedQuantity": levels.carrier_damaged,
            "defectiveQuantity": levels.defective,
            "expiredQuantity": levels.expired,
        },
    }


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
