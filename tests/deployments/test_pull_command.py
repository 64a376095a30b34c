"""`chalkola sqp pull`: its output, its exit codes, and what it never shows."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa

WEEK = ("--period", "WEEK", "--start", "2026-01-25")
PULL = ("sqp", "pull", *WEEK)
ONE = ("--asin", "B0CHALK001")


def forty():
    return [part for n in range(1, 41) for part in ("--asin", f"B0CHALK{n:03d}")]


def test_no_secret_is_anywhere_after_a_pull_with_every_failure(shell, engine):
    from chalkola_spapi.simulator import Fault, ReportScript

    state = shell.state
    state.reports.scripts.add(ReportScript(asin="B0CHALK020", fate="FATAL"))
    for action in ("status", "close_midway"):
        state.faults.add(Fault(operation="document", action=action, status=403))
    state.faults.add(Fault(operation="createReport", action="close_after"))
    state.faults.add(Fault(operation="getReport", action="expire_tokens"))
    state.lwa.revoke(shell.secrets["SP_API_REFRESH_TOKEN_EU"])

    alone = {"PREFECT_API_URL": None, "LOG_LEVEL": "DEBUG"}
    ended = shell(*PULL, "-m", "US", "-m", "UK", *forty(), "--json", **alone)

    assert ended.code == 1
    counts = ended.json["counts"]
    assert (counts["fatal"], counts["loaded"], counts["failed"]) == (1, 2, 3)
    assert set(ended.json["reports"][0]) >= {"marketplace", "report_id", "status", "rows"}
    assert "A client error occurred" in ended.err
    assert "invalid_grant" in ended.err
    secrets = [
        *shell.secrets.values(),
        *(token.removeprefix("Atza|") for token in state.lwa._tokens),
        "X-Amz-Signature",
        "X-Amz-Credential",
        "Atza|",
        "Atzr|",
    ]
    places = {"stdout": ended.out, "stderr": ended.err} | database_text(engine)
    places |= file_texts(shell.home)
    assert any(name.endswith(".db") for name in places), "Prefect's own database is searched"
    found = [(s[:12], place) for s in secrets for place, text in places.items() if s in text]
    assert found == []


def database_text(engine):
    with engine.connect() as connection:
        tables = connection.execute(
            sa.text(
                "SELECT table_name FROM information_schema.tables WHERE table_schema='chalkola'"
            )
        ).scalars()
        return {
            table: "\n".join(
                connection.execute(sa.text(f"SELECT t::TEXT FROM chalkola.{table} AS t")).scalars()
            )
            for table in tables.all()
        }


def file_texts(home):
    """Every file under CHALKOLA_HOME; of an SQLite database its dump, too."""
    texts = {}
    for path in home.rglob("*"):
        if not path.is_file():
            continue
        texts[str(path)] = path.read_bytes().decode("latin-1")
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as connection:
                texts[str(path)] += "\n".join(connection.iterdump())
    return texts


def test_a_pull_over_the_budget_exits_0_and_says_when_the_rest_follows(shell):
    ended = shell(*PULL, "-m", "US", *forty(), "--json", SQP_DAILY_BUDGET="2")
    assert ended.code == 0
    counts = ended.json["counts"]
    assert (counts["loaded"], counts["planned"]) == (2, 1)
    planned = next(r for r in ended.json["reports"] if r["status"] == "planned")
    assert planned["next_at"][:16] in ended.err
    assert "US" in ended.err
    assert "planned" in ended.err


def test_a_fatal_is_explained_by_pull_and_why_and_a_pending_one_is_harvested(shell):
    from chalkola_spapi.simulator import ReportScript

    text = "The [ASIN] is unavailable for “your” brand"
    scripts = shell.state.reports.scripts
    scripts.add(ReportScript(marketplace="ATVPDKIKX0DER", fate="FATAL", fatal_text=text))
    scripts.add(ReportScript(fate="IN_QUEUE"))

    ended = shell(*PULL, "-m", "US", "-m", "UK", *ONE, "--wait", "0", "--json")

    assert ended.code == 1
    assert text in ended.err
    fatal, pending = sorted(ended.json["reports"], key=lambda r: r["status"])
    assert (fatal["status"], pending["status"]) == ("fatal", "pending")
    number = str(fatal["request_id"])
    why = shell("reports", "why", number)
    assert why.code == 0
    assert text in why.out
    assert shell("reports", "why", number, "--json").json["message"] == text

    scripts.clear()
    for report in shell.state.reports.all():
        report.script = ReportScript()
    harvest = shell("reports", "harvest", "--json")
    assert harvest.code == 0
    assert harvest.json["counts"]["loaded"] == 1


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "words"),
    [
        ((*PULL, "-m", "XX", *ONE), {}, 2, ["marketplace", "XX", "US"]),
        ((*PULL, "-m", "US", "--asin", "B0-BAD"), {}, 2, ["asin", "B0-BAD"]),
        (("sqp", "pull", "-m", "US", *ONE, "--start", "2026-01-26"), {}, 2, ["Sunday"]),
        (("sqp", "pull", "-m", "US", *ONE, "--start", "2099-01-04"), {}, 2, ["2099", "ended"]),
        ((*PULL, "-m", "US"), {}, 2, ["asin"]),
        (
            (*PULL, "-m", "US", *ONE),
            {"SP_API_CLIENT_SECRET": None, "SP_API_REFRESH_TOKEN_NA": None},
            2,
            ["SP_API_CLIENT_SECRET", "SP_API_REFRESH_TOKEN_NA"],
        ),
        ((*PULL, "-m", "US", *ONE), {"SQP_DAILY_BUDGET": "many"}, 2, ["SQP_DAILY_BUDGET"]),
        (
            (*PULL, "-m", "US", *ONE),
            {"SUPABASE_DB_URL": "postgresql://u:pass-word@127.0.0.1:1/x"},
            1,
            ["127.0.0.1:1"],
        ),
    ],
)
def test_wrong_input_is_one_clear_line_and_asks_for_nothing(
    shell, arguments, environment, code, words
):
    ended = shell(*arguments, **environment)
    assert ended.code == code
    (line,) = ended.err.splitlines()
    assert line.startswith("Error: ")
    assert all(word in line for word in words)
    assert "pass-word" not in line
    assert ended.out == ""
    assert shell.state.calls.describe() == {}


def test_a_database_without_tables_is_said_as_such(shell, empty_db_url):
    url = empty_db_url.render_as_string(hide_password=False)
    ended = shell(*PULL, "-m", "US", *ONE, SUPABASE_DB_URL=url)
    assert ended.code == 1
    assert ended.err.splitlines()[-1].startswith("Error: ")
    assert "chalkola db migrate" in ended.err
    assert "Traceback" not in ended.err
    assert shell.state.calls.describe() == {}


def test_a_plan_and_a_dry_run_ask_for_nothing(shell):
    plan = shell("sqp", "plan", *WEEK, "-m", "US", *forty(), "--json")
    assert plan.code == 0
    assert plan.json["reports_to_request"] == 3
    assert shell(*PULL, "-m", "US", *ONE, "--dry-run").code == 0
    assert shell.state.calls.describe() == {}
