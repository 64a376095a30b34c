"""The tables' columns are those of the migration, and hold all that Amazon documents."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from chalkola_spapi.report_rules import REPORT_RULES
from chalkola_spapi.report_types import (
    MARKET_BASKET,
    REPEAT_PURCHASE,
    SALES_AND_TRAFFIC,
    SEARCH_CATALOG_PERFORMANCE,
    SEARCH_TERMS,
    SQP,
)
from tasks.documents.table import STORED_AS
from tasks.reports.kinds import TABLES

EVERY = [table for tables in TABLES.values() for table in tables]
SCHEMAS = {
    MARKET_BASKET: "sellingPartnerMarketBasketAnalysisReport.json",
    REPEAT_PURCHASE: "sellingPartnerRepeatPurchaseReport.json",
    SEARCH_CATALOG_PERFORMANCE: "sellingPartnerSearchCatalogPerformanceReport.json",
    SEARCH_TERMS: "sellingPartnerSearchTermsReport.json",
    SALES_AND_TRAFFIC: "sellerSalesAndTrafficReport.json",
}


def test_every_type_of_the_rules_has_a_table():
    assert REPORT_RULES.keys() - {SQP} == TABLES.keys()


def test_the_page_about_reports_names_every_type_table_and_option():
    text = (Path(__file__).parents[3] / "docs" / "reports.md").read_text()
    names = {name for rules in REPORT_RULES.values() for name in (rules.name, *rules.options)}
    names |= {rules.period_option for rules in REPORT_RULES.values() if rules.period_option}
    assert {name for name in names | {table.name for table in EVERY} if name not in text} == set()


@pytest.mark.parametrize("table", EVERY, ids=lambda table: table.name)
def test_the_migration_has_these_columns_and_this_key(engine, table):
    inspector = sa.inspect(engine)
    columns = {c["name"]: c for c in inspector.get_columns(table.name, schema="chalkola")}
    assert columns.keys() == {*table.copy_columns, "created_at", "updated_at"}
    for name, kind in table.kinds.items():
        assert str(columns[name]["type"]).split("(")[0].split(" ")[0] == STORED_AS[kind], name
    key = inspector.get_pk_constraint(table.name, schema="chalkola")["constrained_columns"]
    assert tuple(key) == table.key


@pytest.mark.parametrize("report_type", SCHEMAS)
def test_every_field_of_amazons_schema_has_a_column(report_type):
    folder = os.environ.get("SPAPI_MODELS_DIR")
    if not folder:
        pytest.skip("SPAPI_MODELS_DIR does not name a folder of Amazon's models")
    schema = json.loads((Path(folder) / SCHEMAS[report_type]).read_text())
    for table in TABLES[report_type]:
        row = schema["properties"][table.source]["items"]
        documented = set(_leaves(row, schema["definitions"], ()))
        repeated = {(name,) for name in table.period_fields or ()}
        assert documented - repeated == {column.path for column in table.columns}


def _leaves(node, definitions, path):
    if "$ref" in node:
        node = definitions[node["$ref"].rsplit("/", 1)[-1]]
    if "properties" not in node:
        yield path
        return
    for name, value in node["properties"].items():
        yield from _leaves(value, definitions, (*path, name))
