"""Tracked ASINs: files in, the most important out first."""

from __future__ import annotations

import pytest

from chalkola_spapi.marketplaces import find_marketplace
from tasks.asins.tracked import import_asins, read_asins_file, read_csv, tracked_asins
from tasks.errors import InputError

US = find_marketplace("US")


@pytest.fixture
def file(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "asins.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_a_csv_is_imported_once_and_read_by_priority(engine, file):
    path = file("marketplace,asin,priority\nUS,b0chalk002,5\n")
    assert import_asins(engine, read_csv(path)) == 1
    assert import_asins(engine, read_csv(path)) == 0
    path = file(f"ASIN,Marketplace\nB0CHALK001,{US.marketplace_id}\n")
    import_asins(engine, read_csv(path))
    assert tracked_asins(engine, US) == ["B0CHALK002", "B0CHALK001"]


def test_excels_byte_order_mark_and_line_ends_are_read(file):
    path = file("\ufeffmarketplace,asin\r\nUK,B0CHALK001\r\n")
    assert [tracked.asin for tracked in read_csv(path)] == ["B0CHALK001"]


def test_every_wrong_row_is_named(file):
    path = file("marketplace,asin,priority\nXX,B0CHALK001,\nUS,short,\nUS,B0CHALK002,high\n")
    with pytest.raises(InputError) as raised:
        read_csv(path)
    assert all(f"line {line}" in str(raised.value) for line in (2, 3, 4))


@pytest.mark.parametrize("text", ["", "asin\nB0CHALK001\n", "a;b\n"])
def test_a_file_without_the_columns_is_refused(file, text):
    with pytest.raises(InputError, match="marketplace,asin"):
        read_csv(file(text))


def test_a_file_that_is_not_there_or_not_utf8_is_refused(file, tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_csv(tmp_path / "none.csv")
    with pytest.raises(InputError, match="UTF-8"):
        read_csv(file("marketplace,asin\nUS,é\n", "latin-1"))


def test_a_pulls_file_is_a_csv_or_one_asin_a_line(file):
    assert read_asins_file(file("ASIN\n# ours\nB0CHALK001\n\nUS:B0CHALK002\n")) == [
        "B0CHALK001",
        "US:B0CHALK002",
    ]
    assert read_asins_file(file("marketplace,asin\nGB,B0CHALK001\n")) == ["UK:B0CHALK001"]
