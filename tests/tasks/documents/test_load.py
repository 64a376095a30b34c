"""Parsed files into a report's tables: once, whole, and never older over newer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from chalkola_spapi.periods import ReportPeriod, period_of
from chalkola_spapi.report_types import REPEAT_PURCHASE
from tasks.documents.brand_analytics_tables import REPEAT_PURCHASE as TABLE
from tasks.documents.copy_lines import ReportContext
from tasks.documents.document import RawDocument, write_report_files
from tasks.documents.errors import DocumentMismatchError, MalformedDocumentError
from tasks.documents.load import load_report
from tasks.documents.transaction import CopyFileError
from tasks.ledger.ledger import Ledger, Slice
from tasks.ledger.planner import Wanted, plan_reports

WEEK = period_of(ReportPeriod.WEEK, date(2026, 1, 25))
SLICE = Slice("NA", REPEAT_PURCHASE, "ATVPDKIKX0DER", WEEK)
OPTIONS = {"reportPeriod": "WEEK"}
MADE_AT = datetime(2026, 2, 3, tzinfo=UTC)
SPECIFICATION = {
    "reportType": REPEAT_PURCHASE,
    "reportOptions": OPTIONS,
    "dataStartTime": "2026-01-25",
    "dataEndTime": "2026-01-31",
    "marketplaceIds": ["ATVPDKIKX0DER"],
}


def row(asin="B000000001", orders: object = 3, **more):
    return {
        "startDate": "2026-01-25",
        "endDate": "2026-01-31",
        "asin": asin,
        "orders": orders,
    } | more


class Loads:
    """Plans, parses and loads reports of one slice."""

    def __init__(self, engine, folder):
        self.engine = engine
        self._folder = folder
        self._count = 0

    def parse(self, document):
        self._count += 1
        path = self._folder / f"raw{self._count}"
        text = document if isinstance(document, str) else json.dumps(document)
        path.write_text(text)
        context = ReportContext(
            account="NA",
            report_type=REPEAT_PURCHASE,
            marketplace_id=SLICE.marketplace_id,
            report_period="WEEK",
            period_start=WEEK.start,
            period_end=WEEK.end,
            options=OPTIONS,
            report_id=f"R{self._count}",
        )
        files = write_report_files(
            RawDocument(path, is_gzip=False, sha256=""),
            tables=(TABLE,),
            context=context,
            target=lambda table: self._folder / f"{path.name}.{table.name}.copy",
        )
        return context, files

    def load(self, *rows, made_at=MADE_AT):
        context, files = self.parse({"reportSpecification": SPECIFICATION, "dataByAsin": rows})
        return self.load_files(context, files, self.request(made_at), made_at)

    def request(self, made_at=MADE_AT):
        (request_id,) = plan_reports(self.engine, [Wanted(SLICE, options=OPTIONS)], refresh=True)
        self._execute(
            "UPDATE chalkola.report_requests SET state = 'done', report_created_at = :at,"
            " report_id = id WHERE id = :id",
            at=made_at,
            id=request_id,
        )
        return request_id

    def load_files(self, context, files, request_id, made_at=MADE_AT):
        result = load_report(
            self.engine,
            files,
            tables=(TABLE,),
            context=context,
            report_created_at=made_at,
            request_id=request_id,
        )
        Ledger(self.engine).finish_plans([request_id])
        return result

    def _execute(self, sql, **values):
        with self.engine.begin() as connection:
            connection.execute(sa.text(sql), values)

    def scalar(self, sql):
        with self.engine.connect() as connection:
            return connection.scalar(sa.text(sql))

    def stored(self):
        with self.engine.connect() as connection:
            rows = connection.execute(
                sa.text("SELECT * FROM chalkola.repeat_purchase ORDER BY asin")
            )
            return {r["asin"]: dict(r) for r in rows.mappings()}

    def places(self):
        with self.engine.connect() as connection:
            return connection.execute(
                sa.text("SELECT asin, ctid::TEXT, xmin::TEXT FROM chalkola.repeat_purchase")
            ).all()


@pytest.fixture
def loads(any_engine, tmp_path):
    return Loads(any_engine, tmp_path)


def test_numbers_are_exact_and_unknown_fields_are_kept(loads):
    share = "0.123456789012345678901"
    text = json.dumps({"dataByAsin": [row(repeatCustomersPctTotal=0, later={"x": 0})]})
    context, files = loads.parse(
        text.replace(": 0,", f": {share},").replace('"x": 0', f'"x": {share}')
    )
    loads.load_files(context, files, loads.request())
    assert loads.stored()["B000000001"]["repeat_customers_pct_total"] == Decimal(share)
    assert files["repeat_purchase"].extra_fields == ("later",)
    assert loads.scalar("SELECT extra #>> '{later,x}' FROM chalkola.repeat_purchase") == share


def test_a_report_is_loaded_once(loads):
    context, files = loads.parse({"dataByAsin": [row()]})
    request_id = loads.request()
    assert loads.load_files(context, files, request_id).status == "loaded"
    assert loads.load_files(context, files, request_id).status == "already_loaded"


def test_equal_rows_stay_where_they_are_and_others_change(loads):
    loads.load(row("B000000001"), row("B000000002"), row("B000000003"))
    before = loads.places()
    result = loads.load(row("B000000001"), row("B000000002", 9), made_at=MADE_AT + timedelta(1))
    assert (result.written, result.removed) == (1, 1)
    assert loads.places()[:1] == before[:1]
    assert {asin: r["orders"] for asin, r in loads.stored().items()} == {
        "B000000001": 3,
        "B000000002": 9,
    }


def test_an_older_report_changes_nothing(loads):
    loads.load(row(orders=5))
    result = loads.load(row(orders=1), made_at=MADE_AT - timedelta(1))
    assert result.status == "superseded"
    assert loads.stored()["B000000001"]["orders"] == 5


def test_a_report_without_rows_changes_nothing(loads):
    loads.load(row())
    assert loads.load(made_at=MADE_AT + timedelta(1)).status == "no_data"
    assert loads.stored()


def test_the_last_of_a_repeated_key_wins(loads):
    loads.load(row(orders=1), row(orders=2))
    assert loads.stored()["B000000001"]["orders"] == 2


def test_a_count_with_a_point_is_a_count(loads):
    loads.load(row(orders=3.0))
    assert loads.stored()["B000000001"]["orders"] == 3


@pytest.mark.parametrize("text", ["a\tb\\c\nd", "null", "\\N", "nul\x00l", "😀 „“"])
def test_odd_text_is_kept(loads, text):
    loads.load(row(later=text, repeatPurchaseRevenue={"amount": 1, "currencyCode": text}))
    stored = loads.stored()["B000000001"]
    assert stored["repeat_purchase_revenue_currency_code"] == text.replace("\x00", "")
    assert stored["extra"]["later"] == text.replace("\x00", "")


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"dataByAsin": [row(asin=None)]}, "without asin"),
        ({"dataByAsin": [row() | {"startDate": "2026-01-18"}]}, "startDate"),
        ({"dataByAsin": [row(repeatPurchaseRevenue=3)]}, "no object"),
        ({"dataByAsin": [row(orders=[1])]}, "more than one value"),
        ({"somethingElse": []}, "no dataByAsin"),
        ('{"dataByAsin": [{"asin": "B0', "damaged"),
    ],
)
def test_an_unknown_shape_is_an_error(loads, document, problem):
    with pytest.raises(MalformedDocumentError, match=problem):
        loads.parse(document)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reportType", "GET_OTHER"),
        ("dataStartTime", "2026-01-18"),
        ("marketplaceIds", ["A1F83G8C2ARO7P"]),
        ("reportOptions", {"reportPeriod": "MONTH"}),
    ],
)
def test_another_requests_document_is_refused_wherever_it_says_so(loads, name, value):
    said = SPECIFICATION | {name: value}
    for document in (
        {"reportSpecification": said, "dataByAsin": [row()]},
        {"dataByAsin": [row()], "reportSpecification": said},
    ):
        with pytest.raises(
            DocumentMismatchError, match=name if name != "reportOptions" else "MONTH"
        ):
            loads.parse(document)


def test_a_value_that_postgres_refuses_leaves_nothing(loads):
    with pytest.raises(MalformedDocumentError, match=r"refuses a value of \w+: .*many"):
        loads.load(row(), row("B000000002", "many"))
    assert not loads.stored()


def test_a_changed_file_is_not_loaded(loads):
    context, files = loads.parse({"dataByAsin": [row()]})
    changed = {"repeat_purchase": replace(files["repeat_purchase"], checksum="0")}
    with pytest.raises(CopyFileError, match="is not the file"):
        loads.load_files(context, changed, loads.request())
    assert not loads.stored()


MEMORY = """
import gzip, resource, sys
from datetime import date
from pathlib import Path
from tasks.documents.brand_analytics_tables import SEARCH_TERMS
from tasks.documents.copy_lines import ReportContext
from tasks.documents.document import RawDocument, write_report_files
folder = Path(sys.argv[1])
context = ReportContext(
    account="NA", report_type="T", marketplace_id="ATVPDKIKX0DER", report_period="WEEK",
    period_start=date(2026, 1, 25), period_end=date(2026, 1, 31), options={}, report_id="R")
def parse(count):
    with gzip.open(folder / "raw.gz", "wb", 1) as file:
        file.write(b'{"dataByDepartmentAndSearchTerm": [')
        for n in range(count):
            file.write(b'%b{"departmentName": "Amazon.com", "searchTerm": "term %d", '
                b'"searchFrequencyRank": %d, "clickedAsin": "B%09d", "clickShareRank": 1, '
                b'"clickShare": 0.25, "conversionShare": 0.125}' % (b"," if n else b"", n, n, n))
        file.write(b"]}")
    raw = RawDocument(folder / "raw.gz", is_gzip=True, sha256="")
    files = write_report_files(raw, tables=(SEARCH_TERMS,),
        context=context, target=lambda table: folder / "copy")
    return files["search_terms"].rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
small, large = parse(20_000), parse(200_000)
print(large[0], (large[1] - small[1]) // 1024)
"""


def test_memory_stays_flat_however_long_the_document(run_python, tmp_path):
    out, problem = run_python(MEMORY, tmp_path).communicate(timeout=60)
    rows, grown_mb = map(int, out.split())
    assert rows == 200_000, problem
    assert grown_mb < 16
