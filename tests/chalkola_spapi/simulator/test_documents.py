import gzip
import json
from datetime import timedelta

import httpx
import pytest

from chalkola_spapi.simulator import ReportScript, SqpChanges


def done(seller, clock, **changes):
    report_id = seller.report_id(**changes)
    clock.advance(timedelta(minutes=2))
    return seller.report(report_id)


def scripted(seller, **script):
    seller.simulator.state.reports.scripts.add(ReportScript(**script))


def test_a_document_is_gzip_behind_a_presigned_address(seller, clock):
    report = done(seller, clock)
    path = f"/reports/2021-06-30/documents/{report['reportDocumentId']}"
    answer = seller.get(path).json()
    assert answer["compressionAlgorithm"] == "GZIP"
    assert "X-Amz-Signature=" in answer["url"]
    assert "X-Amz-Expires=300" in answer["url"]
    response = httpx.get(answer["url"])
    assert response.headers["content-type"] == "application/json"
    assert not [name for name in response.headers if name.startswith("x-amzn")]
    document = json.loads(gzip.decompress(response.content))
    assert document["reportSpecification"] == {
        "reportType": report["reportType"],
        "reportOptions": {"reportPeriod": "WEEK", "asin": "B0CHALK001 B0CHALK002"},
        "dataStartTime": "2026-11-15",
        "dataEndTime": "2026-11-21",
        "marketplaceIds": ["ATVPDKIKX0DER"],
    }


@pytest.mark.parametrize("name", ["x-amz-access-token", "Authorization"])
def test_a_download_with_any_authorisation_is_refused(seller, clock, name):
    url = seller.url(done(seller, clock))
    response = httpx.get(url, headers={name: "Atza|secret"})
    assert response.status_code == 400
    assert "<Code>InvalidArgument</Code>" in response.text
    assert "secret" not in response.text


def test_an_address_lives_5_minutes_at_any_speed(simulate, enter, clock):
    seller = enter(simulate(speed=1000))
    report = done(seller, clock)
    url = seller.url(report)
    clock.advance(timedelta(minutes=4, seconds=59))
    assert httpx.get(url).status_code == 200
    clock.advance(timedelta(seconds=1))
    response = httpx.get(url)
    assert response.status_code == 403
    assert "Request has expired" in response.text
    assert httpx.get(seller.url(report)).status_code == 200


def test_addresses_can_be_recalled(seller, clock):
    report = done(seller, clock)
    url = seller.url(report)
    seller.simulator.state.documents.expire_urls()
    response = httpx.get(url)
    assert (response.status_code, "Request has expired" in response.text) == (403, True)
    assert httpx.get(seller.url(report)).status_code == 200


def test_a_forged_address_is_refused(seller, clock):
    url = seller.url(done(seller, clock))
    response = httpx.get(url[:-1] + ("0" if url[-1] != "0" else "1"))
    assert response.status_code == 403
    assert "SignatureDoesNotMatch" in response.text
    assert httpx.get(url.partition("?")[0]).status_code == 403


def test_another_accounts_document_is_not_found(seller, clock, enter):
    report = done(seller, clock)
    other = enter(seller.simulator, "Atzr|two")
    path = f"/reports/2021-06-30/documents/{report['reportDocumentId']}"
    assert other.get(path).status_code == 404


def test_the_same_document_has_the_same_bytes(seller, clock):
    report = done(seller, clock)
    first, second = (httpx.get(seller.url(report)).content for _ in range(2))
    assert first == second


def test_amazon_can_name_the_encoding_in_the_download(seller, clock):
    report = done(seller, clock)
    path = f"/reports/2021-06-30/documents/{report['reportDocumentId']}"
    url = seller.get(path, enableContentEncodingUrlHeader="true").json()["url"]
    response = httpx.get(url)
    assert response.headers["content-encoding"] == "gzip"
    assert response.json()["dataByAsin"]


def test_a_document_can_be_replaced(seller, clock):
    text = "sku\tname\n00123\tKreidestifte weiß\n"
    scripted(
        seller,
        document_base64="c2t1CW5hbWUKMDAxMjMJS3JlaWRlc3RpZnRlIHdlad8K",
        content_type="text/plain; charset=cp1252",
        is_gzip=False,
    )
    report = done(seller, clock, reportType="GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA")
    path = f"/reports/2021-06-30/documents/{report['reportDocumentId']}"
    answer = seller.get(path).json()
    assert "compressionAlgorithm" not in answer
    response = httpx.get(answer["url"])
    assert response.text == text


def test_sqp_data_can_be_restated(seller, clock):
    before = seller.document(done(seller, clock))["dataByAsin"]
    scripted(seller, sqp=SqpChanges(restate=2))
    after = seller.document(done(seller, clock))["dataByAsin"]
    pairs = {
        (row["asin"], row["searchQueryData"]["searchQuery"]): row["searchQueryData"]
        for row in before
    }
    for row in after:
        old = pairs[row["asin"], row["searchQueryData"]["searchQuery"]]["searchQueryVolume"]
        assert row["searchQueryData"]["searchQueryVolume"] == pytest.approx(2 * old, abs=1)


def test_medians_without_a_count_can_be_null(seller, clock):
    scripted(seller, sqp=SqpChanges(null_medians=True))
    rows = seller.document(done(seller, clock))["dataByAsin"]
    nulls = [row for row in rows if row["purchaseData"]["asinMedianPurchasePrice"] is None]
    assert nulls
    assert all(row["purchaseData"]["asinPurchaseCount"] == 0 for row in nulls)


def test_rows_can_come_twice_and_queries_be_odd(seller, clock):
    scripted(seller, sqp=SqpChanges(duplicate_rows=True, odd_text=True))
    rows = seller.document(done(seller, clock))["dataByAsin"]
    keys = [(row["asin"], row["searchQueryData"]["searchQuery"]) for row in rows]
    assert len(keys) - len(set(keys)) == 2
    assert any("\t" in query for _, query in keys)


def test_an_asin_can_vanish_from_a_document(seller, clock):
    scripted(seller, sqp=SqpChanges(without_asins={"B0CHALK001"}))
    rows = seller.document(done(seller, clock))["dataByAsin"]
    assert {row["asin"] for row in rows} == {"B0CHALK002"}
