"""Quotes go together one a shipment, parcels with one carrier; pallets are spread by units."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tasks.shipments.errors import OptionsError, ShipmentInputError
from tasks.shipments.offers import OWN_CARRIER, PARTNERED, Placement, Quote
from tasks.shipments.pallets import spread, spread_amount
from tasks.shipments.questions import charges, exceeds_limit
from tasks.shipments.quotes import Choice, choices, selection, wanted
from tasks.shipments.request import Shipping


def quote(shipment, carrier, cost, mode="GROUND_SMALL_PARCEL"):
    return Quote(
        option_id=f"{shipment}-{carrier}",
        shipment_id=shipment,
        carrier_name=carrier,
        carrier_code=None,
        mode=mode,
        solution=OWN_CARRIER if cost is None else PARTNERED,
        cost=None if cost is None else Decimal(cost),
        currency="USD",
        expires_at=None,
        voidable_until=None,
        needs_window=cost is None,
    )


PARCELS = [
    quote("s1", "UPS", "10.00"),
    quote("s2", "UPS", "20.00"),
    quote("s1", "ATS", "5.00"),
    quote("s2", "ATS", "30.00"),
    quote("s1", "Other", None),
    quote("s2", "Other", None),
]


def test_parcels_never_mix_carriers_and_the_cheapest_whole_comes_first():
    found = choices(PARCELS, ["s1", "s2"], is_freight=False)
    assert [(c.carriers, c.cost) for c in found] == [
        ("UPS", Decimal("30.00")),
        ("ATS", Decimal("35.00")),
        ("Other", None),
    ]


def test_a_price_that_is_unknown_is_not_taken_for_free():
    assert choices(PARCELS, ["s1", "s2"], is_freight=False)[-1].carriers == "Other"


PLACEMENT = Placement("pl1", ("s1", "s2"), Decimal(9), Decimal(1), "USD", "OFFERED", None)
LIMIT = {"spend_limit": {"amount": "10"}, "currency": "USD"}


@pytest.mark.parametrize(
    ("quotes", "charged", "is_over"),
    [
        ([], "8", False),
        ([quote("s1", "Other", None)], "8", False),
        ([quote("s1", "UPS", "2.00")], "10.00", False),
        ([quote("s1", "UPS", "2.01")], "10.01", True),
        ([quote("s1", "Other", None), quote("s2", "UPS", "2.01")], "10.01", True),
        ([replace(quote("s1", "UPS", "0.01"), currency="CAD")], None, True),
    ],
)
def test_the_limit_holds_for_what_amazon_charges_as_far_as_it_is_known(quotes, charged, is_over):
    choice = Choice(tuple(quotes)) if quotes else None
    assert charges(PLACEMENT, choice) == charged
    assert exceeds_limit(LIMIT, charged) == is_over
    assert not exceeds_limit(LIMIT | {"spend_limit": None}, charged)


def test_money_of_differing_currencies_is_not_added_up():
    both = [PARCELS[0], replace(PARCELS[1], currency="CAD")]
    (found,) = choices(both, ["s1", "s2"], is_freight=False)
    assert found.cost is None


def test_pallets_may_go_with_the_cheapest_carrier_each():
    freight = [
        quote(q.shipment_id, q.carrier_name, q.cost, "FREIGHT_LTL")
        for q in PARCELS
        if q.cost is not None
    ]
    assert choices(freight, ["s1", "s2"], is_freight=True)[0].cost == Decimal("25.00")


def test_a_carrier_that_misses_a_shipment_is_no_choice():
    assert not choices([quote("s1", "UPS", "1")], ["s1", "s2"], is_freight=False)


def test_only_what_was_asked_for_is_wanted():
    assert not wanted(PARCELS, Shipping(mode="ltl"))
    assert {q.carrier for q in wanted(PARCELS, Shipping(solution="own_carrier"))} == {"Other"}


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        (["s1-UPS"], "s2 has 0 options"),
        (["s1-UPS", "s1-ATS", "s2-UPS"], "s1 has 2 options"),
        (["s1-UPS", "s2-ATS"], "one carrier, not with ATS, UPS"),
        (["s1-UPS", "s3-UPS"], "s3-UPS is not among"),
    ],
)
def test_a_selection_names_one_option_a_shipment_of_one_carrier(ids, said):
    with pytest.raises(ShipmentInputError, match=said):
        selection(PARCELS, ids, ["s1", "s2"], is_freight=False)


def test_pallets_are_spread_by_units_and_every_shipment_gets_one():
    assert spread([3, 1], {"s1": 90, "s2": 10}) == {"s1": [3, 0], "s2": [0, 1]}
    with pytest.raises(OptionsError, match="1 pallets cannot be spread over 2"):
        spread([1], {"s1": 1, "s2": 1})


def test_amounts_add_up_to_the_cent():
    parts = spread_amount(Decimal("100.00"), {"s1": 1, "s2": 1, "s3": 1})
    assert sum(parts.values()) == Decimal("100.00")
