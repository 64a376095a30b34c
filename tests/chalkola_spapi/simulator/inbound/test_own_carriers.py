"""Own carriers: delivery windows first, tracking numbers after."""

from datetime import datetime, timedelta

import httpx
import pytest

OWN = "USE_YOUR_OWN_CARRIER"


def windows_path(chosen):
    return f"/shipments/{chosen['shipmentIds'][0]}/deliveryWindowOptions"


def tracking(boxes, *, ids=None):
    ids = ids or [f"1Z{number}" for number in range(len(boxes))]
    items = [
        {"boxId": box["boxId"], "trackingId": id_} for box, id_ in zip(boxes, ids, strict=True)
    ]
    return {"trackingDetails": {"spdTrackingDetail": {"spdTrackingItems": items}}}


@pytest.fixture
def sent(flow):
    """A confirmed shipment of an own carrier: its path and its boxes."""
    chosen = flow.own_carrier()
    path = f"/shipments/{chosen['shipmentIds'][0]}"
    return path, flow.read(f"{path}/boxes", "boxes")


def test_windows_are_many_and_in_no_order(flow):
    chosen = flow.ready()
    flow.succeed(flow.post(windows_path(chosen)))
    first_page = flow.read(windows_path(chosen))
    assert len(first_page["deliveryWindowOptions"]) == 10
    windows = flow.read(windows_path(chosen), "deliveryWindowOptions")
    starts = [datetime.fromisoformat(one["startDate"]) for one in windows]
    assert len(starts) == len(set(starts)) == 41
    assert starts != sorted(starts)
    assert min(starts) > flow.clock.now() + timedelta(days=3)
    assert max(starts) < flow.clock.now() + timedelta(days=46)
    ends = [datetime.fromisoformat(one["endDate"]) for one in windows]
    assert {end - start for start, end in zip(starts, ends, strict=True)} == {timedelta(days=7)}
    kinds = {one["availabilityType"] for one in windows}
    assert {"AVAILABLE", "BLOCKED", "CONGESTED"} <= kinds


def test_goods_from_abroad_have_wider_windows(flow):
    address = {
        "name": "Chalk",
        "addressLine1": "1 Lane",
        "city": "Shenzhen",
        "countryCode": "CN",
        "postalCode": "518000",
        "phoneNumber": "1",
    }
    flow.start(sourceAddress=address)
    flow.pack()
    chosen = flow.placements()[0]
    flow.succeed(flow.post(windows_path(chosen)))
    one = flow.read(windows_path(chosen))["deliveryWindowOptions"][0]
    span = datetime.fromisoformat(one["endDate"]) - datetime.fromisoformat(one["startDate"])
    assert span == timedelta(days=14)


def test_a_window_waits_for_the_placement(flow):
    flow.start()
    flow.pack()
    chosen = flow.placements()[0]
    flow.succeed(flow.post(windows_path(chosen)))
    windows = flow.read(windows_path(chosen), "deliveryWindowOptions")
    window = next(one for one in windows if one["availabilityType"] == "AVAILABLE")
    path = f"{windows_path(chosen)}/{window['deliveryWindowOptionId']}/confirmation"
    (problem,) = flow.fail(flow.post(path))
    assert problem["code"] == "FBA_INB_0344"


def test_an_own_carrier_waits_for_a_window(flow):
    chosen = flow.ready()
    selections = flow.choose(chosen, OWN)
    (problem,) = flow.fail(flow.buy(selections))
    assert "CONFIRMED_DELIVERY_WINDOW" in problem["message"]
    flow.confirm_windows(chosen)
    flow.succeed(flow.buy(selections))
    assert flow.plan.charges[-1].what == "placement"


def test_a_blocked_window_and_an_old_one_are_refused(flow):
    chosen = flow.ready()
    flow.succeed(flow.post(windows_path(chosen)))
    windows = flow.read(windows_path(chosen), "deliveryWindowOptions")
    by_kind = {one["availabilityType"]: one["deliveryWindowOptionId"] for one in windows}
    confirm = "{}/{}/confirmation".format
    answer = flow.post(confirm(windows_path(chosen), by_kind["BLOCKED"]))
    assert "blocked" in flow.refusal(answer)
    flow.clock.advance(timedelta(hours=24))
    flow.seller.authorize()
    answer = flow.post(confirm(windows_path(chosen), by_kind["AVAILABLE"]))
    assert "expired" in flow.refusal(answer)


