"""Tab-delimited text in Amazon's charsets to rows."""

from __future__ import annotations

import gzip

import pytest

from tasks.documents.errors import MalformedDocumentError
from tasks.documents.flat_file import FlatFile
from tasks.documents.table import Column, ReportTable

TABLE = ReportTable(
    name="t",
    scope=("account", "marketplace_id"),
    columns=(
        Column("sku", ("Merchant SKU",), is_key=True, aliases=("出品者SKU",)),
        Column("title", ("title",)),
        Column("units", ("units",), "count"),
        Column("price", ("price",), "number"),
        Column("paid", ("paid",), "money"),
    ),
)


@pytest.fixture
def read(tmp_path):
    def run(content, *, charset=None, fallback="cp1252", is_gzip=False):
        path = tmp_path / "document"
        path.write_bytes(gzip.compress(content) if is_gzip else content)
        file = FlatFile(path, is_gzip=is_gzip, charset=charset, fallback=fallback, table=TABLE)
        rows = [row for batch in file.batches() for row in batch]
        run.unreadable = file.unreadable
        return rows

    return run


def test_headers_are_matched_whatever_their_case_and_dashes(read):
    rows = read(b"MERCHANT-SKU\tTitle\tunits\r\nA\tx\t1\r\n")
    assert rows == [{"Merchant SKU": "A", "title": "x", "units": "1"}]


def test_a_header_of_another_language_is_known(read):
    text = "出品者SKU\ttitle\nA\t①～髙\n".encode("cp932")  # noqa: RUF001 -- cp932's own
    assert read(text, charset="windows-31j") == [{"Merchant SKU": "A", "title": "①～髙"}]  # noqa: RUF001


@pytest.mark.parametrize("sku", ["00123", "NA", "null", "nan", '"A', "1e5", " A"])
def test_skus_stay_what_they_are(read, sku):
    assert read(f"Merchant SKU\n{sku}\n".encode()) == [{"Merchant SKU": sku}]


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("12.5", "12.5"),
        ("12,50", "12.50"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234,5", "1234.5"),
        ("", None),
        (" ", None),
    ],
)
def test_numbers_are_read_in_every_form(read, given, number):
    rows = read(f"Merchant SKU\tprice\nA\t{given}\n".encode())
    assert rows[0]["price"] == number


@pytest.mark.parametrize(
    ("given", "amount"),
    [("1,980", "1980"), ("£1,234.50", "1234.50"), ("12,99 €", "12.99"), ("0,125", "0.125")],
)
def test_money_may_have_thousands_and_its_sign(read, given, amount):
    assert read(f"Merchant SKU\tpaid\nA\t{given}\n".encode())[0]["paid"] == amount


@pytest.mark.parametrize(
    ("given", "count"),
    [("1,234", "1234"), ("1.234", "1234"), ("7", "7"), ("0.000", "0.000"), ("N/A", None)],
)
def test_counts_may_have_thousands(read, given, count):
    assert read(f"Merchant SKU\tunits\nA\t{given}\n".encode())[0]["units"] == count


def test_the_named_charset_wins_over_a_guess(read):
    text = "Merchant SKU\ttitle\nA\tWeiß €\n"
    assert read(text.encode("cp1252"), charset="Cp1252")[0]["title"] == "Weiß €"
    assert read(text.encode("utf-8-sig"), charset="UTF-8")[0]["title"] == "Weiß €"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_wins_over_the_named_charset(read, codec):
    text = "Merchant SKU\ttitle\nA\tWeiß\n"
    assert read(text.encode(codec), charset="Cp1252") == [{"Merchant SKU": "A", "title": "Weiß"}]


def test_a_file_that_quotes_every_cell_is_unquoted(read):
    rows = read(b'"Merchant SKU"\t"title"\r\n"A"\t"5"" wide"\r\n"B"\t\r\n')
    assert rows == [
        {"Merchant SKU": "A", "title": '5" wide'},
        {"Merchant SKU": "B", "title": None},
    ]


def test_without_a_charset_utf_8_is_tried_and_then_the_regions_own(read):
    text = "Merchant SKU\ttitle\nA\tWeiß\n"
    assert read(text.encode())[0]["title"] == "Weiß"
    assert read(text.encode("cp1252"))[0]["title"] == "Weiß"
    japanese = "Merchant SKU\ttitle\nA\t黒板①\n".encode("cp932")
    assert read(japanese, fallback="cp932")[0]["title"] == "黒板①"


def test_bytes_that_mean_nothing_are_replaced_and_counted(read):
    rows = read(b"Merchant SKU\ttitle\nA\tx\x81y\x8d\xe9\n", charset="Cp1252")
    assert rows[0]["title"] == "x\ufffdy\ufffdé"
    assert read.unreadable == 2


def test_a_row_that_ends_early_is_filled_up(read):
    assert read(b"Merchant SKU\ttitle\tunits\nA\n")[0] == {
        "Merchant SKU": "A",
        "title": None,
        "units": None,
    }


def test_a_row_with_too_many_cells_is_an_error(read):
    lines = b"".join(b"A%d\tx\n" % n for n in range(6000))
    with pytest.raises(MalformedDocumentError, match="more cells"):
        read(b"Merchant SKU\ttitle\n" + lines + b"B\tx\ty\n")


@pytest.mark.parametrize("text", [b"", b"Merchant SKU\ttitle\r\n", b"Merchant SKU\n\r\n\n"])
def test_nothing_and_a_header_alone_are_no_rows(read, text):
    assert read(text) == []


def test_a_missing_key_column_is_named(read):
    with pytest.raises(MalformedDocumentError, match="Merchant SKU is missing among title"):
        read(b"title\nx\n")


def test_a_damaged_gzip_is_an_error(tmp_path):
    path = tmp_path / "document"
    path.write_bytes(gzip.compress(b"Merchant SKU\nA\n" * 1000)[:-20])
    with pytest.raises(Exception, match="damaged"):
        FlatFile(path, is_gzip=True, charset=None, fallback="cp1252", table=TABLE)
