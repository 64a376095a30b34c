"""A seller who ships: requests, answers at the gates, and what Amazon and the database hold."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from prefect.client.orchestration import get_client
from prefect.flow_engine import run_flow
from prefect.states import AwaitingRetry

from chalkola_spapi.simulator import Fault, Simulator
from chalkola_spapi.simulator.inbound.scripts import InboundScript
from tasks.connections import connections
from tasks.shipments import pacing
from tasks.shipments.approvals import Answer, Approvals
from tasks.shipments.ledger import ShipmentLedger
from tasks.shipments.request_file import read_request
from tasks.shipments.view import shipment_view

BOX = {
    "quantity": 2,
    "dimensions": {"length": 12, "width": 10, "height": 8, "unit": "IN"},
    "weight": {"value": 18.5, "unit": "LB"},
    "items": [{"msku": "CHALK-A", "quantity": 10}],
}
REQUEST = {
    "name": "Spring restock",
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
    "items": [{"msku": "CHALK-A", "quantity": 20}, {"msku": "OVERSIZE-B", "quantity": 6}],
    "boxes": [
        BOX,
        BOX | {"quantity": 3, "items": [{"msku": "OVERSIZE-B", "quantity": 2}]},
    ],
    "shipping": {"mode": "small_parcel", "solution": "partnered"},
}
PALLETS = {
    "shipping": {"mode": "ltl", "solution": "partnered"},
    "pallets": [
        {
            "quantity": 4,
            "dimensions": {"length": 48, "width": 40, "height": 50, "unit": "IN"},
            "weight": {"value": 600, "unit": "LB"},
            "stackability": "STACKABLE",
        }
    ],
    "freight": {"freight_class": "FC_70", "declared_value": 2500},
}
LIMIT_S = 30


class Shipper:
    """Runs the flow here, in a thread where somebody has to answer it."""

    name = REQUEST["name"]

    def __init__(self, simulator: Simulator, engine: sa.Engine) -> None:
        self.simulator = simulator
        self.state = simulator.state
        self.engine = engine
        self.ledger = ShipmentLedger(engine)
        self.runs: list[Run] = []

    @staticmethod
    def request(**changes: Any) -> dict[str, Any]:
        return copy.deepcopy(REQUEST) | copy.deepcopy(changes)

    @staticmethod
    def pallets(**changes: Any) -> dict[str, Any]:
        return copy.deepcopy(REQUEST) | copy.deepcopy(PALLETS) | copy.deepcopy(changes)

    # -- runs -------------------------------------------------------------------------------------

    @staticmethod
    def create(request: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the flow to its end."""
        from flows.fba_shipment import fba_shipment

        return fba_shipment(read_request(request or REQUEST))

    def approved(self, request: dict[str, Any] | None = None, **answers: Any) -> dict[str, Any]:
        """Run the flow to its end; every question is answered with the recommended option."""
        with self.answering(**answers):
            return self.create(request)

    @contextmanager
    def answering(
        self,
        choose: Callable[[dict[str, Any]], str] | None = None,
        decide: Callable[[str, int], Answer | None] | None = None,
    ) -> Iterator[None]:
        """Answer every question, as another terminal would, until the block ends."""
        ended = threading.Event()

        def answer() -> None:
            while not ended.wait(0.02):
                self.answer_open(choose=choose, decide=decide)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def answer_open(
        self,
        choose: Callable[[dict[str, Any]], str] | None = None,
        decide: Callable[[str, int], Answer | None] | None = None,
    ) -> None:
        shipment = self.ledger.find(self.name)
        if shipment is None:
            return
        approvals = Approvals(self.ledger, shipment)
        question = approvals.open()
        if question is None or question.decision is not None:
            return
        if decide is not None:
            given = decide(question.gate, question.round)
            if given is not None:
                approvals.answer(question, given, by="command")
                return
        chosen = (choose or (lambda shown: shown["recommended"]))(question.shown)
        ids = tuple(chosen.split(","))
        approvals.answer(question, Answer("approve", ids), by="command")

    def in_thread(self, request: dict[str, Any] | None = None) -> Run:
        """Start the flow in a thread of this process."""
        self.runs.append(Run(lambda: self.create(request)))
        return self.runs[-1]

    def again(self) -> Run:
        """Start the dead flow run anew, as a worker does that finds it scheduled."""
        from flows.fba_shipment import fba_shipment

        with get_client(sync_client=True) as client:
            client.set_flow_run_state(self.row.flow_run_id, AwaitingRetry(), force=True)
            dead = client.read_flow_run(self.row.flow_run_id)
        parameters = {"request": read_request(REQUEST)}
        self.runs.append(Run(lambda: run_flow(fba_shipment, flow_run=dead, parameters=parameters)))
        return self.runs[-1]

    def end_runs(self) -> None:
        """A run that still waits must not outlive its database."""
        if any(run.is_running for run in self.runs):
            with self.answering(decide=lambda *_: Answer("reject")):
                for run in self.runs:
                    run.join()

    def wait_for(self, status: str) -> None:
        self.until(lambda: self.status == status)

    @staticmethod
    def until(is_so: Callable[[], Any]) -> None:
        deadline = time.monotonic() + LIMIT_S
        while not is_so():
            assert time.monotonic() < deadline, "it did not come to that"
            time.sleep(0.02)

    # -- what Amazon saw --------------------------------------------------------------------------

    def fault(self, operation: str, action: str, **values: Any) -> None:
        self.state.faults.add(Fault(operation=operation, action=action, **values))

    def script(self, **values: Any) -> None:
        self.state.inbound.scripts.add(InboundScript(**values))

    @property
    def plans(self) -> list[Any]:
        return self.state.inbound.plans()

    def writes(self, name: str) -> int:
        """How often a write succeeded at Amazon, over all plans."""
        return sum(
            write.name == name and write.describe()["operationStatus"] == "SUCCESS"
            for plan in self.plans
            for write in plan.writes
        )

    def calls(self, operation: str) -> int:
        return self.state.calls.count(operation)

    def assert_once(self) -> None:
        """One plan, each confirmation once."""
        assert len(self.plans) == 1
        assert self.writes("confirmPlacementOption") == 1
        assert self.writes("confirmTransportationOptions") == 1
        assert self.writes("confirmPackingOption") == 1

    # -- what the database holds ------------------------------------------------------------------

    @property
    def row(self) -> Any:
        return self.ledger.get(self.name)

    @property
    def status(self) -> str | None:
        found = self.ledger.find(self.name)
        return found.status if found else None

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            return [dict(r) for r in connection.execute(sa.text(sql), values).mappings()]

    def view(self) -> dict[str, Any]:
        return shipment_view(connections(), self.row)

    def questions(self) -> list[Any]:
        return Approvals(self.ledger, self.row).all()

    @property
    def files(self) -> list[Path]:
        return sorted((connections().settings.chalkola_home / "labels").rglob("*"))


