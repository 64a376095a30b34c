"""`chalkola report`, `inventory` and `asins release`, as a person or a program meets them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from chalkola_spapi.simulator import Fault, ReportScript


def test_an_unknown_report_is_kept_and_its_path_given(shell):
    shell.state.reports.scripts.add(ReportScript(document="a\tb\n1\t2\n", is_gzip=False))
    ended = shell("report", "pull", "GET_SOMETHING_NEW", "--marketplace", "US", "--json")
    assert ended.code == 0, ended.err
    (report,) = ended.json["reports"]
    assert {"marketplace", "report_id", "status", "rows", "path"} <= report.keys()
    assert (report["marketplace"], report["status"], report["rows"]) == ("US", "loaded", 0)
    assert Path(report["path"]).read_text() == "a\tb\n1\t2\n"


def test_a_known_report_is_loaded_and_a_fatal_one_exits_1(shell):
    arguments = ["report", "pull", "market-basket", "-m", "US", "-m", "CA", "--start", "2026-01-25"]
    shell.state.reports.scripts.add(ReportScript(fate="FATAL", fatal_text="a reason of Amazon's"))
    ended = shell(*arguments, "--option", "reportPeriod=WEEK", "--json")
    assert ended.code == 1
    assert sorted(r["status"] for r in ended.json["reports"]) == ["fatal", "loaded"]
    assert "a reason of Amazon's" in ended.err


def test_a_dry_run_says_what_would_be_requested_and_from_when(shell):
    days = ["--start", "2026-01-25", "--end", "2026-01-26", "--dry-run", "--json"]
    ended = shell("report", "pull", "SALES_TRAFFIC", "-m", "US", *days)
    assert ended.code == 0, ended.err
    planned = ended.json
    assert planned["reports_to_request"] == 2
    first, second = (datetime.fromisoformat(one["next_at"]) for one in planned["reports"])
    assert second - first == timedelta(minutes=15)
    ended = shell("inventory", "sync", "-m", "US", "-m", "DE", "--dry-run")
    assert "1 reports would be requested" in ended.out
    assert shell.state.calls.count("createReport") == 0


def test_stock_is_synced_with_awd_and_shown(shell):
    ended = shell("inventory", "sync", "--marketplace", "US", "--json")
    assert ended.code == 0, ended.err
    (place,) = ended.json["marketplaces"]
    assert (place["marketplace"], place["source"], place["status"]) == ("US", "api", "synced")
    assert ended.json["awd"][0]["status"] == "synced"
    levels = shell("inventory", "show", "--json", "--limit", "1000").json["levels"]
    assert len(levels) == place["skus"] > 0
    assert shell("inventory", "total", "--json", "--limit", "5").json["stock"]
    assert "FBA stock" in shell("inventory", "show").out
    assert "Stock" in shell("inventory", "total").out


def test_a_fault_of_awd_leaves_what_fba_said(shell):
    body = {"errors": [{"code": "InvalidInput", "message": "no such thing"}]}
    fault = Fault(operation="listInventory", action="status", status=400, body=body, times=None)
    shell.state.faults.add(fault)
    ended = shell("inventory", "sync", "--marketplace", "CA", "--json")
    assert ended.code == 1
    assert ended.json["marketplaces"][0]["status"] == "synced"
    assert ended.json["awd"][0]["status"] == "failed"
    assert "no such thing" in ended.err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["report", "pull", "MARKET_BASKET", "-m", "XX"], "marketplace"),
        (["report", "pull", "MARKET_BASKET", "-m", "US", "-o", "period"], "option"),
        (["report", "pull", "MARKET_BASKET", "-m", "US", "-o", "a=b"], "reportPeriod"),
        (["report", "pull", "MARKET_BASKET", "-m", "US", "--start", "2026-01-26"], "Sunday"),
        (["inventory", "sync", "-m", "XX"], "marketplace"),
        (["asins", "release", "short"], "asin"),
    ],
)
def test_wrong_input_is_one_line_and_exit_2(shell, arguments, problem):
    ended = shell(*arguments)
    assert ended.code == 2
    assert problem in ended.err
    assert "Traceback" not in ended.err
    assert shell.state.calls.count("createReport") == 0


def test_releasing_without_suppressed_asins_says_so(shell):
    assert shell("asins", "release", "--json").json == {"released": []}


def test_the_report_types_are_listed(shell):
    types = shell("report", "types", "--json").json["types"]
    assert {"SQP", "SEARCH_TERMS", "SALES_TRAFFIC", "ALL_LISTINGS"} <= {t["name"] for t in types}
