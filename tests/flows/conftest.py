"""A seller with a database of its own, whose flows run here against the simulator."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from chalkola_spapi.simulator import Fault, Progress, ReportScript, Simulator, serve
from tasks.connections import close_connections, connections
from tasks.database.engine import connect_engine

START = date(2026, 1, 25)
END = date(2026, 1, 31)
SQP = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"
IDS = {"US": "ATVPDKIKX0DER", "CA": "A2EUQ1WTGCTBG2", "UK": "A1F83G8C2ARO7P"} | {
    "DE": "A1PA6795UKMFR9",
    "JP": "A1VC38T7YXB528",
}
INSTANT = Progress(queue_s=0, processing_s=0, spread=0)
# Amazon's path in a row -> our column, written down from Amazon's schema and the guide's table.
COLUMNS = {
    "searchQueryData.searchQuery": "search_query",
    "searchQueryData.searchQueryScore": "search_query_score",
    "searchQueryData.searchQueryVolume": "search_query_volume",
    "impressionData.totalQueryImpressionCount": "total_impressions",
    "impressionData.asinImpressionCount": "asin_impressions",
    "impressionData.asinImpressionShare": "asin_impression_share",
} | {
    f"{part}.{amazons}": ours
    for part, name, plural, stage in (
        ("clickData", "Click", "clicks", "click"),
        ("cartAddData", "CartAdd", "cart_adds", "cart_add"),
        ("purchaseData", "Purchase", "purchases", "purchase"),
    )
    for amazons, ours in {
        f"total{name}Count": f"total_{plural}",
        f"total{name}Rate": f"total_{stage}_rate",
        f"asin{name}Count": f"asin_{plural}",
        f"asin{name}Share": f"asin_{stage}_share",
        f"totalMedian{name}Price.amount": f"total_median_{stage}_price_amount",
        f"totalMedian{name}Price.currencyCode": f"total_median_{stage}_price_currency_code",
        f"asinMedian{name}Price.amount": f"asin_median_{stage}_price_amount",
        f"asinMedian{name}Price.currencyCode": f"asin_median_{stage}_price_currency_code",
        f"totalSameDayShipping{name}Count": f"total_same_day_shipping_{stage}_count",
        f"totalOneDayShipping{name}Count": f"total_one_day_shipping_{stage}_count",
        f"totalTwoDayShipping{name}Count": f"total_two_day_shipping_{stage}_count",
    }.items()
}
KEY = ("marketplace_id", "period_start", "asin", "search_query")


class Seller:
    """Pulls, and looks at what Amazon was asked and what the database holds."""

    start = START
    ids = IDS

    def __init__(self, simulator: Simulator, engine: sa.Engine) -> None:
        self.simulator = simulator
        self.state = simulator.state
        self.engine = engine

    # -- runs -------------------------------------------------------------------------------------

    def pull(self, *codes: str, asins: list[str], **parameters: Any) -> dict[str, Any]:
        """Run the flow sqp; gives its summary, also when some reports failed."""
        from flows.sqp import sqp

        parameters = {"start": START, "wait_minutes": 1, **parameters}
        return self._summary(lambda: sqp(marketplaces=list(codes), asins=asins, **parameters))

    def harvest(self, **parameters: Any) -> dict[str, Any]:
        from flows.harvest import harvest

        return self._summary(lambda: harvest(**parameters))

    @staticmethod
    def _summary(run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        from tasks.reports.collection import IncompleteError

        try:
            return run()
        except IncompleteError as exc:
            return exc.summary

    @staticmethod
    def asins(count: int, *, first: int = 1) -> list[str]:
        return [f"B0CHALK{number:03d}" for number in range(first, first + count)]

    # -- what Amazon saw --------------------------------------------------------------------------

    def fault(self, operation: str, action: str, **values: Any) -> None:
        self.state.faults.add(Fault(operation=operation, action=action, **values))

    def script(self, **values: Any) -> None:
        self.state.reports.scripts.add(ReportScript(**values))

    def hold(self) -> None:
        """Keep every report that is asked for from now on in the queue."""
        self.script(fate="IN_QUEUE", times=None)

    def release(self) -> None:
        self.state.reports.scripts.clear()
        for report in self.created:
            report.script = ReportScript()

    @property
    def created(self) -> list[Any]:
        """Every report that was created, whoever asked for it."""
        return self.state.reports.all()

    def options(self) -> list[str]:
        return [report.specification.options["asin"] for report in self.created]

    def calls(self, operation: str, **filters: Any) -> int:
        return self.state.calls.count(operation, **filters)

    def served(self) -> dict[tuple[Any, ...], dict[str, Any]]:
        """Every row of every document that is DONE, by its key; the last one of a key wins."""
        rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        for report in self.created:
            document = self.state.documents.peek(report.document_id)
            if report.status != "DONE" or document is None:
                continue
            made = document.make()
            text = made if isinstance(made, bytes) else b"".join(made)
            content = json.loads(text, parse_float=Decimal, parse_int=Decimal)
            place = report.specification.marketplace_ids[0]
            for amazons in content["dataByAsin"]:
                row = self.columns(amazons) | {"marketplace_id": place}
                rows[tuple(row[name] for name in KEY)] = row
        return rows

    @staticmethod
    def columns(amazons: dict[str, Any]) -> dict[str, Any]:
        """A row of Amazon's as our table should hold it."""
        row = {ours: _at(amazons, path) for path, ours in COLUMNS.items()}
        return row | {
            "asin": amazons["asin"],
            "period_start": date.fromisoformat(amazons["startDate"]),
            "period_end": date.fromisoformat(amazons["endDate"]),
        }

    # -- what the database holds ------------------------------------------------------------------

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            return [dict(r) for r in connection.execute(sa.text(sql), values).mappings()]

    def execute(self, sql: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.text(sql), values)

    def stored(self) -> dict[tuple[Any, ...], dict[str, Any]]:
        """sqp_data by key, with the columns that come from the document."""
        names = [*COLUMNS.values(), "asin", "period_start", "period_end", "marketplace_id"]
        rows = self.rows(f"SELECT {', '.join(names)} FROM chalkola.sqp_data")
        return {tuple(row[name] for name in KEY): row for row in rows}

    def places(self) -> dict[tuple[Any, ...], tuple[str, str]]:
        """Where each row lies, and who wrote it: a rewritten row has moved."""
        rows = self.rows("SELECT *, tableoid, ctid::TEXT, xmin::TEXT FROM chalkola.sqp_data")
        return {tuple(row[name] for name in KEY): (row["ctid"], row["xmin"]) for row in rows}

    def ledger(self) -> list[dict[str, Any]]:
        return self.rows("SELECT * FROM chalkola.report_requests ORDER BY id")

    def states(self) -> list[str]:
        return [row["state"] for row in self.ledger()]

    def job_runs(self) -> list[dict[str, Any]]:
        return self.rows("SELECT * FROM chalkola.job_runs ORDER BY id")

    @property
    def raw_files(self) -> list[Path]:
        return [p for p in (connections().settings.chalkola_home / "raw").rglob("*") if p.is_file()]


