"""Every report of the guide: from the request to its table, and what the next pull asks for."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import date
from decimal import Decimal

import pytest

from tasks.collection import IncompleteError
from tasks.errors import InputError

NOTHING = dict.fromkeys(("loaded", "no_data", "pending", "planned", "fatal", "failed"), 0)
WEEKLY = {
    "MARKET_BASKET": "market_basket",
    "REPEAT_PURCHASE": "repeat_purchase",
    "SEARCH_CATALOG_PERFORMANCE": "search_catalog_performance",
    "SEARCH_TERMS": "search_terms",
}
CHARSETS = {"US": "utf-8", "DE": "cp1252", "JP": "cp932"}
MYI = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"


@pytest.fixture
def pull(seller):
    def run(report_type, *codes, **parameters):
        from flows.report import report

        try:
            return report(report_type, marketplaces=list(codes), wait_minutes=1, **parameters)
        except IncompleteError as exc:
            return exc.summary

    return run


def body(seller, place=-1):
    """The text of a report's document, by the order of creation."""
    document = seller.state.documents.peek(seller.created[place].document_id)
    raw = document.body()
    return gzip.decompress(raw) if document.is_gzip else raw


def served(seller, array, place=-1):
    return json.loads(body(seller, place), parse_float=Decimal)[array]


def flat(value, prefix=""):
    """A row's values by Amazon's dotted names."""
    found = {}
    for name, one in value.items():
        found |= flat(one, f"{prefix}{name}.") if isinstance(one, dict) else {prefix + name: one}
    return found


def test_every_row_of_a_week_is_loaded(seller, pull):
    for name, table in WEEKLY.items():
        result = pull(name, "US", start=seller.start)
        assert result["counts"] == NOTHING | {"loaded": 1}, name
        array = "dataByDepartmentAndSearchTerm" if name == "SEARCH_TERMS" else "dataByAsin"
        rows = served(seller, array)
        stored = seller.rows(f"SELECT * FROM chalkola.{table}")
        assert len(stored) == len(rows) == result["reports"][0]["rows"] > 0
        assert {(r["report_period"], r["period_start"]) for r in stored} == {("WEEK", seller.start)}
        ours = sorted(sorted(_numbers(row.values())) for row in stored)
        assert ours == sorted(sorted(_numbers(flat(row).values())) for row in rows), name


def _numbers(values):
    return [v for v in values if isinstance(v, int | Decimal) and not isinstance(v, bool)]
