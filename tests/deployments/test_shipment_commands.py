"""`chalkola shipment` as a person meets it: in one terminal, answered from another."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalkola_spapi.simulator.inbound.plan_requests import AddressInput, ItemInput
from chalkola_spapi.simulator.lwa import seller_id

LIMIT_S = 90
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
    "items": [{"msku": "CHALK-A", "quantity": 20}, {"msku": "OVERSIZE-B", "quantity": 6}],
    "boxes": [
        {
            "quantity": 2,
            "dimensions": {"length": 12, "width": 10, "height": 8, "unit": "IN"},
            "weight": {"value": 18.5, "unit": "LB"},
            "items": [{"msku": "CHALK-A", "quantity": 10}],
        },
        {
            "quantity": 3,
            "dimensions": {"length": 20, "width": 10, "height": 8, "unit": "IN"},
            "weight": {"value": 9, "unit": "LB"},
            "items": [{"msku": "OVERSIZE-B", "quantity": 2}],
        },
    ],
}
NAME = REQUEST["name"]


@pytest.fixture
def write(tmp_path) -> Callable[..., str]:
    def to_file(**changes: Any) -> str:
        path = tmp_path / "REQUEST.json"
        path.write_text(json.dumps(REQUEST | changes))
        return str(path)

    return to_file


@pytest.fixture
def background(shell) -> Iterator[Callable[..., Any]]:
    """Starts a command in a process group of its own; all are killed at the end."""
    started = []

    def start(*arguments: str) -> Any:
        started.append(shell.start(*arguments))
        return started[-1]

    yield start
    for process in started:
        process.close()


def waits_for(shell, gate: str) -> dict[str, Any]:
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        shown = shell("shipment", "show", NAME, "--json")
        if shown.code == 0 and shown.json["waiting_for"] == gate:
            return shown.json
        time.sleep(0.3)
    pytest.fail(f"it never asked for the {gate}: {shown.out} {shown.err}")


def test_a_dry_run_names_owners_and_creates_nothing(shell, write):
    ended = shell("shipment", "create", write(), "--dry-run", "--json")
    assert ended.code == 0, ended.err
    assert [i["label_owner"] for i in ended.json["items"]] == ["SELLER", "SELLER"]
    assert not shell.state.inbound.plans()
    assert shell("shipment", "list", "--json").json == {"shipments": []}


def test_a_wrong_request_says_all_at_once_and_creates_nothing(shell, write):
    items = [{"msku": "CHALK-A", "quantity": 21}, {"msku": "NEW-B", "quantity": 1}]
    ended = shell("shipment", "create", write(name="x" * 41, items=items, colour="red"))
    assert ended.code == 2
    for said in ("name: ", "colour: is not a known key", "CHALK-A: 20 packed, 21", "NEW-B: 0"):
        assert said in ended.err
    assert "Traceback" not in ended.err
    assert not shell.state.inbound.plans()


def test_what_only_amazon_knows_to_be_wrong_is_said_before_anything_is_created(shell, write):
    boxes = [{**REQUEST["boxes"][0], "items": [{"msku": "NEW-A", "quantity": 10}]}]
    items = [{"msku": "NEW-A", "quantity": 20, "expiration": "2020-01-01"}]
    ended = shell("shipment", "create", write(items=items, boxes=boxes))
    assert ended.code == 2
    assert "items[0].prep_category" in ended.err
    assert "items[0].expiration: 2020-01-01 has passed" in ended.err
    assert not shell.state.inbound.plans()


def test_a_name_that_amazon_has_already_is_refused(shell, write):
    address = AddressInput.model_validate(
        {
            "name": "Somebody",
            "addressLine1": "2 Side Street",
            "city": "Reno",
            "stateOrProvinceCode": "NV",
            "postalCode": "89501",
            "countryCode": "US",
            "phoneNumber": "1",
        }
    )
    item = ItemInput.model_validate(
        {"msku": "X", "quantity": 1, "labelOwner": "SELLER", "prepOwner": "NONE"}
    )
    shell.state.inbound.add_foreign(
        seller_id(shell.environment["SP_API_REFRESH_TOKEN_NA"]),
        name=NAME,
        marketplace_id="ATVPDKIKX0DER",
        items=[item],
        source=address,
    )
    ended = shell("shipment", "create", write(), "--dry-run")
    assert ended.code == 2
    assert "Amazon has a plan 'Spring restock' already" in ended.err


def test_nothing_is_known_of_an_unknown_name(shell):
    ended = shell("shipment", "show", "Nobody")
    assert ended.code == 2
    assert "no shipment 'Nobody'" in ended.err


def test_killed_while_it_waits_then_resumed_and_approved_to_its_labels(shell, write, background):
    first = background("shipment", "create", write())
    waits_for(shell, "placement")
    first.kill()
    first.wait(LIMIT_S)
    again = background("shipment", "resume", NAME, "--json")
    shown = waits_for(shell, "placement")
    option = shown["placement_options"][1]
    approved = shell("shipment", "approve", NAME, "--placement", option["id"])
    assert approved.code == 0, approved.err
    second = shell("shipment", "approve", NAME, "--placement", option["id"])
    assert (second.code, "Error" in second.err) == (1, True)
    waits_for(shell, "transportation")
    approved = shell("shipment", "approve", NAME, "--transportation", "auto-cheapest", "--json")
    assert approved.code == 0, approved.err
    out, err = again.communicate(timeout=LIMIT_S)
    assert again.returncode == 0, err
    result = json.loads(out)
    assert (result["status"], result["placement"]["id"]) == ("COMPLETED", option["id"])
    (plan,) = shell.state.inbound.plans()
    for step in ("confirmPlacementOption", "confirmTransportationOptions", "confirmPackingOption"):
        assert sum(write_.name == step for write_ in plan.writes) == 1
    assert shell("shipment", "create", write()).code == 0
    other = shell("shipment", "create", write(ready_to_ship_days=4))
    assert other.code == 2
    assert "ready_to_ship_days: 3 is stored, 4 was given" in other.err
    printed = shell("shipment", "labels", NAME).out.split("\n")
    assert any(line.endswith("-box.pdf") for line in printed)


def test_a_rejection_ends_the_waiting_create_with_1(shell, write, background):
    run = background("shipment", "create", write())
    waits_for(shell, "placement")
    ended = shell("shipment", "reject", NAME, "--reason", "too dear", "--json")
    assert ended.code == 0, ended.err
    assert (ended.json["status"], "VOIDED" in ended.json["proof"]) == ("REJECTED", True)
    _, err = run.communicate(timeout=LIMIT_S)
    assert run.returncode == 1
    assert "too dear" in err
    shown = shell("shipment", "show", NAME, "--json").json
    assert (shown["status"], shown["rejection_reason"]) == ("REJECTED", "too dear")
    assert shell("shipment", "create", write()).code == 1
    assert shell("shipment", "cancel", NAME).code == 0
