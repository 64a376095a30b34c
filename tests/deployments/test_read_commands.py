"""Commands that show and export what is stored: no Prefect, one message for wrong input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from deployments.cli import main
from tasks.connections import close_connections
from tasks.database.engine import connect_engine

PENS = "B0PENS0001"
W1, W2 = date(2026, 2, 1), date(2026, 1, 25)
US, UK = "ATVPDKIKX0DER", "A1F83G8C2ARO7P"

LEDGER = sa.text("""
    WITH plan AS (INSERT INTO chalkola.report_plans DEFAULT VALUES RETURNING id), request AS (
        INSERT INTO chalkola.report_requests (identity, plan_id, account, report_type,
            marketplace_id, report_period, period_start, period_end, state)
        SELECT gen_random_uuid()::TEXT, id, 'NA', :type, :mp, 'WEEK', :start, :end, 'loaded'
        FROM plan RETURNING id)
    INSERT INTO chalkola.report_request_asins (request_id, asin) SELECT id, :asin FROM request
""")
ROW = sa.text("""
    INSERT INTO chalkola.sqp_data (account, marketplace_id, report_period, period_start, period_end,
        asin, search_query, search_query_score, search_query_volume, total_impressions,
        total_clicks, total_cart_adds, total_purchases, asin_impressions, asin_clicks,
        asin_cart_adds, asin_purchases, asin_median_click_price_amount,
        asin_median_click_price_currency_code, total_median_click_price_amount,
        total_median_click_price_currency_code, report_id)
    VALUES ('NA', :mp, 'WEEK', :start, :end, :asin, :query, 1, 9000, 100000, 4000, 400, 200, 1000,
        :clicks, 8, :bought, 12, 'USD', 10, 'USD', 'R1')
""")
LEVEL = sa.text("""
    INSERT INTO chalkola.inventory_levels (account, marketplace_id, msku, asin, source,
        fulfillable_quantity, as_of, changed_at)
    VALUES ('NA', :mp, 'PENS', :asin, 'api', 20, now(), now())
""")
SOLD = sa.text("""
    INSERT INTO chalkola.sales_and_traffic_by_asin (account, marketplace_id, report_period,
        period_start, period_end, asin_granularity, parent_asin, child_asin, sku, units_ordered,
        report_id)
    VALUES ('NA', :mp, 'WEEK', :start, :end, 'CHILD', '', :asin, '', 14, 'R1')
""")
SQP = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"


@pytest.fixture(scope="module")
def stored(embedded_server) -> Iterator[sa.URL]:
    """Two weeks of the United States, one of the United Kingdom."""
    with embedded_server.database() as url:
        engine = connect_engine(url)
        with engine.begin() as connection:

            def put(statement: sa.TextClause, start: date = W1, mp: str = US, **values: object):
                week = {"start": start, "end": start + timedelta(days=6)}
                connection.execute(statement, week | {"mp": mp, "asin": PENS} | values)

            for start, mp in ((W1, US), (W2, US), (W1, UK)):
                put(LEDGER, start, mp, type=SQP)
                put(ROW, start, mp, query="pens", clicks=40 if start == W1 else 60, bought=4)
            put(ROW, query="[few] clicks", clicks=3, bought=1)
            put(LEDGER, type="GET_SALES_AND_TRAFFIC_REPORT")
            put(SOLD)
            put(LEVEL)
        engine.dispose()
        yield url


class Ended:
    """What a command printed, and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> dict:
        return json.loads(self.out)


