"""Two clients that we did not write drive every operation: Amazon's own SDK and the best known.

spapi is amzn-sp-api, sp_api is python-amazon-sp-api.
"""

import gzip
import json
import uuid
from datetime import timedelta

import httpx
import pytest
import spapi
from sp_api.api import (
    AmazonWarehousingAndDistributionV20240509,
    FulfillmentInboundV20240320,
    Inventories,
    Reports,
    Sellers,
)
from sp_api.auth.access_token_client import AccessTokenClient
from sp_api.base import Marketplaces
from sp_api.base.exceptions import (
    SellingApiBadRequestException,
    SellingApiForbiddenException,
    SellingApiNotFoundException,
    SellingApiRequestThrottledException,
)
from spapi.models.reports_v2021_06_30 import CreateReportSpecification
from spapi.rest import ApiException

from chalkola_spapi.simulator.throttle import Plan

SQP = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"
US = "ATVPDKIKX0DER"
SPECIFICATION = {
    "reportType": SQP,
    "marketplaceIds": [US],
    "dataStartTime": "2026-11-15",
    "dataEndTime": "2026-11-21",
    "reportOptions": {"reportPeriod": "WEEK", "asin": "B0CHALK001 B0CHALK002"},
}


@pytest.fixture
def amazon(simulator):
    """Amazon's SDK, pointed at the simulator."""
    config = spapi.SPAPIConfig(
        client_id="client", client_secret="secret", refresh_token="Atzr|amazon", region="NA"
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

    # It caches tokens by refresh token in its module, for all tests: each needs one of its own.
    credentials = {
        "refresh_token": f"Atzr|{uuid.uuid4()}",
        "lwa_app_id": "client",
        "lwa_client_secret": "secret",
    }

    clients = []

    def client(kind):
        made = kind(
            marketplace=Marketplaces.US,
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


def amazons_specification(**changes):
    return CreateReportSpecification(
        report_type=SQP,
        marketplace_ids=[US],
        data_start_time=SPECIFICATION["dataStartTime"],
        data_end_time=SPECIFICATION["dataEndTime"],
        report_options=SPECIFICATION["reportOptions"],
        **changes,
    )


def test_amazons_sdk_gets_a_report(amazon, clock):
    api = spapi.ReportsApi(amazon)
    report_id = api.create_report(amazons_specification()).report_id
    assert api.get_report(report_id).processing_status == "IN_QUEUE"
    clock.advance(timedelta(minutes=2))
    report = api.get_report(report_id)
    assert report.processing_status == "DONE"
    document = api.get_report_document(report.report_document_id)
    assert document.compression_algorithm == "GZIP"
    rows = json.loads(gzip.decompress(httpx.get(document.url).content))["dataByAsin"]
    assert {row["asin"] for row in rows} == {"B0CHALK001", "B0CHALK002"}


def test_amazons_sdk_lists_and_cancels(amazon):
    api = spapi.ReportsApi(amazon)
    ids = [api.create_report(amazons_specification()).report_id for _ in range(3)]
    page = api.get_reports(
        report_types=[SQP], processing_statuses=["IN_QUEUE"], marketplace_ids=[US], page_size=2
    )
    assert [report.report_id for report in page.reports] == ids[:0:-1]
    rest = api.get_reports(next_token=page.next_token)
    assert [report.report_id for report in rest.reports] == ids[:1]
    api.cancel_report(ids[0])
    assert api.get_report(ids[0]).processing_status == "CANCELLED"


def test_amazons_sdk_reads_errors(amazon, simulator):
    api = spapi.ReportsApi(amazon)
    with pytest.raises(ApiException) as caught:
        api.get_report("50000018999")
    assert caught.value.status == 404
    simulator.state.lwa.expire_tokens()
    with pytest.raises(ApiException) as caught:
        api.get_reports(report_types=[SQP])
    assert caught.value.status == 403
    assert "expired" in str(caught.value.body)


def test_amazons_sdk_probes_the_roles(amazon):
    payload = spapi.SellersApi(amazon).get_marketplace_participations().payload
    assert len(payload) == 11
    summaries = spapi.FbaInventoryApi(amazon).get_inventory_summaries("Marketplace", US, [US])
    assert len(summaries.payload.inventory_summaries) == 50
    assert spapi.AwdApi(amazon).list_inventory().inventory
    assert spapi.FbaInboundApi(amazon).list_inbound_plans().inbound_plans == []


def test_the_other_client_gets_a_report(other, clock):
    api = other(Reports)
    report_id = api.create_report(**SPECIFICATION).payload["reportId"]
    assert api.get_report(report_id).payload["processingStatus"] == "IN_QUEUE"
    clock.advance(timedelta(minutes=2))
    report = api.get_report(report_id).payload
    answer = api.get_report_document(report["reportDocumentId"], download=True)
    rows = json.loads(answer.payload["document"])["dataByAsin"]
    assert {row["asin"] for row in rows} == {"B0CHALK001", "B0CHALK002"}


def test_the_other_client_lists_and_cancels(other):
    api = other(Reports)
    ids = [api.create_report(**SPECIFICATION).payload["reportId"] for _ in range(3)]
    page = api.get_reports(reportTypes=[SQP], processingStatuses=["IN_QUEUE"], pageSize=2)
    assert [report["reportId"] for report in page.payload["reports"]] == ids[:0:-1]
    rest = api.get_reports(nextToken=page.next_token)
    assert [report["reportId"] for report in rest.payload["reports"]] == ids[:1]
    api.cancel_report(ids[0])
    assert api.get_report(ids[0]).payload["processingStatus"] == "CANCELLED"


def test_the_other_client_tells_errors_apart(other, simulator):
    api = other(Reports)
    with pytest.raises(SellingApiBadRequestException):
        api.create_report(**{**SPECIFICATION, "reportType": "NO_SUCH"})
    with pytest.raises(SellingApiNotFoundException):
        api.get_report("50000018999")
    simulator.state.throttle.grant("createReport", Plan(0.01, 1))
    api.create_report(**SPECIFICATION)
    with pytest.raises(SellingApiRequestThrottledException):
        api.create_report(**SPECIFICATION)
    simulator.state.lwa.expire_tokens()
    with pytest.raises(SellingApiForbiddenException):
        api.get_report("50000018000")


def test_the_other_client_probes_the_roles(other):
    assert len(other(Sellers).get_marketplace_participation().payload) == 11
    summaries = other(Inventories).get_inventory_summary_marketplace(marketplaceIds=[US])
    assert len(summaries.payload["inventorySummaries"]) == 50
    stock = other(AmazonWarehousingAndDistributionV20240509).list_inventory()
    assert stock.payload["inventory"]
    plans = other(FulfillmentInboundV20240320).list_inbound_plans()
    assert plans.payload["inboundPlans"] == []
