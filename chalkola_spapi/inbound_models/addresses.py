"""Where shipments come from and go to, and whom the carrier calls."""

from pydantic import Field

from chalkola_spapi.responses import Model


class Address(Model):
    """An address as Amazon gives it."""

    name: str
    address_line_1: str
    city: str
    country_code: str
    postal_code: str
    address_line_2: str | None = None
    company_name: str | None = None
    district_or_county: str | None = None
    email: str | None = None
    phone_number: str | None = None
    state_or_province_code: str | None = None


class AddressInput(Model):
    """An address as Amazon takes it: with a phone number.

    The state is optional in Amazon's model; the US and Canada need it all the same.
    """

    name: str = Field(min_length=1, max_length=50)
    address_line_1: str = Field(min_length=1, max_length=180)
    city: str = Field(min_length=1, max_length=30)
    country_code: str = Field(min_length=2, max_length=2, pattern="^[A-Z]{2}$")
    postal_code: str = Field(min_length=1, max_length=32)
    phone_number: str = Field(min_length=1, max_length=20)
    address_line_2: str | None = Field(None, min_length=1, max_length=60)
    company_name: str | None = Field(None, min_length=1, max_length=50)
    district_or_county: str | None = Field(None, min_length=1, max_length=50)
    email: str | None = Field(None, min_length=1, max_length=1024)
    state_or_province_code: str | None = Field(None, min_length=1, max_length=64)


class ContactInformation(Model):
    """Whom the carrier calls; partnered carriers need it. Sent, and given back."""

    name: str = Field(min_length=1, max_length=50)
    phone_number: str = Field(min_length=1, max_length=20)
    email: str | None = Field(None, min_length=1, max_length=1024)


class Region(Model):
    """Where a box goes."""

    country_code: str | None = None
    state: str | None = None
    warehouse_id: str | None = None
