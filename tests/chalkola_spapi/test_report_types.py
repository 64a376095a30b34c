from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalkola_spapi.periods import ReportPeriod, period_of
from chalkola_spapi.report_types import (
    SQP,
    AsinError,
    check_asin,
    pack_asins,
    sqp_options,
    sqp_specification,
)

WEEK = period_of(ReportPeriod.WEEK, date(2026, 1, 25))
asins = st.text(alphabet="ABC0123456789", min_size=1, max_size=14)


@pytest.mark.parametrize("text", ["B0CHALK123", " b0chalk123\n", "1234567890"])
def test_an_asin_is_taken_in_any_case(text):
    assert check_asin(text) == text.strip().upper()


@pytest.mark.parametrize(
    "text", ["", "B0CHALK12", "B0CHALK1234", "B0-CHALK12", "\uff22" + "0CHALK123", "B0 CHALK12"]
)
def test_what_is_no_asin_is_named(text):
    with pytest.raises(AsinError, match="is no ASIN") as caught:
        check_asin(text)
    assert repr(text) in str(caught.value)


@given(st.lists(asins, max_size=80), st.integers(min_value=14, max_value=200))
def test_packing_keeps_order_drops_doubles_and_fits(given_asins, limit):
    batches = pack_asins(given_asins, limit=limit)
    packed = [asin for batch in batches for asin in batch]
    assert packed == list(dict.fromkeys(given_asins))
    assert all(len(" ".join(batch)) <= limit for batch in batches)
    # No batch could have taken the first of the next one.
    for batch, following in pairwise(batches):
        assert len(" ".join([*batch, following[0]])) > limit


def test_eighteen_asins_make_a_report():
    batches = pack_asins([f"B0{i:08}" for i in range(50)])
    assert [len(batch) for batch in batches] == [18, 18, 14]


def test_nothing_packs_into_nothing():
    assert pack_asins([]) == []


def test_an_asin_longer_than_the_option_is_refused():
    with pytest.raises(AsinError, match="longer than 200"):
        pack_asins(["X" * 201])


def test_the_options_are_amazons():
    assert sqp_options(WEEK, ["B000000001", "B000000002"]) == {
        "reportPeriod": "WEEK",
        "asin": "B000000001 B000000002",
    }


def test_dates_are_utc_midnights_at_the_top_level():
    body = sqp_specification(
        marketplace_id="ATVPDKIKX0DER", period=WEEK, asins=["B000000001"]
    ).model_dump(mode="json", by_alias=True, exclude_none=True)
    assert body == {
        "reportType": SQP,
        "marketplaceIds": ["ATVPDKIKX0DER"],
        "reportOptions": {"reportPeriod": "WEEK", "asin": "B000000001"},
        "dataStartTime": "2026-01-25T00:00:00Z",
        "dataEndTime": "2026-01-31T00:00:00Z",
    }


@pytest.mark.parametrize("count", [0, 19])
def test_no_asins_and_too_many_are_refused(count):
    with pytest.raises(AsinError, match=f"{count} ASINs"):
        sqp_specification(
            marketplace_id="ATVPDKIKX0DER",
            period=WEEK,
            asins=[f"B0{i:08}" for i in range(count)],
        )
