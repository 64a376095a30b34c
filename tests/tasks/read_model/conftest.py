"""Small worlds whose numbers can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tasks.database.engine import connect_engine

US = "ATVPDKIKX0DER"
SQP = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"
SALES = "GET_SALES_AND_TRAFFIC_REPORT"

_REQUEST = sa.text("""
    WITH plan AS (INSERT INTO chalkola.report_plans DEFAULT VALUES RETURNING id),
    request AS (
        INSERT INTO chalkola.report_requests (
            identity, plan_id, account, report_type, marketplace_id, report_period, period_start,
            period_end, state, report_id, loaded_at, report_options)
        SELECT gen_random_uuid()::TEXT, id, 'NA', :report_type, :marketplace_id, :report_period,
            :start, :end, :state, gen_random_uuid()::TEXT, now(), CAST(:options AS JSONB)
        FROM plan RETURNING id)
    INSERT INTO chalkola.report_request_asins (request_id, asin)
    SELECT id, asin FROM request, unnest(CAST(:asins AS TEXT[])) AS asin
""")
_SQP_ROW = sa.text("""
    INSERT INTO chalkola.sqp_data (
        account, marketplace_id, report_period, period_start, period_end, asin, search_query,
        search_query_score, search_query_volume, total_impressions, total_clicks, total_cart_adds,
        total_purchases, asin_impressions, asin_clicks, asin_cart_adds, asin_purchases,
        asin_median_click_price_amount, asin_median_click_price_currency_code,
        total_median_click_price_amount, total_median_click_price_currency_code, report_id)
    VALUES ('NA', :marketplace_id, 'WEEK', :start, CAST(:start AS DATE) + 6, :asin, :query,
        1, :volume, :ti, :tc, :ta, :tp, :ai, :ac, :aa, :ap,
        :price, :currency, :total_price, 'USD', 'R1')
""")


class World:
    """Writes what loads would write, and reads views."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def execute(self, statement: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.text(statement), values)

    def loaded(
        self,
        start: date,
        *asins: str,
        days: int = 7,
        report_type: str = SQP,
        period: str = "WEEK",
        marketplace_id: str = US,
        state: str = "loaded",
        options: str = "{}",
    ) -> None:
        values = {
            "report_type": report_type,
            "marketplace_id": marketplace_id,
            "report_period": period,
            "start": start,
            "end": start + timedelta(days=days - 1),
            "state": state,
            "options": options,
            "asins": list(asins),
        }
        with self.engine.begin() as connection:
            connection.execute(_REQUEST, values)

    def sqp(
        self,
        start: date,
        asin: str,
        query: str,
        *,
        volume: int = 1000,
        total: tuple[int, ...] = (10_000, 500, 100, 50),
        own: tuple[int | None, ...] = (1000, 50, 10, 5),
        price: str | None = "12.00",
        currency: str = "USD",
        total_price: str = "10.00",
        marketplace_id: str = US,
    ) -> None:
        """A row: `total` and `own` are impressions, clicks, cart adds and purchases."""
        names = ("i", "c", "a", "p")
        values = {
            "start": start,
            "asin": asin,
            "query": query,
            "volume": volume,
            "price": price,
            "currency": currency,
            "total_price": total_price,
            "marketplace_id": marketplace_id,
            **{f"t{name}": count for name, count in zip(names, total, strict=True)},
            **{f"a{name}": count for name, count in zip(names, own, strict=True)},
        }
        with self.engine.begin() as connection:
            connection.execute(_SQP_ROW, values)

    def sold(self, start: date, asin: str, units: int, *, period: str, sku: str = "") -> None:
        self.execute(
            """
            INSERT INTO chalkola.sales_and_traffic_by_asin (
                account, marketplace_id, report_period, period_start, period_end, asin_granularity,
                parent_asin, child_asin, sku, units_ordered, sessions,
                ordered_product_sales_amount, ordered_product_sales_currency_code, report_id)
            VALUES ('NA', :mp, :period, :start, :start, :granularity, 'B0PARENT01', :asin, :sku,
                :units, CAST(:units AS BIGINT) * 10, CAST(:units AS BIGINT) * 2.5, 'USD', 'R1')
            """,
            mp=US,
            period=period,
            start=start,
            granularity="SKU" if sku else "CHILD",
            asin=asin,
            sku=sku,
            units=units,
        )

    def rows(self, view: str, columns: str, where: str = "TRUE") -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            found = connection.execute(
                sa.text(f"SELECT {columns} FROM chalkola.{view} WHERE {where} ORDER BY 1, 2, 3")
            )
            return [tuple(row) for row in found]

    def plan(self, statement: str) -> list[str]:
        """The plan's lines, as if the tables were too large to be read whole."""
        with self.engine.begin() as connection:
            connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
            return list(connection.scalars(sa.text(f"EXPLAIN {statement}")))

    def row(self, view: str, columns: str, where: str = "TRUE") -> dict[str, Any]:
        with self.engine.connect() as connection:
            found = connection.execute(
                sa.text(f"SELECT {columns} FROM chalkola.{view} WHERE {where}")
            ).mappings()
            return dict(found.one())


@pytest.fixture(scope="module")
def make_world(embedded_server) -> Iterator[Callable[[], World]]:
    """Makes worlds on databases of their own, dropped after the module."""
    made: list[sa.Engine] = []

    def make() -> World:
        engine = connect_engine(embedded_server.new_database())
        made.append(engine)
        return World(engine)

    yield make
    for engine in made:
        engine.dispose()
        embedded_server.drop(str(engine.url.database))