def _at(row: dict[str, Any], path: str) -> Any:
    value: Any = row
    for name in path.split("."):
        value = None if value is None else value.get(name)
    return value


@pytest.fixture
def db_url(db_url: sa.URL) -> Iterator[sa.URL]:
    """As everywhere; what flows hold open is closed before it is dropped."""
    yield db_url
    close_connections()


@pytest.fixture
def postgres15_url(postgres15_url: sa.URL) -> Iterator[sa.URL]:
    yield postgres15_url
    close_connections()


@pytest.fixture
def simulate() -> Iterator[Callable[..., Simulator]]:
    """Starts simulators that are done at once; all are stopped at the end."""
    running: list[Simulator] = []

    def start(**options: Any) -> Simulator:
        options = {"speed": 1000, "progress": INSTANT, "sqp_reports_a_day": 10_000, **options}
        running.append(serve(**options))
        running[-1].start()
        return running[-1]

    yield start
    for simulator in running:
        simulator.stop()


@pytest.fixture
def enter(
    prefect_server: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[[Simulator, sa.URL], Seller]]:
    """Turns the environment of this process to a simulator and a database."""
    from prefect.settings import (
        PREFECT_RESULTS_DEFAULT_SERIALIZER,
        PREFECT_RESULTS_LOCAL_STORAGE_PATH,
        temporary_settings,
    )

    engines: list[sa.Engine] = []

    def start(simulator: Simulator, url: sa.URL) -> Seller:
        environment = {
            "SP_API_CLIENT_ID": "amzn1.application-oa2-client.test",
            "SP_API_CLIENT_SECRET": "client-secret",
            "SP_API_LWA_URL": simulator.lwa_url,
            "SP_API_POLL_INTERVAL": "0.02",
            "SQP_DAILY_BUDGET": "100",
            "SUPABASE_DB_URL": url.render_as_string(hide_password=False),
            "CHALKOLA_HOME": str(tmp_path / "home"),
        }
        for region in ("NA", "EU", "FE"):
            environment[f"SP_API_REFRESH_TOKEN_{region}"] = f"Atzr|{region}"
            environment[f"SP_API_ENDPOINT_{region}"] = simulator.url
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        engines.append(connect_engine(url))
        return Seller(simulator, engines[-1])

    storage = {
        PREFECT_RESULTS_LOCAL_STORAGE_PATH: tmp_path / "results",
        PREFECT_RESULTS_DEFAULT_SERIALIZER: "json",
    }
    with temporary_settings(updates=storage):
        yield start
    for engine in engines:
        engine.dispose()


