"""The end of a run: a table or one JSON object, what failed on stderr, the exit code."""

from __future__ import annotations

from typing import Any

import typer

from deployments.console import err, out, print_json, table

_BAD = {"fatal", "failed"}


def print_result(result: dict[str, Any], *, as_json: bool) -> None:
    """Print a flow's summary.

    Raises:
        typer.Exit: code 1 when a report failed.
    """
    reports = result["reports"]
    if as_json:
        print_json(result)
    elif reports:
        _print_table(reports)
        out.print(_line(result["counts"]))
    else:
        out.print("Nothing to do.")
    for report in reports:
        _explain(report)
    if any(report["status"] in _BAD for report in reports):
        raise typer.Exit(1)


def _print_table(reports: list[dict[str, Any]]) -> None:
    columns = ["", "period", "report", "ASINs#", "status", "rows#", "changed#"]
    rows = (
        (
            r["marketplace"],
            r["period"],
            r["report_id"],
            r["asins"],
            r["status"] if r["is_new"] else f"{r['status']} before",
            r["rows"],
            r["rows_written"] + r["rows_removed"],
        )
        for r in reports
    )
    out.print(table("Reports", columns, rows))


def _line(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {status}" for status, count in counts.items() if count) + "."


def _explain(report: dict[str, Any]) -> None:
    """Say on stderr why a report is not loaded, and what follows."""
    place = f"{report['marketplace']} {report['period']}"
    status, message = report["status"], report["message"]
    if status == "fatal":
        err.print(f"{place}: report {report['report_id']} FATAL ({report['kind']}): {message}")
        err.print(f"  chalkola reports why {report['report_id']}")
    elif status == "failed":
        err.print(f"{place}: failed: {message}")
    elif status == "planned":
        err.print(f"{place}: {_planned(report)}")
    elif status == "pending":
        err.print(
            f"{place}: report {report['report_id']} is still pending at Amazon; "
            "`chalkola reports harvest` collects it"
        )


def _planned(report: dict[str, Any]) -> str:
    """Say what waits, and until when."""
    if not report["asins"]:
        when = f"{report['next_at'][:16]} UTC" if report["next_at"] else "an unknown time"
        return f"planned: Amazon builds another of its kind from {when}"
    when = f"from {report['next_at'][:16]} UTC" if report["next_at"] else "never: the budget is 0"
    return (
        f"{report['asins']} ASINs are planned beyond the daily budget of account "
        f"{report['account']} ({when})"
    )
