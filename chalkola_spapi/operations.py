"""The operations that are called, under Amazon's names, with the quotas of Amazon's models.

Quotas hold for each seller account and application, never for each marketplace.
https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One operation of Amazon's.

    `rate_per_s` tokens are added each second to a bucket that holds `burst` of them.
    `is_repeatable`: sending it twice does no more than sending it once.
    `repeated_parameters`: lists that are sent as one key for each value; all others are csv.
    """

    name: str
    method: str
    path: str
    rate_per_s: float
    burst: int
    is_repeatable: bool
    repeated_parameters: frozenset[str] = frozenset()


# https://developer-docs.amazon.com/sp-api/reference/reports-v2021-06-30
CREATE_REPORT = Operation(
    name="createReport",
    method="POST",
    path="/reports/2021-06-30/reports",
    rate_per_s=0.0167,
    burst=15,
    is_repeatable=False,
)
GET_REPORT = Operation(
    name="getReport",
    method="GET",
    path="/reports/2021-06-30/reports/{reportId}",
    rate_per_s=2,
    burst=15,
    is_repeatable=True,
)
GET_REPORTS = Operation(
    name="getReports",
    method="GET",
    path="/reports/2021-06-30/reports",
    rate_per_s=0.0222,
    burst=10,
    is_repeatable=True,
)
CANCEL_REPORT = Operation(
    name="cancelReport",
    method="DELETE",
    path="/reports/2021-06-30/reports/{reportId}",
    rate_per_s=0.0222,
    burst=10,
    is_repeatable=True,
)
GET_REPORT_DOCUMENT = Operation(
    name="getReportDocument",
    method="GET",
    path="/reports/2021-06-30/documents/{reportDocumentId}",
    rate_per_s=0.0167,
    burst=15,
    is_repeatable=True,
)

# https://developer-docs.amazon.com/sp-api/reference/sellers-v1
GET_MARKETPLACE_PARTICIPATIONS = Operation(
    name="getMarketplaceParticipations",
    method="GET",
    path="/sellers/v1/marketplaceParticipations",
    rate_per_s=0.016,
    burst=15,
    is_repeatable=True,
)

# https://developer-docs.amazon.com/sp-api/reference/fulfillment-inbound-v2024-03-20
LIST_INBOUND_PLANS = Operation(
    name="listInboundPlans",
    method="GET",
    path="/inbound/fba/2024-03-20/inboundPlans",
    rate_per_s=2,
    burst=6,
    is_repeatable=True,
)

# https://developer-docs.amazon.com/sp-api/reference/fulfillment-inbound-v0
GET_LABELS = Operation(
    name="getLabels",
    method="GET",
    path="/fba/inbound/v0/shipments/{shipmentId}/labels",
    rate_per_s=2,
    burst=30,
    is_repeatable=True,
)
GET_BILL_OF_LADING = Operation(
    name="getBillOfLading",
    method="GET",
    path="/fba/inbound/v0/shipments/{shipmentId}/billOfLading",
    rate_per_s=2,
    burst=30,
    is_repeatable=True,
)
GET_SHIPMENTS = Operation(
    name="getShipments",
    method="GET",
    path="/fba/inbound/v0/shipments",
    rate_per_s=2,
    burst=30,
    is_repeatable=True,
)
GET_SHIPMENT_ITEMS_BY_SHIPMENT_ID = Operation(
    name="getShipmentItemsByShipmentId",
    method="GET",
    path="/fba/inbound/v0/shipments/{shipmentId}/items",
    rate_per_s=2,
    burst=30,
    is_repeatable=True,
)
GET_SHIPMENT_ITEMS = Operation(
    name="getShipmentItems",
    method="GET",
    path="/fba/inbound/v0/shipmentItems",
    rate_per_s=2,
    burst=30,
    is_repeatable=True,
)

# https://developer-docs.amazon.com/sp-api/reference/fbainventory-v1
GET_INVENTORY_SUMMARIES = Operation(
    name="getInventorySummaries",
    method="GET",
    path="/fba/inventory/v1/summaries",
    rate_per_s=2,
    burst=2,
    is_repeatable=True,
)

# https://developer-docs.amazon.com/sp-api/reference/awd-v2024-05-09
LIST_AWD_INVENTORY = Operation(
    name="listInventory",
    method="GET",
    path="/awd/2024-05-09/inventory",
    rate_per_s=2,
    burst=2,
    is_repeatable=True,
)
LIST_AWD_INBOUND_SHIPMENTS = Operation(
    name="listInboundShipments",
    method="GET",
    path="/awd/2024-05-09/inboundShipments",
    rate_per_s=1,
    burst=1,
    is_repeatable=True,
)
GET_AWD_INBOUND_SHIPMENT = Operation(
    name="getInboundShipment",
    method="GET",
    path="/awd/2024-05-09/inboundShipments/{shipmentId}",
    rate_per_s=2,
    burst=2,
    is_repeatable=True,
)
GET_AWD_INBOUND_SHIPMENT_LABELS = Operation(
    name="getInboundShipmentLabels",
    method="GET",
    path="/awd/2024-05-09/inboundShipments/{shipmentId}/labels",
    rate_per_s=1,
    burst=2,
    is_repeatable=True,
)
GET_AWD_LABEL_PAGE_TYPES = Operation(
    name="getLabelPageTypes",
    method="GET",
    path="/awd/2024-05-09/inboundShipments/{shipmentId}/labelPageTypes",
    rate_per_s=1,
    burst=2,
    is_repeatable=True,
)
UPDATE_AWD_INBOUND_SHIPMENT_TRANSPORT_DETAILS = Operation(
    name="updateInboundShipmentTransportDetails",
    method="PUT",
    path="/awd/2024-05-09/inboundShipments/{shipmentId}/transport",
    rate_per_s=1,
    burst=1,
    is_repeatable=False,
)
# It asks, and changes nothing.
CHECK_AWD_INBOUND_ELIGIBILITY = Operation(
    name="checkInboundEligibility",
    method="POST",
    path="/awd/2024-05-09/inboundEligibility",
    rate_per_s=1,
    burst=1,
    is_repeatable=True,
)
CREATE_AWD_INBOUND = Operation(
    name="createInbound",
    method="POST",
    path="/awd/2024-05-09/inboundOrders",
    rate_per_s=1,
    burst=1,
    is_repeatable=False,
)
GET_AWD_INBOUND = Operation(
    name="getInbound",
    method="GET",
    path="/awd/2024-05-09/inboundOrders/{orderId}",
    rate_per_s=2,
    burst=2,
    is_repeatable=True,
)
# It replaces a draft whole: twice is once.
UPDATE_AWD_INBOUND = Operation(
    name="updateInbound",
    method="PUT",
    path="/awd/2024-05-09/inboundOrders/{orderId}",
    rate_per_s=1,
    burst=1,
    is_repeatable=True,
)
CONFIRM_AWD_INBOUND = Operation(
    name="confirmInbound",
    method="POST",
    path="/awd/2024-05-09/inboundOrders/{orderId}/confirmation",
    rate_per_s=1,
    burst=1,
    is_repeatable=False,
)
CANCEL_AWD_INBOUND = Operation(
    name="cancelInbound",
    method="POST",
    path="/awd/2024-05-09/inboundOrders/{orderId}/cancellation",
    rate_per_s=1,
    burst=1,
    is_repeatable=False,
)
