from decimal import Decimal

import pytest

from chalkola_spapi.errors import ContractError
from chalkola_spapi.inbound import FulfillmentInboundApi

BASE = "/inbound/fba/2024-03-20"
PLANS = f"GET {BASE}/inboundPlans"
OPTIONS = f"GET {BASE}/inboundPlans/wf1/placementOptions"
PREP = f"GET {BASE}/items/prepDetails"
ADDRESS = {
    "name": "n",
    "addressLine1": "1",
    "city": "c",
    "countryCode": "US",
    "postalCode": "1",
}


@pytest.fixture
def inbound(api):
    return FulfillmentInboundApi(api)


def option(number):
    return {
        "placementOptionId": f"pl{number}",
        "shipmentIds": [f"sh{number}"],
        "status": "OFFERED",
        "fees": [
            {
                "type": "FEE",
                "target": "Placement Services",
                "description": "Placement service fee",
                "value": {"amount": 12.34, "code": "USD"},
            }
        ],
        "discounts": [],
        "expiration": "2026-11-27T05:00:00Z",
    }


def page(options, token=None):
    return {"placementOptions": options, "pagination": {"nextToken": token} if token else {}}


def plan(number):
    return {
        "inboundPlanId": f"wf{number}",
        "name": "n",
        "status": "ACTIVE",
        "marketplaceIds": ["M"],
        "sourceAddress": ADDRESS,
        "createdAt": "2026-11-24T05:00Z",
        "lastUpdatedAt": "2026-11-24T05:00Z",
    }


def test_all_pages_of_a_list_are_read_at_amazons_largest_size(inbound, server):
    server.on(
        OPTIONS,
        server.json(200, page([option(1), option(2)], "a/b+c=")),
        server.json(200, page([], "second")),
        server.json(200, page([option(3)])),
    )
    found = inbound.list_placement_options("wf1")
    assert [o.placement_option_id for o in found] == ["pl1", "pl2", "pl3"]
    assert found[0].fees[0].value.amount == Decimal("12.34")
    assert [seen.query for seen in server.requests(OPTIONS)] == [
        {"pageSize": "20"},
        {"pageSize": "20", "paginationToken": "a/b+c="},
        {"pageSize": "20", "paginationToken": "second"},
    ]


def test_a_page_that_names_itself_is_an_error_and_no_endless_walk(inbound, server):
    server.on(OPTIONS, server.json(200, page([option(1)], "same")))
    with pytest.raises(ContractError, match="names itself"):
        inbound.list_placement_options("wf1")
    assert len(server.requests(OPTIONS)) == 2


def test_a_list_of_which_a_page_fails_is_no_list(inbound, server):
    server.on(OPTIONS, server.json(200, page([option(1)], "t")), server.json(200, {"x": 1}))
    with pytest.raises(ContractError, match="placementOptions"):
        inbound.list_placement_options("wf1")


def test_pages_of_plans_are_asked_for_only_when_they_are_wanted(inbound, server):
    server.on(
        PLANS,
        server.json(200, {"inboundPlans": [plan(1), plan(2)], "pagination": {"nextToken": "t"}}),
        server.json(200, {"inboundPlans": [plan(3)]}),
    )
    plans = inbound.list_inbound_plans(status="ACTIVE", sort_by="CREATION_TIME", sort_order="DESC")
    assert next(plans).inbound_plan_id == "wf1"
    assert len(server.requests(PLANS)) == 1
    assert [p.inbound_plan_id for p in plans] == ["wf2", "wf3"]
    assert server.requests(PLANS)[1].query == {
        "status": "ACTIVE",
        "sortBy": "CREATION_TIME",
        "sortOrder": "DESC",
        "pageSize": "30",
        "paginationToken": "t",
    }


def test_transportation_options_of_everything_are_not_asked_for(inbound, server):
    with pytest.raises(ValueError, match="placement option or a shipment"):
        inbound.list_transportation_options("wf1")
    assert server.seen == []


def test_mskus_are_encoded_twice_where_amazon_decodes_them_twice(inbound, server):
    server.on(PREP, server.json(200, {"mskuPrepDetails": []}))
    inbound.list_prep_details("M", mskus=["test%msku", "test,msku", "a+b", "c d/é&=", "NA"])
    (seen,) = server.requests(PREP)
    # What one decoding leaves: on the wire the first is test%2525msku, as in Amazon's text.
    assert [value for key, value in seen.pairs if key == "mskus"] == [
        "test%25msku",
        "test%2Cmsku",
        "a%2Bb",
        "c d/é&=",
        "NA",
    ]


def test_mskus_are_asked_for_by_the_hundred(inbound, server):
    detail = {"msku": "A", "prepCategory": "NONE", "prepTypes": ["ITEM_NO_PREP"]}
    server.on(PREP, server.json(200, {"mskuPrepDetails": [detail]}))
    found = inbound.list_prep_details("M", mskus=[f"S{n}" for n in range(201)])
    counts = [sum(k == "mskus" for k, _ in seen.pairs) for seen in server.requests(PREP)]
    assert counts == [100, 100, 1]
    assert len(found) == 3


def test_no_mskus_are_no_request(inbound, server):
    assert inbound.list_prep_details("M", mskus=[]) == []
    assert server.seen == []


def test_a_write_gives_the_operations_id_and_writes_its_intent_first(inbound, server):
    route = f"POST {BASE}/inboundPlans/wf1/placementOptions/pl1/confirmation"
    server.on(route, server.json(202, {"operationId": "op1"}))
    intents = []
    started = inbound.confirm_placement_option(
        "wf1",
        placement_option_id="pl1",
        before_send=lambda: intents.append(len(server.requests(route))),
    )
    assert (started, intents) == ("op1", [0])
    assert server.requests(route)[0].body == b""


def test_ids_cannot_leave_their_place_in_the_path(inbound, server):
    server.on(f"GET {BASE}/inboundPlans/..%2Fwf%3F1", server.json(200, plan(1)))
    assert inbound.get_inbound_plan("../wf?1").inbound_plan_id == "wf1"
