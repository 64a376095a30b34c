"""The inbound plans of every account: the door to the rest of this package.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-inbound-api-v2024-03-20-reference
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from chalkola_spapi.simulator.clock import Clock
from chalkola_spapi.simulator.inbound.desk import CREATE, Desk
from chalkola_spapi.simulator.inbound.goods import Item, key_of, new_id
from chalkola_spapi.simulator.inbound.operation import Operation
from chalkola_spapi.simulator.inbound.plan import Plan
from chalkola_spapi.simulator.inbound.plan_requests import (
    AddressInput,
    CreateInboundPlanRequest,
    ItemInput,
)
from chalkola_spapi.simulator.inbound.problems import ListRefusedError, Problem, bad_request
from chalkola_spapi.simulator.inbound.products import Products
from chalkola_spapi.simulator.inbound.scripts import InboundProgress, InboundScript
from chalkola_spapi.simulator.inbound.shipment import Shipment
from chalkola_spapi.simulator.inbound.shipment_requests import MskuPrepDetailInput, TaxDetails
from chalkola_spapi.simulator.marketplaces import MARKETPLACES
from chalkola_spapi.simulator.rules import Rulebook
from chalkola_spapi.simulator.stock.catalogue import Catalogue

_PLAN_ID = re.compile(r"[a-zA-Z0-9-]{38}")
# Marketplaces whose addresses need a state.
_WITH_STATES = {"US", "CA", "MX", "AU"}


class Inbounds:
    """Plans, products and operations; `desk` takes the writes in."""

    def __init__(
        self,
        *,
        clock: Clock,
        speed: float,
        seed: int,
        progress: InboundProgress,
        catalogue: Catalogue,
    ) -> None:
        self.desk = Desk(clock=clock, speed=speed, seed=seed, progress=progress)
        self.products = Products(catalogue)
        self.taxes: dict[tuple[str, str, str], TaxDetails] = {}
        self._plans: dict[str, Plan] = {}
        self._creating: list[tuple[Plan, Operation]] = []

    @property
    def scripts(self) -> Rulebook[InboundScript]:
        return self.desk.scripts

    @property
    def now(self) -> datetime:
        return self.desk.now

    def create(self, account: str, request: CreateInboundPlanRequest) -> tuple[Plan, Operation]:
        """Take in createInboundPlan: the plan is there at once, and usable once it has ended.

        Raises:
            RefusedError: 400 for a marketplace, an address or owners that cannot be.
        """
        (marketplace_id,) = request.destination_marketplaces
        if marketplace_id not in MARKETPLACES:
            raise bad_request("Invalid destinationMarketplace provided.")
        self._check(account, marketplace_id, request)
        plan = self._plan(account, marketplace_id, request)
        problems = [
            problem
            for item in request.items
            for problem in self._product_problems(account, marketplace_id, item)
        ]

        def effect(_script: InboundScript, _at: datetime) -> None:
            plan.is_created = True

        operation = self.desk.begin(
            plan, CREATE, subject=plan.plan_id, effect=effect, problems=problems
        )
        self._plans[plan.plan_id] = plan
        self._creating.append((plan, operation))
        return plan, operation

    def find(self, account: str, plan_id: str) -> Plan:
        """A plan as it stands now.

        Raises:
            RefusedError: 400, the account has no such plan.
        """
        if not _PLAN_ID.fullmatch(plan_id):
            raise bad_request("The inboundPlanId is malformed.")
        plan = self._plans.get(plan_id)
        if plan is None or plan.account != account:
            raise bad_request("The requested inbound plan does not exist.")
        self.settle()
        return plan

    def peek(self, plan_id: str) -> Plan | None:
        """A plan of any account, without looking at the time; None if there is none."""
        return self._plans.get(plan_id)

    def plans(self, account: str | None = None) -> list[Plan]:
        """The plans of one account, or of all, oldest first."""
        self.settle()
        return [plan for plan in self._plans.values() if account in {None, plan.account}]

    def look(self, account: str, operation_id: str) -> Operation:
        """An operation as it stands now; counts as a poll."""
        operation = self.desk.look(account, operation_id)
        self.settle()
        return operation

    def confirmed(self, account: str) -> list[tuple[Plan, Shipment]]:
        """The shipments of an account that v0 knows: those with a confirmation id."""
        return [
            (plan, shipment)
            for plan in self.plans(account)
            for shipment in plan.sent
            if shipment.confirmation_id is not None
        ]

    def prepare(
        self, account: str, marketplace_id: str, details: Sequence[MskuPrepDetailInput]
    ) -> Operation:
        """Take in setPrepDetails."""

        def effect(_script: InboundScript, _at: datetime) -> None:
            for detail in details:
                self.products.prepare(account, marketplace_id, detail)

        return self.desk.begin_alone(
            account, "setPrepDetails", marketplace=marketplace_id, effect=effect
        )

    def add_foreign(
        self,
        account: str,
        *,
        name: str,
        marketplace_id: str,
        items: Sequence[ItemInput],
        source: AddressInput,
        status: str = "ACTIVE",
        age: timedelta = timedelta(0),
        is_readable: bool = False,
    ) -> Plan:
        """A plan that another application made; getInboundPlan refuses it unless `is_readable`."""
        request = CreateInboundPlanRequest(
            destination_marketplaces=[marketplace_id],
            items=list(items),
            name=name,
            source_address=source,
        )
        plan = self._plan(account, marketplace_id, request)
        plan.created_at = plan.updated_at = self.now - age
        plan.is_created = True
        plan.is_readable = is_readable
        plan.status = "VOIDED" if status == "VOIDED" else "ACTIVE"
        self._plans[plan.plan_id] = plan
        return plan

    def settle(self) -> None:
        """Let everything happen that was due by now."""
        self.desk.settle()
        for plan, operation in self._creating:
            if operation.status == "FAILED":
                plan.status = "ERRORED"
        self._creating = [one for one in self._creating if not one[1].is_settled]
        for plan in self._plans.values():
            on_the_way = [one.journey.is_on_the_way(self.now) for one in plan.sent]
            if plan.status == "ACTIVE" and on_the_way and all(on_the_way):
                plan.status = "SHIPPED"

    def clear(self) -> None:
        self.desk.clear()
        self.products.clear()
        self.taxes.clear()
        self._plans.clear()
        self._creating.clear()

    def _plan(self, account: str, marketplace_id: str, request: CreateInboundPlanRequest) -> Plan:
        now = self.now
        items = [
            Item(key_of(one), self.products.find(account, marketplace_id, one.msku), one.quantity)
            for one in request.items
        ]
        return Plan(
            account=account,
            plan_id=new_id("wf"),
            name=request.name or f"FBA STA ({now:%m/%d/%Y %H:%M})",
            marketplace=MARKETPLACES[marketplace_id],
            source=request.source_address,
            items=items,
            created_at=now,
            updated_at=now,
        )

    def _product_problems(
        self, account: str, marketplace_id: str, item: ItemInput
    ) -> list[Problem]:
        return self.products.find(account, marketplace_id, item.msku).problems(item)

    def _check(self, account: str, marketplace_id: str, request: CreateInboundPlanRequest) -> None:
        errors = self.products.owner_errors(account, marketplace_id, request.items)
        mskus = [item.msku for item in request.items]
        errors += [
            f"ERROR: {msku} is given more than once."
            for msku in sorted({one for one in mskus if mskus.count(one) > 1})
        ]
        address = request.source_address
        if address.country_code in _WITH_STATES and address.state_or_province_code is None:
            errors.append(
                "ERROR: The source address is invalid: stateOrProvinceCode is required in "
                f"{address.country_code}."
            )
        if errors:
            raise ListRefusedError(errors)
