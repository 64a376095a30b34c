from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from chalkola_spapi.simulator import MARKETPLACES, Fault, seller_id
from chalkola_spapi.simulator.routing import OPERATIONS
from chalkola_spapi.simulator.settings import DEFAULT_SEED
from chalkola_spapi.simulator.stock.sales import units_of_days
from chalkola_spapi.simulator.throttle import Plan

US, UK, DE, JP = "ATVPDKIKX0DER", "A1F83G8C2ARO7P", "A1PA6795UKMFR9", "A1VC38T7YXB528"
SUMMARIES = "/fba/inventory/v1/summaries"
SKU = "CM-NEO-10-0001"


@pytest.fixture
def simulator(shared):
    return shared


@pytest.fixture
def clock(shared):
    return shared.state.clock


def query(marketplace=US, **params):
    return {
        "granularityType": "Marketplace",
        "granularityId": marketplace,
        "marketplaceIds": marketplace,
        "details": "true",
        **params,
    }


@pytest.fixture
def seller(simulator, enter):
    simulator.state.throttle.grant("getInventorySummaries", Plan(1000, 1000))
    return enter(simulator)


@pytest.fixture
def stock(seller):
    return seller.simulator.state.stock


@pytest.fixture
def walk(seller):
    """All summaries, page by page; how many pages there were."""

    def run(marketplace=US, *, by=seller, **params):
        found, pages, token = [], 0, {}
        while True:
            answer = by.get(SUMMARIES, **query(marketplace, **params), **token).json()
            found += answer["payload"]["inventorySummaries"]
            pages += 1
            if "pagination" not in answer:
                return found, pages
            token = {"nextToken": answer["pagination"]["nextToken"]}

    return run


def one(walk, sku=SKU, marketplace=US):
    (summary,) = walk(marketplace, sellerSkus=sku)[0]
    return summary


def refusal(response):
    assert response.status_code == 400
    error = response.json()["errors"][0]
    assert error["code"] == "InvalidInput"
    return error["message"]


def test_a_walk_of_2500_skus_has_50_pages(simulate, enter, walk):
    large = enter(simulate(catalogue_size=2500))
    large.simulator.state.throttle.grant("getInventorySummaries", Plan(1000, 1000))
    # The judge is slower than the simulator, and has seen such pages.
    large.checked = None
    found, pages = walk(by=large)
    assert pages == 50
    assert len({summary["sellerSku"] for summary in found}) == len(found) == 2500
    assert len({summary["asin"] for summary in found}) == 2500
    assert len({summary["fnSku"] for summary in found}) == 2500


def test_the_catalogue_begins_with_the_demonstrations_asins(walk):
    asins = {summary["asin"] for summary in walk()[0]}
    assert len(asins) == 60
    assert asins.issuperset(f"B0CHALK{number:03d}" for number in range(1, 43))


def test_the_quantities_add_up(walk):
    for summary in walk()[0]:
        details = summary["inventoryDetails"]
        reserved, lost = details["reservedQuantity"], details["researchingQuantity"]
        damaged = details["unfulfillableQuantity"]
        assert reserved["totalReservedQuantity"] == sum(reserved.values()) / 2
        assert damaged["totalUnfulfillableQuantity"] == sum(damaged.values()) / 2
        parts = lost["researchingQuantityBreakdown"]
        assert lost["totalResearchingQuantity"] == sum(part["quantity"] for part in parts)
        assert summary["totalQuantity"] == (
            details["fulfillableQuantity"]
            + details["inboundWorkingQuantity"]
            + details["inboundShippedQuantity"]
            + details["inboundReceivingQuantity"]
            + reserved["totalReservedQuantity"]
            + damaged["totalUnfulfillableQuantity"]
        )


def test_every_kind_of_quantity_occurs(walk):
    details = [summary["inventoryDetails"] for summary in walk()[0]]
    for name in ("inboundWorkingQuantity", "inboundShippedQuantity", "inboundReceivingQuantity"):
        assert any(one[name] for one in details)
    for group in ("reservedQuantity", "unfulfillableQuantity"):
        for name in details[0][group]:
            assert any(one[group][name] for one in details), name


def test_without_details_there_are_totals_alone(walk):
    (summary,) = walk(details="false", sellerSkus=SKU)[0]
    assert summary["totalQuantity"] > 0
    assert "inventoryDetails" not in summary


def test_names_are_in_the_marketplaces_language(walk):
    assert "Chalk Markers" in one(walk)["productName"]
    assert "Kreidestifte" in one(walk, marketplace=DE)["productName"]
    assert "チョークペン" in one(walk, marketplace=JP)["productName"]


def test_every_marketplace_has_stock(walk):
    assert {len(walk(marketplace)[0]) for marketplace in MARKETPLACES} == {60}


