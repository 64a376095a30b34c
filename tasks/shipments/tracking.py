"""Tracking ids of an own carrier, from a file to Amazon: one for each box.

A box is named by Amazon's id or by its name in the request, which is matched by contents, sides and
weight. https://developer-docs.amazon.com/sp-api/reference/updateshipmenttrackingdetails
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chalkola_spapi.inbound_models import (
    LtlTrackingDetailInput,
    SpdTrackingDetailInput,
    SpdTrackingItemInput,
    TrackingDetailsInput,
)
from tasks.shipments.errors import ShipmentError
from tasks.shipments.offers import PARTNERED
from tasks.shipments.operations import Intent, Started, Write
from tasks.shipments.request_file import RequestError
from tasks.shipments.work import Work

COLUMNS = ("box", "tracking_id")
LONGEST_ID = 64


class TrackedBox(BaseModel):
    """A box, by Amazon's id or its name in the request, and its tracking id."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    box: str = Field(min_length=1)
    tracking_id: str = Field(min_length=1, max_length=LONGEST_ID)


#: Amazon's shipment -> its boxes' ids (or, for pallets, its confirmation id) -> tracking id.
Matched = Mapping[str, Mapping[str, str]]


def read_tracking_file(path: Path) -> list[tuple[str, str]]:
    """Give (box, tracking id) of each line.

    Raises:
        RequestError: everything that is wrong with the file.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, skipinitialspace=True))
    except (OSError, UnicodeDecodeError) as exc:
        raise RequestError([f"{path}: {exc}"]) from exc
    if not rows or set(COLUMNS) - set(rows[0]):
        raise RequestError([f"{path}: the first line must be {','.join(COLUMNS)}, lines follow"])
    found = [((row["box"] or "").strip(), (row["tracking_id"] or "").strip()) for row in rows]
    problems = [
        f"line {number}: {problem}"
        for number, (box, tracking_id) in enumerate(found, start=2)
        for problem in _line_problems(box, tracking_id)
    ]
    if problems:
        raise RequestError(problems)
    return found


def _line_problems(box: str, tracking_id: str) -> list[str]:
    problems = [
        f"{name} is missing" for name, v in zip(COLUMNS, (box, tracking_id), strict=True) if not v
    ]
    if len(tracking_id) > LONGEST_ID:
        problems.append(f"tracking_id is longer than {LONGEST_ID} characters")
    return problems


def match_boxes(work: Work, lines: Sequence[tuple[str, str]]) -> Matched:
    """Give each shipment's tracking ids.

    Raises:
        RequestError: a box is unknown, named twice, fits several, or has no tracking id.
        ShipmentError: the shipment takes no tracking ids.
    """
    destinations = work.ledger.rows("destinations", shipment_id=work.shipment.id)
    if not destinations:
        raise ShipmentError(f"{work.shipment.plan_name}: its transportation is not confirmed yet")
    if any(row["shipping_solution"] == PARTNERED for row in destinations):
        raise ShipmentError(
            f"{work.shipment.plan_name}: Amazon's partnered carrier knows its own tracking ids"
        )
    places = _places(work, destinations)
    names = _names(work, destinations)
    matched: dict[str, dict[str, str]] = {}
    problems: list[str] = []
    for box, tracking_id in lines:
        ids = [box] if box in places else names.get(box, [])
        problem = _box_problem(box, ids, matched, places)
        if problem:
            problems.append(problem)
            continue
        matched.setdefault(places[ids[0]], {})[ids[0]] = tracking_id
    problems += _missing(matched, places)
    if problems:
        raise RequestError(problems)
    return matched


def _places(work: Work, destinations: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Box id (for pallets: confirmation id) -> Amazon's shipment."""
    if work.request.is_freight:
        return {r["shipment_confirmation_id"]: r["amazon_shipment_id"] for r in destinations}
    items = work.ledger.rows("items", shipment_id=work.shipment.id)
    return {i["box_id"]: i["amazon_shipment_id"] for i in items if i["box_id"]}


