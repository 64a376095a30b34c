"""Amazon's own SDK (amzn-sp-api, module spapi) goes all three ways through the workflow."""

import re
from datetime import datetime, timedelta

import httpx
import pytest
import spapi
from spapi.models import fulfillment_inbound_v2024_03_20 as wire
from spapi.rest import ApiException

US = "ATVPDKIKX0DER"
PARTNERED, OWN = "AMAZON_PARTNERED_CARRIER", "USE_YOUR_OWN_CARRIER"


def item(msku, quantity):
    return wire.ItemInput(msku=msku, quantity=quantity, label_owner="SELLER", prep_owner="NONE")


def boxes_of(items):
    return [
        wire.BoxInput(
            content_information_source="BOX_CONTENT_PROVIDED",
            dimensions=wire.Dimensions(length=20, width=14, height=12, unit_of_measurement="IN"),
            weight=wire.Weight(value=20, unit="LB"),
            quantity=2,
            items=[item(one.msku, one.quantity // 2)],
        )
        for one in items
    ]


class Sdk:
    """The workflow in the SDK's own calls."""

    def __init__(self, simulator, clock):
        config = spapi.SPAPIConfig(
            client_id="client", client_secret="secret", refresh_token="Atzr|sdk", region="NA"
        )
        client = spapi.SPAPIClient(
            config, oauth_endpoint=simulator.lwa_url, endpoint=simulator.url
        ).api_client
        self.client = client
        self.clock = clock
        self.api = spapi.FbaInboundApi(client)
        self.v0 = spapi.FbaInboundV0Api(client)
        self.plan_id = None

    def call(self, method, *args, **kwargs):
        self.clock.advance(timedelta(seconds=1))
        return getattr(self.api, method)(*args, **kwargs)

    def run(self, method, *args, **kwargs):
        """A write, and its operation to the end."""
        answer = self.call(method, *args, **kwargs)
        self.clock.advance(timedelta(seconds=10))
        status = self.api.get_inbound_operation_status(answer.operation_id)
        assert status.operation_status == "SUCCESS", status
        assert status.operation == re.sub(r"_(.)", lambda found: found[1].upper(), method)
        return answer

    def plan(self):
        body = wire.CreateInboundPlanRequest(
            destination_marketplaces=[US],
            name="SDK plan",
            items=[item("CM-1", 40), item("CM-2", 20)],
            source_address=wire.AddressInput(
                name="Chalkola",
                address_line1="1 Chalk Road",
                city="Austin",
                state_or_province_code="TX",
                country_code="US",
                postal_code="78701",
                phone_number="5125550100",
            ),
        )
        self.plan_id = self.run("create_inbound_plan", body).inbound_plan_id

    def pack(self):
        self.run("generate_packing_options", self.plan_id)
        option = self.call("list_packing_options", self.plan_id).packing_options[1]
        self.run("confirm_packing_option", self.plan_id, option.packing_option_id)
        groupings = [
            wire.PackageGroupingInput(
                packing_group_id=group_id,
                boxes=boxes_of(self.call("list_packing_group_items", self.plan_id, group_id).items),
            )
            for group_id in option.packing_groups
        ]
        body = wire.SetPackingInformationRequest(package_groupings=groupings)
        self.run("set_packing_information", self.plan_id, body)

    def placement(self):
        body = wire.GeneratePlacementOptionsRequest()
        self.run("generate_placement_options", self.plan_id, body)
        return self.call("list_placement_options", self.plan_id).placement_options[0]

    def quote(self, placement, **changes):
        start = self.clock.now() + timedelta(days=2)
        body = wire.GenerateTransportationOptionsRequest(
            placement_option_id=placement.placement_option_id,
            shipment_transportation_configurations=[
                wire.ShipmentTransportationConfiguration(
                    shipment_id=shipment_id,
                    ready_to_ship_window=wire.WindowInput(start=start),
                    contact_information=wire.ContactInformation(name="Ann", phone_number="512"),
                    **changes,
                )
                for shipment_id in placement.shipment_ids
            ],
        )
        self.run("generate_transportation_options", self.plan_id, body)

    def place(self, placement):
        self.run("confirm_placement_option", self.plan_id, placement.placement_option_id)

    def windows(self, placement):
        for shipment_id in placement.shipment_ids:
            self.run("generate_delivery_window_options", self.plan_id, shipment_id)
            listed = self.call("list_delivery_window_options", self.plan_id, shipment_id)
            free = [
                one
                for one in listed.delivery_window_options
                if one.availability_type == "AVAILABLE"
            ]
            option_id = free[0].delivery_window_option_id
            self.run("confirm_delivery_window_options", self.plan_id, shipment_id, option_id)

    def buy(self, placement, *, solution, mode):
        selections = []
        for shipment_id in placement.shipment_ids:
            listed = self.call(
                "list_transportation_options", self.plan_id, shipment_id=shipment_id
            ).transportation_options
            chosen = next(
                one
                for one in listed
                if (one.shipping_solution, one.shipping_mode) == (solution, mode)
            )
            selections.append(
                wire.TransportationSelection(
                    shipment_id=shipment_id,
                    transportation_option_id=chosen.transportation_option_id,
                )
            )
        body = wire.ConfirmTransportationOptionsRequest(transportation_selections=selections)
        self.run("confirm_transportation_options", self.plan_id, body)

    def shipments(self, placement):
        return [
            self.call("get_shipment", self.plan_id, shipment_id)
            for shipment_id in placement.shipment_ids
        ]


@pytest.fixture
def sdk(simulator, clock):
    made = Sdk(simulator, clock)
    yield made
    made.client.rest_client.pool_manager.clear()


def test_partnered_parcels(sdk):
    sdk.plan()
    sdk.pack()
    placement = sdk.placement()
    sdk.quote(placement)
    sdk.place(placement)
    sdk.buy(placement, solution=PARTNERED, mode="GROUND_SMALL_PARCEL")
    for shipment in sdk.shipments(placement):
        payload = sdk.v0.get_labels(
            shipment.shipment_confirmation_id, "PackageLabel_Letter_2", "UNIQUE"
        ).payload
        assert httpx.get(payload.download_url).content.startswith(b"%PDF-")
        boxes = sdk.call("list_shipment_boxes", sdk.plan_id, shipment.shipment_id).boxes
        assert [one.box_id[-7:] for one in boxes] == ["U000001", "U000002"]
        items = sdk.v0.get_shipment_items_by_shipment_id(shipment.shipment_confirmation_id)
        assert items.payload.item_data[0].quantity_received == 0
    plan = sdk.call("get_inbound_plan", sdk.plan_id)
    assert [one.status for one in plan.shipments] == ["READY_TO_SHIP", "READY_TO_SHIP"]
    listed = sdk.call("list_inbound_plans", status="ACTIVE").inbound_plans
    assert [one.name for one in listed] == ["SDK plan"]


def test_parcels_of_an_own_carrier(sdk):
    sdk.plan()
    sdk.pack()
    placement = sdk.placement()
    sdk.quote(placement)
    sdk.place(placement)
    sdk.windows(placement)
    sdk.buy(placement, solution=OWN, mode="GROUND_SMALL_PARCEL")
    shipment, *_ = sdk.shipments(placement)
    assert shipment.selected_delivery_window.availability_type == "AVAILABLE"
    boxes = sdk.call("list_shipment_boxes", sdk.plan_id, shipment.shipment_id).boxes
    numbers = [
        wire.SpdTrackingItemInput(box_id=one.box_id, tracking_id=f"1Z{place}")
        for place, one in enumerate(boxes)
    ]
    details = wire.TrackingDetailsInput(
        spd_tracking_detail=wire.SpdTrackingDetailInput(spd_tracking_items=numbers)
    )
    body = wire.UpdateShipmentTrackingDetailsRequest(tracking_details=details)
    sdk.run("update_shipment_tracking_details", sdk.plan_id, shipment.shipment_id, body)
    shipment, *_ = sdk.shipments(placement)
    assert shipment.status == "SHIPPED"
    assert len(shipment.tracking_details.spd_tracking_detail.spd_tracking_items) == 2


def test_freight_of_a_partner(sdk):
    sdk.plan()
    placement = sdk.placement()
    sdk.place(placement)
    (shipment_id,) = placement.shipment_ids
    items = sdk.call("list_shipment_items", sdk.plan_id, shipment_id).items
    grouping = wire.PackageGroupingInput(shipment_id=shipment_id, boxes=boxes_of(items))
    body = wire.SetPackingInformationRequest(package_groupings=[grouping])
    sdk.run("set_packing_information", sdk.plan_id, body)
    pallet = wire.PalletInput(
        quantity=1,
        dimensions=wire.Dimensions(length=48, width=40, height=40, unit_of_measurement="IN"),
        weight=wire.Weight(value=200, unit="LB"),
        stackability="STACKABLE",
    )
    value = wire.Currency(amount=500, code="USD")
    freight = wire.FreightInformation(declared_value=value, freight_class="FC_70")
    sdk.quote(placement, pallets=[pallet], freight_information=freight)
    sdk.buy(placement, solution=PARTNERED, mode="FREIGHT_LTL")
    (shipment,) = sdk.shipments(placement)
    payload = sdk.v0.get_bill_of_lading(shipment.shipment_confirmation_id).payload
    assert httpx.get(payload.download_url).content.startswith(b"%PDF-")
    (listed,) = sdk.call("list_shipment_pallets", sdk.plan_id, shipment_id).pallets
    assert listed.stackability == "STACKABLE"


def test_prep_labels_and_cancellation(sdk):
    listed = sdk.call("list_prep_details", US, ["NEW-1"]).msku_prep_details
    assert listed[0].prep_category == "UNKNOWN"
    detail = wire.MskuPrepDetailInput(
        msku="NEW-1", prep_category="NONE", prep_types=["ITEM_NO_PREP"]
    )
    body = wire.SetPrepDetailsRequest(marketplace_id=US, msku_prep_details=[detail])
    sdk.run("set_prep_details", body)
    listed = sdk.call("list_prep_details", US, ["NEW-1"]).msku_prep_details
    assert listed[0].prep_category == "NONE"
    body = wire.CreateMarketplaceItemLabelsRequest(
        label_type="STANDARD_FORMAT",
        marketplace_id=US,
        page_type="Letter_30",
        msku_quantities=[wire.MskuQuantity(msku="CM-1", quantity=3)],
    )
    (download,) = sdk.call("create_marketplace_item_labels", body).document_downloads
    assert httpx.get(download.uri).content.startswith(b"%PDF-")
    sdk.plan()
    sdk.run("cancel_inbound_plan", sdk.plan_id)
    with pytest.raises(ApiException) as caught:
        sdk.call("cancel_inbound_plan", sdk.plan_id)
    assert caught.value.status == 400
    assert "already cancelled" in str(caught.value.body)
    assert isinstance(sdk.clock.now(), datetime)
