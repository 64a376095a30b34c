"""The guide's way into the table: parse the whole document, then INSERT row by row."""

from __future__ import annotations

import gzip
import json
from typing import Any

import sqlalchemy as sa

from benchmarks.documents import Document

STAGES = {
    "clickData": ("Click", "clicks", "click"),
    "cartAddData": ("CartAdd", "cart_adds", "cart_add"),
    "purchaseData": ("Purchase", "purchases", "purchase"),
}


def insert(engine: sa.Engine, document: Document, *, limit: int | None = None) -> int:
    """One statement a row, one commit; gives the rows."""
    rows = json.loads(gzip.decompress(document.path.read_bytes()))["dataByAsin"][:limit]
    values = [_values(row, document) for row in rows]
    names = list(values[0])
    statement = sa.text(
        f"INSERT INTO chalkola.sqp_data ({', '.join(names)})"
        f" VALUES ({', '.join(':' + name for name in names)}) ON CONFLICT DO NOTHING"
    )
    with engine.begin() as connection:
        for one in values:
            connection.execute(statement, one)
    return len(values)


def _values(row: dict[str, Any], document: Document) -> dict[str, Any]:
    context = document.context
    query, shown = row["searchQueryData"], row["impressionData"]
    values = {
        "account": context.account,
        "marketplace_id": context.marketplace_id,
        "report_period": context.report_period,
        "period_start": row["startDate"],
        "period_end": row["endDate"],
        "asin": row["asin"],
        "search_query": query["searchQuery"],
        "search_query_score": query["searchQueryScore"],
        "search_query_volume": query["searchQueryVolume"],
        "total_impressions": shown["totalQueryImpressionCount"],
        "asin_impressions": shown["asinImpressionCount"],
        "asin_impression_share": shown["asinImpressionShare"],
        "report_id": context.report_id,
    }
    for group, (name, plural, stage) in STAGES.items():
        values |= _stage(row[group], name, plural, stage)
    return values


def _stage(data: dict[str, Any], name: str, plural: str, stage: str) -> dict[str, Any]:
    values = {
        f"total_{plural}": data[f"total{name}Count"],
        f"total_{stage}_rate": data[f"total{name}Rate"],
        f"asin_{plural}": data[f"asin{name}Count"],
        f"asin_{stage}_share": data[f"asin{name}Share"],
    }
    for whose in ("total", "asin"):
        price = data[f"{whose}Median{name}Price"] or {}
        values[f"{whose}_median_{stage}_price_amount"] = price.get("amount")
        values[f"{whose}_median_{stage}_price_currency_code"] = price.get("currencyCode")
    for days in ("Same", "One", "Two"):
        column = f"total_{days.lower()}_day_shipping_{stage}_count"
        values[column] = data[f"total{days}DayShipping{name}Count"]
    return values
