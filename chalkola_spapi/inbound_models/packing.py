"""Packing options: which items go into boxes together.

https://developer-docs.amazon.com/sp-api/reference/listpackingoptions
"""

from pydantic import AwareDatetime

from chalkola_spapi.fields import Many, Number
from chalkola_spapi.inbound_models.money import Incentive
from chalkola_spapi.inbound_models.paging import Page
from chalkola_spapi.responses import Model


class WeightRange(Model):
    """What a box may weigh; `unit` is LB or KG."""

    minimum: Number
    maximum: Number
    unit: str


class BoxRequirements(Model):
    """What boxes must be like."""

    weight: WeightRange


class ShippingRequirements(Model):
    """A shipping solution and the modes that go with it; see `TransportationOption`."""

    solution: str
    modes: tuple[str, ...]


class PackingConfiguration(Model):
    """One way to pack and ship; `box_packing_methods` are content information sources."""

    box_packing_methods: Many[str] = ()
    box_requirements: BoxRequirements | None = None
    shipping_requirements: Many[ShippingRequirements] = ()


class ShippingConfiguration(Model):
    """What Amazon said before `PackingConfiguration`; deprecated, and still sent."""

    shipping_mode: str | None = None
    shipping_solution: str | None = None


class PackingOption(Model):
    """One way to pack the plan, as ids of packing groups.

    `status` is OFFERED, ACCEPTED or EXPIRED; options lapse at `expiration`, about 72 hours on.
    """

    packing_option_id: str
    packing_groups: tuple[str, ...]
    status: str
    fees: tuple[Incentive, ...]
    discounts: tuple[Incentive, ...]
    supported_configurations: Many[PackingConfiguration]
    supported_shipping_configurations: Many[ShippingConfiguration] = ()
    expiration: AwareDatetime | None = None


class ListPackingOptionsResponse(Page):
    """A page of packing options."""

    packing_options: tuple[PackingOption, ...]
