"""Expected against loaded, a line for each marketplace and period."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from chalkola_spapi.periods import ReportPeriod
from deployments.console import table
from tasks.connections import Connections
from tasks.database.queries import queries

STATES = ("loaded", "no_data", "pending", "planned", "failed", "missing")


def coverage_rows(conns: Connections, *, period: ReportPeriod, limit: int) -> list[dict[str, Any]]:
    """Read chalkola.sqp_coverage_by_period, the newest period first."""
    values = {"period": period.value, "limit": limit}
    with conns.engine.connect() as connection:
        rows = connection.execute(queries("coverage")["by_period"], values).mappings()
        return [dict(row) for row in rows]


def coverage_table(rows: list[dict[str, Any]]) -> Table:
    """Lay it out for a person; counts are ASINs."""
    columns = ["", "from", "ASINs#", *(f"{state}#" for state in STATES), "why~"]
    shown = (
        (
            r["marketplace"],
            r["period_start"],
            r["expected"],
            *(r[state] or None for state in STATES),
            r["a_reason"],
        )
        for r in rows
    )
    return table("Coverage of Search Query Performance", columns, shown)
