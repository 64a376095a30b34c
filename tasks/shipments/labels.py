"""Labels: the PDFs of every shipment, on disk and in the database, with their checksum.

An address of Amazon's lives 15 seconds: it is used at once and stored nowhere.
https://developer-docs.amazon.com/sp-api/reference/getlabels
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from chalkola_spapi.errors import ApiStatusError, DocumentError
from chalkola_spapi.inbound_models import CreateMarketplaceItemLabelsRequest, MskuQuantity
from chalkola_spapi.inbound_v0 import LabelsRequest
from chalkola_spapi.label_pages import (
    FIRST_PAGE_START_INDEX,
    LONGEST_PAGE_SIZE,
    PALLET,
    UNIQUE,
)
from chalkola_spapi.pdfs import download_pdf
from tasks.shipments.errors import ShipmentError
from tasks.shipments.offers import PARTNERED
from tasks.shipments.work import Work

logger = logging.getLogger(__name__)

Address = Callable[[], SecretStr]
#: Gives the page type, if there is one, and what asks for the address.
Fetch = Callable[[], tuple[str | None, Address]]
Row = dict[str, Any]

DOWNLOADS = 3
LETTER = frozenset({"US", "CA", "MX"})
#: PageTypes in the order in which they are tried; Amazon refuses what carrier or place do not have.
PARTNERED_PAGES = {
    True: (
        "PackageLabel_Letter_2",
        "PackageLabel_Letter_6_CarrierLeft",
        "PackageLabel_Thermal_Unified",
        "PackageLabel_Plain_Paper_CarrierBottom",
    ),
    False: (
        "PackageLabel_A4_2",
        "PackageLabel_A4_4",
        "PackageLabel_Thermal_No_Carrier_Rotation",
        "PackageLabel_Thermal_Unified",
        "PackageLabel_Plain_Paper_CarrierBottom",
    ),
}
OWN_PAGES = {
    True: ("PackageLabel_Letter_6", "PackageLabel_Letter_4", "PackageLabel_Plain_Paper"),
    False: ("PackageLabel_A4_4", "PackageLabel_Plain_Paper", "PackageLabel_Thermal_NonPCP"),
}
ITEM_PAGES = {True: "Letter_30", False: "A4_27"}
MSKUS_A_CALL = 100
LABELS_A_LINE = 10_000


def fetch_labels(work: Work, *, again: bool = False) -> list[Path]:
    """Give the paths of all labels; what is stored already is not asked for again.

    Raises:
        ShipmentError: Amazon gives no label for a shipment; its words.
    """
    destinations = work.ledger.rows("destinations", shipment_id=work.shipment.id)
    stored = {
        (row["shipment_confirmation_id"], row["kind"])
        for row in work.ledger.rows("labels", shipment_id=work.shipment.id)
    }
    for row in destinations:
        for kind, fetch in _wanted(work, row):
            if again or (row["shipment_confirmation_id"], kind) not in stored:
                _store(work, row, kind, fetch)
    work.ledger.write("set_labels_downloaded", id=work.shipment.id)
    return restore_files(work)


def refuse_without_labels(work: Work) -> None:
    """Return if there are labels.

    Raises:
        ShipmentError: there are none before the transportation is confirmed.
    """
    if not work.shipment.has_reached("TRANSPORTATION_CONFIRMED"):
        raise ShipmentError(
            f"{work.shipment.plan_name}: there are no labels before the transportation is "
            f"confirmed (status {work.shipment.status})"
        )


def restore_files(work: Work) -> list[Path]:
    """Give the paths of all labels; a file that is gone or damaged is written from the database."""
    paths = []
    for row in work.ledger.rows("label_contents", shipment_id=work.shipment.id):
        path = Path(row["path"])
        if not path.is_file() or _sha256(path.read_bytes()) != row["sha256"]:
            path = folder(work) / path.name
            part = path.with_suffix(".part")
            part.write_bytes(row["content"])
            part.replace(path)
        paths.append(path)
    return paths


def folder(work: Work) -> Path:
    """Give CHALKOLA_HOME/labels/NAME, made; a name that no folder can have is changed."""
    name = work.shipment.plan_name
    safe = re.sub(r"[^\w .+()-]", "_", name).strip(" .") or "_"
    if safe != name:
        safe = f"{safe}-{_sha256(name.encode())[:8]}"
    return work.conns.folder(f"labels/{safe}")


# -- which labels ----------------------------------------------------------------------------------


def _wanted(work: Work, row: Row) -> Iterator[tuple[str, Fetch]]:
    """Give each kind of label of a shipment, and how its page type and address are asked for."""
    is_freight = row["shipping_mode"] == "FREIGHT_LTL"
    for number in range(_documents(row)):
        yield _numbered("box", number), partial(_box_labels, work, row, number)
    if is_freight:
        yield "pallet", partial(_pallet_labels, work, row)
    if is_freight and row["shipping_solution"] == PARTNERED:
        yield "bill_of_lading", partial(_bill_of_lading, work, row)
    for number, some in enumerate(_labelled_mskus(work, row)):
        yield _numbered("fnsku", number), partial(_item_labels, work, some)


def _bill_of_lading(work: Work, row: Row) -> tuple[None, Address]:
    return None, partial(work.v0.get_bill_of_lading, row["shipment_confirmation_id"])


def _numbered(kind: str, number: int) -> str:
    return kind if not number else f"{kind}-{number + 1}"


def _documents(row: Row) -> int:
    """How many documents hold the box labels; what is not partnered comes in pages."""
    if row["shipping_solution"] == PARTNERED:
        return 1
    return max(1, -(-(row["boxes"] or 1) // LONGEST_PAGE_SIZE))


def _box_labels(work: Work, row: Row, number: int) -> tuple[str, Address]:
    is_partnered = row["shipping_solution"] == PARTNERED

    def request(page_type: str) -> LabelsRequest:
        if is_partnered:
            return LabelsRequest(page_type=page_type, label_type=UNIQUE)
        return LabelsRequest(
            page_type=page_type,
            label_type=UNIQUE,
            page_size=min(LONGEST_PAGE_SIZE, row["boxes"] or LONGEST_PAGE_SIZE),
            page_start_index=number * LONGEST_PAGE_SIZE,
        )

    return _first_accepted(work, row, request)


def _pallet_labels(work: Work, row: Row) -> tuple[str, Address]:
    pallets = work.inbound.list_shipment_pallets(
        work.plan_id, shipment_id=row["amazon_shipment_id"]
    )
    count = sum(pallet.quantity or 1 for pallet in pallets)

    def request(page_type: str) -> LabelsRequest:
        is_partnered = row["shipping_solution"] == PARTNERED
        return LabelsRequest(
            page_type=page_type,
            label_type=PALLET,
            number_of_pallets=count or 1,
            page_size=None if is_partnered else LONGEST_PAGE_SIZE,
            page_start_index=None if is_partnered else FIRST_PAGE_START_INDEX,
        )

    return _first_accepted(work, row, request)


def _first_accepted(
    work: Work, row: Row, request: Callable[[str], LabelsRequest]
) -> tuple[str, Address]:
    """Give the first page type that Amazon has for this carrier and place."""
    pages = PARTNERED_PAGES if row["shipping_solution"] == PARTNERED else OWN_PAGES
    refusal: ApiStatusError | None = None
    for page_type in pages[work.request.place.country_code in LETTER]:
        wanted = request(page_type)
        try:
            url = work.v0.get_labels(row["shipment_confirmation_id"], request=wanted)
        except ApiStatusError as exc:
            refusal = exc
            continue
        ask = partial(work.v0.get_labels, row["shipment_confirmation_id"], request=wanted)
        return page_type, _first_then_anew(url, ask)
    raise ShipmentError(f"no labels for {row['shipment_confirmation_id']}: {refusal}") from refusal


def _first_then_anew(url: SecretStr, ask: Address) -> Address:
    """Use the address that is there once, then ask for new ones: they live 15 seconds."""
    given = [url]
    return lambda: given.pop() if given else ask()


def _labelled_mskus(work: Work, row: Row) -> Iterator[Sequence[MskuQuantity]]:
    """Give what the seller labels in a shipment, in portions that one call takes."""
    units: dict[str, int] = {}
    for item in work.ledger.rows("items", shipment_id=work.shipment.id):
        if (
            item["label_owner"] == "SELLER"
            and item["amazon_shipment_id"] == row["amazon_shipment_id"]
        ):
            units[item["msku"]] = units.get(item["msku"], 0) + item["quantity"]
    found = [
        MskuQuantity(msku=msku, quantity=min(LABELS_A_LINE, count))
        for msku, count in sorted(units.items())
    ]
    for start in range(0, len(found), MSKUS_A_CALL):
        yield found[start : start + MSKUS_A_CALL]


def _item_labels(work: Work, some: Sequence[MskuQuantity]) -> tuple[str, Address]:
    page_type = ITEM_PAGES[work.request.place.country_code in LETTER]
    request = CreateMarketplaceItemLabelsRequest(
        label_type="STANDARD_FORMAT",
        marketplace_id=work.request.place.marketplace_id,
        msku_quantities=tuple(some),
        page_type=page_type,
    )
    return page_type, lambda: work.inbound.create_marketplace_item_labels(request)[0].uri


# -- keeping them ----------------------------------------------------------------------------------


def _store(work: Work, row: Row, kind: str, fetch: Fetch) -> None:
    confirmation_id = row["shipment_confirmation_id"]
    path = folder(work) / f"{confirmation_id}-{kind}.pdf"
    page_type, address = fetch()
    _download(address, path)
    content = path.read_bytes()
    work.ledger.write(
        "put_label",
        shipment_id=work.shipment.id,
        shipment_confirmation_id=confirmation_id,
        kind=kind,
        amazon_shipment_id=row["amazon_shipment_id"],
        page_type=page_type,
        path=str(path),
        content=content,
        size_bytes=len(content),
        sha256=_sha256(content),
    )
    if kind == "box":
        work.ledger.write(
            "set_labels_url",
            shipment_id=work.shipment.id,
            amazon_shipment_id=row["amazon_shipment_id"],
            labels_url=str(path),
        )


def _download(address: Address, path: Path) -> None:
    for left in reversed(range(DOWNLOADS)):
        try:
            download_pdf(address(), path)
        except DocumentError as exc:
            if not left:
                raise
            logger.warning("%s: %s; asking for it again", path.name, exc)
        else:
            return


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
