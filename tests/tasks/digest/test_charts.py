"""Charts: gaps are seen, text stays text, colours follow the page and can be told apart."""

from __future__ import annotations

import itertools
import re
from datetime import date, timedelta

import pytest

from tasks.digest.charts import Chart, Series, draw_file, draw_svg
from tasks.digest.palette import DAY, GROUNDS, NIGHT, SERIES, TEXTS, contrast

STARTS = [date(2026, 10, 25) + timedelta(days=7 * n) for n in range(4)]


def chart(*values, name="purchases", **options):
    gaps = {n: "not loaded" for n, value in enumerate(values) if value is None}
    options = {"shown": "{:,.0f}".format, "gaps": gaps, **options}
    return Chart("Ours", STARTS[: len(values)], [Series(name, values)], **options)


def test_a_gap_is_named_and_the_line_broken():
    whole, broken = draw_svg(chart(1, 2, 3, 4)), draw_svg(chart(1, 2, None, 4))
    assert "not loaded" not in whole
    assert broken.count("not loaded") == 1
    line = re.compile(
        r'<path d="(M[^"]+)" clip-path="[^"]+" style="fill: none; stroke: var\(--series-1'
    )
    assert line.search(whole).group(1).count("M") == 1
    # Two points, and one that no line reaches.
    assert line.search(broken).group(1).count("L") == 1


def test_the_words_of_a_chart_say_what_it_shows():
    assert chart(1200, 2, None, 4000).description == (
        "Ours. purchases: 1,200 from 2026-10-25, 4,000 from 2026-11-15. "
        "1 of 4 periods are not loaded."
    )
    assert chart(None, None, None, None).description == "Ours. 4 of 4 periods are not loaded."


def test_a_drawing_in_a_page_has_its_colours_and_its_letters():
    svg = draw_svg(chart(1, 2, None, 4))
    assert svg.startswith("<svg ")
    assert not re.search("#[0-9a-f]{6}", svg)
    assert ">15 Nov</text>" in svg
    assert "<metadata>" not in svg


@pytest.mark.parametrize("is_bars", [False, True])
def test_files_are_the_same_each_time(is_bars):
    one = chart(1, None, 3, name="チョークペン", is_bars=is_bars)
    assert draw_file(one, "svg") == draw_file(one, "svg")
    assert draw_file(one, "png").startswith(b"\x89PNG")


def test_values_that_are_all_zero_or_unknown_are_drawn():
    assert "<svg" in draw_svg(chart(0, 0))
    assert "<svg" in draw_svg(chart(None))


@pytest.mark.parametrize("colours", [DAY, NIGHT], ids=["day", "night"])
def test_text_and_lines_stand_out_from_their_ground(colours):
    for text, ground in itertools.product(TEXTS, GROUNDS):
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for line, ground in itertools.product(SERIES, GROUNDS):
        assert contrast(colours[line], colours[ground]) >= 3, (line, ground)
    # What is not loaded is written on its band.
    assert contrast(colours["quiet"], colours["gap"]) >= 4.5


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
