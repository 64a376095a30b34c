"""What packages are: their sides, their weight, and what is in them.

https://developer-docs.amazon.com/sp-api/reference/awd-v2024-05-09
"""

from chalkola_spapi.fields import Number, SentTime
from chalkola_spapi.responses import Model


class Address(Model):
    """An address; the state is required here."""

    name: str
    address_line_1: str
    state_or_region: str
    country_code: str
    address_line_2: str | None = None
    address_line_3: str | None = None
    city: str | None = None
    county: str | None = None
    district: str | None = None
    phone_number: str | None = None
    postal_code: str | None = None


class PackageDimensions(Model):
    """A package's sides; `unit_of_measurement` is INCHES or CENTIMETERS."""

    length: Number
    width: Number
    height: Number
    unit_of_measurement: str


class PackageVolume(Model):
    """A package's volume; `unit_of_measurement` is CU_IN, CBM or CC."""

    volume: Number
    unit_of_measurement: str


class PackageWeight(Model):
    """A package's weight; `unit_of_measurement` is POUNDS or KILOGRAMS."""

    weight: Number
    unit_of_measurement: str


class MeasurementData(Model):
    """What a package measures."""

    weight: PackageWeight
    dimensions: PackageDimensions | None = None
    volume: PackageVolume | None = None


class ProductAttribute(Model):
    """Something more about units of a SKU."""

    name: str | None = None
    value: str | None = None


class PrepInstruction(Model):
    """How units are prepared, and by whom: AMAZON or SELF."""

    prep_owner: str | None = None
    prep_type: str | None = None


class PrepDetails(Model):
    """How units are prepared and labelled; the owners are AMAZON or SELF."""

    label_owner: str | None = None
    prep_category: str | None = None
    prep_instructions: tuple[PrepInstruction, ...] | None = None
    prep_owner: str | None = None


class ProductQuantity(Model):
    """Units of one SKU."""

    sku: str
    quantity: int
    expiration: SentTime | None = None
    attributes: tuple[ProductAttribute, ...] | None = None
    prep_details: PrepDetails | None = None


class DistributionPackageContents(Model):
    """What is in a package: units, or further packages."""

    packages: tuple["DistributionPackageQuantity", ...] | None = None
    products: tuple[ProductQuantity, ...] | None = None


class DistributionPackage(Model):
    """A package; `type` is CASE or PALLET."""

    contents: DistributionPackageContents
    measurements: MeasurementData
    type: str


class DistributionPackageQuantity(Model):
    """`count` packages that are alike."""

    count: int
    distribution_package: DistributionPackage
