"""Plans that cannot be created, and why Amazon says so at once or later."""

import pytest

ROOT = "/inbound/fba/2024-03-20"
NOBODY = "wf00000000-0000-0000-0000-000000000000"


def test_owners_that_do_not_fit_are_all_named_at_once(flow, make_item):
    answer = flow.create(
        [
            make_item("CM-1", 1, prepOwner="SELLER"),
            make_item("CM-2", 1, labelOwner="AMAZON"),
            make_item("BARCODE-", 1),
            make_item("FRAGILE-1", 1),
        ]
    )
    assert answer.status_code == 400
    ending = "was assigned. Accepted values: "
    assert [one["message"] for one in answer.json()["errors"]] == [
        f"ERROR: CM-1 does not require prepOwner but SELLER {ending}[NONE]",
        f"ERROR: CM-2 requires labelOwner but AMAZON {ending}[SELLER]",
        f"ERROR: BARCODE- does not require labelOwner but SELLER {ending}[NONE]",
        f"ERROR: FRAGILE-1 requires prepOwner but NONE {ending}[SELLER]",
    ]


def test_amazon_may_be_an_owner_outside_the_us(flow, make_item):
    items = [make_item("FRAGILE-1", 1, labelOwner="AMAZON", prepOwner="SELLER")]
    answer = flow.create(items, destinationMarketplaces=["A1F83G8C2ARO7P"])
    assert "to match" in flow.refusal(answer)
    items = [make_item("FRAGILE-1", 1, labelOwner="AMAZON", prepOwner="AMAZON")]
    flow.start(items, destinationMarketplaces=["A1F83G8C2ARO7P"])


def test_products_that_cannot_be_sent_fail_the_plan(flow, make_item):
    items = [make_item(f"{start}-1", 1) for start in ("NEW", "EXPIRES", "REMOVED")]
    problems = flow.fail(flow.create(items))
    assert [(one["code"], one["severity"]) for one in problems] == [
        ("FBA_INB_0182", "ERROR"),
        ("FBA_INB_0180", "ERROR"),
        ("FBA_INB_0043", "ERROR"),
    ]
    assert problems[0]["details"] == "There's an input error with the resource 'NEW-1'."
    assert flow.read("")["status"] == "ERRORED"
    assert "cancelled" in flow.refusal(flow.post("/packingOptions"))


def test_a_classified_product_can_be_sent(flow, make_item):
    details = [{"msku": "NEW-1", "prepCategory": "NONE", "prepTypes": ["ITEM_NO_PREP"]}]
    body = {"marketplaceId": "ATVPDKIKX0DER", "mskuPrepDetails": details}
    flow.succeed(flow.seller.call("POST", f"{ROOT}/items/prepDetails", json=body))
    flow.start([make_item("NEW-1", 1, labelOwner="NONE")])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"destinationMarketplaces": ["NOWHERE"]}, "Access to requested resource is denied."),
        ({"destinationMarketplaces": []}, "destinationMarketplaces"),
        ({"name": "x" * 41}, "name"),
        ({"items": []}, "items"),
        ({"sourceAddress": {"name": "x"}}, "phoneNumber"),
        ({"colour": "blue"}, "colour"),
        (
            {"items": [{"msku": "A", "quantity": 0, "labelOwner": "ME", "prepOwner": "NONE"}]},
            "2 va",
        ),
    ],
)
def test_a_body_that_breaks_the_model_is_refused(flow, changes, text):
    answer = flow.create(**changes)
    assert answer.status_code in {400, 403}
    assert text in answer.json()["errors"][0]["message"]


def test_an_msku_is_given_once_and_an_address_has_its_state(flow, make_item):
    address = {
        "name": "x",
        "addressLine1": "x",
        "city": "x",
        "countryCode": "US",
        "postalCode": "1",
        "phoneNumber": "1",
    }
    answer = flow.create([make_item("A", 1), make_item("A", 2)], sourceAddress=address)
    texts = flow.refusal(answer)
    assert "A is given more than once" in texts
    assert "stateOrProvinceCode" in texts


def test_a_body_must_be_json(flow):
    answer = flow.seller.call("POST", f"{ROOT}/inboundPlans", data={"name": "x"})
    assert answer.status_code == 415


def test_plans_of_nobody_and_of_others_do_not_exist(flow, enter):
    for plan_id in (NOBODY, "short"):
        assert flow.seller.get(f"{ROOT}/inboundPlans/{plan_id}").status_code == 400
    flow.start()
    other = enter(flow.seller.simulator, "Atzr|other")
    assert other.get(flow.path).status_code == 400
    operation_id = flow.plan.writes[0].operation.operation_id
    assert other.get(f"{ROOT}/operations/{operation_id}").status_code == 400
    assert other.get(f"{ROOT}/operations/x").status_code == 400


def test_a_plan_is_usable_once_it_is_created(flow):
    answer = flow.create()
    assert flow.read("")["status"] == "ACTIVE"
    assert "while createInboundPlan is in progress" in flow.refusal(flow.post("/packingOptions"))
    flow.succeed(answer)
    flow.succeed(flow.post("/packingOptions"))