ELSEWHERE = """
import json, sys
from datetime import date
from prefect.settings import PREFECT_RESULTS_LOCAL_STORAGE_PATH, temporary_settings
from flows.sqp import sqp
from tasks.reports.collection import IncompleteError
given, results = json.loads(sys.argv[1]), sys.argv[2]
with temporary_settings(updates={PREFECT_RESULTS_LOCAL_STORAGE_PATH: results}):
    try:
        result = sqp(**given | {"start": date.fromisoformat(given["start"])})
    except IncompleteError as exc:
        result = exc.summary
print(json.dumps(result["counts"]))
"""


@pytest.fixture
def pull_elsewhere(seller: Seller, flow_forker: Any) -> Iterator[Callable[..., Any]]:
    """Starts the flow sqp in a process group of its own; prints the counts."""
    from prefect.settings import PREFECT_RESULTS_LOCAL_STORAGE_PATH

    started: list[Any] = []

    def start(*codes: str, asins: list[str], **parameters: Any) -> Any:
        given = {"marketplaces": codes, "asins": asins, "start": START.isoformat()}
        given |= {"wait_minutes": 1, **parameters}
        results = str(PREFECT_RESULTS_LOCAL_STORAGE_PATH.value())
        process = flow_forker.start(ELSEWHERE, json.dumps(given), results, environment=os.environ)
        started.append(process)
        return process

    yield start
    for process in started:
        process.close()


@pytest.fixture(scope="session")
def shared_simulator() -> Iterator[Simulator]:
    with serve(speed=1000, progress=INSTANT, sqp_reports_a_day=10_000) as simulator:
        yield simulator


@pytest.fixture
def seller(
    shared_simulator: Simulator, enter: Callable[[Simulator, sa.URL], Seller], db_url: sa.URL
) -> Seller:
    """A seller of the usual simulator, which forgets everything before each test."""
    shared_simulator.state.reset()
    return enter(shared_simulator, db_url)
