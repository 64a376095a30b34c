"""One flow run over one shipment: alone, resumable, and with its end written down."""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Any, Self

from prefect.runtime import flow_run

from chalkola_spapi.errors import SpApiError
from tasks.connections import connections
from tasks.job_runs import record_result
from tasks.shipments.approvals import Approvals
from tasks.shipments.decisions import VoidedError
from tasks.shipments.errors import ShipmentError
from tasks.shipments.ledger import VOIDED, ShipmentLedger, Status
from tasks.shipments.plan import is_voided, plan_problem, void_plan
from tasks.shipments.preflight import preflight
from tasks.shipments.problems import advice
from tasks.shipments.request import ShipmentRequest
from tasks.shipments.view import shipment_view
from tasks.shipments.work import Work, held

logger = logging.getLogger(__name__)


class ShipmentRun:
    """Holds the shipment for the length of a block and records how the block ended.

    A decision against the shipment, raised inside as VoidedError, voids the plan at Amazon and ends
    the block without an error. `is_over`: there is nothing left to do.
    """

    def __init__(self, request: ShipmentRequest) -> None:
        self.request = request
        self.name = request.name
        self.is_over = False
        self._conns = connections()
        self._lock = held(self._conns, request.name)

    def __enter__(self) -> Self:
        settings = self._conns.settings
        account = settings.account_name_for(self.request.place)
        settings.require_credentials([account])
        self._conns.open_database([account])
        self._lock.__enter__()
        try:
            self._open(account)
        except BaseException:
            self._lock.__exit__(None, None, None)
            raise
        return self

    def _open(self, account: str) -> None:
        ledger = ShipmentLedger(self._conns.engine)
        if ledger.is_new(self.request):
            preflight(self._conns, self.request)
            ledger.open(self.request, account=account)
        stored = ledger.get(self.name)
        ledger.write("set_flow_run", id=stored.id, flow_run_id=flow_run.id)
        self.is_over = stored.status in {*VOIDED, "COMPLETED"}
        if not self.is_over:
            ledger.take_up(stored)
            self._notice_voided()

    def _notice_voided(self) -> None:
        """Somebody may have voided the plan since, in Seller Central or by another command."""
        work = Work.on(self.name)
        if work.shipment.inbound_plan_id is not None and is_voided(work):
            question = Approvals(work.ledger, work.shipment).open()
            given = question.given if question else None
            if given is None or given.decision == "approve":
                raise self._voided_underneath(work)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        try:
            return self._ended(exc)
        finally:
            self._lock.__exit__(None, None, None)

    def _ended(self, exc: BaseException | None) -> bool:
        if isinstance(exc, VoidedError):
            self._void(exc)
            return True
        # A run that is killed or stopped is taken up again: only failures are written down.
        if isinstance(exc, Exception):
            self._fail(exc)
        return False

    def _void(self, exc: VoidedError) -> None:
        work = Work.on(self.name)
        try:
            void_plan(work)
        except (ShipmentError, SpApiError) as problem:
            self._fail(problem)
            raise
        approvals = Approvals(work.ledger, work.shipment)
        question = approvals.open()
        if question is not None:
            approvals.conclude(question, "rejected", exc.reason)
        status: Status = "CANCELLED" if exc.decision == "cancel" else "REJECTED"
        work.ledger.void(work.shipment, status, reason=exc.reason)
        logger.info("%s: the plan is voided at Amazon (%s)", self.name, status)

    def _fail(self, exc: Exception) -> None:
        work = Work.on(self.name)
        if isinstance(exc, SpApiError):
            voided = plan_problem(work, exc)
            if voided is not None:
                raise self._voided_underneath(work) from exc
        hint = advice(exc) if isinstance(exc, SpApiError) else ""
        said = " ".join(str(exc).split()) or type(exc).__name__
        message = f"{said}. What to do: {hint}" if hint else said
        work.ledger.fail(work.shipment, message)
        if hint:
            raise ShipmentError(message) from exc

    def _voided_underneath(self, work: Work) -> ShipmentError:
        text = (
            f"{self.name}: the plan {work.shipment.inbound_plan_id} was voided at Amazon; create a "
            "shipment with another name"
        )
        work.ledger.void(work.shipment, "CANCELLED", reason="voided at Amazon")
        return ShipmentError(text)

    def summary(self) -> dict[str, Any]:
        """Give what the flow returns: the shipment as it stands."""
        shipment = ShipmentLedger(self._conns.engine).get(self.name)
        view = shipment_view(self._conns, shipment)
        labels = len(view["labels"])
        record_result(
            rows=len(view["shipments"]), counts={"labels": labels, "units": shipment.total_units}
        )
        # Prefect keeps what a flow returns: no address, and not every option.
        kept = ("name", "inbound_plan_id", "status", "shipments", "labels", "rejection_reason")
        found = {key: view[key] for key in kept}
        for one in found["shipments"]:
            one.pop("destination_address")
        return found
