"""Stock in Amazon Warehousing and Distribution, and the shipments to it, as Prefect tasks.

https://developer-docs.amazon.com/sp-api/reference/awd-v2024-05-09
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from prefect import get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from sqlalchemy import Connection

from chalkola_spapi.awd_models import InboundShipment, InventorySummary
from chalkola_spapi.errors import AccessDeniedError
from chalkola_spapi.marketplaces import Region
from tasks.connections import Connections, connections
from tasks.database.queries import queries
from tasks.job_runs import record_result


@dataclass(frozen=True)
class AwdOutcome:
    """What became of one account's AWD stock.

    status: synced; no_data, where AWD listed nothing and nothing was changed; no_access, where the
    account does not take part in AWD or lacks its role. changed: SKUs that are new or have other
    quantities.
    """

    account: str
    status: str
    skus: int = 0
    changed: int = 0
    vanished: int = 0
    shipments: int = 0
    shipments_read: int = 0
    as_of: str | None = None
    message: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def awd_accounts(conns: Connections) -> list[str]:
    """Give the accounts that may have stock in AWD: those of North America."""
    settings = conns.settings
    return [
        name
        for name in settings.account_names
        if any(place.region is Region.NA for place in settings.marketplaces_of(name))
    ]


@task(task_run_name="plan", cache_policy=NO_CACHE)
def plan_awd() -> list[str]:
    """Give the accounts to look at; checks settings and database."""
    conns = connections()
    conns.settings.require_accounts()
    accounts = awd_accounts(conns)
    conns.settings.require_credentials(accounts)
    conns.open_database(accounts)
    return accounts


@task(task_run_name="sync · {account}", cache_policy=NO_CACHE)
def sync_awd(account: str) -> dict[str, Any]:
    """Replace an account's AWD levels, and read the shipments that have changed.

    Quota: 2 requests/s for each page of 200 SKUs and each changed shipment, 1 request/s for each
    page of 200 shipments.

    Raises:
        SpApiError: a list broke off; what it holds was not changed.
    """
    conns = connections()
    as_of = conns.now()
    try:
        stock = list(conns.awd(account).list_inventory())
    except AccessDeniedError as exc:
        get_run_logger().warning("account %s has no access to AWD: %s", account, exc)
        return AwdOutcome(account, "no_access", message=str(exc)).to_dict()
    changed, vanished = _replace_levels(conns, account, stock, as_of=as_of)
    shipments, read = _sync_shipments(conns, account)
    return AwdOutcome(
        account=account,
        status="synced" if stock else "no_data",
        skus=len({one.sku for one in stock}),
        changed=changed,
        vanished=vanished,
        shipments=shipments,
        shipments_read=read,
        as_of=as_of.isoformat(),
        message=None if stock else "AWD lists no SKU: nothing was changed",
    ).to_dict()


def conclude_awd(outcomes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Sum up the accounts, and leave them as an artifact."""
    if outcomes:
        create_table_artifact(
            key="awd",
            table=[_table_row(one) for one in outcomes],
            description="What became of each account's stock in AWD, and of its shipments to it.",
        )
    counts = {one["account"]: one["skus"] for one in outcomes}
    record_result(rows=sum(counts.values()), counts=counts)
    return {"accounts": list(outcomes)}


def _table_row(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "account": one["account"],
        "status": one["status"],
        "SKUs": one["skus"],
        "changed": one["changed"],
        "vanished": one["vanished"],
        "shipments": one["shipments"],
        "of them new or changed": one["shipments_read"],
        "as of (UTC)": (one["as_of"] or "")[:16].replace("T", " "),
        "note": one["message"] or "",
    }


def _replace_levels(
    conns: Connections, account: str, stock: Sequence[InventorySummary], *, as_of: datetime
) -> tuple[int, int]:
    """One transaction; gives how many SKUs changed and vanished. A listing that is late is none."""
    sql = queries("awd")
    with conns.engine.begin() as connection:
        connection.execute(queries("ledger")["take_turns"], {"name": f"awd_levels:{account}"})
        # Where pages shifted during the walk a SKU comes twice: the last one wins.
        latest = {one.sku: one for one in stock}
        rows = json.dumps([_level(one) for one in latest.values()])
        values = {"account": account, "as_of": as_of}
        stored = connection.execute(sql["stored_as_of"], values).scalar()
        if stored is not None and stored > as_of:
            return 0, 0
        changed = connection.execute(sql["replace_levels"], values | {"rows": rows}).rowcount
        # Everything gone at once would be a seller who left AWD; it is not to be told from a fault.
        skus = list(latest)
        vanished = 0
        if skus:
            vanished = connection.execute(sql["mark_vanished"], values | {"skus": skus}).rowcount
            connection.execute(sql["note_sync"], values | {"skus": len(skus)})
    return changed, vanished


def _level(one: InventorySummary) -> dict[str, Any]:
    details = one.inventory_details
    return {
        "sku": one.sku,
        "on_hand": one.total_onhand_quantity,
        "inbound": one.total_inbound_quantity,
        "available": details and details.available_distributable_quantity,
        "reserved": details and details.reserved_distributable_quantity,
        "replenishment": details and details.replenishment_quantity,
        "expiration_details": [d.model_dump(mode="json") for d in one.expiration_details] or None,
    }


def _sync_shipments(conns: Connections, account: str) -> tuple[int, int]:
    """Read the shipments that are new or have changed; gives how many there are, and were read."""
    awd = conns.awd(account)
    with conns.engine.connect() as connection:
        rows = connection.execute(queries("awd")["known_shipments"], {"account": account})
        known = {row.shipment_id: row.amazon_updated_at for row in rows}
    listed = list(awd.list_inbound_shipments(sort_by="UPDATED_AT", sort_order="DESCENDING"))
    stale = [
        one
        for one in listed
        if one.shipment_id not in known
        or one.updated_at is None
        or known[one.shipment_id] != one.updated_at
    ]
    for summary in stale:
        shipment = awd.get_inbound_shipment(summary.shipment_id)
        with conns.engine.begin() as connection:
            _store(connection, account, shipment, listed_at=summary.updated_at)
    return len(listed), len(stale)


def _store(
    connection: Connection, account: str, shipment: InboundShipment, *, listed_at: datetime | None
) -> None:
    sql = queries("awd")
    values = {"account": account, "shipment_id": shipment.shipment_id}
    carrier = shipment.carrier_code
    connection.execute(
        sql["upsert_shipment"],
        values
        | {
            "order_id": shipment.order_id,
            "external_reference_id": shipment.external_reference_id,
            "shipment_status": shipment.shipment_status,
            "destination_region": shipment.destination_region,
            "carrier_code": carrier and carrier.carrier_code_value,
            "tracking_id": shipment.tracking_id,
            "warehouse_reference_id": shipment.warehouse_reference_id,
            "ship_by": shipment.ship_by,
            "amazon_created_at": shipment.created_at,
            # As it is listed: the list decides whether a shipment is read again.
            "amazon_updated_at": listed_at,
        },
    )
    connection.execute(sql["delete_items"], values)
    connection.execute(sql["insert_items"], values | {"rows": json.dumps(_items(shipment))})


def _items(shipment: InboundShipment) -> list[dict[str, Any]]:
    return [
        {
            "sku": one.sku,
            "unit": one.expected_quantity.unit_of_measurement,
            "expected": str(one.expected_quantity.quantity),
            "received": None
            if one.received_quantity is None
            else str(one.received_quantity.quantity),
        }
        for one in shipment.shipment_sku_quantities
    ]
