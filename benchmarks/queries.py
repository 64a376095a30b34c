"""The questions people ask, on 5 million rows, warm; their plans are kept in benchmarks/plans."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks.database import engine_of
from benchmarks.figures import Figure
from benchmarks.timing import in_turn, wall_s

PLANS = Path(__file__).with_name("plans")
ROUNDS = 5
#: Name -> the most milliseconds.
LIMITS_MS = {
    "one ASIN over 104 weeks": 50,
    "one ASIN over 104 weeks, by its name alone": 50,
    "top movers of a week": 500,
    "coverage of every period": 1000,
}
# Seven marketplaces, 104 weeks, 69 ASINs, 100 search queries: 5,023,200 rows, as loads leave them.
FILL = """
CREATE TEMPORARY TABLE places AS
    SELECT marketplace_id FROM chalkola.marketplaces
    WHERE code IN ('US', 'CA', 'MX', 'UK', 'DE', 'FR', 'JP');
CREATE TEMPORARY TABLE weeks AS
    SELECT (CAST('{newest}' AS DATE) - 7 * n) AS period_start FROM generate_series(0, 103) AS n;
INSERT INTO chalkola.tracked_asins (marketplace_id, asin)
    SELECT marketplace_id, 'B0CHALK' || lpad(n::TEXT, 3, '0') FROM places, generate_series(0, 68) AS n;
INSERT INTO chalkola.sqp_data (
    account, marketplace_id, report_period, period_start, period_end, asin, search_query,
    search_query_score, search_query_volume, total_impressions, asin_impressions,
    asin_impression_share, total_clicks, total_click_rate, asin_clicks, asin_click_share,
    total_median_click_price_amount, total_median_click_price_currency_code, total_cart_adds,
    asin_cart_adds, total_purchases, asin_purchases, asin_purchase_share, report_id)
SELECT 'NA', marketplace_id, 'WEEK', period_start, period_start + 6,
    'B0CHALK' || lpad(a::TEXT, 3, '0'), 'chalk markers for ' || q || ' of ' || a, q, 90000 / q,
    900000 / q, 30000 / q, round(0.3 / q + (a * q + period_start - DATE '2020-01-01') % 97 / 1000.0, 4),
    20000 / q, 0.2222, 700 / q, round(0.2 / q, 4), 12.49, 'USD', 5000 / q, 150 / q, 2000 / q, 60 / q,
    round(0.1 / q, 4), 'R' || a / 18
FROM weeks, places, generate_series(0, 68) AS a, generate_series(1, 100) AS q
ORDER BY period_start, marketplace_id;
WITH plan AS (INSERT INTO chalkola.report_plans DEFAULT VALUES RETURNING id)
INSERT INTO chalkola.report_requests (
    identity, plan_id, account, report_type, marketplace_id, report_period, period_start,
    period_end, state, report_id, row_count, submitting_at, loaded_at)
SELECT concat_ws('-', marketplace_id, period_start, b), plan.id, 'NA',
    'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT', marketplace_id, 'WEEK', period_start,
    period_start + 6, 'loaded', concat_ws('-', marketplace_id, period_start, b), 1800,
    now() - INTERVAL '30 days', now()
FROM plan, weeks, places, generate_series(0, 3) AS b;
INSERT INTO chalkola.report_request_asins (request_id, asin, row_count)
SELECT id, 'B0CHALK' || lpad(a::TEXT, 3, '0'), 100
FROM chalkola.report_requests
CROSS JOIN generate_series(0, 68) AS a
WHERE split_part(identity, '-', 5)::INTEGER = a / 18;
"""


def measure(scratch: Path) -> Iterator[Figure]:
    """Medians, after a vacuum, as autovacuum leaves such tables."""
    newest = _newest_sunday()
    with engine_of(scratch / "queries") as engine:
        rows = _fill(engine, newest)
        questions = {name: sql.replace(":newest", f"DATE '{newest}'") for name, sql in _questions()}
        with engine.connect() as connection:
            found = in_turn(
                {name: _timed(connection, sql) for name, sql in questions.items()},
                rounds=ROUNDS,
            )
            for name, sql in questions.items():
                _keep_plan(connection, name, sql)
    for name, milliseconds in found.items():
        yield Figure(f"{name}, {rows / 1e6:.1f} M rows", milliseconds, "ms", LIMITS_MS[name])


def _newest_sunday() -> date:
    today = date.today() - timedelta(days=10)  # noqa: DTZ011 -- a week that is surely published
    return today - timedelta(days=(today.weekday() + 1) % 7)


def _questions() -> Iterator[tuple[str, str]]:
    text = Path(__file__).with_name("queries.sql").read_text()
    parts = re.split(r"^-- (.+) --\n", text, flags=re.MULTILINE)
    yield from zip(parts[1::2], (part.strip().rstrip(";") for part in parts[2::2]), strict=True)


def _fill(engine: sa.Engine, newest: date) -> int:
    with engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL work_mem = '256MB'"))
        connection.execute(sa.text("SET LOCAL synchronous_commit = off"))
        connection.exec_driver_sql(
            FILL.replace("{newest}", str(newest)), execution_options={"no_parameters": True}
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM (ANALYZE)"))
        counted = connection.execute(sa.text("SELECT count(*) FROM chalkola.sqp_data"))
        return int(counted.scalar_one())


def _timed(connection: sa.Connection, sql: str) -> Callable[[], float]:
    def run() -> float:
        return 1000 * wall_s(lambda: connection.exec_driver_sql(sql).fetchall())

    return run


def _keep_plan(connection: sa.Connection, name: str, sql: str) -> None:
    lines = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS) {sql}").scalars()
    PLANS.mkdir(exist_ok=True)
    file = PLANS / f"{re.sub('[^a-z0-9]+', '-', name.lower())}.txt"
    file.write_text("\n".join(lines) + "\n")
