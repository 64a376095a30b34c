"""After transport was bought: other contents, and appointments of those who ship themselves."""

from datetime import datetime, timedelta

import pytest

MX = "A1AM78C64UM0Y8"


@pytest.fixture
def bought(flow):
    chosen = flow.partnered()
    return f"/shipments/{chosen['shipmentIds'][0]}"


def update(flow, path, make_box, make_item, units):
    """A body with the last box changed: `units` of CM-2 instead of ten."""
    boxes = flow.read(f"{path}/boxes", "boxes")
    kept = [
        {
            "packageId": box["packageId"],
            **make_box([make_item(box["items"][0]["msku"], 10)]),
        }
        for box in boxes[:-1]
    ]
    new = make_box([make_item("CM-2", units)])
    items = [make_item("CM-1", 40), make_item("CM-2", 10 + units)]
    return {"boxes": [*kept, new], "items": items}


def test_contents_change_after_a_preview(flow, bought, make_box, make_item):
    previews = f"{bought}/contentUpdatePreviews"
    body = update(flow, bought, make_box, make_item, 12)
    flow.succeed(flow.post(previews, body))
    (preview,) = flow.read(previews, "contentUpdatePreviews")
    preview_id = preview["contentUpdatePreviewId"]
    assert flow.read(f"{previews}/{preview_id}") == preview
    assert preview["requestedUpdates"] == body
    before = [box["boxId"] for box in flow.read(f"{bought}/boxes", "boxes")]
    flow.succeed(flow.post(f"{previews}/{preview_id}/confirmation"))
    items = flow.read(f"{bought}/items", "items")
    assert {one["msku"]: one["quantity"] for one in items} == {"CM-1": 40, "CM-2": 22}
    after = [box["boxId"] for box in flow.read(f"{bought}/boxes", "boxes")]
    assert (after[:-1], after[-1]) == (before[:-1], before[-1][:-1] + "6")
    assert flow.plan.charges[-1].what == "content update"
    assert sum(one["quantity"] for one in flow.read("/items", "items")) == 62


def test_contents_change_a_little_at_most(flow, bought, make_box, make_item):
    previews = f"{bought}/contentUpdatePreviews"
    body = update(flow, bought, make_box, make_item, 17)
    (problem,) = flow.fail(flow.post(previews, body))
    assert "5 % or 6 units" in problem["message"]
    body["items"][1]["quantity"] = 20
    assert "did not contain" in flow.fail(flow.post(previews, body))[0]["message"]
    body["items"][1]["msku"] = "FOREIGN"
    assert "not part" in flow.fail(flow.post(previews, body))[0]["message"]


def test_a_preview_lives_an_hour(flow, bought, make_box, make_item):
    previews = f"{bought}/contentUpdatePreviews"
    flow.succeed(flow.post(previews, update(flow, bought, make_box, make_item, 11)))
    (preview,) = flow.read(previews, "contentUpdatePreviews")
    path = f"{previews}/{preview['contentUpdatePreviewId']}"
    flow.clock.advance(timedelta(hours=1))
    flow.seller.authorize()
    assert "expired" in flow.refusal(flow.post(f"{path}/confirmation"))
    unknown = f"{previews}/cu00000000-0000-0000-0000-000000000000/confirmation"
    assert "does not exist" in flow.refusal(flow.post(unknown))


def test_contents_change_only_after_transport(flow, make_box, make_item):
    chosen = flow.ready()
    path = f"/shipments/{chosen['shipmentIds'][0]}"
    body = update(flow, path, make_box, make_item, 11)
    answer = flow.post(f"{path}/contentUpdatePreviews", body)
    assert "before transportation" in flow.refusal(answer)


def test_appointments_are_made_in_mexico(flow):
    flow.start(destinationMarketplaces=[MX])
    flow.pack()
    chosen = flow.placements()[0]
    flow.succeed(flow.place(chosen))
    path = f"/shipments/{chosen['shipmentIds'][0]}"
    flow.succeed(flow.post(f"{path}/selfShipAppointmentSlots", {}))
    answer = flow.read(f"{path}/selfShipAppointmentSlots", pageSize=100)
    slots = answer["selfShipAppointmentSlotsAvailability"]["slots"]
    assert len(slots) == 28
    scheduled = flow.post(f"{path}/selfShipAppointmentSlots/{slots[3]['slotId']}/schedule", {})
    details = scheduled.json()["selfShipAppointmentDetails"]
    assert details["appointmentSlotTime"] == slots[3]["slotTime"]
    body = {"reasonComment": "VEHICLE_DELAY"}
    flow.succeed(flow.send("PUT", f"{path}/selfShipAppointmentCancellation", body))
    (details,) = flow.read(path)["selfShipAppointmentDetails"]
    assert details["appointmentStatus"] == "CANCELLED"
    flow.clock.advance(timedelta(hours=1))
    flow.seller.authorize()
    late = flow.post(f"{path}/selfShipAppointmentSlots/{slots[4]['slotId']}/schedule", {})
    assert "does not exist" in flow.refusal(late)
    assert datetime.fromisoformat(slots[0]["slotTime"]["startTime"]) > flow.clock.now()


def test_elsewhere_there_are_no_appointments(flow, bought):
    answer = flow.post(f"{bought}/selfShipAppointmentSlots", {})
    assert "not available in this marketplace" in flow.refusal(answer)


def test_a_delivery_challan_is_for_india(flow, bought):
    answer = flow.seller.get(f"{flow.path}{bought}/deliveryChallanDocument")
    assert answer.status_code == 400
