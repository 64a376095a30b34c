"""Tracking numbers of own carriers: one for each box, or one freight bill; Amazon checks them.

https://developer-docs.amazon.com/sp-api/reference/updateshipmenttrackingdetails

A tracking id that begins with BAD is never validated, one with OTHER- is NOT_SUPPORTED.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalkola_spapi.simulator.inbound.goods import Box
from chalkola_spapi.simulator.inbound.problems import Problem, error
from chalkola_spapi.simulator.inbound.shipment_requests import TrackingDetailsInput

VALIDATION_H = 3.0


@dataclass(frozen=True, slots=True)
class Tracking:
    """What the seller sent, and from when its numbers count as validated."""

    details: TrackingDetailsInput
    validated_at: datetime

    def describe(self, now: datetime) -> dict[str, object]:
        """Amazon's TrackingDetails."""
        ltl, spd = self.details.ltl_tracking_detail, self.details.spd_tracking_detail
        content: dict[str, object] = {}
        if ltl is not None:
            content["ltlTrackingDetail"] = ltl.wire()
        if spd is not None:
            items = [
                {
                    **item.wire(),
                    "trackingNumberValidationStatus": self._status(item.tracking_id, now),
                }
                for item in spd.spd_tracking_items
            ]
            content["spdTrackingDetail"] = {"spdTrackingItems": items}
        return content

    def _status(self, tracking_id: str, now: datetime) -> str:
        if tracking_id.startswith("OTHER-"):
            return "NOT_SUPPORTED"
        is_bad = tracking_id.startswith("BAD") or now < self.validated_at
        return "NOT_VALIDATED" if is_bad else "VALIDATED"


def tracking_problems(
    details: TrackingDetailsInput, *, boxes: Sequence[Box], is_freight: bool
) -> list[Problem]:
    """What is wrong with tracking details of a shipment."""
    ltl, spd = details.ltl_tracking_detail, details.spd_tracking_detail
    if is_freight:
        return [] if ltl and not spd else [error("An LTL shipment needs ltlTrackingDetail.")]
    if spd is None or ltl is not None:
        return [error("A small parcel shipment needs spdTrackingDetail.")]
    given = Counter(item.box_id for item in spd.spd_tracking_items)
    known = {box.box_id for box in boxes}
    twice = sorted(box_id for box_id, count in given.items() if count > 1)
    problems = [
        error(f"The box {box_id} does not exist in this shipment.")
        for box_id in sorted(given.keys() - known)
    ]
    return problems + [error(f"The box {id_} has more than one tracking id.") for id_ in twice]
