from datetime import UTC, datetime, timedelta, timezone

import pytest

from chalkola_spapi.operations import GET_REPORT, GET_REPORTS, Operation
from chalkola_spapi.request_record import marketplace_of
from chalkola_spapi.wire import write_path, write_query, write_time


def test_lists_are_csv_and_none_is_left_out():
    query = write_query(
        GET_REPORTS,
        {"reportTypes": ["A", "B"], "marketplaceIds": None, "pageSize": 100, "details": True},
    )
    assert query.multi_items() == [
        ("reportTypes", "A,B"),
        ("pageSize", "100"),
        ("details", "true"),
    ]


def test_an_operation_may_repeat_a_key():
    prep = Operation(
        name="listPrepDetails",
        method="GET",
        path="/",
        rate_per_s=2,
        burst=30,
        is_repeatable=True,
        repeated_parameters=frozenset({"mskus"}),
    )
    query = write_query(prep, {"marketplaceId": "M", "mskus": ["a", "b,c"]})
    assert query.multi_items() == [("marketplaceId", "M"), ("mskus", "a"), ("mskus", "b,c")]


def test_times_are_utc_whatever_their_offset():
    assert write_time(datetime(2026, 1, 25, 4, tzinfo=timezone(timedelta(hours=4)))) == (
        "2026-01-25T00:00:00Z"
    )
    since = write_query(GET_REPORTS, {"createdSince": datetime(2026, 1, 25, tzinfo=UTC)})
    assert since["createdSince"] == "2026-01-25T00:00:00Z"


def test_a_time_without_an_offset_is_refused():
    with pytest.raises(ValueError, match="without an offset"):
        write_time(datetime(2026, 1, 25))  # noqa: DTZ001 -- that is the point


def test_an_id_cannot_leave_its_place_in_the_path():
    path = write_path(GET_REPORT, {"reportId": "../x?y=1"})
    assert path == "/reports/2021-06-30/reports/..%2Fx%3Fy%3D1"


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"marketplaceIds": ["M1"]}, "M1"),
        ({"marketplaceIds": ["M1", "M2"]}, None),
        ({"MarketplaceId": "M1"}, "M1"),
        ({"destinationMarketplaces": ("M1",)}, "M1"),
        ({"marketplaceIds": None}, None),
        ({}, None),
    ],
)
def test_a_request_for_one_marketplace_says_which(part, expected):
    assert marketplace_of({}, part) == expected
