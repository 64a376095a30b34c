"""Numbers for Prometheus, read from the database at each scrape.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from chalkola_spapi.report_types import SQP
from tasks.connections import Connections
from tasks.database.queries import queries
from tasks.errors import ChalkolaError
from tasks.ledger.ledger import budget_left

#: Query -> (labels, help). The database is the memory: a restart of this service loses no count.
GAUGES: dict[str, tuple[tuple[str, ...], str]] = {
    "reports": (
        ("account", "marketplace", "report_type", "state"),
        "Reports in the ledger by state.",
    ),
    "rows_written": (
        ("account", "marketplace", "report_type"),
        "Rows that loaded reports have written or changed.",
    ),
    "requests_day": (
        ("account", "operation", "status"),
        "Requests to Amazon in the last 24 hours.",
    ),
    "throttled_day": (("account", "operation"), "Answers 429 in the last 24 hours."),
    "newest_data_age": (
        ("account", "marketplace", "report_period"),
        "Seconds since the end of the newest loaded period.",
    ),
    "missing_asins": (
        ("marketplace", "report_period"),
        "Tracked ASINs of the newest published period without an answer.",
    ),
    "shipments": (("status",), "FBA shipments by status."),
    "paused_shipments": ((), "FBA shipments that wait for a person."),
    "runs_day": (("job", "status"), "Flow runs that began in the last 24 hours."),
}


def render(conns: Connections) -> bytes:
    """Give all metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Numbers(conns))
    return generate_latest(registry)


class _Numbers(Collector):
    def __init__(self, conns: Connections) -> None:
        self._conns = conns

    def describe(self) -> Iterable[Metric]:
        # Otherwise registering would already read the database.
        return ()

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("chalkola_database_up", "Whether the database answers.")
        try:
            found = [*self._gauges(), self._quota()]
        except (ChalkolaError, SQLAlchemyError):
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from found

    def _gauges(self) -> Iterator[Metric]:
        with self._conns.engine.connect() as connection:
            for name, (labels, text) in GAUGES.items():
                gauge = GaugeMetricFamily(f"chalkola_{name}", text, labels=labels)
                for row in connection.execute(queries("metrics")[name]):
                    gauge.add_metric([str(label) for label in row[:-1]], row[-1])
                yield gauge

    def _quota(self) -> Metric:
        gauge = GaugeMetricFamily(
            "chalkola_sqp_quota_left",
            "SQP reports that the account may still ask for in these 24 hours.",
            labels=("account",),
        )
        budget = self._conns.settings.sqp_daily_budget
        for account in self._conns.settings.account_names:
            frees = self._conns.ledger.budget_frees(account, SQP)
            gauge.add_metric([account], budget_left(frees, budget))
        return gauge
