"""The listings feed the tracked ASINs: Search Query Performance is asked for what is sold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from prefect import get_run_logger
from prefect.artifacts import create_table_artifact

from chalkola_spapi.marketplaces import find_marketplace
from tasks.asins.tracked import DEFAULT_PRIORITY
from tasks.connections import Connections, connections
from tasks.database.queries import queries
from tasks.ledger.outcomes import Outcome
from tasks.reports.collection import conclude


@dataclass(frozen=True)
class Feed:
    """How the tracked ASINs of a marketplace changed."""

    marketplace: str
    added: int
    reordered: int
    dropped: int

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def feed_tracked_asins(reports: Sequence[Outcome]) -> dict[str, Any]:
    """Track the ASINs of each marketplace whose listings are loaded; gives reports and changes.

    ASINs that were imported by hand stay as they are, suppressed ones stay suppressed.

    Raises:
        IncompleteError: some reports failed; the other marketplaces are fed.
    """
    conns = connections()
    feeds = [_feed(conns, report) for report in reports if report.status == "loaded"]
    if feeds:
        create_table_artifact(
            key="tracked-asins",
            table=[feed.to_dict() for feed in feeds],
            description="What the listings changed of the tracked ASINs.",
        )
    conns.ledger.finish_plans([report.request_id for report in reports])
    return conclude(reports) | {"tracked_asins": [feed.to_dict() for feed in feeds]}


def _feed(conns: Connections, report: Outcome) -> Feed:
    place = find_marketplace(report.marketplace)
    values = {
        "account": report.account,
        "marketplace_id": place.marketplace_id,
        "default_priority": DEFAULT_PRIORITY,
    }
    sql = queries("asins")
    with conns.engine.begin() as connection:
        changes = list(connection.execute(sql["feed"], values).scalars())
        dropped = connection.execute(sql["drop_unlisted"], values).rowcount
    feed = Feed(place.code, changes.count(True), changes.count(False), dropped)
    get_run_logger().info(
        "%s: %d ASINs added, %d reordered, %d dropped",
        feed.marketplace,
        feed.added,
        feed.reordered,
        feed.dropped,
    )
    return feed
