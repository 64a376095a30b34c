"""The table holds what the newest report of each ASIN says, whatever came before or after."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from tasks.database.errors import DatabaseError, DatabaseUnreachableError
from tasks.documents.errors import MalformedDocumentError
from tasks.sqp.load import CopyFileError, LoadResult, load_sqp

CREATED = datetime(2026, 2, 3, 8, tzinfo=UTC)
DOCUMENT = "d" * 64
LOADER = """
import json, sys
from dataclasses import replace
from datetime import date, datetime
from tasks.database.engine import connect_engine
from tasks.sqp.document import SqpContext
from tasks.sqp.load import load_sqp
arguments = json.loads(sys.stdin.readline())
context = arguments["context"]
days = {name: date.fromisoformat(context[name]) for name in ("period_start", "period_end")}
created = datetime.fromisoformat(arguments["created"])
print("loading", flush=True)
load_sqp(connect_engine(arguments["url"]), arguments["parsed"], report_created_at=created,
         context=SqpContext(**(context | days)), request_id=arguments["request_id"])
"""


class Loads:
    """Writes ledger rows and loads documents for them."""

    def __init__(self, engine: sa.Engine, sqp, parse_sqp) -> None:
        self.engine = engine
        self._sqp = sqp
        self._parse = parse_sqp
        self._number = 0
        [(self._plan,)] = self.run("INSERT INTO chalkola.report_plans DEFAULT VALUES RETURNING id")

    def run(self, statement: str, **values: object) -> list[sa.Row]:
        with self.engine.begin() as connection:
            result = connection.execute(sa.text(statement), values)
            return list(result) if result.returns_rows else []

    def context(self, report_id: str, asins=None, **changes):
        asins = tuple(asins or self._sqp.context.asins)
        return replace(self._sqp.context, report_id=report_id, asins=asins, **changes)

    def request(self, context, *, created: datetime) -> int:
        self._number += 1
        [(request_id,)] = self.run(
            "INSERT INTO chalkola.report_requests (identity, plan_id, account, report_type,"
            " marketplace_id, report_period, period_start, period_end, state, report_id,"
            " report_created_at) VALUES (:identity, :plan, :account, 'SQP', :marketplace_id,"
            " :report_period, :period_start, :period_end, 'done', :report_id, :created)"
            " RETURNING id",
            identity=f"i{self._number}",
            plan=self._plan,
            created=created,
            account=context.account,
            marketplace_id=context.marketplace_id,
            report_period=context.report_period,
            period_start=context.period_start,
            period_end=context.period_end,
            report_id=context.report_id,
        )
        for asin in context.asins:
            self.run(
                "INSERT INTO chalkola.report_request_asins VALUES (:request_id, :asin)",
                request_id=request_id,
                asin=asin,
            )
        return request_id

    def parse(self, rows: list[dict], context):
        document = rows
        if isinstance(rows, list):
            document = self._sqp.document(rows)
            document["reportSpecification"]["reportOptions"]["asin"] = " ".join(context.asins)
        return self._parse(document, context=context)

    def load(
        self, rows: list[dict], *, report_id: str = "R1", after_h: float = 0, asins=None
    ) -> LoadResult:
        context = self.context(report_id, asins)
        created = CREATED + timedelta(hours=after_h)
        request_id = self.request(context, created=created)
        parsed = self.parse(rows, context)
        return load_sqp(
            self.engine,
            parsed,
            context=context,
            report_created_at=created,
            request_id=request_id,
            document_sha256=DOCUMENT,
        )

    def ledger(self, report_id: str = "R1") -> sa.Row:
        [row] = self.run(
            "SELECT * FROM chalkola.report_requests WHERE report_id = :report_id",
            report_id=report_id,
        )
        return row

    def table(self) -> dict[str, tuple[int, str]]:
        rows = self.run("SELECT * FROM chalkola.sqp_data")
        return {
            f"{row.asin[-1]} {row.search_query}": (row.total_clicks, row.report_id) for row in rows
        }


@pytest.fixture
def loads(any_engine, sqp, parse_sqp) -> Loads:
    return Loads(any_engine, sqp, parse_sqp)


def test_a_first_report_is_loaded_and_noted(loads, sqp):
    first = loads.load([sqp.row("a") | {"new": 1}, sqp.row("b", clicks=5)])
    assert first == LoadResult("loaded", rows=2, written=2)
    assert loads.table() == {"1 a": (1000, "R1"), "1 b": (5, "R1")}
    ledger = loads.ledger()
    assert (ledger.state, ledger.row_count, ledger.rows_written) == ("loaded", 2, 2)
    assert (ledger.rows_removed, ledger.extra_fields) == (0, ["new"])
    assert ledger.document_sha256 == DOCUMENT
    assert ledger.loaded_at is not None


def test_every_column_holds_what_the_document_says(loads, sqp):
    loads.load([sqp.row("a") | {"new": {"x": 1.50}}])
    [row] = loads.run("SELECT * FROM chalkola.sqp_data")
    got = row._asdict()
    assert (got["account"], got["marketplace_id"]) == ("NA", "ATVPDKIKX0DER")
    assert (got["report_period"], str(got["period_end"])) == ("WEEK", "2026-01-31")
    assert got["search_query_score"] == 5
    assert got["asin_impression_share"] == Decimal("0.0765")
    assert got["total_median_click_price_amount"] == Decimal("19.99")
    assert got["asin_median_purchase_price_currency_code"] == "USD"
    assert got["total_two_day_shipping_purchase_count"] == 5
    assert got["extra"] == {"new": {"x": 1.5}}
    assert got["updated_at"] == got["created_at"]


def test_the_same_request_again_changes_nothing(loads, sqp):
    context = loads.context("R1")
    request_id = loads.request(context, created=CREATED)
    parsed = loads.parse([sqp.row("a")], context)
    same = {"context": context, "report_created_at": CREATED, "request_id": request_id}
    assert load_sqp(loads.engine, parsed, **same).status == "loaded"
    again = load_sqp(loads.engine, parsed.to_dict(), **same)
    assert again == LoadResult("already_loaded", rows=1)


def test_the_same_data_in_a_new_report_writes_nothing(loads, sqp):
    rows = [sqp.row("a"), sqp.row("b")]
    loads.load(rows)
    assert loads.load(rows, report_id="R2", after_h=1) == LoadResult("loaded", rows=2)
    assert set(loads.table().values()) == {(1000, "R1")}


def test_rows_that_someone_took_away_come_back_with_the_same_data(loads, sqp):
    rows = [sqp.row("a"), sqp.row("b")]
    loads.load(rows)
    loads.run("DELETE FROM chalkola.sqp_data WHERE search_query = 'a'")
    assert loads.load(rows, report_id="R2", after_h=1).written == 1
    assert loads.table() == {"1 a": (1000, "R2"), "1 b": (1000, "R1")}


@pytest.mark.parametrize("asins", [None, ("B000000001",)])
def test_data_that_return_after_other_data_are_written_again(loads, sqp, asins):
    rows = [sqp.row("a"), sqp.row("b", asin="B000000002")]
    loads.load(rows)
    changed = [sqp.row("a", clicks=7), *(rows[1:] if asins is None else [])]
    assert loads.load(changed, report_id="R2", after_h=1, asins=asins).written == 1
    assert loads.load(rows, report_id="R3", after_h=2) == LoadResult("loaded", 2, written=1)
    assert loads.table() == {"1 a": (1000, "R3"), "2 b": (1000, "R1")}


def test_a_restatement_changes_adds_and_removes(loads, sqp):
    loads.load([sqp.row("same"), sqp.row("changed"), sqp.row("gone")])
    second = [sqp.row("same"), sqp.row("changed", clicks=7), sqp.row("new")]
    result = loads.load(second, report_id="R2", after_h=1)
    assert result == LoadResult("loaded", rows=3, written=2, removed=1)
    assert loads.table() == {
        "1 same": (1000, "R1"),
        "1 changed": (7, "R2"),
        "1 new": (1000, "R2"),
    }
    assert loads.ledger("R2").rows_removed == 1


def test_only_rows_of_the_reports_own_asins_and_slice_are_removed(loads, sqp):
    one, two = sqp.context.asins
    loads.load([sqp.row("a", asin=two)], asins=[two])
    loads.load([sqp.row("a", asin=one)], report_id="R2", asins=[one])
    loads.load([sqp.row("b", asin=one)], report_id="R3", asins=[one], after_h=1)
    assert loads.table() == {"2 a": (1000, "R1"), "1 b": (1000, "R3")}


def test_an_older_report_that_arrives_late_changes_nothing(loads, sqp):
    loads.load([sqp.row("a", clicks=2)], report_id="R2", after_h=1)
    late = loads.load([sqp.row("a", clicks=1), sqp.row("b")], report_id="R1")
    assert late == LoadResult("superseded", rows=2, superseded_by="R2")
    assert loads.table() == {"1 a": (2, "R2")}
    ledger = loads.ledger("R1")
    assert (ledger.state, ledger.superseded_by, ledger.rows_written) == ("loaded", "R2", 0)


def test_an_older_report_still_fills_the_asins_that_no_newer_one_covers(loads, sqp):
    one, two = sqp.context.asins
    loads.load([sqp.row("a", asin=one, clicks=2)], report_id="R2", after_h=1, asins=[one])
    rows = [sqp.row("a", asin=one), sqp.row("gone", asin=one), sqp.row("a", asin=two)]
    assert loads.load(rows).written == 1
    assert loads.table() == {"1 a": (2, "R2"), "2 a": (1000, "R1")}
    assert loads.ledger("R1").superseded_by is None


def test_a_newer_report_of_another_account_or_period_supersedes_nothing(loads, sqp):
    other = loads.context("R9", account="EU")
    request_id = loads.request(other, created=CREATED + timedelta(days=1))
    parsed = loads.parse([sqp.row("a")], other)
    load_sqp(loads.engine, parsed, context=other, report_created_at=CREATED, request_id=request_id)
    assert loads.load([sqp.row("a")]).status == "loaded"


def test_a_document_without_rows_deletes_nothing(loads, sqp):
    loads.load([sqp.row("a")])
    assert loads.load([], report_id="R2", after_h=1) == LoadResult("no_data", rows=0)
    assert loads.table() == {"1 a": (1000, "R1")}
    assert loads.ledger("R2").state == "no_data"


@pytest.mark.parametrize("is_first", [True, False])
def test_a_repeated_row_counts_once_and_the_last_one_wins(loads, sqp, is_first):
    if not is_first:
        loads.load([sqp.row("z")], report_id="R0", after_h=-1)
    rows = [sqp.row("a", clicks=1), sqp.row("b"), sqp.row("a", clicks=2)]
    result = loads.load(rows)
    assert (result.rows, result.written) == (3, 2)
    assert loads.table() == {"1 a": (2, "R1"), "1 b": (1000, "R1")}


def test_counts_with_a_point_or_an_exponent_are_counts(loads, sqp):
    document = sqp.document([sqp.row("a")])
    text = json.dumps(document).replace('"totalClickCount": 1000', '"totalClickCount": 1.0e3')
    assert loads.load(text.replace("15000", "15000.0")).written == 1
    [row] = loads.run("SELECT total_clicks, search_query_volume FROM chalkola.sqp_data")
    assert tuple(row) == (1000, 15000)


def test_a_count_that_does_not_fit_is_an_error_and_leaves_nothing(loads, sqp):
    with pytest.raises(MalformedDocumentError, match="out of range") as caught:
        loads.load([sqp.row("a"), sqp.row("b", clicks=10**19)])
    assert not caught.value.is_retryable
    assert loads.table() == {}
    assert loads.ledger().state == "done"


def test_odd_queries_are_stored_as_they_are(loads, sqp):
    queries = ["null", "\\N", "tab\t", "a'b\"c", "🖍️" * 100, "x" * 500, "", "%s :name"]
    loads.load([sqp.row(query) for query in queries])
    stored = loads.run("SELECT search_query FROM chalkola.sqp_data")
    assert sorted(query for (query,) in stored) == sorted(queries)


def test_a_changed_or_missing_file_is_told_from_a_bad_document(loads, sqp):
    context = loads.context("R1")
    request_id = loads.request(context, created=CREATED)
    parsed = loads.parse([sqp.row("a")], context)
    same = {"context": context, "report_created_at": CREATED, "request_id": request_id}
    with pytest.raises(CopyFileError, match="is not the file that was parsed"):
        load_sqp(loads.engine, replace(parsed, checksum="0"), **same)
    assert loads.table() == {}
    parsed.path.unlink()
    with pytest.raises(CopyFileError, match="cannot be read"):
        load_sqp(loads.engine, parsed, **same)


def test_a_request_that_the_ledger_lacks_is_refused(loads, sqp):
    context = loads.context("R1")
    parsed = loads.parse([sqp.row("a")], context)
    with pytest.raises(DatabaseError, match="has no request 7"):
        load_sqp(loads.engine, parsed, context=context, report_created_at=CREATED, request_id=7)


def test_threads_that_load_one_request_load_it_once(loads, sqp):
    context = loads.context("R1")
    request_id = loads.request(context, created=CREATED)
    parsed = loads.parse([sqp.row(str(number)) for number in range(200)], context)
    found: list[str] = []

    def load() -> None:
        result = load_sqp(
            loads.engine,
            parsed,
            context=context,
            report_created_at=CREATED,
            request_id=request_id,
        )
        found.append(result.status)

    run_together([load] * 6)
    assert sorted(found) == ["already_loaded"] * 5 + ["loaded"]


def test_overlapping_reports_in_any_order_do_not_deadlock_and_the_newest_wins(loads, sqp):
    def job(number: int):
        rows = [sqp.row(f"q{index}", clicks=number) for index in range(100)]
        context = loads.context(f"R{number}")
        created = CREATED + timedelta(hours=number)
        request_id = loads.request(context, created=created)
        parsed = loads.parse(rows if number % 2 else rows[::-1], context)
        return lambda: load_sqp(
            loads.engine, parsed, context=context, report_created_at=created, request_id=request_id
        )

    run_together([job(number) for number in range(1, 7)])
    assert set(loads.table().values()) == {(6, "R6")}


def run_together(jobs: list) -> None:
    failures: list[BaseException] = []

    def guarded(job) -> None:
        try:
            job()
        except BaseException as exc:  # noqa: BLE001 -- raised again in the test's own thread
            failures.append(exc)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures:
        raise failure


def test_a_loader_killed_midway_leaves_nothing_and_the_next_one_loads(loads, sqp, run_python):
    context = loads.context("R1")
    request_id = loads.request(context, created=CREATED)
    rows = [sqp.row(f"{number:05}") for number in range(3000)]
    parsed = loads.parse(rows, context)
    days = {"period_start": "2026-01-25", "period_end": "2026-01-31"}
    arguments = {
        "url": loads.engine.url.render_as_string(hide_password=False),
        "parsed": parsed.to_dict(),
        "created": CREATED.isoformat(),
        "context": vars(context) | days | {"asins": list(context.asins)},
        "request_id": request_id,
    }
    # The ledger's row is held, so the loader stands within its transaction when it is killed.
    with loads.engine.begin() as connection:
        connection.execute(sa.text("SELECT 1 FROM chalkola.report_requests FOR UPDATE"))
        loader = run_python(LOADER)
        loader.stdin.write(json.dumps(arguments) + "\n")
        loader.stdin.flush()
        waiting = (
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        # Asked from outside: a transaction sees the same activity for ever.
        while loads.run(waiting) == [(0,)]:
            assert loader.poll() is None
        loader.kill()
        loader.wait()
    same = {"context": context, "report_created_at": CREATED, "request_id": request_id}
    assert load_sqp(loads.engine, parsed, **same).written == 3000
    assert loads.ledger().state == "loaded"


def test_a_lost_connection_may_be_tried_again_and_leaves_nothing(loads, sqp):
    def lose(connection: sa.Connection) -> None:
        pid = connection.connection.driver_connection.info.backend_pid
        with loads.engine.connect() as other:
            other.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    context = loads.context("R1")
    request_id = loads.request(context, created=CREATED)
    parsed = loads.parse([sqp.row("a")], context)
    same = {"context": context, "report_created_at": CREATED, "request_id": request_id}
    sa.event.listen(loads.engine, "commit", lose)
    with pytest.raises(DatabaseUnreachableError) as caught:
        load_sqp(loads.engine, parsed, **same)
    assert caught.value.is_retryable
    sa.event.remove(loads.engine, "commit", lose)
    assert loads.table() == {}
    assert load_sqp(loads.engine, parsed, **same).status == "loaded"
