from datetime import date, timedelta

import pytest

from chalkola_spapi.simulator import MARKETPLACES, seller_id
from chalkola_spapi.simulator.publication import PublicationCalendar, first_day, last_day
from chalkola_spapi.simulator.verdicts import CLIENT_ERROR


def ending(seller, clock, **changes):
    """How a report ends: its status, and Amazon's text if it is FATAL."""
    report_id = seller.report_id(**changes)
    clock.advance(timedelta(minutes=2))
    report = seller.report(report_id)
    if report["processingStatus"] != "FATAL":
        return report["processingStatus"], None
    return "FATAL", seller.document(report)["errorDetails"]


def options(**changes):
    return {"reportPeriod": "WEEK", "asin": "B0CHALK001", **changes}


ASINS_18 = " ".join(f"B0CHALK{number:03}" for number in range(18))
ASINS_19 = f"{ASINS_18} B0CHALK999"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"dataStartTime": "2026-11-16", "dataEndTime": "2026-11-22"}, "must be a Sunday"),
        ({"dataStartTime": "2026-11-08"}, "span multiple periods"),
        ({"dataStartTime": None, "dataEndTime": None}, "must be a Sunday"),
        ({"dataStartTime": "15.11.2026", "dataEndTime": "21.11.2026"}, "must be a Sunday"),
        ({"marketplaceIds": ["ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"]}, "only one marketplaceId"),
        ({"reportOptions": options(asin=ASINS_19)}, "200 characters"),
        ({"reportOptions": {"reportPeriod": "WEEK", "asins": "B0CHALK001"}}, "reportPeriod, asin"),
        ({"reportOptions": {"asin": "B0CHALK001"}}, "reportPeriod, asin"),
        ({"reportOptions": options(reportPeriod="DAY")}, "reportPeriod, asin"),
        ({"reportOptions": options(reportPeriod="MONTH")}, "first day of a month"),
        ({"reportOptions": options(asin="B0CHALK001 B00FOREIGN")}, "client error"),
        ({"reportOptions": options(asin="B0CHALK001,B0CHALK002")}, "client error"),
    ],
)
def test_what_amazon_does_not_fill_is_fatal_and_says_why(seller, clock, changes, text):
    status, details = ending(seller, clock, **changes)
    assert status == "FATAL"
    assert text in details


def test_18_asins_fit(seller, clock):
    assert ending(seller, clock, reportOptions=options(asin=ASINS_18)) == ("DONE", None)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("MONTH", "2026-10-01", "2026-10-31"),
        ("MONTH", "2024-02-01", "2024-02-29"),
        ("QUARTER", "2026-07-01", "2026-09-30"),
        ("QUARTER", "2025-10-01", "2025-12-31"),
    ],
)
def test_months_and_quarters_are_filled(seller, clock, period, start, end):
    changes = {"dataStartTime": start, "dataEndTime": end}
    assert ending(seller, clock, reportOptions=options(reportPeriod=period), **changes)[0] == "DONE"


def test_the_time_of_day_is_ignored(seller, clock):
    changes = {"dataStartTime": "2026-11-15T07:00:00Z", "dataEndTime": "2026-11-21T23:59:59Z"}
    assert ending(seller, clock, **changes)[0] == "DONE"


def test_asins_without_rows_cancel_the_report(seller, clock):
    assert ending(seller, clock, reportOptions=options(asin="B00NODATA1"))[0] == "CANCELLED"


def test_an_asin_without_rows_is_left_out(seller, clock):
    report_id = seller.report_id(reportOptions=options(asin="B00NODATA1 B0CHALK001"))
    clock.advance(timedelta(minutes=2))
    rows = seller.document(seller.report(report_id))["dataByAsin"]
    assert {row["asin"] for row in rows} == {"B0CHALK001"}


def test_terse_amazon_has_one_text_for_all(simulate, enter, clock):
    seller = enter(simulate(is_terse=True))
    changes = {"marketplaceIds": ["ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"]}
    assert ending(seller, clock, **changes) == ("FATAL", CLIENT_ERROR)


def test_a_week_is_published_47_hours_after_its_local_end(simulate, enter, clock):
    seller = enter(simulate())
    # Los Angeles: midnight is 08:00 UTC on Sunday, the week is out on Tuesday at 07:00 UTC.
    week = {"dataStartTime": "2026-11-22", "dataEndTime": "2026-11-28"}
    clock.advance(timedelta(days=7) - timedelta(hours=5, minutes=6))
    seller.authorize()
    status, details = ending(seller, clock, **week)
    assert (status, "unavailable" in details) == ("FATAL", True)
    clock.advance(timedelta(minutes=5))
    assert ending(seller, clock, **week)[0] == "DONE"


