"""What an SQP report was asked for, and whether a document is the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chalkola_spapi.report_types import SQP
from tasks.documents.specification import check_specification


@dataclass(frozen=True)
class SqpContext:
    """What was asked for: one report of one marketplace and period; period_end is included."""

    account: str
    marketplace_id: str
    report_period: str
    period_start: date
    period_end: date
    report_id: str
    asins: tuple[str, ...]

    def check(self, said: Mapping[str, object]) -> None:
        """Compare what the document says it is with what was asked for.

        Raises:
            DocumentMismatchError: it answers another request.
        """
        check_specification(
            said,
            report_type=SQP,
            marketplace_id=self.marketplace_id,
            start=self.period_start,
            end=self.period_end,
            options={"reportPeriod": self.report_period, "asin": " ".join(self.asins)},
        )