def test_the_same_seed_has_the_same_stock(simulate, enter, walk):
    again, other = enter(simulate()), enter(simulate(seed=7))
    assert walk(by=again)[0][:50] == walk()[0][:50]
    mine = [summary["totalQuantity"] for summary in walk()[0]]
    assert [summary["totalQuantity"] for summary in walk(by=other)[0]] != mine


def test_skus_can_be_asked_for(walk):
    found, _ = walk(sellerSkus=f"{SKU},CM-0034-50%,CM/0017&40,UNKNOWN")
    assert [summary["sellerSku"] for summary in found] == ["CM-0034-50%", SKU, "CM/0017&40"]
    assert len(walk(sellerSku=SKU)[0]) == 1
    assert walk(sellerSku="UNKNOWN")[0] == []


def test_more_than_50_skus_are_refused(seller):
    message = refusal(seller.get(SUMMARIES, **query(sellerSkus=",".join(["A"] * 51))))
    assert "at most 50" in message


def token_of(seller, **params):
    return seller.get(SUMMARIES, **query(**params)).json()["pagination"]["nextToken"]


def test_a_token_lives_30_seconds_at_any_speed(simulate, enter, clock):
    seller = enter(simulate(speed=1000))
    token = token_of(seller)
    clock.advance(timedelta(seconds=30))
    assert seller.get(SUMMARIES, **query(nextToken=token)).status_code == 200
    clock.advance(timedelta(seconds=1))
    response = seller.get(SUMMARIES, **query(nextToken=token))
    assert refusal(response) == "Next token is invalid or expired"


@pytest.mark.parametrize(
    "changes",
    [
        {"granularityId": UK, "marketplaceIds": UK},
        {"startDateTime": "2026-11-01T00:00:00Z"},
        {"nextToken": "nonsense"},
        {"nextToken": "bm9uc2Vuc2U="},
    ],
)
def test_a_token_of_another_query_is_refused(seller, changes):
    response = seller.get(SUMMARIES, **{**query(nextToken=token_of(seller)), **changes})
    assert refusal(response) == "Next token is invalid or expired"


def test_a_walk_can_be_broken_at_its_third_page(seller, walk):
    error = {"code": "InvalidInput", "message": "Next token is invalid or expired"}
    fault = Fault(
        operation="getInventorySummaries",
        action="status",
        status=400,
        body={"errors": [error]},
        nth=2,
    )
    seller.simulator.state.faults.add(fault)
    token = token_of(seller)
    assert refusal(seller.get(SUMMARIES, **query(nextToken=token))) == error["message"]
    assert len(walk()[0]) == 60


def test_orders_draw_the_stock_down(walk, clock, seller):
    def fulfillable():
        found = walk()[0]
        return {one["sellerSku"]: one["inventoryDetails"]["fulfillableQuantity"] for one in found}

    before = fulfillable()
    clock.advance(timedelta(hours=4))
    seller.authorize()
    after = fulfillable()
    sunk = [sku for sku in before if after[sku] < before[sku]]
    assert len(sunk) > 40
    assert 0 < sum(before.values()) - sum(after.values()) < 2000


def days_of(stock, marketplace, sku, *, days):
    """The levels at each local midnight, and the units ordered on the day that begins there."""
    first = datetime(2026, 6, 1, tzinfo=MARKETPLACES[marketplace].zone)
    orders = units_of_days(
        DEFAULT_SEED,
        marketplace,
        item=stock.view().items[sku],
        first=first.toordinal(),
        count=days,
    )
    for day, units in enumerate(orders):
        midnight = first + timedelta(days=day)
        yield stock.view(midnight).levels(MARKETPLACES[marketplace], sku), units


def test_a_delivery_is_announced_shipped_and_received(stock):
    stages = []
    for levels, _ in days_of(stock, US, SKU, days=150):
        inbound = (levels.inbound_working, levels.inbound_shipped, levels.inbound_receiving)
        assert sum(map(bool, inbound)) <= 1
        stages.append(next((place for place, units in enumerate(inbound) if units), None))
    changes = [stage for stage, before in pairwise(stages[::-1]) if stage != before][::-1]
    assert len(changes) >= 8
    order = [0, 1, 2, None]
    assert changes[:4] == [*order, *order][order.index(changes[0]) :][:4]


