"""Boxes find their packing group by their contents, or are refused with the reason."""

from __future__ import annotations

import pytest

from tasks.shipments.box_groups import assign_boxes
from tasks.shipments.errors import AmbiguousBoxesError
from tasks.shipments.request import Box


def box(quantity=1, *, name=None, **contents):
    return Box.model_validate(
        {
            "name": name,
            "quantity": quantity,
            "dimensions": {"length": 10, "width": 10, "height": 10, "unit": "IN"},
            "weight": {"value": 10, "unit": "LB"},
            "items": [{"msku": m, "quantity": q} for m, q in contents.items()],
        }
    )


def test_each_box_goes_to_the_group_of_its_contents():
    boxes = [box(2, A=10), box(1, B=5, C=5)]
    groups = {"pg1": {"A": 20}, "pg2": {"B": 5, "C": 5}}
    assert assign_boxes(boxes, groups) == {"pg1": {0: 2}, "pg2": {1: 1}}


def test_copies_of_a_box_are_spread_where_only_one_way_fits():
    boxes = [box(3, A=10), box(1, A=10, B=5)]
    groups = {"pg1": {"A": 30}, "pg2": {"A": 10, "B": 5}}
    assert assign_boxes(boxes, groups) == {"pg1": {0: 3}, "pg2": {1: 1}}


def test_a_box_that_mixes_groups_is_refused_with_its_mskus():
    with pytest.raises(AmbiguousBoxesError, match=r"boxes\[0\].*A in group 1; B in group 2"):
        assign_boxes([box(1, A=1, B=1)], {"pg1": {"A": 1}, "pg2": {"B": 1}})


def test_boxes_that_fit_two_ways_are_refused():
    boxes = [box(1, name="red", A=10), box(1, name="blue", A=10)]
    with pytest.raises(AmbiguousBoxesError, match=r"red.*fits group 1 and group 2"):
        assign_boxes(boxes, {"pg1": {"A": 10}, "pg2": {"A": 10}})


def test_units_that_do_not_add_up_are_named():
    with pytest.raises(AmbiguousBoxesError, match="group 2: B: 6 needed, 5 packed"):
        assign_boxes([box(1, A=1), box(1, B=5)], {"pg1": {"A": 1}, "pg2": {"B": 6}})


def test_copies_of_one_box_over_two_groups_of_the_same_msku_are_one_way():
    assert assign_boxes([box(2, A=10)], {"pg1": {"A": 10}, "pg2": {"A": 10}}) == {
        "pg1": {0: 1},
        "pg2": {0: 1},
    }


def test_a_hopeless_number_of_ways_is_refused_in_time():
    boxes = [box(50, A=1) for _ in range(8)]
    groups = {f"pg{n}": {"A": 100} for n in range(4)}
    with pytest.raises(AmbiguousBoxesError):
        assign_boxes(boxes, groups)
