"""The benchmarks' verdicts: what is missed, and what got worse."""

from __future__ import annotations

import math

import pytest

from benchmarks.figures import Figure
from benchmarks.kept import Group, regressions


@pytest.mark.parametrize(
    ("value", "target", "is_floor", "verdict"),
    [(17, 17, False, "met"), (1.2, 1.1, False, "NOT MET"), (0.5, 0.6, True, "NOT MET")],
)
def test_a_target_that_is_missed_says_so(value, target, is_floor, verdict):
    assert Figure("a", value, target=target, is_floor=is_floor).verdict == verdict


def test_a_ratio_that_got_much_worse_is_a_regression_even_while_its_target_is_met():
    kept = {"a": Group.of([Figure("ratio", 0.6, target=1), Figure("time", 1, "s", 9)], seconds=1)}
    worse = {"a": Group.of([Figure("ratio", 0.9, target=1), Figure("time", 8, "s", 9)], seconds=1)}
    assert regressions(worse, kept) == ["ratio: 0.900, was 0.600"]
    assert regressions(kept, worse) == regressions(kept, kept) == []


def test_a_figure_that_could_not_be_measured_is_kept_as_such():
    group = Group.of([Figure("left out", math.nan)], seconds=1)
    [again] = Group.from_dict(group.to_dict()).figures
    assert math.isnan(again.value)
