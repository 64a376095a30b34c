"""The happy paths of a shipment, from the request to the labels."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tasks.shipments.errors import ShipmentError


def pages(path):
    return Path(path).read_bytes().count(b"/Type /Page ") or Path(path).read_bytes().count(
        b"/Type /Page\n"
    )


def test_two_groups_end_with_what_amazon_made_of_them(shipper):
    result = shipper.approved()
    assert result["status"] == "COMPLETED"
    shipper.assert_once()
    (plan,) = shipper.plans
    row = shipper.row
    assert row.plan_name == plan.name
    assert row.inbound_plan_id == plan.plan_id
    sent = {one.shipment_id: one for one in plan.sent}
    stored = shipper.rows("SELECT * FROM chalkola.fba_shipment_destinations")
    assert {d["amazon_shipment_id"] for d in stored} == set(sent)
    for found in stored:
        amazons = sent[found["amazon_shipment_id"]]
        assert found["shipment_confirmation_id"] == amazons.confirmation_id
        assert found["destination_fc"] == amazons.center.code
        assert found["boxes"] == len(amazons.boxes)
        assert found["transportation_option_id"] == amazons.selected.option_id
        assert found["voidable_until"] is not None


def test_items_add_up_to_the_plan_and_know_their_boxes(shipper):
    shipper.approved()
    items = shipper.rows("SELECT * FROM chalkola.fba_shipment_items")
    units = Counter()
    for item in items:
        units[item["msku"]] += item["quantity"]
    assert units == {"CHALK-A": 20, "OVERSIZE-B": 6}
    boxes = {box.box_id for one in shipper.plans[0].sent for box in one.boxes}
    assert {item["box_id"] for item in items} == boxes
    assert all(item["fnsku"].startswith("X00") for item in items)


def test_totals_and_deadlines_are_amazons(shipper):
    shipper.approved()
    (plan,) = shipper.plans
    row = shipper.row
    fees = sum(Decimal(str(f.describe()["value"]["amount"])) for f in plan.placement.fees)
    discounts = sum(Decimal(str(d.describe()["value"]["amount"])) for d in plan.placement.discounts)
    assert (row.placement_fee, row.placement_discount) == (fees, discounts)
    view = shipper.view()
    option = next(o for o in view["placement_options"] if o["id"] == row.placement_option_id)
    assert Decimal(option["landed_total"]) == fees - discounts + row.transportation_cost
    assert row.total_units == 26
    assert row.total_boxes == 5
    # Amazon counts the void window from the confirmation.
    until = min(one.selected.quote.voidable_until for one in plan.sent)
    assert abs(row.free_void_until - until) < timedelta(milliseconds=1)


def test_one_label_page_a_box_on_disk_and_in_the_database(shipper):
    shipper.approved()
    (plan,) = shipper.plans
    labels = shipper.rows("SELECT * FROM chalkola.fba_shipment_labels WHERE kind = 'box'")
    boxes = {one.confirmation_id: len(one.boxes) for one in plan.sent}
    for label in labels:
        content = Path(label["path"]).read_bytes()
        assert content == bytes(label["content"])
        assert hashlib.sha256(content).hexdigest() == label["sha256"]
        assert pages(label["path"]) == boxes[label["shipment_confirmation_id"]]
    assert len(labels) == len(boxes)
    assert shipper.row.labels_downloaded
    kinds = {row["kind"] for row in shipper.rows("SELECT kind FROM chalkola.fba_shipment_labels")}
    assert kinds == {"box", "fnsku"}


def test_no_presigned_address_is_stored_anywhere(shipper):
    shipper.approved()
    for name in ("fba_shipment_destinations", "fba_shipment_labels", "fba_shipment_operations"):
        assert "http" not in str(
            [
                {k: v for k, v in row.items() if k != "content"}
                for row in shipper.rows(f"SELECT * FROM chalkola.{name}")
            ]
        )
    assert not [path for path in shipper.files if path.suffix == ".part"]


def test_an_own_carrier_gets_the_delivery_windows_that_were_shown(shipper):
    request = shipper.request(shipping={"mode": "small_parcel", "solution": "own_carrier"})
    assert shipper.approved(request)["status"] == "COMPLETED"
    shipper.assert_once()
    asked = next(q for q in shipper.questions() if q.gate == "transportation")
    shown = {w["option_id"] for o in asked.shown["options"] for w in o["windows"].values()}
    for one in shipper.plans[0].sent:
        assert one.window.option_id in shown
        assert one.window.availability != "BLOCKED"
    stored = shipper.rows("SELECT * FROM chalkola.fba_shipment_destinations")
    assert all(d["delivery_window_start"] is not None for d in stored)
    assert all(d["transportation_cost"] is None for d in stored)


def test_a_partnered_carrier_generates_no_delivery_window(shipper):
    shipper.approved()
    assert not shipper.calls("generateDeliveryWindowOptions")


def test_pallets_go_by_freight_with_a_bill_of_lading(shipper):
    result = shipper.approved(shipper.pallets())
    assert result["status"] == "COMPLETED"
    shipper.assert_once()
    kinds = {row["kind"] for row in shipper.rows("SELECT kind FROM chalkola.fba_shipment_labels")}
    assert {"box", "pallet", "bill_of_lading", "fnsku"} <= kinds
    assert {d["shipping_mode"] for d in result["shipments"]} == {"FREIGHT_LTL"}


def test_pallets_by_an_own_carrier(shipper):
    request = shipper.pallets(shipping={"mode": "ltl", "solution": "own_carrier"})
    assert shipper.approved(request)["status"] == "COMPLETED"
    shipper.assert_once()


def test_unknown_products_are_classified_first(shipper):
    request = shipper.request()
    request["items"][0] |= {"msku": "NEW-A", "prep_category": "NONE"}
    request["boxes"][0]["items"][0]["msku"] = "NEW-A"
    assert shipper.approved(request)["status"] == "COMPLETED"


def test_a_finished_shipment_is_left_alone(shipper):
    shipper.approved()
    before = len(shipper.plans[0].writes)
    assert shipper.create()["status"] == "COMPLETED"
    assert len(shipper.plans[0].writes) == before


def test_metric_europe_ships_too(shipper):
    request = shipper.request(marketplace="DE")
    request["source_address"] |= {"country_code": "DE", "state_or_province": None}
    assert shipper.approved(request)["status"] == "COMPLETED"


def test_job_runs_counts_the_shipment(shipper):
    shipper.approved()
    (run,) = shipper.rows("SELECT * FROM chalkola.job_runs WHERE job_name = 'fba-shipment'")
    assert run["status"] == "SUCCESS"
    assert run["metadata"]["units"] == 26


def test_freight_that_no_packing_option_takes_is_packed_shipment_by_shipment(shipper):
    shipper.script(operation="generatePackingOptions", modes=["GROUND_SMALL_PARCEL"])
    shipper.script(operation="generatePlacementOptions", splits=(2, 3))
    shipper.fault("setPackingInformation", "close_after")
    request = shipper.pallets()
    request["items"][1]["quantity"], request["boxes"][1]["quantity"] = 8, 4
    assert shipper.approved(request)["status"] == "COMPLETED"
    (plan,) = shipper.plans
    assert [(w.name, w.subject) for w in plan.writes if "acking" in w.name] == [
        ("generatePackingOptions", plan.plan_id),
        ("setPackingInformation", plan.plan_id),
    ]
    placement, transportation = (q.shown for q in shipper.questions())
    # Two shipments can be made of whole boxes, three cannot: shown, and not to be chosen.
    fits, unfit = placement["options"]
    assert (fits["problem"], len(fits["shipments"])) == (None, 2)
    assert "no whole boxes make up its shipments" in unfit["problem"]
    loads = transportation["loads"].values()
    assert sum(load["pallets"] for load in loads) == 4
    assert sum(float(load["declared_value"]) for load in loads) == 2500
    assert sum(len(shipment.boxes) for shipment in plan.sent) == 6


def test_freight_whose_boxes_fit_no_placement_is_told_before_anything_is_confirmed(shipper):
    shipper.script(operation="generatePackingOptions", no_options=True)
    shipper.script(operation="generatePlacementOptions", splits=(3,))
    with pytest.raises(ShipmentError, match="no whole boxes make up its shipments"):
        shipper.create(shipper.pallets())
    assert not shipper.writes("confirmPlacementOption")
