"""A request says all that is wrong with it at once, and is compared by what it means."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from tasks.shipments.request import Address, Freight, Item, Pallet, ShipmentRequest, Shipping
from tasks.shipments.request_file import (
    RequestError,
    differences,
    read_request,
    read_request_file,
    request_sha256,
)

REQUEST = {
    "name": "Spring restock",
    "marketplace": "US",
    "ready_to_ship_days": 3,
    "source_address": {
        "name": "Chalkola Warehouse",
        "address_line_1": "1 Main Street",
        "city": "Reno",
        "state_or_province": "NV",
        "postal_code": "89501",
        "country_code": "US",
        "phone_number": "+1 775 555 0100",
    },
    "items": [{"msku": "A", "quantity": 20}],
    "boxes": [
        {
            "quantity": 2,
            "dimensions": {"length": 12, "width": 10, "height": 8, "unit": "IN"},
            "weight": {"value": 18.5, "unit": "LB"},
            "items": [{"msku": "A", "quantity": 10}],
        }
    ],
}


def changed(**changes):
    return copy.deepcopy(REQUEST) | changes


def problems(raw):
    with pytest.raises(RequestError) as caught:
        read_request(raw)
    return caught.value.problems


def test_everything_that_is_wrong_is_said_at_once():
    raw = changed(name="x" * 41, colour="red")
    raw["items"][0]["quantity"] = 21
    del raw["source_address"]["phone_number"]
    found = problems(raw)
    assert [one.split(":")[0] for one in found] == [
        "name",
        "source_address.phone_number",
        "colour",
        "boxes",
    ]
    assert "A: 20 packed, 21 among the items" in found[-1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ready_to_ship_on": "2026-12-01"}, "both are given"),
        ({"ready_to_ship_days": None}, "none is given"),
        ({"shipping": {"mode": "ltl"}}, "pallets: needed for shipping.mode ltl"),
        ({"spend_limit": {"amount": 5, "currency": "EUR"}}, "US counts in USD"),
        ({"marketplace": "XX"}, "marketplace: 'XX' is not known"),
        ({"items": [{"msku": "A", "quantity": 20, "label_owner": "AMAZON"}]}, "not accepted in"),
        ({"items": [{"msku": "A", "quantity": 10}, {"msku": "A", "quantity": 10}]}, "2 times"),
        ({"items": [{"msku": "A", "quantity": 20}, {"msku": "B", "quantity": 1}]}, "B: 0 packed"),
        ({"items": [{"msku": "B", "quantity": 20}]}, "A is packed but is not among the items"),
        ({"boxes": []}, "boxes"),
    ],
)
def test_what_contradicts_itself_is_refused(change, said):
    assert any(said in one for one in problems(changed(**change)))


def test_a_missing_state_is_named_where_it_is_needed():
    raw = changed()
    del raw["source_address"]["state_or_province"]
    assert problems(raw) == ["source_address.state_or_province: needed in US"]


def test_requests_that_mean_the_same_are_equal():
    other = changed(marketplace="ATVPDKIKX0DER")
    other["boxes"][0]["weight"]["value"] = "18.50"
    assert request_sha256(read_request(other)) == request_sha256(read_request(REQUEST))


def test_a_difference_is_named_by_its_path():
    other = changed()
    other["boxes"][0]["weight"]["value"] = 19
    found = differences(read_request(REQUEST).plain(), read_request(other).plain())
    assert found == ["boxes[0].weight.value: 18.5 is stored, 19.0 was given"]


def test_a_declared_value_may_be_a_number():
    pallet = {"quantity": 1, **{k: REQUEST["boxes"][0][k] for k in ("dimensions", "weight")}}
    raw = changed(
        shipping={"mode": "ltl"},
        pallets=[pallet],
        freight={"freight_class": "FC_70", "declared_value": 2500},
    )
    assert read_request(raw).freight.declared_value.amount == 2500


@pytest.mark.parametrize("text", ["", "[]", '{"name": "a", "name": "b"}', "{"])
def test_a_file_that_is_no_request_is_refused(tmp_path, text):
    path = tmp_path / "REQUEST.json"
    path.write_text(text)
    with pytest.raises(RequestError):
        read_request_file(path)


def test_the_form_keeps_the_order_of_the_fields():
    from tasks.shipments.request import ShipmentRequest

    fields = ShipmentRequest.model_json_schema()["properties"]
    assert list(fields)[:2] == ["name", "marketplace"]
    assert [field["position"] for field in fields.values()] == list(range(len(fields)))


def test_a_request_survives_being_stored():
    request = read_request(REQUEST)
    assert read_request(json.loads(json.dumps(request.plain()))) == request


def test_the_page_explains_every_field():
    page = (Path(__file__).parents[3] / "docs" / "shipments.md").read_text(encoding="utf-8")
    parts = (ShipmentRequest, Address, Item, Shipping, Pallet, Freight)
    fields = {name for part in parts for name in part.model_fields}
    assert [name for name in fields if f"`{name}`" not in page] == []
