"""What a person is told of, and when; by an injected clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from tasks.asins.tracked import TrackedAsin, import_asins
from tasks.connections import Connections
from tasks.database.engine import mark_database
from tasks.settings import Settings
from tasks.upkeep.attention import Limits, attention
from tasks.upkeep.secret_age import note_secret

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRET = "amzn1.oa2-cs.v1.the-client-secret"
US = "ATVPDKIKX0DER"


class Office:
    """A database, a clock and the settings of one seller."""

    def __init__(self, engine: sa.Engine, url: str) -> None:
        self.engine = engine
        self.now = NOW
        self._url = url
        mark_database(engine, kind="simulated", endpoint_host="127.0.0.1")

    def told(self, *, secret: str | None = SECRET, **limits: int) -> list[str]:
        settings = Settings(
            supabase_db_url=SecretStr(self._url),
            sp_api_client_secret=SecretStr(secret) if secret else None,
        )
        conns = Connections(settings, now=lambda: self.now)
        try:
            return [f"{a.kind}: {a.message}" for a in attention(conns, Limits(**limits))]
        finally:
            conns.close()

    def execute(self, sql: str, **values: object) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.text(sql), values)

    def scalar(self, sql: str) -> object:
        with self.engine.connect() as connection:
            return connection.scalar(sa.text(sql))


@pytest.fixture
def office(engine, db_url) -> Office:
    return Office(engine, db_url.render_as_string(hide_password=False))


WEEK = """
    INSERT INTO chalkola.report_requests (identity, plan_id, account, report_type, marketplace_id,
        report_period, period_start, period_end, state)
    SELECT :end, max(id), 'NA', 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT',
        'ATVPDKIKX0DER', 'WEEK', CAST(:end AS DATE) - 6, CAST(:end AS DATE), 'loaded'
    FROM chalkola.report_plans
"""
SHIPMENT = """
    INSERT INTO chalkola.fba_shipments (plan_name, account, marketplace_id, status, request,
        request_sha256, source_address, total_units, total_boxes, free_void_until)
    VALUES ('week 48', 'NA', 'ATVPDKIKX0DER', 'AWAITING_PLACEMENT', '{}', '', '{}', 1, 1, :until)
"""
QUESTION = """
    INSERT INTO chalkola.fba_shipment_approvals (shipment_id, gate, round, shown, shown_sha256,
        shown_at, expires_at)
    SELECT id, 'placement', 1, '{}', '', :now, CAST(:now AS TIMESTAMPTZ) + INTERVAL '2 days'
    FROM chalkola.fba_shipments
"""


def loaded_week(office, end):
    office.execute("INSERT INTO chalkola.report_plans (is_refresh) VALUES (FALSE)")
    office.execute(WEEK, end=end)


def test_nobody_is_told_of_an_empty_database(office):
    assert office.told() == []


def test_a_marketplace_without_new_weeks_is_told_of(office):
    import_asins(office.engine, [TrackedAsin(US, "B0CHALK001")])
    loaded_week(office, "2026-11-07")
    assert office.told() == []
    office.now += timedelta(days=14)
    (told,) = office.told()
    assert told.endswith("Performance for 21 days: the newest week ended on 2026-11-07")
    loaded_week(office, "2026-11-21")
    assert office.told() == []


def test_a_marketplace_that_never_had_data_is_told_of_with_the_last_problem(office):
    import_asins(office.engine, [TrackedAsin(US, "B0CHALK001")])
    loaded_week(office, "2026-11-07")
    office.execute("UPDATE chalkola.report_requests SET state = 'fatal', kind = 'role_missing'")
    office.now = datetime.now(UTC) + timedelta(days=22)
    (told,) = office.told()
    assert "none ever; last problem: the application may not read Brand Analytics" in told


def test_a_secret_is_due_150_days_after_its_first_use(office):
    office.told()
    office.now += timedelta(days=149)
    assert office.told() == []
    office.now += timedelta(days=1)
    (told,) = office.told()
    assert "first used here 150 days ago: rotate it before 2027-05-23" in told
    assert office.told(secret="another") == []


def test_the_database_holds_no_secret(office):
    office.told()
    office.told()
    kept = office.scalar("SELECT string_agg(s::TEXT, ' ') FROM chalkola.secret_sightings AS s")
    assert SECRET not in str(kept)
    assert office.scalar("SELECT count(*) FROM chalkola.secret_sightings") == 1
    assert office.scalar("SELECT max(length(fingerprint)) FROM chalkola.secret_sightings") == 16


def test_without_a_secret_none_is_noted(office):
    assert note_secret(Connections(Settings())) is None


@pytest.fixture
def shipment(office):
    office.execute(SHIPMENT, until=NOW + timedelta(hours=30))
    office.execute(QUESTION, now=NOW)


def test_an_answer_that_is_awaited_for_hours_is_told_of(office, shipment):
    office.now += timedelta(hours=4)
    assert office.told() == []
    office.now += timedelta(minutes=1)
    (told,) = office.told()
    assert "week 48 has waited since 2026-11-24 12:00 UTC for its placement" in told
    assert "expire at 2026-11-26 12:00 UTC: chalkola shipment show week 48" in told
    office.execute("UPDATE chalkola.fba_shipment_approvals SET decision = 'approve'")
    assert office.told() == []


def test_the_end_of_free_cancellation_is_told_of_before_it_comes(office, shipment):
    office.execute("UPDATE chalkola.fba_shipments SET status = 'COMPLETED'")
    assert office.told() == []
    office.now += timedelta(hours=25)
    (told,) = office.told()
    assert "week 48 can be cancelled for free until 2026-11-25 18:00 UTC" in told
    office.now += timedelta(hours=6)
    assert office.told() == []


def test_a_failed_shipment_is_told_of_with_its_reason(office, shipment):
    office.execute(
        "UPDATE chalkola.fba_shipments SET status = 'FAILED', error_message = 'no carrier'"
    )
    assert office.told() == [
        "shipment-failed: shipment week 48 failed: no carrier: chalkola shipment resume week 48"
    ]
