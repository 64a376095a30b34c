"""Which page types box and pallet labels come on, and for whom; where Amazon is silent, None.

A page type that the marketplace or the carrier does not have is refused with a 400.
https://developer-docs.amazon.com/sp-api/reference/getlabels (the texts of its PageType values)
"""

from dataclasses import dataclass
from typing import Final

# getLabels' LabelType. Amazon recommends UNIQUE over BARCODE_2D; PALLET needs NumberOfPallets and
# gives four labels for each.
UNIQUE: Final = "UNIQUE"
BARCODE_2D: Final = "BARCODE_2D"
PALLET: Final = "PALLET"

# Required for non-partnered LTL by the model's text; what Amazon answers without it says for all
# that is "Non-Partnered and LTL": https://github.com/amzn/selling-partner-api-docs/issues/94
LONGEST_PAGE_SIZE: Final = 1000
FIRST_PAGE_START_INDEX: Final = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelPage:
    """One PageType of getLabels.

    `paper` is LETTER, A4 or THERMAL; `countries` are the only ones that have it.
    """

    name: str
    paper: str | None = None
    labels_per_sheet: int | None = None
    is_partnered: bool | None = None
    carrier: str | None = None
    countries: frozenset[str] | None = None


_NORTH: Final = frozenset({"CA", "US"})

LABEL_PAGES: Final = (
    # In the US the only page of partnered UPS shipments.
    LabelPage(
        name="PackageLabel_Letter_2",
        paper="LETTER",
        labels_per_sheet=2,
        is_partnered=True,
        carrier="UPS",
        countries=_NORTH,
    ),
    # In the US these two are the only pages of what is not partnered.
    LabelPage(
        name="PackageLabel_Letter_4",
        paper="LETTER",
        labels_per_sheet=4,
        is_partnered=False,
        countries=_NORTH,
    ),
    LabelPage(
        name="PackageLabel_Letter_6",
        paper="LETTER",
        labels_per_sheet=6,
        is_partnered=False,
        countries=_NORTH,
    ),
    LabelPage(name="PackageLabel_Letter_6_CarrierLeft", paper="LETTER", labels_per_sheet=6),
    LabelPage(name="PackageLabel_A4_2", paper="A4", labels_per_sheet=2),
    LabelPage(name="PackageLabel_A4_4", paper="A4", labels_per_sheet=4),
    LabelPage(
        name="PackageLabel_Plain_Paper", paper="LETTER", labels_per_sheet=1, is_partnered=False
    ),
    LabelPage(name="PackageLabel_Plain_Paper_CarrierBottom"),
    LabelPage(name="PackageLabel_Thermal", paper="THERMAL", is_partnered=True, carrier="UPS"),
    LabelPage(name="PackageLabel_Thermal_Unified", paper="THERMAL", carrier="ATS"),
    LabelPage(name="PackageLabel_Thermal_NonPCP", paper="THERMAL", is_partnered=False),
    LabelPage(
        name="PackageLabel_Thermal_No_Carrier_Rotation",
        paper="THERMAL",
        is_partnered=True,
        carrier="DHL",
    ),
)
