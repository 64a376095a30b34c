"""What nobody has to look for: a missed week is noticed and filled, a late one is tried daily."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalkola_spapi.marketplaces import MARKETPLACES
from tasks.asins.tracked import TrackedAsin, import_asins
from tasks.connections import Connections, close_connections
from tasks.connections import _current as current_connections
from tasks.settings import Settings

BRIEF = {"weeks": 2, "months": 0, "quarters": 0, "wait_minutes": 1}


class Days:
    """A clock whose days pass when a test says so."""

    def __init__(self) -> None:
        self.passed = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.passed

    def pass_by(self, **much: float) -> None:
        self.passed += timedelta(**much)


@pytest.fixture
def days(seller) -> Days:
    """The flows of this process go by this clock."""
    days = Days()
    close_connections()
    current_connections.append(Connections(Settings.from_env(), now=days.now))
    return days


@pytest.fixture
def track(seller):
    def track(*codes, count=2):
        import_asins(
            seller.engine,
            [
                TrackedAsin(MARKETPLACES[code].marketplace_id, asin)
                for code in codes
                for asin in seller.asins(count)
            ],
        )

    return track


@pytest.fixture
def catch_up(seller):
    def run(**parameters):
        from flows.catch_up import catch_up

        return seller._summary(lambda: catch_up(**BRIEF | parameters))

    return run


def states(seller, period="WEEK"):
    """Period -> state -> ASINs, newest first, as the view tells it."""
    return [
        (row["loaded"], row["missing"])
        for row in seller.rows(
            "SELECT * FROM chalkola.sqp_coverage_by_period WHERE report_period = :period"
            " ORDER BY marketplace, period_start DESC LIMIT 2",
            period=period,
        )
    ]


def test_what_was_never_asked_for_is_asked_for_newest_first(seller, track, catch_up):
    track("US")
    assert states(seller) == [(0, 2), (0, 2)]
    assert catch_up()["counts"]["loaded"] == 2
    assert states(seller) == [(2, 0), (2, 0)]
    asked = [row["period_start"] for row in seller.ledger()]
    assert asked == sorted(asked, reverse=True)
    assert seller.stored() == seller.served()


def test_a_second_catch_up_asks_for_nothing(seller, track, catch_up):
    track("US", "UK")
    catch_up()
    assert catch_up()["reports"] == []
    assert seller.calls("createReport") == 4


def test_weeks_months_and_quarters_are_looked_at(seller, track, catch_up):
    track("UK", count=1)
    assert catch_up(weeks=1, months=2, quarters=1)["counts"]["loaded"] == 4
    assert [row["report_period"] for row in seller.ledger()].count("MONTH") == 2


def test_a_week_whose_rows_were_deleted_is_loaded_again_without_amazon(seller, track, catch_up):
    track("US")
    catch_up()
    newest = max(row["period_start"] for row in seller.ledger())
    seller.execute("DELETE FROM chalkola.sqp_data WHERE period_start = :day", day=newest)
    assert states(seller) == [(0, 2), (2, 0)]
    assert catch_up()["counts"]["loaded"] == 1
    assert states(seller) == [(2, 0), (2, 0)]
    assert seller.stored() == seller.served()
    assert (seller.calls("createReport"), seller.calls("getReportDocument")) == (2, 2)


def test_one_asin_whose_rows_were_deleted_is_noticed(seller, track, catch_up):
    track("US")
    catch_up()
    seller.execute("DELETE FROM chalkola.sqp_data WHERE asin = :asin", asin=seller.asins(1)[0])
    assert states(seller) == [(1, 1), (1, 1)]
    catch_up()
    assert seller.stored() == seller.served()


def test_a_week_that_is_gone_everywhere_is_asked_for_again(seller, track, catch_up):
    track("US")
    catch_up()
    for raw in seller.raw_files:
        raw.unlink()
    seller.execute("DELETE FROM chalkola.sqp_data")
    assert catch_up()["counts"]["loaded"] == 2
    assert seller.calls("createReport") == 4
    assert seller.stored() == seller.served()


def test_a_week_that_the_ledger_does_not_know_is_filled(seller, track, catch_up):
    track("US")
    catch_up()
    seller.execute("DELETE FROM chalkola.sqp_data")
    seller.execute("DELETE FROM chalkola.report_requests")
    assert catch_up()["counts"]["loaded"] == 2
    assert states(seller) == [(2, 0), (2, 0)]


def test_no_more_than_a_days_budget_is_planned(seller, track, catch_up, monkeypatch):
    monkeypatch.setenv("SQP_DAILY_BUDGET", "2")
    track("US", "CA")
    counts = catch_up(weeks=4)["counts"]
    assert (counts["loaded"], counts["planned"]) == (2, 0)
    counts = catch_up(weeks=4)["counts"]
    assert (counts["loaded"], counts["planned"]) == (0, 2)
    assert catch_up(weeks=4)["reports"] == []
    starts = [row["period_start"] for row in seller.ledger()]
    assert starts == sorted(starts, reverse=True)


def test_too_early_is_tried_daily_until_two_weeks_after_the_period(seller, track, catch_up, days):
    track("US")
    seller.state.calendar.slip(timedelta(days=300))
    first = catch_up(weeks=1, canary=True)
    assert first["reports"][0]["kind"] == "too_early"
    assert seller.job_runs()[0]["status"] == "SUCCESS"
    days.pass_by(hours=23)
    assert seller.harvest(retry_fatal=True, canary=True)["reports"] == []
    tries = 1
    for _ in range(16):
        days.pass_by(days=1)
        tries += len(seller.harvest(retry_fatal=True, canary=True)["reports"])
    published = datetime.combine(seller.ledger()[0]["period_end"], datetime.min.time(), UTC)
    waited = days.now() - timedelta(days=16) - published
    assert 14 - waited.days - 1 <= tries <= 15
    assert {row["next_action"] for row in seller.ledger()[-1:]} == {"give_up"}
    reason = "SELECT reason FROM chalkola.sqp_coverage WHERE state = 'failed'"
    assert all(row["reason"].startswith("too_early: ") for row in seller.rows(reason))


def test_a_late_week_is_loaded_on_the_day_it_is_published(seller, track, catch_up, days):
    track("US")
    seller.state.calendar.slip(timedelta(days=300))
    week = catch_up(weeks=1, canary=True)["reports"][0]["period"]
    days.pass_by(days=1, hours=1)
    catch_up(weeks=1, canary=True)
    seller.state.calendar.clear()
    days.pass_by(days=1, hours=1)
    catch_up(weeks=1, canary=True)
    # On some days of the week a newer one is published meanwhile.
    tries = [row for row in seller.ledger() if f"WEEK {row['period_start']}" == week]
    assert [row["state"] for row in tries] == ["fatal", "fatal", "loaded"]
    assert seller.stored() == seller.served()