class Run:
    """A flow in a thread; `result` re-raises what it raised."""

    def __init__(self, call: Callable[[], Any]) -> None:
        import contextvars

        self._outcome: list[tuple[bool, Any]] = []
        context = contextvars.copy_context()
        self._thread = threading.Thread(target=context.run, args=(self._run, call))
        self._thread.start()

    def _run(self, call: Callable[[], Any]) -> None:
        try:
            self._outcome.append((True, call()))
        except BaseException as exc:  # noqa: BLE001 -- handed to whoever asks for the result
            self._outcome.append((False, exc))

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def join(self) -> None:
        self._thread.join(LIMIT_S)

    def result(self) -> Any:
        self.join()
        assert self._outcome, "the run did not end"
        is_good, value = self._outcome[0]
        if not is_good:
            raise value
        return value


@pytest.fixture
def shipper(seller: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shipper]:
    """A seller of the usual simulator; waits are short, as nothing takes long there."""
    for name, seconds in {
        "READ_BACK_S": 0.3,
        "IN_PROGRESS_S": 5.0,
        "SHOWN_S": 0.1,
        "TAKE_OVER_S": 0.1,
        "ANSWER_POLL_S": 0.05,
    }.items():
        monkeypatch.setattr(pacing, name, seconds)
    shipper = Shipper(seller.simulator, seller.engine)
    yield shipper
    shipper.end_runs()
