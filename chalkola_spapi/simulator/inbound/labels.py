"""Labels and bills of lading: which page types fit a shipment, and the PDF files themselves.

https://developer-docs.amazon.com/sp-api/reference/getlabels

A page for each label: one a box, four a pallet, whatever the page type says of labels a sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalkola_spapi.simulator.inbound import pdf
from chalkola_spapi.simulator.inbound.goods import Box
from chalkola_spapi.simulator.inbound.plan import Plan
from chalkola_spapi.simulator.inbound.products import Product
from chalkola_spapi.simulator.inbound.shipment import Shipment
from chalkola_spapi.simulator.inbound.shipment_requests import (
    ITEM_LABEL_PAGES,
    CreateMarketplaceItemLabelsRequest,
)
from chalkola_spapi.simulator.messages import Call, RefusedError, invalid_input

LIFETIME = timedelta(seconds=15)
_LETTER_COUNTRIES = {"US", "CA"}
_LABELS_A_PALLET = 4
_LARGEST_PAGE = 1000
_A4_TYPES = {"PackageLabel_A4_2", "PackageLabel_A4_4"}
_LETTER_TYPES = {
    "PackageLabel_Letter_2",
    "PackageLabel_Letter_4",
    "PackageLabel_Letter_6",
    "PackageLabel_Letter_6_CarrierLeft",
}
_OWN_CARRIER_TYPES = {
    "PackageLabel_Letter_4",
    "PackageLabel_Letter_6",
    "PackageLabel_Letter_6_CarrierLeft",
    "PackageLabel_Plain_Paper",
    "PackageLabel_Plain_Paper_CarrierBottom",
    "PackageLabel_Thermal_NonPCP",
}
# The one partner that each of these fits; None: any.
_PARTNER_TYPES = {
    "PackageLabel_Letter_2": None,
    "PackageLabel_Thermal": "UPSN",
    "PackageLabel_Thermal_Unified": "ATSL",
    "PackageLabel_Thermal_No_Carrier_Rotation": "DHLX",
}
_TYPES = _A4_TYPES | _LETTER_TYPES | _OWN_CARRIER_TYPES | _PARTNER_TYPES.keys()


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """The query of getLabels."""

    page_type: str
    label_type: str
    boxes: tuple[str, ...]
    pallets: int | None
    page_size: int | None
    page_start: int | None


def read_label_request(call: Call) -> LabelRequest:
    """The query of getLabels, each parameter by itself.

    Raises:
        RefusedError: 400, one is missing or can never be.
    """
    page_type, label_type = call.one("PageType") or "", call.one("LabelType") or ""
    if page_type not in _TYPES:
        raise invalid_input("Data is invalid. Please check.", details="PageType is invalid")
    if label_type not in {"BARCODE_2D", "UNIQUE", "PALLET"}:
        raise invalid_input("Data is invalid. Please check.", details="LabelType is invalid")
    _number(call, "NumberOfPackages")
    return LabelRequest(
        page_type=page_type,
        label_type=label_type,
        boxes=tuple(call.many("PackageLabelsToPrint")),
        pallets=_number(call, "NumberOfPallets"),
        page_size=_number(call, "PageSize"),
        page_start=_number(call, "PageStartIndex", least=0),
    )


def shipment_labels(plan: Plan, shipment: Shipment, request: LabelRequest) -> bytes:
    """The labels of a confirmed shipment.

    Raises:
        RefusedError: 400, the page type or the parameters do not fit it.
    """
    _check_paper(plan, shipment, request)
    if request.label_type == "PALLET":
        lines = _pallet_labels(plan, shipment, request)
    else:
        boxes = _boxes(shipment, request)
        lines = [_box_label(plan, shipment, box) for box in boxes]
    return pdf.write_pdf(lines, size=_size(request.page_type))


def bill_of_lading(plan: Plan, shipment: Shipment) -> bytes:
    """The bill of lading of a partnered LTL shipment.

    Raises:
        RefusedError: 400 for any other shipment.
    """
    selected = shipment.selected
    if selected is None or not selected.is_partnered or selected.mode != "FREIGHT_LTL":
        raise invalid_input(
            "Data is invalid. Please check.",
            details="A bill of lading is available for partnered LTL/FTL shipments only",
        )
    lines = [
        "BILL OF LADING",
        f"Shipment {shipment.confirmation_id}, reference {shipment.reference_id}",
        f"Carrier {selected.carrier} ({selected.carrier_code})",
        f"From {plan.source.name}, {plan.source.city}",
        f"To {shipment.center.code}, {shipment.center.city}",
        f"{len(shipment.boxes)} boxes on {_pallet_count(shipment)} pallets",
    ]
    return pdf.write_pdf([lines], size=pdf.LETTER)


def item_labels(request: CreateMarketplaceItemLabelsRequest, products: Sequence[Product]) -> bytes:
    """FNSKU labels: sheets of them, or one a page for thermal printers."""
    labels = [
        f"{product.fnsku}  {product.msku}"
        for product, wanted in zip(products, request.msku_quantities, strict=True)
        for _ in range(wanted.quantity)
    ]
    a_page = ITEM_LABEL_PAGES.get(request.page_type or "", 1)
    is_thermal = request.label_type == "THERMAL_PRINTING"
    a_page = 1 if is_thermal else a_page
    pages = [labels[start : start + a_page] for start in range(0, len(labels), a_page)]
    is_letter = request.page_type == "Letter_30"
    size = pdf.THERMAL if is_thermal else pdf.LETTER if is_letter else pdf.A4
    return pdf.write_pdf(pages, size=size)


def _check_paper(plan: Plan, shipment: Shipment, request: LabelRequest) -> None:
    is_letter = plan.marketplace.country_code in _LETTER_COUNTRIES
    if request.page_type in (_A4_TYPES if is_letter else _LETTER_TYPES):
        raise _unsupported("The PageType is not supported in this marketplace")
    selected = shipment.selected
    if selected is None or selected.mode == "FREIGHT_LTL":
        return
    if selected.is_partnered:
        partner = _PARTNER_TYPES.get(request.page_type)
        is_others = partner is not None and partner != selected.carrier_code
        if request.page_type in _OWN_CARRIER_TYPES or is_others:
            raise _unsupported("The PageType is not supported for this partnered carrier")
    elif request.page_type in _PARTNER_TYPES:
        raise _unsupported("The PageType is not supported for non-partnered shipments")


def _boxes(shipment: Shipment, request: LabelRequest) -> list[Box]:
    boxes = shipment.boxes
    unknown = set(request.boxes) - {box.box_id for box in boxes}
    if unknown:
        raise RefusedError(
            400,
            "IncorrectPackageIdentifier",
            "Data is invalid. Please check.",
            details=f"Unknown packages {sorted(unknown)}",
        )
    if request.boxes:
        boxes = [box for box in boxes if box.box_id in request.boxes]
    selected = shipment.selected
    if selected is None or selected.is_partnered:
        return boxes
    # Amazon's model asks for pages of non-partnered LTL alone, Amazon of all non-partnered
    # (models#4073).
    size, start = request.page_size, request.page_start
    if size is None or start is None or size > _LARGEST_PAGE:
        text = "PageSize (at most 1000) and PageStartIndex are required for non-partnered shipments"
        raise _unsupported(text)
    return boxes[start : start + size]


def _pallet_labels(plan: Plan, shipment: Shipment, request: LabelRequest) -> list[list[str]]:
    selected = shipment.selected
    if selected is None or selected.mode != "FREIGHT_LTL" or request.pallets is None:
        raise _unsupported("PALLET labels need an LTL/FTL shipment and NumberOfPallets")
    return [
        [
            f"PALLET {number} of {request.pallets}",
            f"Shipment {shipment.confirmation_id}",
            f"To {shipment.center.code}, {shipment.center.city}",
            f"From {plan.source.name}",
        ]
        for number in range(1, request.pallets + 1)
        for _ in range(_LABELS_A_PALLET)
    ]


def _box_label(plan: Plan, shipment: Shipment, box: Box) -> list[str]:
    carrier = "" if shipment.selected is None else shipment.selected.carrier
    return [
        str(box.box_id),
        f"Ship to: FBA {plan.source.name}, {shipment.center.code}, {shipment.center.city}",
        f"Ship from: {plan.source.name}, {plan.source.city}",
        f"Carrier: {carrier}",
        *(f"{item.product.fnsku} x {item.quantity}" for item in box.items),
    ]


def _pallet_count(shipment: Shipment) -> int:
    return sum(pallet.contents.quantity for pallet in shipment.pallets)


def _size(page_type: str) -> pdf.Size:
    if "Thermal" in page_type:
        return pdf.THERMAL
    return pdf.A4 if "A4" in page_type else pdf.LETTER


def _number(call: Call, name: str, *, least: int = 1) -> int | None:
    text = call.one(name)
    if text is None:
        return None
    if not text.isdecimal() or int(text) < least:
        raise invalid_input("Data is invalid. Please check.", details=f"{name} is invalid")
    return int(text)


def _unsupported(details: str) -> RefusedError:
    return invalid_input("Data is invalid. Please check.", details=details)
