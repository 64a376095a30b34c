"""A shipment from its request to its labels, beside the sum of what has to come after one another.

Each of Amazon's operations takes 100 s; the simulator is ten times as fast. All of them come after
one another: Amazon refuses a second generation of a plan's transport while one is going on
(FBA_INB_0115). Every question is answered as soon as it is put.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from benchmarks.database import DATABASE
from benchmarks.environment import seller
from benchmarks.figures import Figure
from benchmarks.prefect_server import prefect_server
from benchmarks.servers import control, simulator
from tasks.database.embedded import EmbeddedPostgres
from tasks.database.engine import connect_engine
from tasks.database.migrations import migrate

SPEED, OPERATION_S = 10.0, 100.0
POLL_S = 3.0
REQUEST = {
    "name": "Bench",
    "marketplace": "US",
    "ready_to_ship_days": 3,
    "source_address": {
        "name": "Chalkola Warehouse",
        "address_line_1": "1 Main Street",
        "city": "Reno",
        "state_or_province": "NV",
        "postal_code": "89501",
        "country_code": "US",
        "phone_number": "+1 775 555 0100",
    },
    "items": [{"msku": "CHALK-A", "quantity": 20}],
    "boxes": [
        {
            "quantity": 2,
            "dimensions": {"length": 12, "width": 10, "height": 8, "unit": "IN"},
            "weight": {"value": 18.5, "unit": "LB"},
            "items": [{"msku": "CHALK-A", "quantity": 10}],
        }
    ],
    "shipping": {"mode": "small_parcel", "solution": "partnered"},
}
SHIP = Path(__file__).with_name("shipping_run.py")
OPERATIONS = """
    SELECT count(*) FROM chalkola.fba_shipment_operations WHERE operation_id IS NOT NULL
"""


def measure(scratch: Path) -> Iterator[Figure]:
    """One shipment."""
    with (
        EmbeddedPostgres(scratch / "shipping") as server,
        simulator(
            speed=SPEED, inbound_progress={"operation_s": OPERATION_S, "spread": 0.0}
        ) as amazon,
    ):
        url = server.ensure_database(DATABASE)
        engine = connect_engine(url)
        migrate(engine)
        with prefect_server(server.ensure_database("prefect"), scratch) as prefect:
            environment = os.environ | prefect | seller(amazon, url, home=scratch / "ship-home")
            environment["SP_API_POLL_INTERVAL"] = str(POLL_S / SPEED)
            took = _ship(environment, scratch)
        with engine.connect() as connection:
            operations = connection.execute(sa.text(OPERATIONS)).scalar_one()
        engine.dispose()
        throttled = control(amazon, "state")["operations"].values()
    bound = operations * OPERATION_S / SPEED
    note = f"{operations} operations of {OPERATION_S:.0f} s"
    yield Figure("a shipment / its operations' sum", took / bound, target=1.10, note=note)
    yield Figure("answers of 429", sum(int(one["throttled"]) for one in throttled), target=0)
    yield Figure("  the sum at Amazon's speed", bound * SPEED / 60, "min")


def _ship(environment: dict[str, str], scratch: Path) -> float:
    request = scratch / "shipment.json"
    request.write_text(json.dumps(REQUEST))
    done = subprocess.run(
        [sys.executable, str(SHIP), str(request)],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        timeout=300,
    )
    seconds: float = json.loads(done.stdout.splitlines()[-1])
    return seconds
