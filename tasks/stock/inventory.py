"""FBA stock as Prefect tasks: from the API in North America, from the MYI report elsewhere.

The API shows only what lies in the marketplace itself; Europe's shared stock, and what other
countries may send, stands in the report alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from prefect import get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture

from chalkola_spapi.errors import SpApiError
from chalkola_spapi.marketplaces import Region, find_marketplace
from tasks.connections import Connections, connections
from tasks.database.queries import queries
from tasks.errors import ChalkolaError
from tasks.job_runs import record_result
from tasks.ledger.outcomes import BAD, Outcome
from tasks.ledger.planner import plan_reports
from tasks.stock.levels import API, MYI_REPORT, Sync, replace_levels
from tasks.stock.walk import WALK_COLUMNS, walk_stock
from tasks.stock.wanted import accounts_of, check_inventory, wanted_reports

CHANGES = ("new", "changed", "vanished", "returned")


@dataclass(frozen=True)
class SyncOutcome:
    """What became of one marketplace's stock.

    status: synced; no_data, where Amazon listed nothing and nothing was changed; superseded, where
    newer stock was stored already; or a report's: pending, planned, fatal, failed.
    as_of: when Amazon said so; age_minutes: how long ago that was.
    """

    marketplace: str
    account: str
    source: str
    status: str
    skus: int = 0
    new: int = 0
    changed: int = 0
    vanished: int = 0
    returned: int = 0
    pages: int | None = None
    as_of: str | None = None
    age_minutes: int | None = None
    report_id: str | None = None
    message: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class SyncIncompleteError(ChalkolaError):
    """The stock of some marketplaces is as it was; `summary` holds every marketplace."""

    def __init__(self, result: dict[str, Any]) -> None:
        self.summary = result
        bad = [one for one in result["marketplaces"] if one["status"] in BAD]
        super().__init__("; ".join(f"{one['marketplace']}: {one['message']}" for one in bad))


@task(task_run_name="plan", cache_policy=NO_CACHE)
def plan_inventory(*, marketplaces: Sequence[str]) -> dict[str, Any]:
    """Sort the marketplaces by source, and write the reports that are needed to the ledger.

    A report that is under way, or younger than Amazon's cooldown, stands for a new one.
    """
    conns = connections()
    places = check_inventory(conns, marketplaces)
    database_id = conns.open_database(accounts_of(conns, places))
    return {
        "from_api": [place.code for place in places if place.region is Region.NA],
        "request_ids": plan_reports(conns.engine, wanted_reports(conns, places), refresh=False),
        "database_id": database_id,
    }


@task(task_run_name="walk · {code}", cache_policy=NO_CACHE)
def sync_from_api(code: str) -> dict[str, Any]:
    """Replace a marketplace's levels by a full walk of its stock; gives its outcome.

    Raises:
        SpApiError, DatabaseError: the walk broke off; nothing was changed.
    """
    conns = connections()
    place = find_marketplace(code)
    account = conns.settings.account_name_for(place)
    walk = walk_stock(conns.inventory(account), place.marketplace_id, now=conns.now)
    get_run_logger().info(
        "%s: %d SKUs on %d pages, %d repeated, %d restarts",
        code,
        walk.skus,
        walk.pages,
        walk.repeated,
        walk.restarts,
    )
    if walk.skus == 0:
        message = "Amazon lists no SKU: nothing was changed"
        return SyncOutcome(code, account, API, "no_data", message=message).to_dict()
    sync = Sync(account, place.marketplace_id, API, walk.as_of, pages=walk.pages)
    changes = replace_levels(conns.engine, walk.lines, columns=WALK_COLUMNS, sync=sync)
    return SyncOutcome(
        marketplace=code,
        account=account,
        source=API,
        status="superseded" if changes.is_superseded else "synced",
        skus=walk.skus,
        new=changes.new,
        changed=changes.changed,
        vanished=changes.vanished,
        returned=changes.returned,
        pages=walk.pages,
        as_of=walk.as_of.isoformat(),
        age_minutes=_age(conns, walk.as_of),
    ).to_dict()


def conclude_inventory(
    walks: Sequence[PrefectFuture[dict[str, Any]]], codes: Sequence[str], reports: Sequence[Outcome]
) -> dict[str, Any]:
    """Wait for the walks; gives every marketplace's outcome, and leaves it as an artifact.

    Raises:
        SyncIncompleteError: some marketplaces failed; the others are stored.
    """
    conns = connections()
    conns.ledger.finish_plans([report.request_id for report in reports])
    outcomes = [_walked(conns, c, future) for c, future in zip(codes, walks, strict=True)]
    outcomes += [_reported(conns, report).to_dict() for report in reports]
    counts = dict(Counter(one["status"] for one in outcomes))
    record_result(rows=sum(one["skus"] for one in outcomes), counts=counts)
    result = {"marketplaces": outcomes, "counts": counts}
    if outcomes:
        create_table_artifact(
            key="inventory",
            table=[_table_row(one) for one in outcomes],
            description="What became of each marketplace's stock; SKUs by how they changed.",
        )
    if any(one["status"] in BAD for one in outcomes):
        raise SyncIncompleteError(result)
    return result


def _table_row(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "marketplace": one["marketplace"],
        "from": "API" if one["source"] == API else f"report {one['report_id'] or ''}",
        "status": one["status"],
        "SKUs": one["skus"],
        **{name: one[name] for name in CHANGES},
        "as of (UTC)": (one["as_of"] or "")[:16].replace("T", " "),
        "note": one["message"] or "",
    }


def _walked(conns: Connections, code: str, future: PrefectFuture[dict[str, Any]]) -> dict[str, Any]:
    future.wait()
    if not (future.state.is_failed() or future.state.is_crashed()):
        return future.result()
    problem = future.result(raise_on_failure=False)
    if isinstance(problem, BaseException) and not isinstance(problem, SpApiError | ChalkolaError):
        raise problem
    message = " ".join(str(problem).split())
    get_run_logger().error("%s: %s", code, message)
    account = conns.settings.account_name_for(find_marketplace(code))
    return SyncOutcome(code, account, API, "failed", message=message).to_dict()


def _reported(conns: Connections, report: Outcome) -> SyncOutcome:
    """What the newest MYI report of a marketplace says of its stock, if it was loaded."""
    status = "synced" if report.status == "loaded" else report.status
    stored = _stored(conns, report)
    changes = _changes(conns, report) if report.is_new and status == "synced" else {}
    message = report.message
    if status == "no_data":
        message = "the report is empty: nothing was changed"
    elif status == "planned":
        message = f"Amazon builds another one from {report.next_at}"
    return SyncOutcome(
        marketplace=report.marketplace,
        account=report.account,
        source=MYI_REPORT,
        status=status,
        skus=stored["skus"] if stored else 0,
        as_of=stored["as_of"].isoformat() if stored else None,
        age_minutes=_age(conns, stored["as_of"]) if stored else None,
        report_id=report.report_id,
        message=message,
        **{name: changes.get(name, 0) for name in CHANGES},
    )


def _stored(conns: Connections, report: Outcome) -> Any:
    values = _place(report)
    with conns.engine.connect() as connection:
        found = connection.execute(queries("inventory")["stored_sync"], values)
        return found.mappings().first()


def _changes(conns: Connections, report: Outcome) -> dict[str, int]:
    values = _place(report) | {"report_id": report.report_id}
    with conns.engine.connect() as connection:
        rows = connection.execute(queries("inventory")["changes_of_report"], values)
        return {row.change: row.skus for row in rows}


def _place(report: Outcome) -> dict[str, Any]:
    marketplace_id = find_marketplace(report.marketplace).marketplace_id
    return {"account": report.account, "marketplace_id": marketplace_id}


def _age(conns: Connections, as_of: datetime) -> int:
    return round((conns.now() - as_of).total_seconds() / 60)
