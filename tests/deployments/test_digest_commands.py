"""`chalkola digest` and `chalkola sqp chart`: what they write, and what they refuse."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chalkola_spapi.periods import ReportPeriod
from deployments.commands.chart import chart
from deployments.commands.digest import digest
from tasks.errors import InputError

WATCH = """
import atexit, sys
from deployments.cli import main
atexit.register(lambda: print("prefect" in sys.modules, file=sys.stderr))
sys.argv = ["chalkola", *sys.argv[1:]]
main()
"""


def test_the_digest_and_a_chart_of_what_was_pulled(shell, tmp_path):
    pulled = shell("sqp", "pull", "-m", "US", "--asin", "B0CHALK001", "--start", "2026-01-25")
    assert pulled.code == 0
    ended = subprocess.run(
        [sys.executable, "-c", WATCH, "digest", "--json"],
        env=shell.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr.splitlines()[-1] == "False"
    made = json.loads(ended.stdout)
    (page,) = made["pages"]
    assert (page["name"], page["period"]) == ("US", "WEEK 2026-01-25")
    assert Path(page["page"]) == shell.home / "digests" / "digest-US-week-2026-01-25.html"
    assert "the week before is not loaded" in made["lines"][-1]
    assert "1 of 1 ASIN loaded" in Path(page["page"]).read_text()

    picture = tmp_path / "trend.html"
    drawn = shell("sqp", "chart", "--asin", "B0CHALK001", "-o", str(picture), "--json")
    assert [point["start"] for point in drawn.json["points"]] == ["2026-01-25"]
    assert "B0CHALK001, US: purchases share in each week" in picture.read_text()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"output": Path("trend.gif"), "asin": "B0CHALK001"},
            "output: 'trend.gif' ends in none of",
        ),
        ({"output": Path("no/trend.png"), "asin": "B0CHALK001"}, "output: there is no folder no"),
        ({"output": Path("trend.png")}, "asin, query: give one of them"),
        ({"output": Path("trend.png"), "asin": "chalk"}, "'chalk'"),
        ({"output": Path("trend.png"), "query": "x", "period": ReportPeriod.DAY}, "period: DAY"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_refused_in_a_line(options, message):
    given = {"marketplace": None, "asin": None, "query": None, "period": ReportPeriod.WEEK}
    with pytest.raises(InputError, match=message):
        chart(**{**given, **options})


def test_a_digest_of_days_is_refused():
    with pytest.raises(InputError, match="period: DAY has no digest; allowed are WEEK"):
        digest(period=ReportPeriod.DAY)