def test_a_confirmed_window_can_be_changed_but_not_generated_anew(flow):
    chosen = flow.own_carrier()
    windows = flow.read(windows_path(chosen), "deliveryWindowOptions", pageSize=100)
    free = sorted(
        (one["startDate"], one["deliveryWindowOptionId"])
        for one in windows
        if one["availabilityType"] == "AVAILABLE"
    )
    assert "already confirmed" in flow.refusal(flow.post(windows_path(chosen)))
    start, later = free[-1]
    flow.succeed(flow.post(f"{windows_path(chosen)}/{later}/confirmation"))
    selected = flow.shipment(chosen)["selectedDeliveryWindow"]
    assert (selected["startDate"], selected["deliveryWindowOptionId"]) == (start, later)
    flow.clock.advance(timedelta(days=60))
    flow.seller.authorize()
    answer = flow.post(f"{windows_path(chosen)}/{free[0][1]}/confirmation")
    assert "no longer be edited" in flow.refusal(answer)


def test_tracking_numbers_are_validated_later(flow, sent):
    path, boxes = sent
    ids = ["1Z1", "BAD1", "OTHER-1", "1Z2", "1Z3", "1Z4"]
    flow.succeed(flow.send("PUT", f"{path}/trackingDetails", tracking(boxes, ids=ids)))

    def statuses():
        items = flow.read(path)["trackingDetails"]["spdTrackingDetail"]["spdTrackingItems"]
        return [one["trackingNumberValidationStatus"] for one in items[:3]]

    assert statuses() == ["NOT_VALIDATED", "NOT_VALIDATED", "NOT_SUPPORTED"]
    flow.clock.advance(timedelta(hours=4))
    flow.seller.authorize()
    assert statuses() == ["VALIDATED", "NOT_VALIDATED", "NOT_SUPPORTED"]
    assert flow.read(path)["status"] == "SHIPPED"


def test_a_box_has_one_tracking_number_and_a_number_a_box(flow, sent):
    path, boxes = sent
    body = tracking([boxes[0], boxes[0], {"boxId": "FBA000U000001"}])
    first, second = flow.fail(flow.send("PUT", f"{path}/trackingDetails", body))
    assert "does not exist" in first["message"]
    assert "more than one" in second["message"]
    freight = {"trackingDetails": {"ltlTrackingDetail": {"freightBillNumber": ["1"]}}}
    assert flow.fail(flow.send("PUT", f"{path}/trackingDetails", freight))


def test_partners_track_for_themselves(flow):
    chosen = flow.partnered()
    path = f"/shipments/{chosen['shipmentIds'][0]}/trackingDetails"
    answer = flow.send("PUT", path, tracking([{"boxId": "x"}]))
    assert "partnered" in flow.refusal(answer)


def test_there_is_no_tracking_before_transport(flow):
    chosen = flow.ready()
    path = f"/shipments/{chosen['shipmentIds'][0]}/trackingDetails"
    answer = flow.send("PUT", path, tracking([{"boxId": "x"}]))
    assert "before transportation" in flow.refusal(answer)


def test_labels_of_own_carriers_come_in_pages(flow, sent):
    path, boxes = sent
    confirmation_id = flow.read(path)["shipmentConfirmationId"]
    own = {"PageType": "PackageLabel_Thermal_NonPCP"}
    assert flow.labels(confirmation_id, **own).status_code == 400
    answer = flow.labels(confirmation_id, **own, PageSize=4, PageStartIndex=4)
    pdf = httpx.get(answer.json()["payload"]["DownloadURL"]).content
    assert boxes[4]["boxId"].encode() in pdf
    assert boxes[3]["boxId"].encode() not in pdf
    assert flow.labels(confirmation_id).status_code == 400
