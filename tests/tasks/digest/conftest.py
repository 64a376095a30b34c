"""A small database whose digest was worked out by hand, and the ways to fill it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tasks.database.engine import connect_engine

US = "ATVPDKIKX0DER"
SQP = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"
SALES = "GET_SALES_AND_TRAFFIC_REPORT"
NEWEST = date(2026, 11, 15)
WEEK = timedelta(days=7)
# What a shopper may type.
ODD = '<script>alert("1")</script> & markers | *bold*'


class World:
    """Stores what Amazon would have answered."""

    us = US
    newest = NEWEST
    odd = ODD

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def execute(self, sql: str, **values: object) -> sa.CursorResult:
        with self.engine.begin() as connection:
            return connection.execute(sa.text(sql), values)

    @staticmethod
    def week(ago: int) -> date:
        return NEWEST - ago * WEEK

    def track(self, *asins: str) -> None:
        for asin in asins:
            self.execute(
                "INSERT INTO chalkola.tracked_asins (marketplace_id, asin) VALUES (:us, :asin)",
                us=US,
                asin=asin,
            )

    def report(self, kind: str, start: date, end: date, *, period: str = "WEEK", **options) -> int:
        """A report that was loaded; gives its request's id."""
        plan = self.execute(
            "INSERT INTO chalkola.report_plans DEFAULT VALUES RETURNING id"
        ).scalar()
        found = self.execute(
            "INSERT INTO chalkola.report_requests (identity, plan_id, account, report_type,"
            " marketplace_id, report_period, period_start, period_end, report_options, state,"
            " loaded_at) VALUES (gen_random_uuid()::TEXT, :plan, 'NA', :kind, :us, :period, :start,"
            " :end, CAST(:options AS JSONB), 'loaded', now()) RETURNING id",
            plan=plan,
            kind=kind,
            us=US,
            period=period,
            start=start,
            end=end,
            options=json.dumps(options),
        )
        return found.scalar_one()

    def load_week(self, ago: int, *asins: str, rows: list[dict]) -> None:
        """A week that was asked for these ASINs; a row is an ASIN's of a query."""
        start = self.week(ago)
        request = self.report(SQP, start, start + timedelta(days=6))
        for asin in asins:
            self.execute(
                "INSERT INTO chalkola.report_request_asins (request_id, asin, row_count)"
                " VALUES (:request, :asin, :count)",
                request=request,
                asin=asin,
                count=sum(row["asin"] == asin for row in rows),
            )
        for row in rows:
            self._sqp_row(start, row)

    def _sqp_row(self, start: date, row: dict) -> None:
        values = {
            "account": "NA",
            "marketplace_id": US,
            "report_period": "WEEK",
            "period_start": start,
            "period_end": start + timedelta(days=6),
            "report_id": "R",
            "asin_median_click_price_currency_code": "USD",
            "total_median_click_price_currency_code": "USD",
            **row,
        }
        names = ", ".join(values)
        places = ", ".join(f":{name}" for name in values)
        self.execute(f"INSERT INTO chalkola.sqp_data ({names}) VALUES ({places})", **values)

    def stock(self, asin: str, *, sellable: int, coming: int = 0, name: str | None = None) -> None:
        self.execute(
            "INSERT INTO chalkola.inventory_levels (account, marketplace_id, asin, msku, source,"
            " product_name, fulfillable_quantity, inbound_shipped_quantity, as_of, changed_at)"
            " VALUES ('NA', :us, :asin, :asin, 'api', :name, :sellable, :coming, :now, :now)",
            us=US,
            asin=asin,
            name=name,
            sellable=sellable,
            coming=coming,
            now=datetime(2026, 11, 24, 12, tzinfo=UTC),
        )

    def sales_week(self, ago: int, **units: int) -> None:
        """Units of each ASIN in a week, each at 10 USD."""
        start = self.week(ago)
        end = start + timedelta(days=6)
        self.report(SALES, start, end, dateGranularity="WEEK", asinGranularity="CHILD")
        for asin, count in units.items():
            self.execute(
                "INSERT INTO chalkola.sales_and_traffic_by_asin (account, marketplace_id,"
                " report_period, period_start, asin_granularity, period_end, parent_asin,"
                " child_asin, sku, units_ordered, report_id) VALUES ('NA', :us, 'WEEK', :start,"
                " 'CHILD', :end, 'P', :asin, '', :count, 'R')",
                us=US,
                start=start,
                end=end,
                asin=asin,
                count=count,
            )
        self.execute(
            "INSERT INTO chalkola.sales_and_traffic_by_date (account, marketplace_id,"
            " report_period, period_start, period_end, date, units_ordered,"
            " ordered_product_sales_amount, ordered_product_sales_currency_code, report_id)"
            " VALUES ('NA', :us, 'WEEK', :start, :end, :start, :count, :amount, 'USD', 'R')",
            us=US,
            start=start,
            end=end,
            count=sum(units.values()),
            amount=10 * sum(units.values()),
        )


def row(
    asin: str,
    query: str,
    own: tuple[int, int, int, int],
    total: tuple[int, int, int, int],
    *,
    volume: int = 1000,
    price: float = 10,
) -> dict:
    """Impressions, clicks, cart adds and purchases, our own and all."""
    steps = ("impressions", "clicks", "cart_adds", "purchases")
    return {
        "asin": asin,
        "search_query": query,
        "search_query_volume": volume,
        "search_query_score": 1,
        "asin_median_click_price_amount": price,
        "total_median_click_price_amount": 10,
        **{f"asin_{step}": count for step, count in zip(steps, own, strict=True)},
        **{f"total_{step}": count for step, count in zip(steps, total, strict=True)},
    }


def tell(world: World) -> World:
    """Three of four weeks: the second oldest was never asked for.

    B0WORLD00A sells out, B0WORLD00B costs more, B0WORLD00C is launched; `markers` is a query of
    all of them, ODD and `pens` come and go.
    """
    a, b, c = asins = ("B0WORLD00A", "B0WORLD00B", "B0WORLD00C")
    world.track(*asins)
    everyone = (100_000, 5_000, 1_000, 400)
    usual = [
        row(a, "markers", (10_000, 500, 100, 60), everyone, volume=9000),
        row(b, "markers", (6_000, 300, 60, 30), everyone, volume=9000),
        row(a, "pens", (1_000, 50, 10, 5), (20_000, 1_000, 200, 80)),
    ]
    world.load_week(3, *asins, rows=usual)
    world.load_week(1, *asins, rows=usual)
    world.load_week(
        0,
        *asins,
        rows=[
            row(a, "markers", (1_000, 20, 1, 0), everyone, volume=9000),
            row(b, "markers", (6_000, 300, 30, 9), everyone, volume=9000, price=14),
            row(c, "markers", (4_000, 100, 20, 12), everyone, volume=9000),
            row(b, ODD, (500, 25, 5, 2), (10_000, 400, 80, 30), volume=700, price=14),
        ],
    )
    world.stock(a, sellable=0, coming=250, name="Set of 10")
    world.stock(b, sellable=42)
    world.stock(c, sellable=5_000)
    world.sales_week(0, B0WORLD00A=0, B0WORLD00B=21, B0WORLD00C=14)
    return world


@pytest.fixture
def world(engine: sa.Engine) -> World:
    return World(engine)


@pytest.fixture
def told(world: World) -> World:
    """A story of its own, to be changed."""
    return tell(world)


@pytest.fixture(scope="module")
def shared(embedded_server) -> Iterator[World]:
    """The story once, to be read."""
    with embedded_server.database() as url:
        engine = connect_engine(url)
        yield tell(World(engine))
        engine.dispose()
