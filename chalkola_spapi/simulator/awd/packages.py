"""What is sent into AWD: pallets of cases of products, as the API writes them.

https://developer-docs.amazon.com/sp-api/docs/awd-api-v2024-05-09-reference
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chalkola_spapi.simulator.messages import RefusedError, invalid_input


class _Part(BaseModel):
    # What a caller writes beyond the model is Amazon's to ignore.
    model_config = ConfigDict(frozen=True, extra="allow")


class _Weight(_Part):
    unitOfMeasurement: Literal["POUNDS", "KILOGRAMS"]  # noqa: N815 -- Amazon's name
    weight: float = Field(gt=0)


class _Measurements(_Part):
    weight: _Weight


class _Product(_Part):
    sku: str
    quantity: int = Field(ge=1)


class _Contents(_Part):
    packages: list["PackageQuantity"] = Field(default_factory=list)
    products: list[_Product] = Field(default_factory=list)


class _Package(_Part):
    contents: _Contents
    measurements: _Measurements
    type: Literal["CASE", "PALLET"]


class PackageQuantity(_Part):
    """So many equal packages."""

    count: int = Field(ge=1)
    distributionPackage: _Package  # noqa: N815 -- Amazon's name

    def units(self) -> dict[str, int]:
        """The units of each SKU in all of them."""
        found: dict[str, int] = {}
        contents = self.distributionPackage.contents
        for product in contents.products:
            found[product.sku] = found.get(product.sku, 0) + product.quantity * self.count
        for inner in contents.packages:
            for sku, units in inner.units().items():
                found[sku] = found.get(sku, 0) + units * self.count
        return found


class Address(_Part):
    addressLine1: str  # noqa: N815 -- Amazon's name
    countryCode: str  # noqa: N815 -- Amazon's name
    name: str
    stateOrRegion: str  # noqa: N815 -- Amazon's name


class OrderBody(_Part):
    """The body that creates or changes an order."""

    originAddress: Address  # noqa: N815 -- Amazon's name
    packagesToInbound: list[PackageQuantity] = Field(min_length=1)  # noqa: N815
    preferences: dict[str, str] | None = None
    externalReferenceId: str | None = None  # noqa: N815 -- Amazon's name


class EligibilityBody(_Part):
    """The body that asks whether packages may be sent in."""

    packagesToInbound: list[PackageQuantity] = Field(min_length=1)  # noqa: N815


class _Tracking(_Part):
    bookingId: str = Field(min_length=1)  # noqa: N815 -- Amazon's name
    carrierCode: dict[str, str] | None = None  # noqa: N815 -- Amazon's name


class TransportBody(_Part):
    """The body that says who carries a shipment."""

    trackingDetails: list[_Tracking] = Field(min_length=1)  # noqa: N815


def refusal(exc: ValidationError) -> RefusedError:
    """What Amazon answers to a body that is not as its model says."""
    problem = exc.errors(include_url=False)[0]
    place = ".".join(map(str, problem["loc"]))
    return invalid_input("Could not match input arguments", details=f"{place}: {problem['msg']}")


@dataclass(frozen=True, slots=True)
class Ineligible:
    """Why packages may not be sent in."""

    code: str
    description: str

    def describe(self) -> dict[str, str]:
        return {"code": self.code, "description": self.description}


def why_ineligible(package: PackageQuantity, *, known: Collection[str]) -> list[Ineligible]:
    """What keeps packages out; nothing, if they may be sent in."""
    inner = package.distributionPackage
    reasons = []
    if inner.type == "PALLET" and not inner.contents.packages:
        reasons.append(Ineligible("INVALID_PALLET", "A pallet must contain cases"))
    if inner.type == "CASE" and len(inner.contents.products) != 1:
        reasons.append(Ineligible("MIXED_CASE", "A case must contain one product"))
    unknown = sorted(package.units().keys() - set(known))
    if unknown:
        reasons.append(Ineligible("SKU_NOT_FOUND", f"Unknown SKUs: {', '.join(unknown)}"))
    return reasons
