"""The document of a Search Query Performance report, by Amazon's schema.

https://github.com/amzn/selling-partner-api-models/blob/main/schemas/reports/sellingPartnerSearchQueryPerformanceReport.json
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from chalkola_spapi.simulator.report_scripts import SqpChanges
from chalkola_spapi.simulator.report_specification import ReportSpecification
from chalkola_spapi.simulator.sqp_forms import Cell, Row
from chalkola_spapi.simulator.sqp_rows import asin_rows
from chalkola_spapi.simulator.story import NO_STORY, Story

# Text that a loader may stumble over: COPY's escapes, CSV's quotes, spaces, scripts.
ODD_TEXTS = (
    'chalk "markers", 10\\N pack',
    "chalk\tmarkers\\t",
    "chalk markers\nwhite",
    "CHALK MARKERS",
    "  chalk  markers ",
    "chalk markers 🖍️ café",
    "\u200fطب\u200f",
    "'; drop table sqp_data; --",
)


@dataclass(frozen=True, slots=True)
class SqpRequest:
    """A request that Amazon would fill."""

    specification: ReportSpecification
    changes: SqpChanges
    story: Story = NO_STORY

    @property
    def asins(self) -> list[str]:
        """The ASINs asked for, each once."""
        return list(dict.fromkeys(self.specification.options["asin"].split()))

    def cell(self, seed: int) -> Cell:
        specification = self.specification
        return Cell(
            seed=seed,
            marketplace_id=specification.marketplace_ids[0],
            first=specification.data_start_time.date(),
            last=specification.data_end_time.date(),
            story=self.story,
        )


def render(request: SqpRequest, *, asins: Sequence[str], seed: int) -> bytes:
    """The document as UTF-8 JSON: one row for each ASIN and query."""
    specification, cell = request.specification, request.cell(seed)
    document = {
        "reportSpecification": {
            "reportType": specification.report_type,
            "reportOptions": specification.options,
            "dataStartTime": cell.first.isoformat(),
            "dataEndTime": cell.last.isoformat(),
            "marketplaceIds": list(specification.marketplace_ids),
        },
        "dataByAsin": [
            row
            for asin in asins
            if asin not in request.changes.without_asins
            for row in _changed(asin_rows(cell, asin, changes=request.changes), request.changes)
        ],
    }
    return msgspec.json.encode(document)


def _changed(rows: list[Row], changes: SqpChanges) -> list[Row]:
    if changes.odd_text:
        rows = [
            _renamed(row, ODD_TEXTS[place]) if place < len(ODD_TEXTS) else row
            for place, row in enumerate(rows)
        ]
    return [*rows, *rows[:1]] if changes.duplicate_rows else rows


def _renamed(row: Row, text: str) -> Row:
    query = row["searchQueryData"]
    if not isinstance(query, dict):
        raise TypeError("a row's searchQueryData is a map")
    return {**row, "searchQueryData": {**query, "searchQuery": text}}
