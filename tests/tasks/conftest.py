"""Search Query Performance documents for tests, as Amazon would send them."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tasks.sqp.context import SqpContext

ASINS = ("B000000001", "B000000002")
CONTEXT = SqpContext(
    account="NA",
    marketplace_id="ATVPDKIKX0DER",
    report_period="WEEK",
    period_start=date(2026, 1, 25),
    period_end=date(2026, 1, 31),
    report_id="R1",
    asins=ASINS,
)
SPECIFICATION = {
    "reportType": "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT",
    "reportOptions": {"reportPeriod": "WEEK", "asin": " ".join(ASINS)},
    "dataStartTime": "2026-01-25",
    "dataEndTime": "2026-01-31",
    "marketplaceIds": ["ATVPDKIKX0DER"],
}


def stage(name: str, count: int) -> dict[str, object]:
    price = {"amount": 19.99, "currencyCode": "USD"}
    return {
        f"total{name}Count": count,
        f"total{name}Rate": 0.1,
        f"asin{name}Count": count // 10,
        f"asin{name}Share": 0.05,
        f"totalMedian{name}Price": price,
        f"asinMedian{name}Price": dict(price),
        f"totalSameDayShipping{name}Count": 2,
        f"totalOneDayShipping{name}Count": 3,
        f"totalTwoDayShipping{name}Count": 5,
    }


class SqpDocuments:
    """Builds documents and writes them to files; every row counts its own clicks."""

    context = CONTEXT
    specification = SPECIFICATION

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def row(query: str = "chalk markers", *, asin: str = ASINS[0], clicks: int = 1000) -> dict:
        return {
            "startDate": "2026-01-25",
            "endDate": "2026-01-31",
            "asin": asin,
            "searchQueryData": {
                "searchQuery": query,
                "searchQueryScore": 5,
                "searchQueryVolume": 15000,
            },
            "impressionData": {
                "totalQueryImpressionCount": 10000,
                "asinImpressionCount": 765,
                "asinImpressionShare": 0.0765,
            },
            "clickData": stage("Click", clicks),
            "cartAddData": stage("CartAdd", 200),
            "purchaseData": stage("Purchase", 100),
        }

    def document(self, rows: list[dict]) -> dict:
        return {"reportSpecification": copy.deepcopy(SPECIFICATION), "dataByAsin": rows}

    def write(self, document: object, *, name: str = "document", is_gzip: bool = True) -> Path:
        """A file of a document: of JSON text or bytes as they are, of anything else as JSON."""
        text = document if isinstance(document, (str, bytes)) else json.dumps(document)
        content = text.encode() if isinstance(text, str) else text
        path = self._folder / f"{name}{'.gz' if is_gzip else ''}"
        path.write_bytes(gzip.compress(content, 1) if is_gzip else content)
        return path


@pytest.fixture
def sqp(tmp_path: Path) -> SqpDocuments:
    return SqpDocuments(tmp_path)


@pytest.fixture
def parse_sqp(sqp: SqpDocuments, tmp_path: Path) -> Callable:
    """Writes a document (or bytes) and parses it."""
    from tasks.sqp.document import write_copy_file

    def parse(document: object, *, is_gzip: bool = True, context: SqpContext = CONTEXT):
        raw = sqp.write(document, is_gzip=is_gzip)
        target = tmp_path / "parsed" / f"{context.report_id}.copy"
        return write_copy_file(raw, is_gzip=is_gzip, target=target, context=context)

    return parse