def test_publication_can_slip(seller, clock):
    slip = timedelta(days=3)
    seller.simulator.state.calendar.slip(slip, marketplace="A1F83G8C2ARO7P", period="WEEK")
    assert ending(seller, clock, marketplaceIds=["A1F83G8C2ARO7P"])[0] == "FATAL"
    assert ending(seller, clock)[0] == "DONE"
    clock.advance(slip)
    seller.authorize()
    assert ending(seller, clock, marketplaceIds=["A1F83G8C2ARO7P"])[0] == "DONE"


def test_a_report_is_judged_when_it_is_taken_up(seller, clock):
    state = seller.simulator.state
    state.calendar.slip(timedelta(hours=5, seconds=10))
    # Published at 12:00:10 UTC; asked for at 12:00:00, taken up at 12:00:20.
    assert ending(seller, clock)[0] == "DONE"


def test_the_publication_calendar_keeps_local_time_through_summer_time():
    calendar = PublicationCalendar()
    london = MARKETPLACES["A1F83G8C2ARO7P"]
    winter = calendar.published_at(london, "WEEK", last=date(2026, 1, 31))
    summer = calendar.published_at(london, "WEEK", last=date(2026, 7, 4))
    assert winter.isoformat() == "2026-02-02T23:00:00+00:00"
    assert summer.isoformat() == "2026-07-06T22:00:00+00:00"
    month = calendar.published_at(london, "MONTH", last=date(2026, 1, 31))
    assert month.isoformat() == "2026-02-04T00:00:00+00:00"


@pytest.mark.parametrize(
    ("period", "day", "first", "last"),
    [
        ("WEEK", date(2026, 1, 31), date(2026, 1, 25), date(2026, 1, 31)),
        ("WEEK", date(2026, 1, 25), date(2026, 1, 25), date(2026, 1, 31)),
        ("MONTH", date(2024, 2, 11), date(2024, 2, 1), date(2024, 2, 29)),
        ("MONTH", date(2026, 12, 5), date(2026, 12, 1), date(2026, 12, 31)),
        ("QUARTER", date(2026, 2, 28), date(2026, 1, 1), date(2026, 3, 31)),
        ("QUARTER", date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_periods_have_their_days(period, day, first, last):
    assert (first_day(period, day), last_day(period, day)) == (first, last)


def queued(seller, ids):
    """Looks from behind: 22 getReport calls at once would be throttled."""
    reports = seller.simulator.state.reports
    account = seller_id(seller.refresh_token)
    waiting = [report.report_id for report in reports.all() if report.status == "IN_QUEUE"]
    return [one for one in ids if one in waiting and reports.peek(account, one)]


def many(seller, clock, count):
    ids = []
    for _ in range(count):
        clock.advance(timedelta(minutes=1))
        ids.append(seller.report_id())
    return ids


def test_over_20_a_day_sqp_reports_stay_queued_until_quota_frees(simulate, enter, clock):
    seller = enter(simulate())
    ids = many(seller, clock, 22)
    clock.advance(timedelta(hours=12))
    seller.authorize()
    assert queued(seller, ids) == ids[20:]
    clock.advance(timedelta(hours=11, minutes=39, seconds=20))
    seller.authorize()
    assert queued(seller, ids) == ids[21:], "the first was taken up 24 hours ago"
    clock.advance(timedelta(minutes=1))
    assert queued(seller, ids) == []


def test_other_types_have_no_daily_quota(simulate, enter, clock):
    seller = enter(simulate(sqp_reports_a_day=1))
    ids = many(seller, clock, 2)
    other = seller.report_id(reportType="GET_MERCHANT_LISTINGS_ALL_DATA")
    clock.advance(timedelta(minutes=5))
    assert queued(seller, [*ids, other]) == ids[1:]


def test_a_cancelled_report_frees_its_place_in_the_queue(simulate, enter, clock):
    seller = enter(simulate(sqp_reports_a_day=1))
    ids = many(seller, clock, 3)
    seller.cancel(ids[1])
    clock.advance(timedelta(hours=24, minutes=2))
    seller.authorize()
    assert seller.report(ids[2])["processingStatus"] == "DONE"


def test_accounts_have_quotas_of_their_own_and_speed_shortens_the_day(simulate, enter, clock):
    simulator = simulate(sqp_reports_a_day=1, speed=24)
    one, two = enter(simulator), enter(simulator, "Atzr|two")
    ids = many(one, clock, 2)
    others = many(two, clock, 1)
    clock.advance(timedelta(minutes=1))
    assert queued(one, ids) == ids[1:]
    assert queued(two, others) == []
    clock.advance(timedelta(minutes=58))
    one.authorize()
    assert queued(one, ids) == [], "a day at speed 24 is an hour"
