"""A finished shipment in words: what goes where, with whom, for how much."""

from __future__ import annotations

from tasks.shipments.question_text import local
from tasks.shipments.work import Work


def summary_markdown(work: Work) -> str:
    """Give the shipment as markdown, for the artifact of its run."""
    shipment = work.shipment
    cost = shipment.transportation_cost
    currency = shipment.transportation_currency or shipment.placement_fee_currency or ""
    free_until = shipment.free_void_until
    until = local(free_until.isoformat(), work.request.marketplace) if free_until else "-"
    rows = [
        f"| {row['shipment_confirmation_id']} | {row['destination_fc'] or '-'} | {row['units']} "
        f"| {row['boxes']} | {row['carrier_name']} | {row['transportation_cost'] or '-'} |"
        for row in work.ledger.rows("destinations", shipment_id=shipment.id)
    ]
    return "\n".join(
        [
            f"### {shipment.plan_name}",
            "",
            (
                f"Plan `{shipment.inbound_plan_id}`: {shipment.total_units} units. Transport "
                f"{'by your own carrier' if cost is None else f'{cost} {currency}'}, cancelling is "
                f"free until {until}."
            ),
            "",
            "| shipment | to | units | boxes | carrier | cost |",
            "|---|---|---|---|---|---|",
            *rows,
        ]
    )
