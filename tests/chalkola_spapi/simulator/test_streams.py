"""Documents too large to hold: they come piece by piece, and nobody waits for them."""

import json
import resource
import sys
import zlib
from datetime import timedelta

import httpx
import pytest

from chalkola_spapi.simulator import Fault, ReportScript

TERMS = "GET_BRAND_ANALYTICS_SEARCH_TERMS_REPORT"
ROWS = 1_050_000
WEEKLY = {"reportPeriod": "WEEK"}


@pytest.fixture
def simulator(shared):
    return shared


@pytest.fixture
def clock(shared):
    return shared.state.clock


@pytest.fixture
def url(ended):
    """The address of a Search Terms document of so many rows."""

    def run(rows):
        ended.seller.simulator.state.reports.scripts.add(ReportScript(search_terms=rows))
        return ended.seller.url(ended(TERMS, options=WEEKLY))

    return run


def peak_mb():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 if sys.platform.startswith("linux") else 1024**2)


def test_200_mb_take_no_memory(url):
    address = url(ROWS)
    before, size, tail = peak_mb(), 0, b""
    unzip = zlib.decompressobj(wbits=31)
    with httpx.stream("GET", address) as response:
        assert "content-length" not in response.headers
        for piece in response.iter_raw():
            text = unzip.decompress(piece)
            size += len(text)
            tail = (tail + text)[-300:]
    assert size > 200 * 1000**2
    assert tail.endswith(b"}]}")
    assert f'"searchFrequencyRank":{ROWS // 3}'.encode() in tail
    assert peak_mb() - before < 40


def test_others_are_answered_meanwhile(url, seller):
    with httpx.stream("GET", url(ROWS)) as response:
        next(response.iter_raw())
        path = "/fba/inventory/v1/summaries"
        marketplace = "ATVPDKIKX0DER"
        answer = seller.get(
            path,
            granularityType="Marketplace",
            granularityId=marketplace,
            marketplaceIds=marketplace,
        )
        assert answer.status_code == 200


def test_each_download_is_the_same(url):
    address = url(5000)
    assert httpx.get(address).content == httpx.get(address).content


def test_a_document_may_come_unzipped(ended):
    script = ReportScript(search_terms=4, is_gzip=False)
    ended.seller.simulator.state.reports.scripts.add(script)
    address = ended.seller.url(ended(TERMS, options=WEEKLY))
    assert len(json.loads(httpx.get(address).content)["dataByDepartmentAndSearchTerm"]) == 4


def test_a_stream_can_be_truncated(url, simulator):
    address = url(3000)
    whole = httpx.get(address).content
    simulator.state.faults.add(Fault(operation="document", action="truncate"))
    assert httpx.get(address).content == whole[: len(whole) // 2]


def test_a_stream_can_end_midway(url, simulator):
    address = url(3000)
    simulator.state.faults.add(Fault(operation="document", action="close_midway"))
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(address)


def test_an_address_of_a_stream_expires_too(url, clock):
    address = url(3)
    clock.advance(timedelta(minutes=5))
    assert httpx.get(address).status_code == 403
