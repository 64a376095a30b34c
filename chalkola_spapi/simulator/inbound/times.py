"""Moments as Amazon's inbound answers write them.

https://developer-docs.amazon.com/sp-api/docs/iso-8601
"""

from datetime import UTC, datetime


def seconds(moment: datetime) -> str:
    """yyyy-MM-ddTHH:mm:ssZ, of plans."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def millis(moment: datetime) -> str:
    """yyyy-MM-ddTHH:mm:ss.sssZ, of options and quotes."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def minutes(moment: datetime) -> str:
    """yyyy-MM-ddTHH:mmZ, of windows."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
