"""How many reports 300 ASINs of one marketplace take: the planner, on a real ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks.database import engine_of
from benchmarks.documents import US
from benchmarks.figures import Figure
from chalkola_spapi.periods import ReportPeriod, period_of
from chalkola_spapi.report_types import SQP
from tasks.ledger.ledger import Slice
from tasks.ledger.planner import Wanted, plan_reports

ASINS = 300
GUIDES_BATCH = 15


def measure(scratch: Path) -> Iterator[Figure]:
    """The floor is 17: 200 characters hold 18 ASINs."""
    period = period_of(ReportPeriod.WEEK, date(2026, 1, 25))
    asins = tuple(f"B0CHALK{number:03d}" for number in range(ASINS))
    with engine_of(scratch) as engine:
        wanted = [Wanted(Slice("NA", SQP, US, period), asins)]
        ids = plan_reports(engine, wanted, refresh=False)
        again = plan_reports(engine, wanted, refresh=False)
    yield Figure("reports for 300 ASINs", len(ids), target=17)
    yield Figure("reports more when planned again", len(set(again) - set(ids)), target=0)
    yield Figure("  the guide's batches of 15", -(-ASINS // GUIDES_BATCH))
