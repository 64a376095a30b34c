"""Rows of views in files: typed, whole or not at all."""

from __future__ import annotations

import csv
import re
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest

from tasks.errors import InputError
from tasks.read_model import sheet
from tasks.read_model.exports import export, format_of
from tasks.read_model.sheet import number_format, write_sheet
from tasks.read_model.views import Filter, grains, select, view_names

DOCS = Path(__file__).parents[3] / "docs" / "read-model.md"
PENS = "B0PENS0001"
W1, W2 = date(2026, 2, 1), date(2026, 1, 25)
ODD = '=HYPERLINK("http://x"), "00123"\nnext line'


@pytest.fixture(scope="module")
def world(make_world):
    world = make_world()
    world.sqp(W1, PENS, ODD, own=(1000, 50, 5, 1), price=None)
    world.sqp(W1, PENS, "", own=(None, None, None, None))
    world.sqp(W2, PENS, "older")
    return world


@pytest.fixture
def exported(world, tmp_path):
    def exported(file_format: str, *filters: Filter, view: str = "sqp_funnel") -> Path:
        target = tmp_path / f"rows.{file_format}"
        selection = select(world.engine, view, filters)
        written = export(world.engine, selection, target, file_format=file_format)
        assert (written.size_bytes, list(tmp_path.iterdir())) == (target.stat().st_size, [target])
        exported.rows = written.rows
        return target

    return exported


NEWEST = Filter("start", "period_start", "=", W1)


def test_csv_is_as_postgresql_writes_it(exported):
    path = exported("csv", NEWEST)
    rows = list(csv.DictReader(StringIO(path.read_bytes().decode(), newline="")))
    assert exported.rows == 2
    [odd] = [row for row in rows if row["search_query"] == ODD]
    assert (odd["impression_share"], odd["asin_price"], odd["is_small_count"]) == (
        "0.100000",
        "",
        "f",
    )


def test_parquet_keeps_types_nulls_and_empty_texts(exported):
    path = exported("parquet", NEWEST)
    relation = duckdb.from_parquet(str(path))
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    assert [types[name] for name in ("period_start", "asin_clicks", "impression_share")] == [
        "DATE",
        "BIGINT",
        "DECIMAL(38,9)",
    ]
    assert (types["search_query"], types["is_small_count"]) == ("VARCHAR", "BOOLEAN")
    columns = "search_query, period_start, asin_clicks, impression_share, is_small_count"
    assert sorted(relation.project(columns).fetchall()) == [
        ("", W1, None, None, True),
        (ODD, W1, 50, Decimal("0.1"), False),
    ]


def test_a_sheet_has_types_formats_and_a_frozen_header_and_no_formula(exported):
    path = exported("xlsx", NEWEST)
    with ZipFile(path) as book:
        xml = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
        assert "sqp_funnel" in book.read("xl/workbook.xml").decode()
    assert 'state="frozen"' in xml
    assert "<autoFilter" in xml
    assert "<f>" not in xml
    # February 1st as a spreadsheet counts days, in the format of its column.
    assert re.search(r'<c r="D2" s="[1-9]"><v>46054</v>', xml)
    for shown in ("yyyy-mm-dd", "#,##0.00##"):
        assert shown in styles
    assert exported.rows == 2


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("click_share", "number", "0.00%"),
        ("asin_clicks_per_impression", "number", "0.00%"),
        ("cost_per_unit", "number", "#,##0.00##"),
        ("asin_clicks", "integer", "#,##0"),
        ("period_start", "date", "yyyy-mm-dd"),
        ("search_query", "text", "General"),
    ],
)
def test_numbers_are_shown_as_what_they_are(name, kind, shown):
    assert number_format(name, kind) == shown


def test_times_are_shown_in_utc():
    at = datetime.fromisoformat("2026-02-01T08:30:00-08:00")
    file = BytesIO()
    write_sheet(file, "t", columns={"at": "time"}, rows=[(at,)])
    with ZipFile(file) as book:
        xml = book.read("xl/worksheets/sheet1.xml").decode()
    # Days since December 30th, 1899: 16:30 in UTC.
    assert "<v>46054.6875</v>" in xml


def test_more_rows_than_a_sheet_takes_are_refused_and_the_old_file_stays(world, tmp_path):
    target = tmp_path / "rows.xlsx"
    target.write_text("old")
    funnel = select(world.engine, "sqp_funnel", [])
    with pytest.raises(InputError, match="a sheet takes 2 rows and sqp_funnel has more: narrow"):
        export(world.engine, funnel, target, file_format="xlsx", most_rows=2)
    assert target.read_text() == "old"
    assert sheet.MOST_ROWS == 2**20 - 1


def test_filters_narrow_and_a_view_without_their_column_refuses_them(world, exported):
    exported(
        "csv", Filter("from", "period_start", ">=", W2), Filter("to", "period_start", "<=", W2)
    )
    assert exported.rows == 1
    exported("csv", Filter("marketplace", "marketplace_id", "IN", ["A1F83G8C2ARO7P"]))
    assert exported.rows == 0
    with pytest.raises(InputError, match=r"^asin: sqp_brand has no column asin$"):
        select(world.engine, "sqp_brand", [Filter("asin", "asin", "=", PENS)])
    with pytest.raises(InputError, match=r"^view: 'sqp' is none of freshness, .*, sqp_funnel, "):
        select(world.engine, "sqp", [])


@pytest.mark.parametrize("view", view_names())
def test_every_view_is_documented_and_can_be_exported(world, exported, view):
    exported("csv", view=view)
    assert grains(world.engine)[view].startswith("Grain: ")
    assert f"`{view}`" in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("output", "given", "expected"),
    [("a.CSV", None, "csv"), (None, "parquet", "parquet"), ("a.data", "xlsx", "xlsx")],
)
def test_the_format_is_given_or_said_by_the_name(output, given, expected):
    assert format_of(Path(output) if output else None, given) == expected


@pytest.mark.parametrize(
    ("output", "given", "message"),
    [
        ("a.txt", None, "output: the ending of 'a.txt' is none of xlsx, csv, parquet"),
        (None, None, "format: none is given and no output that says one: xlsx, csv, parquet"),
        ("a.csv", "pdf", "format: 'pdf' is none of xlsx, csv, parquet"),
        ("a.csv", "xlsx", "format: xlsx does not fit the output 'a.csv'"),
    ],
)
def test_a_format_that_cannot_be_is_refused(output, given, message):
    with pytest.raises(InputError, match=f"^{message}$"):
        format_of(Path(output) if output else None, given)


def test_a_folder_that_is_not_there_is_named(world, tmp_path):
    selection = select(world.engine, "sqp_brand", [])
    with pytest.raises(InputError, match=r"^output: '.*/no/rows.csv' is not a file in a folder"):
        export(world.engine, selection, tmp_path / "no" / "rows.csv", file_format="csv")
