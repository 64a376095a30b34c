"""What Amazon Warehousing and Distribution reads and writes, under Amazon's names in snake_case.

Its words differ from Fulfillment Inbound's: owners are AMAZON or SELF, units INCHES or CENTIMETERS
and POUNDS or KILOGRAMS. States and kinds are text, for Amazon adds to them.
https://developer-docs.amazon.com/sp-api/reference/awd-v2024-05-09
"""

from chalkola_spapi.awd_models.inventory import (
    ExpirationDetails,
    InventoryDetails,
    InventoryListing,
    InventorySummary,
)
from chalkola_spapi.awd_models.orders import (
    DestinationDetails,
    InboundEligibility,
    InboundOrder,
    InboundOrderCreationData,
    InboundOrderReference,
    InboundPackages,
    InboundPreferences,
    IneligibilityReason,
    SkuEligibility,
)
from chalkola_spapi.awd_models.packages import (
    Address,
    DistributionPackage,
    DistributionPackageContents,
    DistributionPackageQuantity,
    MeasurementData,
    PackageDimensions,
    PackageVolume,
    PackageWeight,
    PrepDetails,
    PrepInstruction,
    ProductAttribute,
    ProductQuantity,
)
from chalkola_spapi.awd_models.shipments import (
    CarrierCode,
    InboundShipment,
    InboundShipmentSummary,
    InventoryQuantity,
    ShipmentLabelPageTypes,
    ShipmentLabels,
    ShipmentListing,
    SkuQuantity,
    TrackingDetails,
    TransportationDetails,
)

__all__ = [
    "Address",
    "CarrierCode",
    "DestinationDetails",
    "DistributionPackage",
    "DistributionPackageContents",
    "DistributionPackageQuantity",
    "ExpirationDetails",
    "InboundEligibility",
    "InboundOrder",
    "InboundOrderCreationData",
    "InboundOrderReference",
    "InboundPackages",
    "InboundPreferences",
    "InboundShipment",
    "InboundShipmentSummary",
    "IneligibilityReason",
    "InventoryDetails",
    "InventoryListing",
    "InventoryQuantity",
    "InventorySummary",
    "MeasurementData",
    "PackageDimensions",
    "PackageVolume",
    "PackageWeight",
    "PrepDetails",
    "PrepInstruction",
    "ProductAttribute",
    "ProductQuantity",
    "ShipmentLabelPageTypes",
    "ShipmentLabels",
    "ShipmentListing",
    "SkuEligibility",
    "SkuQuantity",
    "TrackingDetails",
    "TransportationDetails",
]