@pytest.mark.parametrize("marketplace", [US, JP])
def test_no_unit_appears_or_is_lost(stock, marketplace):
    """Between two midnights stock sinks by the orders, and grows by what is announced."""
    for sku in list(stock.view().items)[:12]:
        physical = []
        for levels, units in days_of(stock, marketplace, sku, days=150):
            sellable = levels.fulfillable + levels.pending_transshipment + levels.fc_processing
            physical.append((sellable, levels.inbound, units))
        for (here, inbound, units), (then, later, _) in pairwise(physical):
            announced = later if inbound == 0 and later else 0
            sold = here + inbound + announced - then - later
            # What is out of stock cannot be sold, however much is ordered.
            assert sold == units or (sold < units and then <= later + inbound)


def test_only_what_changed_in_the_centres_is_found_by_time(stock, walk, clock):
    stock.hold()
    for sku in stock.view().items:
        stock.change(sku, fulfillable=5)
    clock.advance(timedelta(minutes=5))
    since = clock.now().isoformat()
    clock.advance(timedelta(minutes=1))
    stock.change(SKU, fulfillable=4)
    stock.change("CM-PAS-12-0002", inbound_shipped=99)
    found, _ = walk(startDateTime=since)
    assert [summary["sellerSku"] for summary in found] == [SKU]


def test_a_time_before_18_months_is_refused(seller):
    refusal(seller.get(SUMMARIES, **query(startDateTime="2025-05-01T00:00:00Z")))
    refusal(seller.get(SUMMARIES, **query(startDateTime="yesterday")))


def test_stock_can_be_changed_in_one_marketplace(stock, walk):
    stock.change(SKU, marketplace=US, fulfillable=0, defective=7)
    details = one(walk)["inventoryDetails"]
    assert details["fulfillableQuantity"] == 0
    assert details["unfulfillableQuantity"]["defectiveQuantity"] == 7
    assert one(walk, marketplace=UK)["inventoryDetails"]["fulfillableQuantity"] > 0


def test_skus_vanish_and_appear(stock, walk):
    stock.remove(SKU, marketplace=US)
    stock.add("NEW-1", marketplace=US, asin="B0CHALK001", fulfillable=3)
    skus = {summary["sellerSku"] for summary in walk()[0]}
    assert SKU not in skus
    assert "NEW-1" in skus
    assert one(walk, "NEW-1")["asin"] == "B0CHALK001"
    assert SKU in {summary["sellerSku"] for summary in walk(UK)[0]}
    assert "NEW-1" not in {summary["sellerSku"] for summary in walk(UK)[0]}
    stock.add(SKU)
    assert one(walk)["sellerSku"] == SKU


def test_stock_held_does_not_move(stock, walk, clock):
    stock.hold()
    before = walk()[0]
    clock.advance(timedelta(minutes=50))
    assert walk()[0] == before


@pytest.mark.parametrize(
    ("arguments", "quantities"),
    [
        ({"sku": "UNKNOWN"}, {}),
        ({"sku": SKU}, {"fulfilable": 1}),
        ({"sku": SKU}, {"fulfillable": -1}),
        ({"sku": SKU, "marketplace": "US"}, {"fulfillable": 1}),
    ],
)
def test_what_cannot_be_changed_is_refused(stock, arguments, quantities):
    with pytest.raises(ValueError, match=r"unknown|quantities"):
        stock.change(arguments.pop("sku"), **arguments, **quantities)


def test_stock_changes_over_the_control_endpoint_and_is_forgotten(seller, walk):
    def order(**body):
        return seller.http.post("/_control/stock", json=body)

    assert order(do="change", sku=SKU, quantities={"fulfillable": 12}).status_code == 200
    assert order(do="remove", sku="CM-PAS-12-0002", marketplace=US).status_code == 200
    assert order(do="add", sku="NEW-2", quantities={"fulfillable": 1}).status_code == 200
    assert order(do="hold").status_code == 200
    assert one(walk)["inventoryDetails"]["fulfillableQuantity"] == 12
    assert len(walk()[0]) == 60
    told = seller.http.get("/_control/state").json()["stock"]
    assert told["added"] == ["NEW-2"]
    assert [US, "CM-PAS-12-0002"] in told["absent"]
    assert order(do="change", sku="UNKNOWN").status_code == 400
    assert order(do="add").status_code == 400
    seller.http.post("/_control/reset")
    seller.simulator.state.throttle.grant("getInventorySummaries", Plan(1000, 1000))
    assert one(walk)["inventoryDetails"]["fulfillableQuantity"] != 12


def test_another_sellers_marketplace_is_denied(seller):
    seller.authorize()
    seller.simulator.state.sellers.limit(seller_id(seller.refresh_token), [UK])
    assert seller.get(SUMMARIES, **query()).status_code == 403
    assert seller.get(SUMMARIES, **query(UK)).status_code == 200


def test_the_operation_has_its_models_plan():
    operation = OPERATIONS["getInventorySummaries"]
    assert (operation.rate_per_s, operation.burst) == (2, 2)