def _names(work: Work, destinations: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Our name of a box -> the ids of Amazon's boxes that it may be."""
    if work.request.is_freight:
        return {r["amazon_shipment_id"]: [r["shipment_confirmation_id"]] for r in destinations}
    names: dict[str, list[str]] = {}
    for item in work.ledger.rows("items", shipment_id=work.shipment.id):
        if item["box_name"] and item["box_id"] not in names.setdefault(item["box_name"], []):
            names[item["box_name"]].append(item["box_id"])
    return names


def _box_problem(
    box: str, ids: Sequence[str], matched: Matched, places: Mapping[str, str]
) -> str | None:
    if not ids:
        return f"box {box}: unknown; known are {', '.join(sorted(places))}"
    if len(ids) > 1:
        return f"box {box}: fits {', '.join(sorted(ids))}; name the box by its id on the label"
    if ids[0] in matched.get(places[ids[0]], {}):
        return f"box {box}: is named twice"
    return None


def _missing(matched: Matched, places: Mapping[str, str]) -> list[str]:
    """Name the boxes without a tracking id in shipments of which others have one."""
    return [
        f"box {box}: has no tracking id, others of its shipment have"
        for box, shipment_id in sorted(places.items())
        if shipment_id in matched and box not in matched[shipment_id]
    ]


def send_tracking(work: Work, matched: Matched) -> list[dict[str, Any]]:
    """Tell Amazon the tracking ids and store them; gives what it shows of each.

    Raises:
        OperationFailedError: Amazon refused them; all its problems.
    """
    shown: list[dict[str, Any]] = []
    for shipment_id, ids in matched.items():
        work.operations.do(_update(work, shipment_id, ids))
        stored = _with_validation(work, shipment_id, ids)
        work.ledger.write(
            "set_tracking",
            shipment_id=work.shipment.id,
            amazon_shipment_id=shipment_id,
            tracking_numbers=json.dumps(stored),
        )
        shown += [{"shipment": shipment_id, **one} for one in stored]
    return shown


def _with_validation(
    work: Work, shipment_id: str, ids: Mapping[str, str]
) -> list[dict[str, str | None]]:
    details = work.inbound.get_shipment(work.plan_id, shipment_id=shipment_id).tracking_details
    spd = details.spd_tracking_detail if details else None
    items = spd.spd_tracking_items if spd else ()
    status = {item.box_id: item.tracking_number_validation_status for item in items}
    return [
        {"box_id": box, "tracking_id": tracking_id, "status": status.get(box)}
        for box, tracking_id in sorted(ids.items())
    ]


def _update(work: Work, shipment_id: str, ids: Mapping[str, str]) -> Write:
    details = _details(work, ids)

    def send(intent: Intent) -> Started:
        return Started(
            work.inbound.update_shipment_tracking_details(
                work.plan_id,
                shipment_id=shipment_id,
                tracking_details=details,
                before_send=intent,
            )
        )

    def find(_since: datetime) -> dict[str, Any] | None:
        shown = _with_validation(work, shipment_id, ids)
        return {} if all(one["status"] is not None for one in shown) else None

    digest = hashlib.sha256(json.dumps(sorted(ids.items())).encode()).hexdigest()[:12]
    # The same ids twice are the same ids; other ids replace them.
    return Write(
        "updateShipmentTrackingDetails",
        f"{shipment_id} {digest}",
        send,
        find,
        is_once=False,
        reads_back=False,
    )


def _details(work: Work, ids: Mapping[str, str]) -> TrackingDetailsInput:
    if work.request.is_freight:
        return TrackingDetailsInput(
            ltl_tracking_detail=LtlTrackingDetailInput(freight_bill_number=tuple(ids.values()))
        )
    items = tuple(
        SpdTrackingItemInput(box_id=box, tracking_id=tracking_id)
        for box, tracking_id in sorted(ids.items())
    )
    return TrackingDetailsInput(
        spd_tracking_detail=SpdTrackingDetailInput(spd_tracking_items=items)
    )
