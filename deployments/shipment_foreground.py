"""A shipment's flow in the foreground of a command: its questions are shown while it waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from deployments.console import err, print_json
from deployments.foreground import run_in_foreground
from deployments.shipment_display import print_question, print_shipment
from tasks.connections import Connections
from tasks.database.errors import DatabaseUnreachableError, answering
from tasks.shipments.approvals import Approvals, Question
from tasks.shipments.ledger import ShipmentLedger
from tasks.shipments.request import ShipmentRequest
from tasks.shipments.view import shipment_view

LOOK_EVERY_S = 0.5


def run_shipment(conns: Connections, request: ShipmentRequest, *, as_json: bool) -> None:
    """Run the flow here until the shipment is over, and print how it stands.

    Raises:
        typer.Exit: code 1 unless it is COMPLETED.
    """

    def run() -> dict[str, Any]:
        from flows.fba_shipment import fba_shipment

        result: dict[str, Any] = fba_shipment(request)
        return result

    err.print(f"{request.name}: starting; Ctrl-C stops it, `shipment resume` goes on with it")
    with _announcing(conns, request.name):
        run_in_foreground(conns, run, is_quiet=True)
    print_end(conns, request.name, as_json=as_json)


def print_end(conns: Connections, name: str, *, as_json: bool) -> None:
    """Print how a shipment stands.

    Raises:
        typer.Exit: code 1 unless it is COMPLETED.
    """
    view = shipment_view(conns, ShipmentLedger(conns.engine).get(name))
    print_json(view) if as_json else print_shipment(view)
    if view["status"] != "COMPLETED":
        reason = view["rejection_reason"] or view["error_message"]
        err.print(f"{name}: {view['status']}" + (f": {reason}" if reason else ""))
        raise typer.Exit(1)


@contextmanager
def _announcing(conns: Connections, name: str) -> Iterator[None]:
    """Say on stderr how far the run is, and what it asks."""
    ended = threading.Event()
    watcher = threading.Thread(target=_Watch(conns, name, ended).run, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


class _Watch:
    """Looks at the shipment's rows and tells each change once."""

    def __init__(self, conns: Connections, name: str, ended: threading.Event) -> None:
        self._conns, self._name, self._ended = conns, name, ended
        self._ledger = ShipmentLedger(conns.engine)
        self._status: str | None = None
        self._shown: set[tuple[str, int]] = set()
        self._settled: set[tuple[str, int]] = set()

    def run(self) -> None:
        is_last = False
        while not is_last:
            is_last = self._ended.wait(LOOK_EVERY_S)
            try:
                with answering(self._conns.engine):
                    self._look()
            except DatabaseUnreachableError as exc:
                err.print(f"{exc}")

    def _look(self) -> None:
        shipment = self._ledger.find(self._name)
        if shipment is None:
            return
        if shipment.status != self._status:
            self._status = shipment.status
            err.print(f"{self._name}: {shipment.status}")
        for question in Approvals(self._ledger, shipment).all():
            self._tell(question)

    def _tell(self, question: Question) -> None:
        key = (question.gate, question.round)
        if question.outcome in {"expired", "changed", "refused"} and key not in self._settled:
            self._settled.add(key)
            err.print(f"{self._name}: {question.outcome}: {question.outcome_text}")
        is_waiting = question.is_open and question.decision is None
        if is_waiting and key not in self._shown:
            self._shown.add(key)
            print_question(question)
