"""The health service: what it says when a part is gone, and numbers that Prometheus can read."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
import sqlalchemy as sa
import uvicorn
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from chalkola_spapi.simulator import Simulator, serve
from deployments.health import health_app
from deployments.readiness import Readiness
from tasks.asins.tracked import TrackedAsin, import_asins
from tasks.connections import Connections
from tasks.settings import Settings


class Service:
    """The service on a database, a simulator and a clock."""

    def __init__(self, url: sa.URL, simulator: Simulator) -> None:
        self.seconds = 0.0
        self.conns = Connections(
            Settings(
                supabase_db_url=SecretStr(url.render_as_string(hide_password=False)),
                sp_api_client_id="id",
                sp_api_client_secret=SecretStr("client-secret"),
                refresh_tokens={"NA": SecretStr("Atzr|NA"), "EU": SecretStr("Atzr|EU")},
                sp_api_lwa_url=simulator.lwa_url,
                sqp_daily_budget=20,
            )
        )
        self.readiness = Readiness(
            self.conns, prefect_api_url=f"{simulator.url}/none", clock=lambda: self.seconds
        )
        app = health_app(self.conns, self.readiness)
        self._server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]})
        self._thread.start()
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)

    def close(self) -> None:
        self.http.close()
        self._server.should_exit = True
        self._thread.join()
        self.readiness.close()
        self.conns.close()

    def down(self) -> list[str]:
        answer = self.http.get("/ready")
        found: list[str] = answer.json()["down"]
        assert answer.status_code == (503 if found else 200)
        return [name for name in found if name != "prefect"]

    def metrics(self) -> dict[tuple[str, ...], float]:
        families = text_string_to_metric_families(self.http.get("/metrics").text)
        return {
            (s.name.removeprefix("chalkola_"), *s.labels.values()): s.value
            for family in families
            for s in family.samples
        }


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with serve() as simulator:
        yield simulator


@pytest.fixture
def service(db_url: sa.URL, simulator: Simulator) -> Iterator[Service]:
    service = Service(db_url, simulator)
    yield service
    service.close()


def test_health_asks_nobody(service):
    assert service.http.get("/health").json() == {"status": "ok"}
    assert "engine" not in vars(service.conns)


def test_ready_says_that_all_is_there(service):
    assert service.down() == []
    parts = service.http.get("/ready").json()["parts"]
    assert set(parts) == {"database", "migrations", "prefect", "token NA", "token EU"}
    assert parts["token NA"] == {"ok": True, "text": "accepted"}


def test_ready_says_that_prefect_is_gone(service):
    part = service.http.get("/ready").json()["parts"]["prefect"]
    assert part == {"ok": False, "text": "Prefect's server answers 404"}


def test_ready_fails_when_the_database_is_gone(service, embedded_server, db_url):
    assert service.down() == []
    embedded_server.drop(str(db_url.database))
    assert service.down() == []
    service.seconds += 6
    assert service.down() == ["database", "migrations"]
    assert service.metrics() == {("database_up",): 0}


def test_ready_fails_when_migrations_wait(empty_db_url, simulator):
    service = Service(empty_db_url, simulator)
    assert service.down() == ["migrations"]
    service.close()


def test_ready_names_the_account_whose_token_is_refused(service, simulator):
    simulator.state.lwa.revoked.add("Atzr|EU")
    assert service.down() == ["token EU"]
    text = service.http.get("/ready").json()["parts"]["token EU"]["text"]
    assert "invalid_grant" in text
    assert "Atzr" not in text
    simulator.state.lwa.revoked.clear()
    assert service.down() == ["token EU"]
    service.seconds += 11
    assert service.down() == []


def test_ready_fails_when_login_with_amazon_does_not_answer(db_url):
    with serve() as gone:
        service = Service(db_url, gone)
    assert service.down() == ["token NA", "token EU"]
    service.close()


def test_probes_make_one_token_in_half_a_minute(service, simulator):
    before = simulator.state.calls.count("lwa")
    for _ in range(5):
        service.http.get("/ready")
        service.seconds += 5
    assert simulator.state.calls.count("lwa") - before == 2


LEDGER = """
    WITH plan AS (INSERT INTO chalkola.report_plans DEFAULT VALUES RETURNING id)
    INSERT INTO chalkola.report_requests (identity, plan_id, account, report_type, marketplace_id,
        report_period, period_start, period_end, state, rows_written, submitting_at)
    SELECT state, plan.id, 'NA', 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT',
        'ATVPDKIKX0DER', 'WEEK', current_date - 9, current_date - 3, state, 40, now()
    FROM plan, unnest(ARRAY['loaded', 'fatal']) AS state
"""
LOG = """
    INSERT INTO chalkola.api_request_log
        (account, operation, endpoint, method, status_code, duration_ms)
    SELECT 'NA', 'createReport', '/reports', 'POST', status, 1
    FROM unnest(ARRAY[202, 429]) AS s (status)
"""


def test_metrics_tell_reports_rows_quota_and_age(service):
    import_asins(service.conns.engine, [TrackedAsin("ATVPDKIKX0DER", "B0CHALK001")])
    with service.conns.engine.begin() as connection:
        connection.execute(sa.text(LEDGER))
        connection.execute(sa.text(LOG))
    # By the marketplace's own midnight, and the database's day.
    last = datetime.now(UTC).date() - timedelta(days=3)
    ended = datetime.combine(last + timedelta(days=1), time(), ZoneInfo("America/Los_Angeles"))
    ended_s_ago = (datetime.now(UTC) - ended).total_seconds()
    found = service.metrics()
    sqp = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"
    assert found["database_up",] == 1
    assert found["reports", "NA", "US", sqp, "fatal"] == 1
    assert found["rows_written", "NA", "US", sqp] == 40
    assert found["throttled_day", "NA", "createReport"] == 1
    assert found["requests_day", "NA", "createReport", "202"] == 1
    assert (found["sqp_quota_left", "NA"], found["sqp_quota_left", "EU"]) == (18, 20)
    assert found["newest_data_age", "NA", "US", "WEEK"] == pytest.approx(ended_s_ago, abs=60)
    assert found["missing_asins", "US", "WEEK"] == 1
    assert found["paused_shipments",] == 0
