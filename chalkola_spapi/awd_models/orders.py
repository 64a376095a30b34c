"""Orders: packages on their way into AWD, drafted and confirmed.

https://developer-docs.amazon.com/sp-api/reference/awd-v2024-05-09
"""

from pydantic import AwareDatetime, Field

from chalkola_spapi.awd_models.packages import Address, DistributionPackageQuantity
from chalkola_spapi.fields import Many, SentTime
from chalkola_spapi.responses import Model


class InboundPreferences(Model):
    """Where to: us-west, us-east, us-southcentral or us-southeast."""

    destination_region: str | None = None


class InboundPackages(Model):
    """Packages whose eligibility is asked for."""

    packages_to_inbound: tuple[DistributionPackageQuantity, ...] = Field(min_length=1)


class InboundOrderCreationData(Model):
    """An order to be drafted."""

    origin_address: Address
    packages_to_inbound: tuple[DistributionPackageQuantity, ...] = Field(min_length=1)
    external_reference_id: str | None = None
    preferences: InboundPreferences | None = None


class InboundOrderReference(Model):
    """The order that was drafted."""

    order_id: str


class DestinationDetails(Model):
    """Where an order goes, and the one shipment that it became."""

    destination_address: Address | None = None
    destination_region: str | None = None
    shipment_id: str | None = None


class InboundOrder(Model):
    """An order; `order_status` is DRAFT, VALIDATING, CONFIRMED, CLOSED, EXPIRED or CANCELLED.

    A draft can be given back, changed, to updateInbound: its packages, origin and preferences.
    """

    order_id: str
    order_status: str
    created_at: SentTime
    origin_address: Address
    packages_to_inbound: tuple[DistributionPackageQuantity, ...]
    destination_details: DestinationDetails | None = None
    external_reference_id: str | None = None
    preferences: InboundPreferences | None = None
    updated_at: SentTime | None = None


class IneligibilityReason(Model):
    """Why packages cannot come in."""

    code: str
    description: str


class SkuEligibility(Model):
    """Whether some packages can come in; `status` is ELIGIBLE or INELIGIBLE."""

    package_quantity: DistributionPackageQuantity
    status: str
    ineligibility_reasons: Many[IneligibilityReason] = ()


class InboundEligibility(Model):
    """Whether an order can come in; `status` is ELIGIBLE or INELIGIBLE."""

    packages_to_inbound: tuple[SkuEligibility, ...]
    previewed_at: AwareDatetime
    status: str
    ineligibility_reasons: Many[IneligibilityReason] = ()
