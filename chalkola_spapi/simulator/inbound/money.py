"""Money: amounts in the marketplace's currency, fees and discounts, and what a plan was charged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalkola_spapi.simulator.inbound import times
from chalkola_spapi.simulator.marketplaces import Marketplace

# Units of a currency for a dollar, to look plausible.
_A_DOLLAR = {
    "USD": 1.0,
    "CAD": 1.37,
    "MXN": 18.2,
    "GBP": 0.78,
    "EUR": 0.92,
    "AED": 3.67,
    "AUD": 1.52,
    "JPY": 149.0,
}
_WHOLE = {"JPY"}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, with as many decimals as the currency has."""

    amount: float
    code: str

    def describe(self) -> dict[str, object]:
        return {"amount": self.amount, "code": self.code}


def local_money(dollars: float, *, marketplace: Marketplace) -> Money:
    """An amount of dollars in the marketplace's currency."""
    code = marketplace.currency
    return Money(round(dollars * _A_DOLLAR[code], 0 if code in _WHOLE else 2), code)


@dataclass(frozen=True, slots=True)
class Incentive:
    """Amazon's Incentive: a fee or a discount, always a total."""

    type: Literal["FEE", "DISCOUNT"]
    target: Literal["Placement Services", "Fulfillment Fee Discount"]
    description: str
    value: Money

    def describe(self) -> dict[str, object]:
        return {
            "type": self.type,
            "target": self.target,
            "description": self.description,
            "value": self.value.describe(),
        }


@dataclass(frozen=True, slots=True)
class Charge:
    """Money that a seller owes for a plan; a refund is negative."""

    what: Literal["placement", "transportation", "content update", "void"]
    subject: str
    value: Money
    at: datetime

    def describe(self) -> dict[str, object]:
        return {
            "what": self.what,
            "subject": self.subject,
            "value": self.value.describe(),
            "at": times.seconds(self.at),
        }
