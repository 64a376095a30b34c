"""A Search Query Performance document to a text file that COPY reads, in flat memory.

https://github.com/amzn/selling-partner-api-models/blob/main/schemas/reports/sellingPartnerSearchQueryPerformanceReport.json
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import msgspec

from chalkola_spapi.appearing import appearing
from chalkola_spapi.documents import open_document
from chalkola_spapi.errors import DocumentError
from tasks.documents.errors import (
    DocumentMismatchError,
    MalformedDocumentError,
    broken,
    unknown_shape,
)
from tasks.documents.json_stream import JsonArray, array_named, read_head
from tasks.documents.parsed_files import ParsedDocument
from tasks.documents.specification import SPECIFICATION, as_object
from tasks.sqp.context import SqpContext
from tasks.sqp.departments import DEPARTMENTS, DepartmentDocument
from tasks.sqp.extra import RowDecoder
from tasks.sqp.lines import COPY_COLUMNS, Rows, SqpLines

__all__ = [
    "COPY_COLUMNS",
    "DocumentMismatchError",
    "MalformedDocumentError",
    "ParsedDocument",
    "SqpContext",
    "read_report_specification",
    "write_copy_file",
]

ARRAY = "dataByAsin"
_ARRAY_BEGINS = array_named(ARRAY)

logger = logging.getLogger(__name__)

_decode_raw = msgspec.json.Decoder(list[msgspec.Raw]).decode


class _Source(Protocol):
    """A document of either shape, whose specification may come after its rows."""

    def batches(self) -> Iterator[Rows]: ...

    @property
    def specification(self) -> dict[str, object]: ...

    @property
    def extra_fields(self) -> set[str]: ...


def write_copy_file(
    raw: Path, *, is_gzip: bool, target: Path, context: SqpContext
) -> ParsedDocument:
    """Write the rows of a raw document to `target`, which appears only when it is whole.

    Raises:
        MalformedDocumentError: the document is damaged, of an unknown shape, or of other dates.
        DocumentMismatchError: it answers another request.
    """
    with _damage_is_malformed(), appearing(target) as output:
        source = _open(open_document(raw, is_gzip=is_gzip), context)
        lines = SqpLines(context, output)
        before_rows = source.specification
        context.check(before_rows)
        for batch in source.batches():
            lines.add(batch)
        lines.finish()
        if source.specification != before_rows:
            context.check(source.specification)
        _check_others(lines.others, source.specification)
    return ParsedDocument(
        path=target,
        checksum=lines.checksum,
        content_checksum=lines.content_checksum,
        rows_by_asin=lines.rows_by_asin,
        rows=lines.rows,
        extra_fields=tuple(sorted(source.extra_fields)),
        specification=source.specification,
    )


def read_report_specification(raw: Path, *, is_gzip: bool) -> list[str] | None:
    """The ASINs that a document says it was asked for; None when it does not say.

    Raises:
        MalformedDocumentError: the document is damaged, or of an unknown shape.
    """
    with _damage_is_malformed():
        blocks = open_document(raw, is_gzip=is_gzip)
        head = read_head(blocks, _ARRAY_BEGINS, DEPARTMENTS)
        if _has_departments(head):
            specification = DepartmentDocument(head, blocks).specification
        else:
            document = JsonArray(head, blocks, ARRAY)
            if SPECIFICATION not in document.fields:
                for _ in document.elements(_decode_raw):
                    pass
            specification = as_object(document.fields.get(SPECIFICATION))
    asins = as_object(specification.get("reportOptions")).get("asin")
    return asins.split() if isinstance(asins, str) else None


class _FlatSource:
    """Amazon's own shape."""

    def __init__(self, document: JsonArray) -> None:
        self._document = document
        self._decode = RowDecoder()

    def batches(self) -> Iterator[Rows]:
        return self._document.elements(self._decode)

    @property
    def specification(self) -> dict[str, object]:
        return as_object(self._document.fields.get(SPECIFICATION))

    @property
    def extra_fields(self) -> set[str]:
        return self._decode.extra_fields | (self._document.fields.keys() - {SPECIFICATION})


class _DepartmentSource:
    """The guide's shape."""

    def __init__(self, document: DepartmentDocument, context: SqpContext) -> None:
        self._document = document
        self._dates = (context.period_start.isoformat(), context.period_end.isoformat())

    def batches(self) -> Iterator[Rows]:
        yield self._document.rows(*self._dates)

    @property
    def specification(self) -> dict[str, object]:
        return self._document.specification

    @property
    def extra_fields(self) -> set[str]:
        return self._document.extra_fields


def _check_others(asins: set[str], specification: dict[str, object]) -> None:
    """Rows of ASINs that nobody asked for are Amazon's to send, if it is our report."""
    if not asins:
        return
    if as_object(specification.get("reportOptions")).get("asin") is None:
        raise DocumentMismatchError(
            f"The document holds {min(asins)}, which was not asked for", specification={}
        )
    logger.warning("kept rows of ASINs that were not asked for: %s", ", ".join(sorted(asins)))


def _open(blocks: Iterator[bytes], context: SqpContext) -> _Source:
    head = read_head(blocks, _ARRAY_BEGINS, DEPARTMENTS)
    if _has_departments(head):
        return _DepartmentSource(DepartmentDocument(head, blocks), context)
    if _ARRAY_BEGINS.search(head) is None:
        _refuse(bytes(head))
    return _FlatSource(JsonArray(head, blocks, ARRAY))


def _has_departments(head: bytearray) -> bool:
    if DEPARTMENTS.search(head) is not None:
        return True
    # A bare list of departments: Amazon's own shape is an object.
    return head.lstrip()[:1] == b"[" and _ARRAY_BEGINS.search(head) is not None


def _refuse(head: bytes) -> None:
    """Tell a document without dataByAsin from one that is damaged."""
    document = msgspec.json.decode(head)
    keys = ", ".join(sorted(document)[:5]) if isinstance(document, dict) else "no object"
    raise unknown_shape(f"no dataByAsin, but {keys or 'nothing'}")


@contextmanager
def _damage_is_malformed() -> Iterator[None]:
    try:
        yield
    except (msgspec.DecodeError, UnicodeDecodeError, DocumentError) as exc:
        raise broken(str(exc)) from exc
