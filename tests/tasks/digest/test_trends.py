"""Trends over all stored periods, by hand (see `told`): totals once, gaps as gaps."""

from __future__ import annotations

import pytest

from chalkola_spapi.marketplaces import MARKETPLACES
from chalkola_spapi.periods import ReportPeriod
from tasks.digest.trends import Metric, read_trend
from tasks.errors import InputError


@pytest.fixture
def trend(shared):
    def read(metric, *, asin=None, query=None, places=(), length=ReportPeriod.WEEK):
        return read_trend(
            shared.engine,
            asin=asin,
            query=query,
            marketplaces=list(places),
            length=length,
            metric=metric,
        )

    return read


@pytest.mark.parametrize(
    ("asked", "metric", "values"),
    [
        # Three ASINs' rows of `markers` hold its 5,000 clicks three times: they count once.
        ({"query": "markers"}, Metric.CLICKS_SHARE, [0.16, None, 0.16, 0.084]),
        ({"query": "markers"}, Metric.SEARCHES, [9000, None, 9000, 9000]),
        ({"asin": "B0WORLD00A"}, Metric.IMPRESSIONS, [11_000, None, 11_000, 1_000]),
        ({"asin": "B0WORLD00A"}, Metric.CART_ADDS_SHARE, [110 / 1200, None, 110 / 1200, 0.001]),
        # Loaded, and not listed: counted nothing, of a total that nobody knows.
        ({"asin": "B0WORLD00A", "query": "pens"}, Metric.CLICKS, [50, None, 50]),
        ({"asin": "B0WORLD00C"}, Metric.PURCHASES, [12]),
    ],
)
def test_a_trend_goes_from_the_first_stored_period_to_the_last(trend, asked, metric, values):
    chart = trend(metric, **asked)
    assert list(chart.series[0].values) == [v if v is None else pytest.approx(v) for v in values]
    assert chart.gaps == ({1: "not loaded"} if None in values else {})


def test_what_is_not_stored_is_said(trend):
    with pytest.raises(InputError, match="nothing is stored of “crayons” by WEEK"):
        trend(Metric.CLICKS, query="crayons")
    with pytest.raises(InputError, match="nothing is stored of B0WORLD00A by MONTH"):
        trend(Metric.CLICKS, asin="B0WORLD00A", length=ReportPeriod.MONTH)
    with pytest.raises(InputError, match="nothing is stored"):
        trend(Metric.CLICKS, asin="B0WORLD00A", places=[MARKETPLACES["UK"]])


def test_what_several_marketplaces_hold_is_asked_for_again(told):
    told.execute(
        "INSERT INTO chalkola.sqp_data (account, marketplace_id, report_period, period_start,"
        " period_end, asin, search_query, report_id) VALUES ('EU', 'A1F83G8C2ARO7P', 'WEEK',"
        " '2026-11-15', '2026-11-21', 'B0WORLD00A', 'markers', 'R')"
    )
    with pytest.raises(InputError, match="marketplace: B0WORLD00A is stored of UK, US; say which"):
        read_trend(
            told.engine,
            asin="B0WORLD00A",
            query=None,
            marketplaces=[],
            length=ReportPeriod.WEEK,
            metric=Metric.CLICKS,
        )
