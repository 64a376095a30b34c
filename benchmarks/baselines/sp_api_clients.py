# mypy: disable-error-code="import-untyped,import-not-found"
"""The same five requests by other people's clients, as their own documentation uses them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

Life = Callable[[dict[str, Any]], list[dict[str, Any]]]


def python_amazon_sp_api(url: str) -> Life:
    """python-amazon-sp-api, https://github.com/saleweaver/python-amazon-sp-api."""
    from sp_api.api import Reports
    from sp_api.auth.access_token_client import AccessTokenClient
    from sp_api.base import Marketplaces

    class LocalLogin(AccessTokenClient):  # type: ignore[misc]
        scheme = "http://"
        host = urlsplit(url).netloc

    credentials = {"refresh_token": "Atzr|NA", "lwa_app_id": "a", "lwa_client_secret": "b"}
    reports = Reports(
        marketplace=Marketplaces.US, credentials=credentials, auth_token_client_class=LocalLogin
    )
    reports.endpoint = url

    def life(specification: dict[str, Any]) -> list[dict[str, Any]]:
        report_id = reports.create_report(**specification).payload["reportId"]
        reports.get_report(report_id)
        report = reports.get_report(report_id).payload
        got = reports.get_report_document(report["reportDocumentId"], download=True).payload
        rows: list[dict[str, Any]] = json.loads(got["document"])["dataByAsin"]
        return rows

    return life


def amzn_sp_api(url: str) -> Life:
    """amzn-sp-api: Amazon's own SDK."""
    import urllib3
    from spapi import ReportsApi, SPAPIClient, SPAPIConfig
    from spapi.models.reports_v2021_06_30 import CreateReportSpecification

    config = SPAPIConfig(client_id="a", client_secret="b", refresh_token="Atzr|NA", region="NA")
    client = SPAPIClient(config, oauth_endpoint=f"{url}/auth/o2/token", endpoint=url)
    reports, pool = ReportsApi(client.api_client), urllib3.PoolManager()

    def life(specification: dict[str, Any]) -> list[dict[str, Any]]:
        body = CreateReportSpecification(
            report_type=specification["reportType"],
            marketplace_ids=specification["marketplaceIds"],
            data_start_time=specification["dataStartTime"],
            data_end_time=specification["dataEndTime"],
            report_options=specification["reportOptions"],
        )
        report_id = reports.create_report(body).report_id
        reports.get_report(report_id)
        report = reports.get_report(report_id)
        document = reports.get_report_document(report.report_document_id)
        content = gzip.decompress(pool.request("GET", document.url).data)
        rows: list[dict[str, Any]] = json.loads(content)["dataByAsin"]
        return rows

    return life


def amzn_selling_partner(url: str) -> Life:
    """amzn-selling-partner: only where it is installed."""
    from amzn_selling_partner.plugins.amazon_spapi import (
        Documents,
        LWAAuth,
        LWACredentials,
    )
    from amzn_selling_partner.sdk.client import Client

    credentials = LWACredentials(client_id="a", client_secret="b", refresh_token="Atzr|NA")
    auth = LWAAuth(credentials, token_url=f"{url}/auth/o2/token", base_url=url)
    client = Client(base_url=url, throttle=False, auth=auth)
    documents, reports = Documents(client), client.reports_v2021_06_30

    def life(specification: dict[str, Any]) -> list[dict[str, Any]]:
        report_id = reports.create_report(specification).report_id
        reports.get_report(report_id)
        report = reports.get_report(report_id)
        text = documents.download_report(report.report_document_id)
        rows: list[dict[str, Any]] = json.loads(text)["dataByAsin"]
        return rows

    return life


CLIENTS: dict[str, tuple[str, Callable[[str], Life]]] = {
    "python-amazon-sp-api": ("sp_api", python_amazon_sp_api),
    "amzn-sp-api": ("spapi", amzn_sp_api),
    "amzn-selling-partner": ("amzn_selling_partner", amzn_selling_partner),
}
