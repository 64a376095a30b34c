"""Freight that no packing option takes: its boxes are told after the placement, by shipment.

https://developer-docs.amazon.com/sp-api/reference/setpackinginformation
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalkola_spapi.inbound_models import Box as AmazonBox
from chalkola_spapi.inbound_models import PackageGroupingInput
from tasks.shipments.box_groups import Assignment, assign_boxes
from tasks.shipments.errors import AmbiguousBoxesError
from tasks.shipments.operations import Write
from tasks.shipments.packing import SET_PACKING, box_inputs, packed
from tasks.shipments.plan import units_of
from tasks.shipments.work import Work


def is_packed_later(work: Work) -> bool:
    """Whether the boxes are told shipment by shipment, once the placement is confirmed."""
    shipment = work.shipment
    return shipment.has_reached("PACKING_CONFIGURED") and shipment.packing_option_id is None


def boxes_by_shipment(work: Work, shipment_ids: Sequence[str]) -> Assignment:
    """Give which boxes make up each shipment of a placement; of several ways any will do.

    Raises:
        AmbiguousBoxesError: the boxes do not make up Amazon's shipments.
    """
    units = {
        shipment_id: units_of(
            work.inbound.list_shipment_items(work.plan_id, shipment_id=shipment_id)
        )
        for shipment_id in shipment_ids
    }
    try:
        return assign_boxes(work.request.boxes, units, takes_any=True)
    except AmbiguousBoxesError as exc:
        wanted = "; ".join(
            ", ".join(f"{count} {msku}" for msku, count in one.items()) for one in units.values()
        )
        raise AmbiguousBoxesError(
            f"no whole boxes make up its shipments ({wanted}): change the boxes, or choose a "
            "placement that they fit"
        ) from exc


def pack_shipments(work: Work, option_id: str, shipment_ids: Sequence[str]) -> None:
    """Tell Amazon the boxes of each shipment of the confirmed placement.

    Raises:
        AmbiguousBoxesError: the boxes do not make up Amazon's shipments.
    """
    if work.operations.has_done(SET_PACKING, option_id):
        return
    groupings = tuple(
        PackageGroupingInput(shipment_id=shipment_id, boxes=box_inputs(work, taken))
        for shipment_id, taken in boxes_by_shipment(work, shipment_ids).items()
    )
    work.operations.do(_set_shipments(work, option_id, groupings))


def _set_shipments(
    work: Work, option_id: str, groupings: tuple[PackageGroupingInput, ...]
) -> Write:
    def boxes() -> Iterator[AmazonBox]:
        for one in groupings:
            yield from work.inbound.list_shipment_boxes(
                work.plan_id, shipment_id=one.shipment_id or ""
            )

    return packed(work, option_id, groupings, boxes)
