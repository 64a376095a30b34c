"""Money, and what an option costs or saves."""

from pydantic import Field

from chalkola_spapi.fields import Number
from chalkola_spapi.responses import Model


class Currency(Model):
    """An amount of money; `code` is ISO 4217."""

    amount: Number
    code: str = Field(min_length=3, max_length=3)


class Incentive(Model):
    """A fee or a discount of an option: a total, never per unit.

    `type` is FEE or DISCOUNT; `target` is what it is for, such as "Placement Services" or
    "Fulfillment Fee Discount".
    """

    type: str
    target: str
    description: str
    value: Currency
