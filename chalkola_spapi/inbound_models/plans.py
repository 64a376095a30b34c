"""Inbound plans.

https://developer-docs.amazon.com/sp-api/reference/createinboundplan
"""

from pydantic import AwareDatetime, Field

from chalkola_spapi.fields import Many
from chalkola_spapi.inbound_models.addresses import Address, AddressInput
from chalkola_spapi.inbound_models.items import ItemInput
from chalkola_spapi.inbound_models.operation_status import OperationStarted
from chalkola_spapi.inbound_models.paging import Page
from chalkola_spapi.responses import Model


class CreateInboundPlanRequest(Model):
    """What to send, from where, to which one marketplace.

    Amazon's help says less than its model: at most 1,500 SKUs of 10,000 units each.
    """

    destination_marketplaces: tuple[str, ...] = Field(min_length=1, max_length=1)
    items: tuple[ItemInput, ...] = Field(min_length=1, max_length=2000)
    source_address: AddressInput
    name: str | None = Field(None, min_length=1, max_length=40)


class CreateInboundPlanResponse(OperationStarted):
    """The plan's id, which is good for nothing until its operation is a SUCCESS."""

    inbound_plan_id: str


class PackingOptionSummary(Model):
    """A plan's packing option; `status` is OFFERED, ACCEPTED or EXPIRED."""

    packing_option_id: str
    status: str


class PlacementOptionSummary(Model):
    """A plan's placement option; `status` is OFFERED or ACCEPTED."""

    placement_option_id: str
    status: str


class ShipmentSummary(Model):
    """A plan's shipment; see `Shipment` for its `status`."""

    shipment_id: str
    status: str


class InboundPlanSummary(Model):
    """A plan as it is listed; `status` is ACTIVE, VOIDED, SHIPPED or ERRORED."""

    inbound_plan_id: str
    name: str
    status: str
    marketplace_ids: tuple[str, ...]
    source_address: Address
    created_at: AwareDatetime
    last_updated_at: AwareDatetime


class InboundPlan(InboundPlanSummary):
    """A plan; `shipments` is empty until a placement is confirmed.

    Amazon does not say how far a plan is: only its options' and shipments' statuses tell.
    """

    packing_options: Many[PackingOptionSummary] = ()
    placement_options: Many[PlacementOptionSummary] = ()
    shipments: Many[ShipmentSummary] = ()


class ListInboundPlansResponse(Page):
    """A page of plans."""

    inbound_plans: Many[InboundPlanSummary] = ()


class UpdateInboundPlanNameRequest(Model):
    """The body of updateInboundPlanName."""

    name: str = Field(min_length=1, max_length=40)
