"""Every answer of Amazon is logged, and logging never costs a request."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from chalkola_spapi.request_record import RequestRecord
from tasks.database.engine import connect_engine
from tasks.database.request_log import RequestLog, prune

RECORD = RequestRecord(
    at=datetime(2026, 11, 24, 8, tzinfo=UTC),
    account="NA",
    operation="getReport",
    endpoint="/reports/2021-06-30/reports/1",
    method="GET",
    marketplace_id=None,
    status_code=429,
    duration_ms=12,
    error_code="QuotaExceeded",
    error_message="You exceeded your quota \0 100 %",
    request_id="abc",
)
AT_EXIT = """
import sys
from datetime import UTC, datetime
from chalkola_spapi.request_record import RequestRecord
from tasks.database.engine import connect_engine
from tasks.database.request_log import RequestLog
log = RequestLog(connect_engine(sys.argv[1]), flush_every_s=60)
log(RequestRecord(datetime.now(UTC), "NA", "o", "/", "GET", None, None, 1, "Lost", "no", None))
"""


def rows(engine: sa.Engine) -> list[sa.Row]:
    with engine.connect() as connection:
        return list(
            connection.execute(sa.text("SELECT * FROM chalkola.api_request_log ORDER BY id"))
        )


def test_every_field_is_stored(any_engine):
    with RequestLog(any_engine) as log:
        log(RECORD)
    [row] = rows(any_engine)
    assert row._asdict() | {"id": 1} == {
        "id": 1,
        "request_time": RECORD.at,
        "api_type": "SP_API",
        "account": "NA",
        "operation": "getReport",
        "endpoint": "/reports/2021-06-30/reports/1",
        "method": "GET",
        "marketplace_id": None,
        "status_code": 429,
        "duration_ms": 12,
        "error_code": "QuotaExceeded",
        "error_message": "You exceeded your quota  100 %",
        "request_id": "abc",
    }


def test_a_thousand_records_are_written_in_order(any_engine):
    with RequestLog(any_engine, flush_every_s=60) as log:
        for number in range(1000):
            log(replace(RECORD, duration_ms=number))
    assert [row.duration_ms for row in rows(any_engine)] == list(range(1000))
    assert log.dropped == 0


def test_what_is_queued_at_exit_is_written(any_engine, run_python):
    process = run_python(AT_EXIT, any_engine.url.render_as_string(hide_password=False))
    assert isinstance(process, subprocess.Popen)
    assert process.communicate() == ("", "")
    assert len(rows(any_engine)) == 1


def test_a_database_that_is_away_fails_no_request_and_the_oldest_are_dropped(any_engine, caplog):
    nowhere = connect_engine("postgresql://u:secret-password@127.0.0.1:1/x")
    log = RequestLog(nowhere, capacity=300, flush_every_s=60)
    for number in range(350):
        log(replace(RECORD, duration_ms=number))
    assert log.flush() is False
    assert [record.duration_ms for record in log._records][-1] == 349
    log._engine = any_engine
    log.close()
    assert rows(any_engine)[-1].duration_ms == 349
    assert log.dropped >= 50
    assert len(rows(any_engine)) == 350 - log.dropped
    assert len(caplog.records) == 1
    assert "secret-password" not in caplog.text


def test_what_cannot_be_written_at_the_end_is_counted(caplog):
    log = RequestLog(connect_engine("postgresql://127.0.0.1:1/x"), flush_every_s=60)
    log(RECORD)
    log.close()
    assert log.dropped == 1
    assert "127.0.0.1:1/x does not answer" in caplog.text


@pytest.mark.parametrize(("days", "left"), [(30, 2), (10, 1)])
def test_old_records_are_pruned(any_engine, days, left):
    now = datetime.now(UTC)
    with RequestLog(any_engine) as log:
        for age in (40, 20, 1):
            log(replace(RECORD, at=now - timedelta(days=age)))
    assert prune(any_engine, older_than_days=days) == 3 - left
    assert len(rows(any_engine)) == left
