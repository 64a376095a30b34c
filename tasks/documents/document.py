"""A report's document to text files that COPY reads, one for each table, in flat memory."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import msgspec

from chalkola_spapi.appearing import appearing
from chalkola_spapi.documents import open_document
from chalkola_spapi.errors import DocumentError
from chalkola_spapi.marketplaces import find_marketplace
from tasks.documents.copy_lines import CopyLines, ReportContext
from tasks.documents.errors import broken, unknown_shape
from tasks.documents.flat_file import FlatFile
from tasks.documents.json_stream import JsonArray, Number, array_named, read_head
from tasks.documents.parsed_files import ParsedDocument, write_lines
from tasks.documents.specification import SPECIFICATION, as_object
from tasks.documents.table import ReportTable

logger = logging.getLogger(__name__)

_decode_rows = msgspec.json.Decoder(list[dict[str, object]], float_hook=Number).decode
_decode_raw = msgspec.json.Decoder(list[msgspec.Raw]).decode
Rows = list[dict[str, object]]


@dataclass(frozen=True)
class RawDocument:
    """A document as Amazon sent it."""

    path: Path
    is_gzip: bool
    sha256: str
    charset: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON can keep it."""
        return asdict(self) | {"path": str(self.path)}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> RawDocument:
        """What to_dict gave."""
        return cls(**{**fields, "path": Path(fields["path"])})


class _Source(Protocol):
    """The rows of a document's largest table, and then the small ones of the others."""

    def batches(self) -> Iterator[Rows]: ...

    def beside(self, table: ReportTable) -> Rows: ...

    def check(self) -> None: ...

    @property
    def extra_fields(self) -> Iterable[str]: ...


def write_report_files(
    raw: RawDocument,
    *,
    tables: tuple[ReportTable, ...],
    context: ReportContext,
    target: Callable[[ReportTable], Path],
) -> dict[str, ParsedDocument]:
    """Write the rows of a raw document; gives a parsed file for each table, by the table's name.

    The first table is the largest: it is streamed, the others are small. `target` names the files,
    which appear only when the whole document has been read.

    Raises:
        MalformedDocumentError: the document is damaged, of an unknown shape, or of other dates.
        DocumentMismatchError: it answers another request.
    """
    writers = {table.name: CopyLines(table, context) for table in tables}
    written: dict[str, tuple[str, int]] = {}
    try:
        with ExitStack() as files:
            source = _open(raw, tables, context)
            source.check()
            for table in tables:
                output = files.enter_context(appearing(target(table)))
                batches = source.batches() if table is tables[0] else [source.beside(table)]
                written[table.name] = write_lines(output, _lines(writers[table.name], batches))
            # It may stand behind the rows.
            source.check()
    except (msgspec.DecodeError, UnicodeDecodeError, DocumentError) as exc:
        raise broken(str(exc)) from exc
    return {
        table.name: ParsedDocument(
            path=target(table),
            checksum=written[table.name][0],
            rows=written[table.name][1],
            extra_fields=tuple(sorted({*writers[table.name].extra_fields, *source.extra_fields})),
            specification={},
        )
        for table in tables
    }


def _lines(writer: CopyLines, batches: Iterable[Rows]) -> Iterator[list[str]]:
    return ([writer.line(row) for row in batch] for batch in batches)


def _open(raw: RawDocument, tables: tuple[ReportTable, ...], context: ReportContext) -> _Source:
    source = tables[0].source
    if source is None:
        return _FlatSource(raw, tables[0], context)
    return _JsonSource(raw, source, context)


def read_specification(raw: RawDocument, *, array: str) -> dict[str, object]:
    """What a JSON document says it was asked for; empty when it does not say.

    Raises:
        MalformedDocumentError: the document is damaged, or of an unknown shape.
    """
    try:
        blocks = open_document(raw.path, is_gzip=raw.is_gzip)
        document = JsonArray(read_head(blocks, array_named(array)), blocks, array)
        if SPECIFICATION not in document.fields:
            for _ in document.elements(_decode_raw):
                pass
        return as_object(document.fields.get(SPECIFICATION))
    except (msgspec.DecodeError, UnicodeDecodeError, DocumentError) as exc:
        raise broken(str(exc)) from exc


class _JsonSource:
    """A document with an array of rows, and smaller arrays beside it."""

    def __init__(self, raw: RawDocument, array: str, context: ReportContext) -> None:
        blocks = open_document(raw.path, is_gzip=raw.is_gzip)
        self._document = JsonArray(read_head(blocks, array_named(array)), blocks, array)
        self._context = context
        self._beside: set[str] = set()

    def batches(self) -> Iterator[Rows]:
        return self._document.elements(_decode_rows)

    def beside(self, table: ReportTable) -> Rows:
        found = self._document.fields.get(table.source or "", [])
        self._beside.add(table.source or "")
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise unknown_shape(f"{table.source} is no list of rows")
        return found

    def check(self) -> None:
        specification = as_object(self._document.fields.get(SPECIFICATION))
        self._context.check(specification)

    @property
    def extra_fields(self) -> set[str]:
        return self._document.fields.keys() - self._beside - {SPECIFICATION}


class _FlatSource:
    """A tab-delimited document: one table."""

    def __init__(self, raw: RawDocument, table: ReportTable, context: ReportContext) -> None:
        is_japan = find_marketplace(context.marketplace_id).code == "JP"
        self._file = FlatFile(
            raw.path,
            is_gzip=raw.is_gzip,
            charset=raw.charset,
            fallback="cp932" if is_japan else "cp1252",
            table=table,
        )

    def batches(self) -> Iterator[Rows]:
        yield from self._file.batches()
        if self._file.unreadable:
            logger.warning("%d characters mean nothing in the charset", self._file.unreadable)

    def beside(self, table: ReportTable) -> Rows:
        raise unknown_shape(f"a flat file has no second table {table.name}")

    def check(self) -> None:
        """Flat files do not say what they answer."""

    @property
    def extra_fields(self) -> tuple[str, ...]:
        return ()
