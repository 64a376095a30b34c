"""Amazon's own SDK (spapi) and the best known client (sp_api) read stock, AWD and the reports."""

import csv
import gzip
import io
import json
import uuid
from datetime import timedelta

import httpx
import pytest
import spapi
from sp_api.api import AmazonWarehousingAndDistributionV20240509, Inventories, Reports
from sp_api.auth.access_token_client import AccessTokenClient
from sp_api.base import Marketplaces
from spapi.models.awd_v2024_05_09 import (
    Address,
    CarrierCode,
    DistributionPackage,
    DistributionPackageContents,
    DistributionPackageQuantity,
    InboundOrder,
    InboundOrderCreationData,
    InboundPackages,
    MeasurementData,
    PackageWeight,
    ProductQuantity,
    TrackingDetails,
    TransportationDetails,
)
from spapi.models.reports_v2021_06_30 import CreateReportSpecification
from spapi.rest import ApiException

from chalkola_spapi.simulator.awd_routes import OPERATIONS
from chalkola_spapi.simulator.throttle import Plan

US, DE, JP = "ATVPDKIKX0DER", "A1PA6795UKMFR9", "A1VC38T7YXB528"
MYI = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"
JSON_REPORTS = {
    "GET_BRAND_ANALYTICS_SEARCH_CATALOG_PERFORMANCE_REPORT": {
        "reportPeriod": "WEEK",
        "asins": "B0CHALK001",
    },
    "GET_BRAND_ANALYTICS_MARKET_BASKET_REPORT": {"reportPeriod": "WEEK"},
    "GET_BRAND_ANALYTICS_REPEAT_PURCHASE_REPORT": {"reportPeriod": "WEEK"},
    "GET_BRAND_ANALYTICS_SEARCH_TERMS_REPORT": {"reportPeriod": "WEEK"},
    "GET_SALES_AND_TRAFFIC_REPORT": {"dateGranularity": "DAY", "asinGranularity": "SKU"},
}


@pytest.fixture
def simulator(shared):
    for name in ("getInventorySummaries", *(operation.name for operation in OPERATIONS)):
        shared.state.throttle.grant(name, Plan(1000, 1000))
    return shared


@pytest.fixture
def clock(shared):
    return shared.state.clock


@pytest.fixture
def amazon(simulator):
    """Amazon's SDK, pointed at the simulator."""
    config = spapi.SPAPIConfig(
        client_id="client",
        client_secret="secret",
        # It keeps tokens by refresh token for all tests, and their clock goes back.
        refresh_token=f"Atzr|{uuid.uuid4()}",
        region="NA",
    )
    client = spapi.SPAPIClient(config, oauth_endpoint=simulator.lwa_url, endpoint=simulator.url)
    yield client.api_client
    client.api_client.rest_client.pool_manager.clear()


@pytest.fixture
def other(simulator):
    """Makes classes of python-amazon-sp-api that call the simulator."""

    class LocalLogin(AccessTokenClient):
        scheme = "http://"
        host = simulator.url.removeprefix("http://")

    credentials = {
        "refresh_token": f"Atzr|{uuid.uuid4()}",
        "lwa_app_id": "client",
        "lwa_client_secret": "secret",
    }
    clients = []

    def client(kind, marketplace=Marketplaces.US):
        made = kind(
            marketplace=marketplace,
            credentials=credentials,
            auth_token_client_class=LocalLogin,
        )
        made.endpoint = simulator.url
        clients.append(made)
        return made

    yield client
    for made in clients:
        made.close()
        made._auth._transport.close()


def test_amazons_sdk_walks_the_stock(amazon):
    api = spapi.FbaInventoryApi(amazon)
    found, token = [], None
    while True:
        more = {} if token is None else {"next_token": token}
        answer = api.get_inventory_summaries("Marketplace", US, [US], details=True, **more)
        found += answer.payload.inventory_summaries
        token = answer.pagination and answer.pagination.next_token
        if not token:
            break
    assert len({one.seller_sku for one in found}) == 60
    assert all(one.inventory_details.reserved_quantity is not None for one in found)


def test_amazons_sdk_meets_an_expired_token(amazon, clock):
    api = spapi.FbaInventoryApi(amazon)
    first = api.get_inventory_summaries("Marketplace", US, [US])
    clock.advance(timedelta(seconds=31))
    with pytest.raises(ApiException) as caught:
        api.get_inventory_summaries("Marketplace", US, [US], next_token=first.pagination.next_token)
    assert caught.value.status == 400
    assert "Next token is invalid or expired" in str(caught.value.body)