@pytest.fixture
def run(stored, monkeypatch, capsys) -> Iterator[Callable[..., Ended]]:
    """A command within this process: starting one for each costs a second."""
    monkeypatch.setenv("SUPABASE_DB_URL", stored.render_as_string(hide_password=False))

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["chalkola", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return Ended(int(ended.value.code or 0), *capsys.readouterr())

    yield run
    close_connections()


def test_top_is_over_all_asins_of_the_newest_week_and_marks_small_counts(run):
    rows = run("sqp", "top", "-m", "US", "--json").json["queries"]
    assert [(r["search_query"], r["period_start"], r["click_share"]) for r in rows] == [
        ("[few] clicks", "2026-02-01", "0.000750"),  # 3 / 4000
        ("pens", "2026-02-01", "0.010000"),
    ]
    by_clicks = run("sqp", "top", "-m", "US", "--by", "clicks")
    assert by_clicks.out.index("pens") < by_clicks.out.index("[few] clicks")
    assert "~: fewer than 10 own clicks" in by_clicks.out
    assert "1.0%" in by_clicks.out
    assert (
        run("sqp", "top", "--start", "2026-01-25", "--json").json["queries"][0]["own_clicks"] == 60
    )


def test_movers_compare_only_what_is_loaded(run):
    rows = run("sqp", "movers", "--by", "clicks", "--json").json["queries"]
    assert [(r["marketplace"], r["search_query"], r["direction"], r["change"]) for r in rows] == [
        ("US", "pens", "down", -20),
        ("US", "[few] clicks", "new", 3),
    ]
    assert "down" in run("sqp", "movers", "--by", "clicks").out
    alone = run("sqp", "movers", "-m", "UK")
    assert (alone.code, alone.out) == (0, "")
    assert "the period before is not loaded" in alone.err


def test_opportunities_say_why(run):
    (row,) = run("sqp", "opportunities", "-m", "US", "--json").json["queries"]
    # 0.04 clicks an impression are as many as others'; 1 % of 4000 clicks at 4 purchases of 40.
    assert (row["reason"], row["score"]) == ("low_visibility", "4.00")
    assert "seldom seen" in run("sqp", "opportunities").out


def test_an_asins_rows_say_where_its_share_is_lost(run):
    (row, *_) = run("sqp", "asin", PENS, "-m", "UK", "--json").json["rows"]
    assert (row["lost_at"], row["price_ratio"], row["asin_clicks"]) == ("none", "1.2000", 40)
    shown = run("sqp", "asin", PENS, "-m", "UK").out
    assert "1.20" in shown


def test_cover_shows_weeks_and_the_day_it_ends(run):
    (row,) = run("inventory", "cover", "--json").json["cover"]
    assert (row["marketplace"], row["units_per_day"], row["weeks_of_cover"], row["hint"]) == (
        "US",
        "2.0000",
        "1.4",  # 20 / 14
        "reorder_now",
    )
    assert "reorder_now" in run("inventory", "cover", "-m", "US", "--asin", PENS).out
    assert "No stock is stored" in run("inventory", "cover", "-m", "UK").err


def test_a_view_is_exported_and_the_list_says_what_there_is(run, tmp_path):
    views = {one["view"]: one["grain"] for one in run("export", "--json").json["views"]}
    assert views["sqp_brand"].startswith("Grain: account, marketplace, period, search query")
    assert "sqp_funnel" in run("export").out
    ended = run(
        "export", "sqp_funnel", "--format", "csv", "-m", "US", "--start", "2026-02-01", "--json"
    )
    assert ended.json | {"size_bytes": 0} == {
        "view": "sqp_funnel",
        "format": "csv",
        "path": "sqp_funnel.csv",
        "rows": 2,
        "size_bytes": 0,
    }
    assert len((tmp_path / "sqp_funnel.csv").read_text().splitlines()) == 3
    ended = run("export", "sqp_changes", "-o", "c.xlsx", "--from", "2026-01-25", "--period", "week")
    assert ended.out == "4 rows of sqp_changes are in c.xlsx\n"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["export", "nothing", "--format", "csv"], "view: 'nothing' is none of freshness, "),
        (["export", "sqp_brand", "-o", "a.pdf"], "output: the ending of 'a.pdf' is none of xlsx"),
        (["export", "stock_by_sku", "-o", "a.csv", "-m", "US"], "marketplace: stock_by_sku has no"),
        (["export", "sqp_brand", "-o", "no/a.csv"], "output: 'no/a.csv' is not a file"),
        (["export", "sqp_brand", "-o", "a.csv", "-m", "XX"], "XX"),
        (["sqp", "top", "--start", "2026-02-02"], "a WEEK starts on a Sunday"),
        (["inventory", "cover", "--asin", "pens"], "asin: 'pens' is no ASIN"),
    ],
)
def test_wrong_input_is_one_message_and_exit_2(run, arguments, problem, tmp_path):
    ended = run(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert problem in ended.err
    assert len(ended.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_they_import_no_prefect(stored, tmp_path):
    code = (
        "import sys; from deployments.cli import main\n"
        "sys.argv = ['chalkola', 'export', 'sqp_brand', '-o', 'a.parquet']\n"
        "try: main()\n"
        "except SystemExit: print([n for n in ('prefect', 'pandas') if n in sys.modules])"
    )
    url = stored.render_as_string(hide_password=False)
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"SUPABASE_DB_URL": url},
        check=True,
        capture_output=True,
        text=True,
    )
    assert shown.stdout.splitlines() == ["4 rows of sqp_brand are in a.parquet", "[]"]
