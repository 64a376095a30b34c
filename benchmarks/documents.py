"""Search Query Performance documents of any length, shaped and sized like Amazon's (1.3 kB a row).

https://github.com/amzn/selling-partner-api-models/blob/main/schemas/reports/sellingPartnerSearchQueryPerformanceReport.json
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from chalkola_spapi.report_types import SQP
from tasks.sqp.context import SqpContext

US = "ATVPDKIKX0DER"
START, END = date(2026, 1, 25), date(2026, 1, 31)
#: As many as a report can be asked for: 200 characters of them and spaces.
IN_A_REPORT = 18
ASINS = tuple(f"B0CHALK{number:03d}" for number in range(IN_A_REPORT))
ROWS_A_BLOCK = 1000
WORDS = ("chalk", "markers", "liquid", "board", "neon", "window", "erasable", "white", "kids")


@dataclass(frozen=True)
class Document:
    """A gzip file, what it answers, and its size."""

    path: Path
    rows: int
    context: SqpContext


def asins_of(reports: int, *, first: int = 0) -> list[str]:
    """The ASINs that so many reports are asked for, a report's together."""
    return [f"B0CHA{number:05d}" for number in range(first, first + reports * IN_A_REPORT)]


def write_document(
    path: Path, rows: int, *, report_id: str = "50000018001", asins: tuple[str, ...] = ASINS
) -> Document:
    """Write a document of so many rows; the same rows every time, whatever the report id."""
    # As hard as Amazon, except where that would take half a minute.
    level = 6 if rows <= 100_000 else 1
    context = SqpContext("NA", US, "WEEK", START, END, report_id, asins)
    if not path.exists():
        part = path.with_suffix(".part")
        with gzip.open(part, "wb", compresslevel=level) as file:
            for block in _blocks(rows, asins):
                file.write(block)
        part.replace(path)
    return Document(path, rows, context)


def _blocks(rows: int, asins: tuple[str, ...]) -> Iterator[bytes]:
    specification = {
        "reportType": SQP,
        "reportOptions": {"reportPeriod": "WEEK", "asin": " ".join(asins)},
        "dataStartTime": START.isoformat(),
        "dataEndTime": END.isoformat(),
        "marketplaceIds": [US],
    }
    yield b'{"reportSpecification":%b,"dataByAsin":[' % _text(specification)
    chance = random.Random(7)
    for first in range(0, rows, ROWS_A_BLOCK):
        numbers = range(first, min(rows, first + ROWS_A_BLOCK))
        each = -(-rows // len(asins))
        block = b",".join(_text(_row(n, asins[n // each], chance)) for n in numbers)
        yield (b"," if first else b"") + block
    yield b"]}"


def _text(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _row(number: int, asin: str, chance: random.Random) -> dict[str, object]:
    volume = chance.randrange(100, 90_000)
    words = " ".join(chance.choices(WORDS, k=3))
    return {
        "startDate": START.isoformat(),
        "endDate": END.isoformat(),
        "asin": asin,
        "searchQueryData": {
            "searchQuery": f"{words} {number}",
            "searchQueryScore": number % 1000 + 1,
            "searchQueryVolume": volume,
        },
        "impressionData": {
            "totalQueryImpressionCount": volume * 27,
            "asinImpressionCount": volume // 3,
            "asinImpressionShare": round(1 / 81, 4),
        },
        "clickData": _stage("Click", volume // 4, chance),
        "cartAddData": _stage("CartAdd", volume // 16, chance),
        "purchaseData": _stage("Purchase", volume // 40, chance),
    }


def _stage(name: str, total: int, chance: random.Random) -> dict[str, object]:
    own = total // 30
    return {
        f"total{name}Count": total,
        f"total{name}Rate": round(chance.random(), 4),
        f"asin{name}Count": own,
        f"asin{name}Share": round(own / max(total, 1), 4),
        f"totalMedian{name}Price": _price(chance),
        f"asinMedian{name}Price": _price(chance) if own else None,
        f"totalSameDayShipping{name}Count": total // 5,
        f"totalOneDayShipping{name}Count": total // 3,
        f"totalTwoDayShipping{name}Count": total // 2,
    }


def _price(chance: random.Random) -> dict[str, object]:
    return {"amount": round(chance.uniform(5, 40), 2), "currencyCode": "USD"}
