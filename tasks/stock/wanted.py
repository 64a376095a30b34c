"""Whose stock is wanted, and which reports that takes; no Prefect: commands look at it, too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from chalkola_spapi.marketplaces import Marketplace, Region
from chalkola_spapi.periods import Period, ReportPeriod
from chalkola_spapi.report_types import MYI_UNSUPPRESSED_INVENTORY
from tasks.connections import Connections
from tasks.database.engine import require_migrated
from tasks.ledger.ledger import Slice
from tasks.ledger.planner import Wanted
from tasks.marketplaces import resolve_marketplaces


def check_inventory(conns: Connections, marketplaces: Sequence[str]) -> list[Marketplace]:
    """Give the marketplaces whose stock is wanted; none given: those of every account.

    Raises:
        InputError: names the field, what was given and what is allowed.
        DatabaseError: the database is not there, or not migrated.
    """
    settings = conns.settings
    places = resolve_marketplaces(marketplaces)
    if not places:
        settings.require_accounts()
        places = [m for name in settings.account_names for m in settings.marketplaces_of(name)]
    settings.require_credentials(accounts_of(conns, places))
    require_migrated(conns.engine)
    return places


def accounts_of(conns: Connections, places: Sequence[Marketplace]) -> list[str]:
    """Give the accounts of marketplaces, each once."""
    return list(dict.fromkeys(conns.settings.account_name_for(place) for place in places))


def wanted_reports(conns: Connections, places: Sequence[Marketplace]) -> list[Wanted]:
    """Give the MYI reports of the marketplaces whose stock does not come from the API."""
    today = conns.now().astimezone(UTC).date()
    period = Period(ReportPeriod.SNAPSHOT, today, today)
    return [
        Wanted(
            Slice(
                conns.settings.account_name_for(place),
                MYI_UNSUPPRESSED_INVENTORY,
                place.marketplace_id,
                period,
            ),
            options={},
        )
        for place in places
        if place.region is not Region.NA
    ]
