"""A seller who goes through the inbound workflow by HTTP, a step at a time."""

from datetime import timedelta

import pytest

ROOT = "/inbound/fba/2024-03-20"
US = "ATVPDKIKX0DER"
ADDRESS = {
    "name": "Chalkola Warehouse",
    "addressLine1": "1 Chalk Road",
    "city": "Austin",
    "stateOrProvinceCode": "TX",
    "countryCode": "US",
    "postalCode": "78701",
    "phoneNumber": "5125550100",
}
CONTACT = {"name": "Ann", "phoneNumber": "5125550100"}


def item(msku, quantity, **changes):
    usual = {"labelOwner": "SELLER", "prepOwner": "NONE"}
    return {"msku": msku, "quantity": quantity, **usual, **changes}


def box(items, quantity=1, **changes):
    usual = {
        "contentInformationSource": "BOX_CONTENT_PROVIDED",
        "dimensions": {"length": 20, "width": 14, "height": 12, "unitOfMeasurement": "IN"},
        "weight": {"value": 22.5, "unit": "LB"},
    }
    return {**usual, "items": items, "quantity": quantity, **changes}


class Workflow:
    """The calls of one plan. Each write costs a second of the clock, each operation ten."""

    def __init__(self, seller, clock):
        self.seller = seller
        self.clock = clock
        self.state = seller.simulator.state
        self.plan_id = None

    @property
    def path(self):
        return f"{ROOT}/inboundPlans/{self.plan_id}"

    @property
    def plan(self):
        """The simulator's own plan."""
        return self.state.inbound.peek(self.plan_id)

    def send(self, method, path, body=None):
        """The answer to a write below the plan's path."""
        self.clock.advance(timedelta(seconds=1))
        extra = {} if body is None else {"json": body}
        return self.seller.call(method, f"{self.path}{path}", **extra)

    def post(self, path, body=None):
        return self.send("POST", path, body)

    def refusal(self, answer):
        """The texts of a 400."""
        assert answer.status_code == 400, answer.text
        return " ".join(one["message"] for one in answer.json()["errors"])

    def status(self, answer):
        """What became of the operation that an answer started."""
        assert answer.status_code in {201, 202}, answer.text
        self.clock.advance(timedelta(seconds=10))
        return self.seller.get(f"{ROOT}/operations/{answer.json()['operationId']}").json()

    def succeed(self, answer):
        status = self.status(answer)
        assert status["operationStatus"] == "SUCCESS", status
        return status

    def fail(self, answer):
        """The problems of an operation that must fail."""
        status = self.status(answer)
        assert status["operationStatus"] == "FAILED", status
        return status["operationProblems"]

    def read(self, path, member=None, **params):
        """An answer, or all pages of a member of it."""
        self.clock.advance(timedelta(seconds=0.5))
        if member is None:
            return self.seller.get(f"{self.path}{path}", **params).json()
        found, token = [], {}
        while True:
            page = self.seller.get(f"{self.path}{path}", **params, **token).json()
            found += page[member]
            if "nextToken" not in page["pagination"]:
                return found
            self.clock.advance(timedelta(seconds=0.5))
            token = {"paginationToken": page["pagination"]["nextToken"]}

    def create(self, items=None, **changes):
        body = {
            "destinationMarketplaces": [US],
            "items": [item("CM-1", 40), item("CM-2", 20)] if items is None else items,
            "name": "Plan one",
            "sourceAddress": ADDRESS,
        }
        self.clock.advance(timedelta(seconds=1))
        answer = self.seller.call("POST", f"{ROOT}/inboundPlans", json={**body, **changes})
        if answer.status_code == 202:
            self.plan_id = answer.json()["inboundPlanId"]
        return answer

    def start(self, items=None, **changes):
        self.succeed(self.create(items, **changes))

    def pack(self, *, option=0, boxes=None):
        """From a created plan to boxes: one box of ten units each, or the given ones."""
        self.succeed(self.post("/packingOptions"))
        chosen = self.read("/packingOptions", "packingOptions")[option]
        option_id = chosen["packingOptionId"]
        self.succeed(self.post(f"/packingOptions/{option_id}/confirmation"))
        self.succeed(self.set_boxes(chosen["packingGroups"], boxes))

    def set_boxes(self, group_ids, boxes=None):
        groupings = [
            {
                "packingGroupId": one,
                "boxes": boxes or [self._tens(it) for it in self._group(one)],
            }
            for one in group_ids
        ]
        return self.post("/packingInformation", {"packageGroupings": groupings})

    def _group(self, group_id):
        return self.read(f"/packingGroups/{group_id}/items", "items")

    def _tens(self, it):
        owners = {
            "labelOwner": it["labelOwner"],
            "prepOwner": it["prepInstructions"][-1]["prepOwner"],
        }
        return box([item(it["msku"], 10, **owners)], it["quantity"] // 10)

    def placements(self):
        self.succeed(self.post("/placementOptions", {}))
        return self.read("/placementOptions", "placementOptions")

    def transport_body(self, placement, *, days=3, **changes):
        ready = (self.clock.now() + timedelta(days=days)).strftime("%Y-%m-%dT08:00Z")
        usual = {"readyToShipWindow": {"start": ready}, "contactInformation": CONTACT}
        return {
            "placementOptionId": placement["placementOptionId"],
            "shipmentTransportationConfigurations": [
                {"shipmentId": one, **usual, **changes} for one in placement["shipmentIds"]
            ],
        }

    def generate_transport(self, placement, **changes):
        return self.post("/transportationOptions", self.transport_body(placement, **changes))

    def transport_options(self, placement):
        return self.read(
            "/transportationOptions",
            "transportationOptions",
            placementOptionId=placement["placementOptionId"],
        )

    def place(self, placement):
        option_id = placement["placementOptionId"]
        return self.post(f"/placementOptions/{option_id}/confirmation")

    def choose(self, placement, solution, *, mode="GROUND_SMALL_PARCEL", code=None):
        """Selections of the first fitting option of each shipment."""
        options = self.transport_options(placement)
        return [
            {
                "shipmentId": shipment_id,
                "transportationOptionId": next(
                    option["transportationOptionId"]
                    for option in options
                    if option["shipmentId"] == shipment_id
                    and option["shippingSolution"] == solution
                    and option["shippingMode"] == mode
                    and code in {None, option["carrier"]["alphaCode"]}
                ),
            }
            for shipment_id in placement["shipmentIds"]
        ]

    def buy(self, selections):
        body = {"transportationSelections": selections}
        return self.post("/transportationOptions/confirmation", body)

    def ready(self, *, option=0, placement=0, items=None, boxes=None):
        """A plan whose placement is confirmed and whose transport is quoted; the placement."""
        self.start(items)
        self.pack(option=option, boxes=boxes)
        chosen = self.placements()[placement]
        self.succeed(self.generate_transport(chosen))
        self.succeed(self.place(chosen))
        return chosen

    def partnered(self, **options):
        """A plan with partnered small parcels bought; the placement."""
        chosen = self.ready(**options)
        self.succeed(self.buy(self.choose(chosen, "AMAZON_PARTNERED_CARRIER")))
        return chosen

    def confirm_windows(self, placement):
        """The first free window of each shipment."""
        for shipment_id in placement["shipmentIds"]:
            path = f"/shipments/{shipment_id}/deliveryWindowOptions"
            self.succeed(self.post(path))
            windows = self.read(path, "deliveryWindowOptions", pageSize=100)
            free = [one for one in windows if one["availabilityType"] == "AVAILABLE"]
            first = min(free, key=lambda one: one["startDate"])["deliveryWindowOptionId"]
            self.succeed(self.post(f"{path}/{first}/confirmation"))

    def own_carrier(self, **options):
        """A plan with an own carrier confirmed; the placement."""
        chosen = self.ready(**options)
        self.confirm_windows(chosen)
        self.succeed(self.buy(self.choose(chosen, "USE_YOUR_OWN_CARRIER")))
        return chosen

    def shipment(self, placement, number=0):
        return self.read(f"/shipments/{placement['shipmentIds'][number]}")

    def labels(self, confirmation_id, **changes):
        params = {
            "PageType": "PackageLabel_Letter_2",
            "LabelType": "UNIQUE",
            **changes,
        }
        self.clock.advance(timedelta(seconds=0.5))
        return self.seller.get(f"/fba/inbound/v0/shipments/{confirmation_id}/labels", **params)


@pytest.fixture
def flow(seller, clock):
    return Workflow(seller, clock)


@pytest.fixture
def make_item():
    return item


@pytest.fixture
def make_box():
    return box
