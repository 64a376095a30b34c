"""Every report type that is loaded: which tables it fills, and what reads its documents.

A type that is not here is kept raw. The rules of the types stand in chalkola_spapi/report_rules.py,
their quotas in tasks/ledger/quotas.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from chalkola_spapi.marketplaces import Region, find_marketplace
from chalkola_spapi.report_types import (
    MARKET_BASKET,
    MERCHANT_LISTINGS_ALL,
    MYI_UNSUPPRESSED_INVENTORY,
    REPEAT_PURCHASE,
    RESTOCK_RECOMMENDATIONS,
    SALES_AND_TRAFFIC,
    SEARCH_CATALOG_PERFORMANCE,
    SEARCH_TERMS,
    SQP,
)
from tasks.database.driver import driver_cursor
from tasks.database.errors import answering
from tasks.documents import (
    brand_analytics_tables,
    flat_tables,
    sales_and_traffic_tables,
)
from tasks.documents.copy_lines import ReportContext
from tasks.documents.document import RawDocument, read_specification, write_report_files
from tasks.documents.errors import DocumentMismatchError
from tasks.documents.load import AfterLoad, load_report
from tasks.documents.parsed_files import ParsedDocument
from tasks.documents.table import ReportTable
from tasks.documents.transaction import Loading, LoadResult
from tasks.ledger.ledger import ReportRequest
from tasks.sqp.context import SqpContext
from tasks.sqp.document import read_report_specification, write_copy_file
from tasks.sqp.load import load_sqp
from tasks.stock.levels import levels_from_myi_report

SQP_TABLE = "sqp_data"

#: Report type -> its tables; the first is the largest, and is streamed.
TABLES: dict[str, tuple[ReportTable, ...]] = {
    MARKET_BASKET: (brand_analytics_tables.MARKET_BASKET,),
    REPEAT_PURCHASE: (brand_analytics_tables.REPEAT_PURCHASE,),
    SEARCH_CATALOG_PERFORMANCE: (brand_analytics_tables.SEARCH_CATALOG_PERFORMANCE,),
    SEARCH_TERMS: (brand_analytics_tables.SEARCH_TERMS,),
    SALES_AND_TRAFFIC: (sales_and_traffic_tables.BY_ASIN, sales_and_traffic_tables.BY_DATE),
    MYI_UNSUPPRESSED_INVENTORY: (flat_tables.MYI_INVENTORY,),
    RESTOCK_RECOMMENDATIONS: (flat_tables.RESTOCK,),
    MERCHANT_LISTINGS_ALL: (flat_tables.LISTINGS,),
}


@dataclass(frozen=True)
class ParsedReport:
    """A parsed document: a COPY-ready file for each table, none for a type that is kept raw."""

    document_sha256: str
    is_empty: bool
    tables: dict[str, ParsedDocument]

    @property
    def extra_fields(self) -> list[str]:
        """Fields of the document that no column holds."""
        return sorted({name for one in self.tables.values() for name in one.extra_fields})

    @property
    def paths(self) -> list[Path]:
        return [one.path for one in self.tables.values()]

    def to_dict(self) -> dict[str, Any]:
        """As JSON can keep it."""
        tables = {name: one.to_dict() for name, one in self.tables.items()}
        return {
            "document_sha256": self.document_sha256,
            "is_empty": self.is_empty,
            "tables": tables,
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> ParsedReport:
        """What to_dict gave."""
        tables = {name: ParsedDocument.from_dict(one) for name, one in fields["tables"].items()}
        return cls(fields["document_sha256"], fields["is_empty"], tables)


def parse_report(request: ReportRequest, raw: RawDocument, *, folder: Path) -> ParsedReport:
    """Write a raw document's rows as COPY-ready files into a folder.

    Raises:
        MalformedDocumentError: broken bytes, or a shape that we do not know.
        DocumentMismatchError: the document answers another request.
    """
    return ParsedReport(
        document_sha256=raw.sha256,
        is_empty=raw.path.stat().st_size == 0,
        tables=_parse(request, raw, folder),
    )


def _parse(request: ReportRequest, raw: RawDocument, folder: Path) -> dict[str, ParsedDocument]:
    name = f"{request.account}-{request.report_id}"
    if request.report_type == SQP:
        target, context = folder / f"{name}.copy", sqp_context(request)
        parsed = write_copy_file(raw.path, is_gzip=raw.is_gzip, target=target, context=context)
        return {SQP_TABLE: parsed}
    tables = TABLES.get(request.report_type)
    if tables is None:
        return {}
    return write_report_files(
        raw,
        tables=tables,
        context=report_context(request),
        target=lambda table: folder / f"{name}.{table.name}.copy",
    )


def load_parsed(engine: sa.Engine, request: ReportRequest, parsed: ParsedReport) -> LoadResult:
    """Load the rows and move the ledger in one transaction; loading again changes nothing.

    Raises:
        CopyFileError: parse again.
        MalformedDocumentError: PostgreSQL refuses a value.
        DatabaseUnreachableError: nothing was changed; may be tried again.
    """
    created_at = request.report_created_at or request.created_at
    if request.report_type == SQP:
        return load_sqp(
            engine,
            parsed.tables[SQP_TABLE],
            context=sqp_context(request),
            report_created_at=created_at,
            request_id=request.id,
            document_sha256=parsed.document_sha256,
        )
    tables = TABLES.get(request.report_type)
    if tables is None:
        return _note_kept(engine, request, parsed)
    return load_report(
        engine,
        parsed.tables,
        tables=tables,
        context=report_context(request),
        report_created_at=created_at,
        request_id=request.id,
        document_sha256=parsed.document_sha256,
        after=_after(request),
    )


def _after(request: ReportRequest) -> AfterLoad | None:
    """In North America stock comes from the API, elsewhere from this report."""
    is_myi = request.report_type == MYI_UNSUPPRESSED_INVENTORY
    region = find_marketplace(request.marketplace_id).region
    return levels_from_myi_report if is_myi and region is not Region.NA else None


def _note_kept(engine: sa.Engine, request: ReportRequest, parsed: ParsedReport) -> LoadResult:
    """A type without a table: its raw file is all that is kept."""
    with answering(engine), engine.begin() as connection, driver_cursor(connection) as cursor:
        loading = Loading(cursor, request.id)
        before = loading.begin(f"kept:{request.slice.name}")
        if before is not None:
            return before
        result = LoadResult("no_data" if parsed.is_empty else "loaded", 0)
        return loading.note(result, document=parsed.document_sha256, extra_fields=())


def is_answer(request: ReportRequest, raw: RawDocument) -> bool | None:
    """Whether a document is the one that was asked for; None if it does not say."""
    if request.report_type == SQP:
        asins = read_report_specification(raw.path, is_gzip=raw.is_gzip)
        return None if asins is None else set(asins) == set(request.asins)
    tables = TABLES.get(request.report_type, ())
    source = tables[0].source if tables else None
    if source is None:
        return None
    specification = read_specification(raw, array=source)
    if not specification:
        return None
    try:
        report_context(request).check(specification)
    except DocumentMismatchError:
        return False
    return True


def sqp_context(request: ReportRequest) -> SqpContext:
    """What the rows of an SQP document have in common."""
    return SqpContext(
        account=request.account,
        marketplace_id=request.marketplace_id,
        report_period=request.report_period,
        period_start=request.period_start,
        period_end=request.period_end,
        report_id=request.report_id or "",
        asins=request.asins,
    )


def report_context(request: ReportRequest) -> ReportContext:
    """What the rows of another document have in common."""
    return ReportContext(
        account=request.account,
        report_type=request.report_type,
        marketplace_id=request.marketplace_id,
        report_period=request.report_period,
        period_start=request.period_start,
        period_end=request.period_end,
        options=request.report_options,
        report_id=request.report_id or "",
    )
