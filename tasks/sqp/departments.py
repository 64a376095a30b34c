"""The shape of the guide: departments that hold ASINs that hold search queries with flat names.

Amazon's model has no such document; its Search Terms report has departments. It is read whole, so
it has a limit. A department's name is kept as an unknown field: the tables know no departments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import Raw, Struct

from tasks.documents.errors import broken, unknown_shape
from tasks.sqp.extra import encode_extra
from tasks.sqp.rows import (
    NULL,
    CartAddData,
    ClickData,
    ImpressionData,
    PurchaseData,
    Row,
    SearchQueryData,
    known_fields,
)

DEPARTMENTS = re.compile(rb'"dataByDepartment"\s*:')
LARGEST_BYTES = 1 << 28
GROUPS: dict[str, type[Struct]] = {
    "searchQueryData": SearchQueryData,
    "impressionData": ImpressionData,
    "clickData": ClickData,
    "cartAddData": CartAddData,
    "purchaseData": PurchaseData,
}


class _Asin(Struct, rename={"queries": "dataBySearchQuery"}):
    asin: str
    queries: list[dict[str, Raw]]


class _Department(Struct, rename="camel"):
    data_by_asin: list[_Asin]
    department_name: Raw = NULL


class _Document(Struct, rename="camel"):
    data_by_department: list[_Department]
    report_specification: dict[str, object] = msgspec.field(default_factory=dict)


class DepartmentDocument:
    """One document of this shape; a bare list of departments is one, too."""

    def __init__(self, head: bytearray, blocks: Iterator[bytes]) -> None:
        self.extra_fields: set[str] = set()
        document = _read(bytes(_whole(head, blocks)))
        self.specification = document.report_specification
        self._departments = document.data_by_department

    def rows(self, start_date: str, end_date: str) -> Iterator[tuple[Row, bytes | None]]:
        """Each row, with its unknown fields; this shape has no dates of its own.

        Raises:
            MalformedDocumentError: a query lacks its key, or a field is not what we know.
        """
        for department in self._departments:
            for asin in department.data_by_asin:
                for query in asin.queries:
                    if bytes(department.department_name) != b"null":
                        query.setdefault("departmentName", department.department_name)
                    yield self._row(asin.asin, query, start_date, end_date)

    def _row(
        self, asin: str, query: dict[str, Raw], start_date: str, end_date: str
    ) -> tuple[Row, bytes | None]:
        grouped = {
            group: {name: query.pop(name) for name in known_fields(shape) if name in query}
            for group, shape in GROUPS.items()
        }
        dates = {"startDate": start_date, "endDate": end_date, "asin": asin}
        try:
            row = msgspec.json.decode(msgspec.json.encode(dates | grouped), type=Row)
        except msgspec.ValidationError as exc:
            raise unknown_shape(str(exc)) from exc
        self.extra_fields |= query.keys()
        return row, encode_extra(query) if query else None


def _whole(head: bytearray, blocks: Iterator[bytes]) -> bytearray:
    for block in blocks:
        head += block
        if len(head) > LARGEST_BYTES:
            raise unknown_shape(f"dataByDepartment with more than {LARGEST_BYTES} bytes")
    return head


def _read(text: bytes) -> _Document:
    try:
        if text.lstrip().startswith(b"["):
            return _Document(msgspec.json.decode(text, type=list[_Department]))
        return msgspec.json.decode(text, type=_Document)
    except msgspec.ValidationError as exc:
        raise unknown_shape(str(exc)) from exc
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise broken(str(exc)) from exc
