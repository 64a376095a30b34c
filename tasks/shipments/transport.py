"""Transportation: quotes of the carriers, and the one confirmation that costs money.

Quotes are made for each placement, one placement after the other (FBA_INB_0115).
https://developer-docs.amazon.com/sp-api/reference/generatetransportationoptions
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from chalkola_spapi.inbound_models import (
    ConfirmTransportationOptionsRequest,
    ContactInformation,
    Currency,
    FreightInformation,
    GenerateTransportationOptionsRequest,
    PalletInput,
    ShipmentTransportationConfiguration,
    TransportationOption,
    TransportationSelection,
    Weight,
    WindowInput,
)
from tasks.shipments import pacing
from tasks.shipments.errors import OptionsError, ShipmentError
from tasks.shipments.offers import NEEDS_WINDOW, PARTNERED, Quote
from tasks.shipments.operations import Intent, Started, Write
from tasks.shipments.packing import dimensions
from tasks.shipments.pallets import spread, spread_amount
from tasks.shipments.placement import units_by_shipment
from tasks.shipments.quotes import Choice, choices, wanted
from tasks.shipments.work import Work

CONFIRM = "confirmTransportationOptions"
GENERATE = "generateTransportationOptions"
#: Amazon sometimes ends a generation as a success without any option.
GENERATIONS = 2


def quoted(work: Work, option_id: str, shipment_ids: Sequence[str]) -> list[Quote]:
    """Give the open quotes of a placement that the request allows, made if there are none.

    Raises:
        OptionsError: Amazon quotes nothing that the request allows.
    """
    found = open_quotes(work, option_id)
    for _ in range(GENERATIONS):
        if _covers(found, shipment_ids, work):
            return found
        work.operations.do(_generate(work, option_id, shipment_ids))
        for _ in pacing.shown_looks(work.conns):
            found = open_quotes(work, option_id)
            if found:
                break
    if _covers(found, shipment_ids, work):
        return found
    shipping = work.request.shipping
    raise OptionsError(
        f"{work.shipment.plan_name}: Amazon offers no transportation with mode {shipping.mode} and "
        f"solution {shipping.solution} for all {len(shipment_ids)} shipments; check the ready "
        "date, the contact, pallets and freight, or allow another solution"
    )


def all_quotes(work: Work, option_id: str) -> list[Quote]:
    """Give every quote of a placement, lapsed ones and other ways among them."""
    options = work.inbound.list_transportation_options(work.plan_id, placement_option_id=option_id)
    return [_quote(option) for option in options]


def open_quotes(work: Work, option_id: str) -> list[Quote]:
    """Give the quotes of a placement that the request allows and that still hold."""
    allowed = wanted(all_quotes(work, option_id), work.request.shipping)
    return [quote for quote in allowed if quote.is_open(work.now())]


def offered_choices(
    work: Work, quotes: Sequence[Quote], shipment_ids: Sequence[str]
) -> list[Choice]:
    """Give the combinations that can be confirmed, cheapest first."""
    return choices(quotes, shipment_ids, is_freight=work.request.is_freight)


def confirm_transportation(work: Work, choice: Choice) -> None:
    """Confirm the carriers that a person has approved; partnered ones charge from here on.

    Raises:
        ShipmentError: Amazon shows other options as selected.
    """
    work.operations.do(_confirm(work, choice))
    modes = {quote.mode for quote in choice.quotes}
    work.ledger.write(
        "set_transportation",
        id=work.shipment.id,
        transportation_option_id=choice.option_ids[0] if len(choice.quotes) == 1 else None,
        carrier_name=choice.carriers,
        shipping_mode=modes.pop() if len(modes) == 1 else None,
        cost=choice.cost,
        currency=choice.currency,
        free_void_until=choice.voidable_until,
        estimated_ship_date=work.ready_on(),
    )
    work.ledger.advance(work.shipment, "TRANSPORTATION_CONFIRMED")


def sent_choice(work: Work) -> Choice | None:
    """Give what was sent for confirmation: fresh quotes may stand in for those that were shown."""
    last = work.operations.last(CONFIRM)
    quotes = (last.result or {}).get("quotes") if last is not None else None
    return Choice(tuple(Quote.of_plain(one) for one in quotes)) if quotes else None


def _covers(quotes: Sequence[Quote], shipment_ids: Sequence[str], work: Work) -> bool:
    return bool(offered_choices(work, quotes, shipment_ids))


def _quote(option: TransportationOption) -> Quote:
    quote = option.quote
    return Quote(
        option_id=option.transportation_option_id,
        shipment_id=option.shipment_id,
        carrier_name=option.carrier.name or "",
        carrier_code=option.carrier.alpha_code,
        mode=option.shipping_mode,
        solution=option.shipping_solution,
        cost=quote.cost.amount if quote else None,
        currency=quote.cost.code if quote else None,
        expires_at=quote.expiration if quote else None,
        voidable_until=quote.voidable_until if quote else None,
        needs_window=NEEDS_WINDOW in option.preconditions,
    )


def freight_loads(work: Work, shipment_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Give shipment -> pallets and declared value, as carriers are told; for parcels nothing."""
    if not work.request.is_freight:
        return {}
    units = units_by_shipment(work, shipment_ids)
    pallets, freight = _pallets(work, units), _freight(work, units)
    declared = {key: one.declared_value for key, one in freight.items()}
    return {
        shipment_id: {
            "pallets": sum(pallet.quantity for pallet in pallets[shipment_id]),
            "declared_value": value.amount if (value := declared.get(shipment_id)) else None,
        }
        for shipment_id in shipment_ids
    }


