"""Why Amazon ended a report as FATAL, and what follows.

Amazon documents no list of causes, and one generic text stands for several of them. So the text is
read first, then the calendar, then what became of the other reports of the same slice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalkola_spapi.periods import CALENDAR_PERIODS, ReportPeriod, published_at
from tasks.ledger.ledger import ReportRequest
from tasks.ledger.quotas import quotas_of

#: Amazon publishes late now and then: a period is tried daily until this long after its end.
PATIENCE = timedelta(days=14)
RETRY_AFTER = timedelta(days=1)
MAX_UNKNOWN_ATTEMPTS = 3

RETRY, BISECT, GIVE_UP = "retry", "bisect", "give_up"


@dataclass(frozen=True)
class Kind:
    """One cause: what it means and what a person should know or do."""

    name: str
    meaning: str
    advice: str
    pattern: re.Pattern[str] | None = None


def _kind(name: str, meaning: str, advice: str, pattern: str | None = None) -> Kind:
    return Kind(name, meaning, advice, re.compile(pattern, re.IGNORECASE) if pattern else None)


#: In the order in which they are tried: the most telling texts first.
KINDS: tuple[Kind, ...] = (
    _kind(
        "role_missing",
        "the application may not read Brand Analytics",
        "add the Brand Analytics role to the application, then authorize it again: "
        "a role counts only for a refresh token that was made after it was added",
        r"\brole\b|not authori[sz]ed|unauthori[sz]ed|permission|access .{0,20}denied",
    ),
    _kind(
        "quota",
        "the account's daily quota of reports is used up",
        "other applications of the account draw on it too; lower SQP_DAILY_BUDGET if it recurs",
        r"\bquota\b|daily limit|limit .{0,20}(exceeded|reached)",
    ),
    _kind(
        "too_frequent",
        "the report was asked for too often",
        "it is asked for again later",
        r"too (many|frequent)|frequently|throttl",
    ),
    _kind(
        "too_early",
        "Amazon has not published the period yet",
        "it is asked for again daily until two weeks after the period's end",
        r"not (yet )?(been )?(available|published|ready)|(available|published|ready) yet"
        r"|unavailable|too early",
    ),
    _kind(
        "bad_option",
        "Amazon does not take the report's options",
        "this is a fault of ours: please report it with the text above",
        r"reportOption|marketplaceId|characters",
    ),
    _kind(
        "bad_period",
        "Amazon does not take these dates for one period",
        "this is a fault of ours: please report it with the text above",
        r"dataStartTime|dataEndTime|start date|end date|reportPeriod|sunday|saturday|span",
    ),
    _kind(
        "not_brand_owner",
        "at least one ASIN is not of a brand that the account owns",
        "take the foreign ASIN out of the tracked ones",
        r"\bbrand\b|not own|not belong|does not have access to .{0,20}asin|invalid asin",
    ),
    _kind(
        "gone",
        "the report is older than the 90 days for which Amazon keeps one",
        "the same pull asks for it again",
    ),
    _kind("unknown", "Amazon gave no reason that says more", "it is asked for again tomorrow"),
)
KIND_BY_NAME = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True)
class Verdict:
    """What a FATAL means and what follows: retry or bisect at `retry_at`, or give up."""

    kind: str
    next_action: str
    retry_at: datetime | None


def judge(
    request: ReportRequest, text: str, *, slice_outcomes: dict[str, int], now: datetime
) -> Verdict:
    """Classify a FATAL and decide what follows.

    `slice_outcomes` counts the other requests of the slice by state.
    """
    others_loaded = slice_outcomes.get("loaded", 0) > 0
    kind = _kind_of(text) or _kind_by_calendar(request, others_loaded=others_loaded, now=now)
    return Verdict(kind, *_decide(kind, request, others_loaded=others_loaded, now=now))


def _kind_of(text: str) -> str | None:
    return next((k.name for k in KINDS if k.pattern and k.pattern.search(text)), None)


def _kind_by_calendar(request: ReportRequest, *, others_loaded: bool, now: datetime) -> str:
    if _is_near_real_time(request):
        return "too_frequent"
    if others_loaded:
        return "not_brand_owner" if len(request.asins) > 1 else "unknown"
    if request.slice.period.report_period not in CALENDAR_PERIODS:
        return "unknown"
    return "too_early" if now < _given_up_at(request) else "unknown"


def _is_near_real_time(request: ReportRequest) -> bool:
    """Whether Amazon builds the type once in a while for each marketplace, and gives no reason."""
    quotas = quotas_of(request.report_type, sqp_daily_budget=0)
    return any(quota.scope == "marketplace" for quota in quotas)


def _given_up_at(request: ReportRequest) -> datetime:
    return published_at(request.slice.period, request.slice.marketplace) + PATIENCE


def _decide(
    kind: str, request: ReportRequest, *, others_loaded: bool, now: datetime
) -> tuple[str, datetime | None]:
    if request.slice.period.report_period is ReportPeriod.SNAPSHOT:
        return GIVE_UP, None  # the next run asks how things stand by then
    tomorrow = now + RETRY_AFTER
    if kind in {"too_early", "quota", "too_frequent"}:
        retry_at = max(tomorrow, published_at(request.slice.period, request.slice.marketplace))
        return (RETRY, retry_at) if retry_at < _given_up_at(request) else (GIVE_UP, None)
    if kind in {"not_brand_owner", "unknown"} and others_loaded and len(request.asins) > 1:
        return BISECT, now
    if kind == "unknown" and request.attempt < MAX_UNKNOWN_ATTEMPTS:
        return RETRY, tomorrow
    return GIVE_UP, None