def package(sku):
    weight = PackageWeight(unit_of_measurement="POUNDS", weight=12.5)
    return DistributionPackageQuantity(
        count=3,
        distribution_package=DistributionPackage(
            type="CASE",
            contents=DistributionPackageContents(products=[ProductQuantity(sku=sku, quantity=20)]),
            measurements=MeasurementData(weight=weight),
        ),
    )


def test_amazons_sdk_sends_stock_into_awd(amazon, clock):
    api = spapi.AwdApi(amazon)
    sku = api.list_inventory(details="SHOW").inventory[0].sku
    packages = [package(sku)]
    eligibility = api.check_inbound_eligibility(InboundPackages(packages_to_inbound=packages))
    assert eligibility.status == "ELIGIBLE"
    address = Address(
        name="Chalkola", address_line1="100 Marker Way", state_or_region="CA", country_code="US"
    )
    body = InboundOrderCreationData(origin_address=address, packages_to_inbound=packages)
    order_id = api.create_inbound(body).order_id
    order = api.get_inbound(order_id)
    assert isinstance(order, InboundOrder)
    api.update_inbound(order_id, order)
    api.confirm_inbound(order_id)
    clock.advance(timedelta(minutes=2))
    order = api.get_inbound(order_id)
    assert order.order_status == "CONFIRMED"
    shipment_id = order.destination_details.shipment_id
    details = TrackingDetails(
        booking_id="BOL-1",
        carrier_code=CarrierCode(carrier_code_type="SCAC", carrier_code_value="UPSN"),
    )
    transport = TransportationDetails(tracking_details=[details])
    api.update_inbound_shipment_transport_details(shipment_id, transport)
    shipment = api.get_inbound_shipment(shipment_id, sku_quantities="SHOW")
    assert shipment.shipment_sku_quantities[0].expected_quantity.quantity == 60
    assert shipment.tracking_id == "BOL-1"
    assert api.get_label_page_types(shipment_id).page_types == ["PLAIN_PAPER"]
    url = api.get_inbound_shipment_labels(shipment_id).label_download_url
    assert httpx.get(url).content.startswith(b"%PDF-")
    listed = api.list_inbound_shipments(shipment_status="CREATED").shipments
    assert shipment_id in {one.shipment_id for one in listed}
    api.cancel_inbound(order_id)
    assert api.get_inbound(order_id).order_status == "CANCELLED"
    with pytest.raises(ApiException) as caught:
        api.confirm_inbound(order_id)
    assert caught.value.status == 409


@pytest.mark.parametrize("kind", JSON_REPORTS)
def test_amazons_sdk_gets_every_json_report(amazon, clock, kind):
    api = spapi.ReportsApi(amazon)
    specification = CreateReportSpecification(
        report_type=kind,
        marketplace_ids=[US],
        data_start_time="2026-11-15",
        data_end_time="2026-11-21",
        report_options=JSON_REPORTS[kind],
    )
    report_id = api.create_report(specification).report_id
    clock.advance(timedelta(minutes=2))
    report = api.get_report(report_id)
    assert report.processing_status == "DONE"
    url = api.get_report_document(report.report_document_id).url
    document = json.loads(gzip.decompress(httpx.get(url).content))
    assert document["reportSpecification"]["reportType"] == kind


@pytest.mark.parametrize(
    ("place", "word"),
    [(Marketplaces.US, "Pack of"), (Marketplaces.DE, "Weiß"), (Marketplaces.JP, "チョークペン")],
)
def test_the_other_client_decodes_a_stock_report(other, clock, place, word):
    api = other(Reports, place)
    report_id = api.create_report(reportType=MYI, marketplaceIds=[place.marketplace_id]).payload[
        "reportId"
    ]
    clock.advance(timedelta(minutes=2))
    report = api.get_report(report_id).payload
    assert report["processingStatus"] == "DONE"
    answer = api.get_report_document(
        report["reportDocumentId"], download=True, character_code=_codec(place)
    )
    text = answer.payload["document"]
    rows = list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) == 60
    assert any(word in row["product-name"] for row in rows)


def _codec(place):
    """It knows none of Java's names."""
    return {"DE": "cp1252", "JP": "cp932"}.get(place.name, "utf-8")


def test_the_other_client_walks_stock_and_awd(other):
    api = other(Inventories)
    page = api.get_inventory_summary_marketplace(marketplaceIds=[US], details=True)
    assert len(page.payload["inventorySummaries"]) == 50
    assert page.next_token
    rest = api.get_inventory_summary_marketplace(
        marketplaceIds=[US], details=True, nextToken=page.next_token
    )
    assert len(rest.payload["inventorySummaries"]) == 10
    awd = other(AmazonWarehousingAndDistributionV20240509)
    stock = awd.list_inventory(details="SHOW", maxResults=5).payload
    assert len(stock["inventory"]) == 5
    assert awd.list_inbound_shipments(maxResults=1).payload["shipments"]