# -- what is asked for -----------------------------------------------------------------------------


def _configurations(
    work: Work, shipment_ids: Sequence[str]
) -> tuple[ShipmentTransportationConfiguration, ...]:
    pallets: Mapping[str, tuple[PalletInput, ...]] = {}
    freight: Mapping[str, FreightInformation] = {}
    if work.request.is_freight:
        units = units_by_shipment(work, shipment_ids)
        pallets, freight = _pallets(work, units), _freight(work, units)
    ready = WindowInput(start=work.ready_at())
    return tuple(
        ShipmentTransportationConfiguration(
            shipment_id=shipment_id,
            ready_to_ship_window=ready,
            contact_information=_contact(work),
            freight_information=freight.get(shipment_id),
            pallets=pallets.get(shipment_id),
        )
        for shipment_id in shipment_ids
    )


def _contact(work: Work) -> ContactInformation:
    person = work.request.contact_person
    return ContactInformation(
        name=person.name, phone_number=person.phone_number, email=person.email
    )


def _pallets(work: Work, units: Mapping[str, int]) -> dict[str, tuple[PalletInput, ...]]:
    given = work.request.pallets or []
    shares = spread([pallet.quantity for pallet in given], units)
    return {
        shipment_id: tuple(
            PalletInput(
                quantity=count,
                dimensions=dimensions(pallet.dimensions),
                weight=Weight(value=pallet.weight.value, unit=pallet.weight.unit),
                stackability=pallet.stackability,
            )
            for pallet, count in zip(given, counts, strict=True)
            if count
        )
        for shipment_id, counts in shares.items()
    }


def _freight(work: Work, units: Mapping[str, int]) -> dict[str, FreightInformation]:
    freight = work.request.freight
    if freight is None:
        return {}
    currency = freight.declared_value.currency or work.request.place.currency
    amounts = spread_amount(Decimal(freight.declared_value.amount), units)
    return {
        shipment_id: FreightInformation(
            declared_value=Currency(amount=amount, code=currency),
            freight_class=freight.freight_class,
        )
        for shipment_id, amount in amounts.items()
    }


# -- writes ----------------------------------------------------------------------------------------


def _generate(work: Work, option_id: str, shipment_ids: Sequence[str]) -> Write:
    def send(intent: Intent) -> Started:
        request = GenerateTransportationOptionsRequest(
            placement_option_id=option_id,
            shipment_transportation_configurations=_configurations(work, shipment_ids),
        )
        operation_id = work.inbound.generate_transportation_options(
            work.plan_id, request=request, before_send=intent
        )
        return Started(operation_id)

    def find(_since: datetime) -> dict[str, Any] | None:
        return {} if _covers(open_quotes(work, option_id), shipment_ids, work) else None

    return Write(GENERATE, option_id, send, find, is_once=False, reads_back=False)


def _confirm(work: Work, choice: Choice) -> Write:
    def send(intent: Intent) -> Started:
        request = ConfirmTransportationOptionsRequest(
            transportation_selections=tuple(
                TransportationSelection(
                    shipment_id=quote.shipment_id,
                    transportation_option_id=quote.option_id,
                    contact_information=_contact(work) if quote.solution == PARTNERED else None,
                )
                for quote in choice.quotes
            )
        )
        operation_id = work.inbound.confirm_transportation_options(
            work.plan_id, request=request, before_send=intent
        )
        return Started(operation_id)

    # Once for the whole plan, whatever was chosen: hence no subject.
    sent = {"quotes": [quote.to_plain() for quote in choice.quotes]}
    return Write(CONFIRM, "", send, lambda _since: _selected(work, choice), sent=sent)


def _selected(work: Work, choice: Choice) -> dict[str, Any] | None:
    """Look whether Amazon shows the choice as confirmed, with the confirmation ids.

    Raises:
        ShipmentError: it shows another choice.
    """
    for quote in choice.quotes:
        shipment = work.inbound.get_shipment(work.plan_id, shipment_id=quote.shipment_id)
        selected = shipment.selected_transportation_option_id
        if selected is not None and selected != quote.option_id:
            raise ShipmentError(
                f"{work.shipment.plan_name}: Amazon shows {selected} as confirmed for shipment "
                f"{quote.shipment_id}, not the approved {quote.option_id}"
            )
        if selected is None or shipment.shipment_confirmation_id is None:
            return None
    return {}
