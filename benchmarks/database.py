"""A migrated database on an embedded PostgreSQL of its own, set up as the product sets it up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from benchmarks.documents import Document
from tasks.database.embedded import EmbeddedPostgres
from tasks.database.engine import connect_engine
from tasks.database.migrations import migrate

DATABASE = "chalkola"
CREATED = datetime(2026, 2, 3, 8, tzinfo=UTC)
NEW_REQUEST = sa.text("""
    WITH plan AS (INSERT INTO chalkola.report_plans DEFAULT VALUES RETURNING id),
    request AS (
        INSERT INTO chalkola.report_requests (
            identity, plan_id, account, report_type, marketplace_id, report_period, period_start,
            period_end, state, report_id, report_created_at)
        SELECT :report_id, id, :account, 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT',
            :marketplace_id, :report_period, :period_start, :period_end, 'done', :report_id, :at
        FROM plan RETURNING id),
    asins AS (
        INSERT INTO chalkola.report_request_asins
        SELECT request.id, unnest(CAST(:asins AS TEXT[])) FROM request)
    SELECT id FROM request
""")


#: For what is written only to be read: a vacuum of 5 million new rows takes an eighth of the time.
UNSAFE = {"fsync": "off", "full_page_writes": "off", "wal_compression": "off"}


@contextmanager
def database(
    scratch: Path, *, home: str = "postgres", settings: Mapping[str, str] | None = None
) -> Iterator[sa.URL]:
    """An empty database; the server stops at the end."""
    with EmbeddedPostgres(scratch / home, settings=settings) as server:
        url = server.ensure_database(DATABASE)
        engine = connect_engine(url)
        migrate(engine)
        engine.dispose()
        yield url


@contextmanager
def engine_of(scratch: Path, *, settings: Mapping[str, str] | None = None) -> Iterator[sa.Engine]:
    """An engine on such a database."""
    with database(scratch, settings=settings) as url:
        engine = connect_engine(url)
        try:
            yield engine
        finally:
            engine.dispose()


def new_request(engine: sa.Engine, document: Document, *, at: datetime = CREATED) -> int:
    """Write the ledger's row of a report that is DONE; gives its id."""
    context = document.context
    values = {
        "account": context.account,
        "marketplace_id": context.marketplace_id,
        "report_period": context.report_period,
        "period_start": context.period_start,
        "period_end": context.period_end,
        "report_id": context.report_id,
        "asins": list(context.asins),
        "at": at,
    }
    with engine.begin() as connection:
        return int(connection.execute(NEW_REQUEST, values).scalar_one())


def clear(engine: sa.Engine) -> None:
    """Take the rows and the ledger away, and begin the next measurement with a quiet server."""
    with engine.begin() as connection:
        connection.execute(sa.text("TRUNCATE chalkola.sqp_data, chalkola.report_plans CASCADE"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM chalkola.sqp_data_us"))
        server = connection.execute(sa.text("SELECT 1")).scalar_one()
    assert server == 1
