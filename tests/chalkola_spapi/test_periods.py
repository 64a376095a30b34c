import calendar
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalkola_spapi.marketplaces import MARKETPLACES
from chalkola_spapi.periods import (
    CALENDAR_PERIODS,
    Period,
    PeriodError,
    check_ended,
    local_end,
    newest_published,
    period_containing,
    period_of,
    published_at,
)

DAY, WEEK, MONTH, QUARTER = CALENDAR_PERIODS
US, AU, UK = MARKETPLACES["US"], MARKETPLACES["AU"], MARKETPLACES["UK"]

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31))
lengths = st.sampled_from(CALENDAR_PERIODS)
marketplaces = st.sampled_from(list(MARKETPLACES.values()))
moments = st.integers(min_value=1_420_000_000, max_value=2_840_000_000).map(
    lambda second: datetime.fromtimestamp(second, UTC)  # 2015 to 2059
)


@given(lengths, days)
def test_a_period_holds_its_day_and_its_neighbours_touch_it(length, day):
    period = period_containing(length, day)
    assert period.start <= day <= period.end
    assert period.previous().end + timedelta(days=1) == period.start
    assert period.next().start - timedelta(days=1) == period.end
    assert period.next().previous() == period
    assert period_of(length, period.start) == period


@given(days)
def test_a_day_is_a_period_of_its_own(day):
    assert period_of(DAY, day) == Period(DAY, day, day)


@given(days)
def test_weeks_run_sunday_to_saturday(day):
    week = period_containing(WEEK, day)
    assert (week.start.isoweekday(), week.end.isoweekday()) == (7, 6)
    assert (week.end - week.start).days == 6


@given(days)
def test_months_and_quarters_are_calendar_ones(day):
    month, quarter = period_containing(MONTH, day), period_containing(QUARTER, day)
    assert month.start.day == 1
    assert month.end.day == calendar.monthrange(day.year, day.month)[1]
    assert (quarter.start.day, quarter.start.month in {1, 4, 7, 10}) == (1, True)
    assert quarter.end == period_containing(MONTH, quarter.start).next().next().end


@given(lengths, days)
def test_a_start_that_is_no_first_day_names_the_nearest_ones(length, day):
    period = period_containing(length, day)
    if day == period.start:
        return
    with pytest.raises(PeriodError) as caught:
        period_of(length, day)
    assert str(caught.value).startswith(f"start: {day} is a ")
    assert f"{period.start} and {period.next().start}" in str(caught.value)


def test_the_message_of_a_wrong_start_reads_well():
    with pytest.raises(PeriodError) as caught:
        period_of(WEEK, date(2026, 1, 26))
    assert str(caught.value) == (
        "start: 2026-01-26 is a Monday; a WEEK starts on a Sunday: "
        "the nearest are 2026-01-25 and 2026-02-01"
    )


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_day_at_the_end_of_the_calendar_is_refused(day):
    with pytest.raises(PeriodError, match="out of range"):
        period_of(WEEK, day)


def test_a_label_names_length_and_start():
    assert period_of(WEEK, date(2026, 1, 25)).label == "WEEK 2026-01-25"


def test_periods_sort_by_time():
    weeks = [Period(WEEK, date(2026, 1, d), date(2026, 1, d + 6)) for d in (18, 4, 11)]
    assert [week.start.day for week in sorted(weeks)] == [4, 11, 18]


def test_a_week_ends_at_midnight_of_the_marketplace():
    week = period_of(WEEK, date(2026, 1, 25))
    assert local_end(week, US).astimezone(UTC) == datetime(2026, 2, 1, 8, tzinfo=UTC)
    assert local_end(week, AU).astimezone(UTC) == datetime(2026, 1, 31, 13, tzinfo=UTC)


def test_a_week_is_published_after_47_hours_even_when_the_clocks_change():
    # Clocks in Los Angeles go forward on Sunday 2026-03-08, right after this week.
    week = period_of(WEEK, date(2026, 3, 1))
    assert published_at(week, US) - local_end(week, US).astimezone(UTC) == timedelta(hours=47)
    assert published_at(week, US) == datetime(2026, 3, 10, 7, tzinfo=UTC)


@pytest.mark.parametrize("length", [MONTH, QUARTER])
def test_months_and_quarters_are_published_after_72_hours(length):
    period = period_of(length, date(2026, 1, 1))
    assert published_at(period, UK) == local_end(period, UK) + timedelta(hours=72)


@given(lengths, marketplaces, moments)
def test_the_newest_published_period_is_published_and_the_next_is_not(length, marketplace, now):
    newest = newest_published(length, marketplace, now=now)
    assert published_at(newest, marketplace) <= now < published_at(newest.next(), marketplace)
    check_ended(newest, marketplace, now=now)


@given(lengths, marketplaces, moments)
def test_a_period_may_be_asked_for_from_its_local_end_on(length, marketplace, now):
    current = period_containing(length, now.astimezone(marketplace.zone).date())
    end = local_end(current, marketplace).astimezone(UTC)
    check_ended(current, marketplace, now=end)
    with pytest.raises(PeriodError):
        check_ended(current, marketplace, now=end - timedelta(seconds=1))


def test_a_period_that_still_runs_is_refused_with_the_newest_that_can_be_had():
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    with pytest.raises(PeriodError) as caught:
        check_ended(period_of(WEEK, date(2026, 11, 22)), US, now=now)
    assert str(caught.value) == (
        "start: 2026-11-22: the WEEK ends on 2026-11-28 (America/Los_Angeles) and has not ended; "
        "the newest that can be asked for is WEEK 2026-11-15"
    )


def test_a_time_without_an_offset_is_refused():
    with pytest.raises(ValueError, match="offset"):
        newest_published(WEEK, US, now=datetime(2026, 11, 24))  # noqa: DTZ001 -- that is the point
