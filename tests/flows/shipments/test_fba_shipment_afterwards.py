"""After the labels: cancelling, tracking ids, statuses, received units, lost files."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tasks.connections import connections
from tasks.shipments.errors import ShipmentError
from tasks.shipments.labels import restore_files
from tasks.shipments.request_file import RequestError
from tasks.shipments.tracking import TrackedBox, match_boxes, read_tracking_file
from tasks.shipments.work import Work

OWN = {"mode": "small_parcel", "solution": "own_carrier"}


def boxes(shipper):
    return [box.box_id for one in shipper.plans[0].sent for box in one.boxes]


def track(shipper, lines):
    from flows.shipment_tracking import shipment_tracking

    return shipment_tracking(shipper.name, [TrackedBox(box=b, tracking_id=t) for b, t in lines])


def cancel(shipper, **values):
    from flows.shipment_cancel import shipment_cancel

    return shipment_cancel(shipper.name, **values)


def test_a_finished_shipment_is_rejected_no_more_but_cancelled_and_proved(shipper):
    shipper.approved()
    with pytest.raises(ShipmentError, match="shipment cancel"):
        cancel(shipper, decision="reject")
    ended = cancel(shipper, reason="too many")
    assert (ended["status"], ended["reason"]) == ("CANCELLED", "too many")
    assert "as VOIDED" in ended["proof"]
    assert shipper.plans[0].status == "VOIDED"
    runs = shipper.rows(
        "SELECT status FROM chalkola.job_runs WHERE job_name = 'shipment-cancel' ORDER BY id"
    )
    assert [run["status"] for run in runs] == ["FAILED", "SUCCESS"]


def test_cancelling_that_costs_is_refused_with_the_deadline(shipper):
    shipper.approved()
    shipper.ledger.write(
        "set_transportation",
        id=shipper.row.id,
        transportation_option_id=None,
        carrier_name="UPS",
        shipping_mode="GROUND_SMALL_PARCEL",
        cost=12,
        currency="USD",
        free_void_until=connections().now() - timedelta(hours=1),
        estimated_ship_date=None,
    )
    with pytest.raises(ShipmentError, match=r"no longer free since .*Nothing was cancelled"):
        cancel(shipper)
    assert cancel(shipper, accept_charges=True)["status"] == "CANCELLED"


def test_lost_label_files_are_written_again_and_labels_downloaded_again(shipper):
    from flows.shipment_labels import shipment_labels

    shipper.approved()
    before = {path: path.read_bytes() for path in shipper.files if path.suffix == ".pdf"}
    next(iter(before)).unlink()
    list(before)[1].write_bytes(b"damaged")
    restore_files(Work.on(shipper.name))
    assert {path: path.read_bytes() for path in before} == before
    asked = shipper.calls("getLabels")
    assert shipment_labels(shipper.name)["labels"] == [str(path) for path in before]
    assert shipper.calls("getLabels") > asked


def test_tracking_ids_reach_amazon_box_by_box(shipper):
    shipper.approved(shipper.request(shipping=OWN))
    lines = [(box, f"1Z{number:09d}") for number, box in enumerate(boxes(shipper))]
    track(shipper, lines)
    assert shipper.writes("updateShipmentTrackingDetails") == len(shipper.plans[0].sent)
    stored = shipper.rows("SELECT tracking_numbers FROM chalkola.fba_shipment_destinations")
    found = {one["box_id"]: one["tracking_id"] for row in stored for one in row["tracking_numbers"]}
    assert found == dict(lines)


def test_a_box_is_found_by_its_own_name(shipper):
    request = shipper.request(shipping=OWN)
    request["items"] = [{"msku": "CHALK-A", "quantity": 12}]
    request["boxes"] = [
        request["boxes"][0] | {"name": name, "quantity": 1, "items": [{"msku": "CHALK-A", **units}]}
        for name, units in (("red", {"quantity": 8}), ("blue", {"quantity": 4}))
    ]
    with shipper.answering(choose=one_shipment):
        shipper.create(request)
    work = Work.on(shipper.name)
    found = match_boxes(work, [("red", "T1"), ("blue", "T2")])
    assert sorted(t for ids in found.values() for t in ids.values()) == ["T1", "T2"]
    with pytest.raises(RequestError, match="green: unknown") as caught:
        match_boxes(work, [("green", "T1"), ("red", "T2"), ("red", "T3")])
    assert any("named twice" in one for one in caught.value.problems)
    assert any("has no tracking id" in one for one in caught.value.problems)


def one_shipment(shown):
    if "placement" in shown:
        return shown["recommended"]
    return min(shown["options"], key=lambda one: len(one["shipments"]))["id"]


def test_a_name_of_several_boxes_is_refused(shipper):
    request = shipper.request(shipping=OWN)
    request["boxes"][0]["name"] = "small"
    shipper.approved(request)
    with pytest.raises(RequestError, match="box small: fits FBA"):
        match_boxes(Work.on(shipper.name), [("small", "T1")])


def test_a_partnered_carrier_takes_no_tracking_ids(shipper):
    shipper.approved()
    with pytest.raises(ShipmentError, match="knows its own tracking ids"):
        match_boxes(Work.on(shipper.name), [("x", "y")])


@pytest.mark.parametrize("text", ["", "box\nA\n", "box,tracking_id\nA,\n", "a,b\n1,2\n"])
def test_a_tracking_file_that_says_nothing_is_refused(tmp_path, text):
    path = tmp_path / "tracking.csv"
    path.write_text(text)
    with pytest.raises(RequestError):
        read_tracking_file(path)


def test_statuses_and_received_units_are_followed(shipper):
    from flows.shipment_monitor import shipment_monitor

    shipper.approved()
    for one in shipper.plans[0].sent:
        one.journey.forced = "RECEIVING"
    result = shipment_monitor()
    assert result["followed"] == len(shipper.plans[0].sent)
    assert not result["discrepancies"]
    stored = shipper.rows("SELECT status FROM chalkola.fba_shipment_destinations")
    assert {row["status"] for row in stored} == {"RECEIVING"}


def test_a_discrepancy_is_reported_once_amazon_has_counted(shipper):
    from flows.shipment_monitor import shipment_monitor

    shipper.approved()
    for one in shipper.plans[0].sent:
        one.journey.forced = "CLOSED"
    first = shipper.plans[0].sent[0]
    first.journey.lost = {first.boxes[0].items[0].product.msku: 2}
    (found,) = shipment_monitor()["discrepancies"]
    assert (found["confirmation id"], found["discrepancy"]) == (first.confirmation_id, "-2")
    received = shipper.rows("SELECT * FROM chalkola.fba_shipment_received")
    assert sum(r["quantity_shipped"] - r["quantity_received"] for r in received) == 2
    assert shipment_monitor()["followed"] == 0


def test_the_end_of_free_cancelling_is_announced_once(shipper):
    from flows.shipment_monitor import shipment_monitor

    shipper.approved()
    with shipper.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE chalkola.fba_shipments SET free_void_until = now() + interval '1 hour'"
        )
    assert shipment_monitor()["announced"] == [shipper.name]
    assert shipment_monitor()["announced"] == []
