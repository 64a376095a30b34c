"""Scripted fates of reports: how one ends, how long it takes, what its document holds."""

import base64
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from chalkola_spapi.simulator.lwa import seller_id
from chalkola_spapi.simulator.report_specification import ReportSpecification
from chalkola_spapi.simulator.rules import Rule
from chalkola_spapi.simulator.verdicts import CLIENT_ERROR

Fate = Literal["usual", "FATAL", "CANCELLED", "IN_QUEUE", "IN_PROGRESS"]


class SqpChanges(BaseModel):
    """How an SQP document differs from the usual one.

    restate: all counts times this, as Amazon restates a period. null_medians: an ASIN's median
    is null where it had no clicks, cart adds or purchases (Amazon's schema forbids it, its
    documents may not). duplicate_rows: each ASIN's first row comes twice. odd_text: queries
    with quotes, tabs, backslashes, emoji and right-to-left marks. without_asins: no rows of these.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    restate: float = Field(default=1.0, ge=0)
    null_medians: bool = False
    duplicate_rows: bool = False
    odd_text: bool = False
    without_asins: frozenset[str] = frozenset()


class FlatChanges(BaseModel):
    """How a tab-delimited document differs from the usual one.

    extra_columns: columns more, with the text that stands in each of their rows.
    without_columns: columns less, by their names as served. header_only: no rows.
    duplicate_rows: the first row comes twice. odd_text: names with quotes, backslashes, tabs and
    what no charset but UTF-8 has. decimal_comma: prices as 12,99.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    extra_columns: dict[str, str] = Field(default_factory=dict)
    without_columns: frozenset[str] = frozenset()
    header_only: bool = False
    duplicate_rows: bool = False
    odd_text: bool = False
    decimal_comma: bool = False


class ReportScript(Rule):
    """The fate of the reports that it meets at createReport, by type, marketplace and ASIN.

    fate: "usual" (times and document may still differ), an ending, or IN_QUEUE and IN_PROGRESS
    for a report that never gets further. The document is `document` (text) or `document_base64`.
    `sqp` and `flat` change the usual one; `search_terms` is how many rows a Search Terms report
    has, of about 200 bytes each.
    """

    report_type: str | None = None
    asin: str | None = None
    fate: Fate = "usual"
    fatal_text: str = CLIENT_ERROR
    fatal_document: bool = True
    queue_s: float | None = Field(default=None, ge=0)
    processing_s: float | None = Field(default=None, ge=0)
    document: str | None = None
    document_base64: str | None = None
    content_type: str | None = None
    is_gzip: bool = True
    sqp: SqpChanges = SqpChanges()
    flat: FlatChanges = FlatChanges()
    search_terms: int | None = Field(default=None, ge=0)

    def content(self) -> bytes | None:
        """The scripted document, before compression."""
        if self.document_base64 is not None:
            return base64.b64decode(self.document_base64, validate=True)
        return None if self.document is None else self.document.encode()

    def meets(self, account: str, specification: ReportSpecification) -> bool:
        options = specification.options
        asins = f"{options.get('asin', '')} {options.get('asins', '')}".split()
        return (
            (self.account is None or account in {self.account, seller_id(self.account)})
            and self.report_type in {None, specification.report_type}
            and (self.marketplace is None or self.marketplace in specification.marketplace_ids)
            and (self.asin is None or self.asin in asins)
        )


USUAL = ReportScript()
