"""What a FATAL means and what follows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from chalkola_spapi.periods import ReportPeriod, period_of, published_at
from chalkola_spapi.report_types import SQP
from tasks.ledger.fatal import judge
from tasks.ledger.ledger import Ledger, Slice
from tasks.ledger.planner import Wanted, plan_reports

WEEK = period_of(ReportPeriod.WEEK, date(2026, 1, 25))
US = Slice("NA", SQP, "ATVPDKIKX0DER", WEEK)
GENERAL = (
    "A client error occurred. Please double check that your parameters are valid and fulfill "
    "the requirements of the report type."
)
PUBLISHED = published_at(WEEK, US.marketplace)
SOON = PUBLISHED + timedelta(hours=1)
LATE = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def request_of(engine):
    def make(count):
        asins = tuple(f"B0CHALK{n:03d}" for n in range(count))
        return Ledger(engine).get(plan_reports(engine, [Wanted(US, asins)], refresh=False)[0])

    return make


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("You are not authorized to use this report", "role_missing"),
        ("The daily quota is exceeded", "quota"),
        ("Report requested too frequently", "too_frequent"),
        ("The data is not yet available", "too_early"),
        ("The requested data is unavailable. Please try a different date range.", "too_early"),
        ("dataStartTime must be a Sunday", "bad_period"),
        ("ASIN does not belong to your brand", "not_brand_owner"),
        ("The asin reportOption must not be longer than 200 characters.", "bad_option"),
    ],
)
def test_a_telling_text_decides(request_of, text, kind):
    assert judge(request_of(2), text, slice_outcomes={"loaded": 3}, now=LATE).kind == kind


def test_the_general_text_soon_after_the_periods_end_means_too_early(request_of):
    verdict = judge(request_of(2), GENERAL, slice_outcomes={}, now=SOON)
    assert (verdict.kind, verdict.next_action) == ("too_early", "retry")
    assert verdict.retry_at == SOON + timedelta(days=1)


def test_too_early_is_given_up_two_weeks_after_publication(request_of):
    text = "The data is not yet available"
    verdict = judge(request_of(2), text, slice_outcomes={}, now=PUBLISHED + timedelta(days=13.5))
    assert (verdict.next_action, verdict.retry_at) == ("give_up", None)


def test_the_general_text_beside_loaded_reports_points_at_an_asin(request_of):
    verdict = judge(request_of(2), GENERAL, slice_outcomes={"loaded": 1}, now=LATE)
    assert (verdict.kind, verdict.next_action) == ("not_brand_owner", "bisect")


def test_one_asin_cannot_be_halved(request_of):
    verdict = judge(request_of(1), GENERAL, slice_outcomes={"loaded": 1}, now=LATE)
    assert verdict.next_action != "bisect"


def test_without_any_loaded_report_nothing_is_halved(request_of):
    verdict = judge(request_of(2), GENERAL, slice_outcomes={"fatal": 4}, now=LATE)
    assert (verdict.kind, verdict.next_action) == ("unknown", "retry")


@pytest.mark.parametrize("text", ["not authorized", "dataStartTime must be a Sunday"])
def test_what_time_does_not_mend_is_given_up(request_of, text):
    assert judge(request_of(2), text, slice_outcomes={}, now=SOON).next_action == "give_up"
