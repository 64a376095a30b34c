"""Tokens that name the next page of a listing, bound to its query and good for a while."""

import base64
import json
from datetime import datetime, timedelta

from chalkola_spapi.simulator.messages import RefusedError, invalid_input

LIFETIME = timedelta(seconds=30)
# Amazon's text for an old token, one of another query, and one that was not URL-encoded
# (amzn/selling-partner-api-models#4946).
INVALID_TOKEN = "Next token is invalid or expired"  # noqa: S105 -- a text, no secret


def make_token(query: dict[str, str | None], *, after: str, since: datetime, now: datetime) -> str:
    """The token of the page after the key `after`, of a walk of `query` that began at `since`."""
    content = [query, after, since.isoformat(), now.isoformat()]
    return base64.b64encode(json.dumps(content).encode()).decode()


def read_token(
    token: str, query: dict[str, str | None], *, now: datetime, lifetime: timedelta = LIFETIME
) -> tuple[str, datetime]:
    """The key that the page comes after, and when the walk began.

    Raises:
        RefusedError: 400 InvalidInput, for a token that is garbled, too old or another query's.
    """
    try:
        made_for, after, since, made_at = json.loads(base64.b64decode(token, validate=True))
        moments = datetime.fromisoformat(since), datetime.fromisoformat(made_at)
    except (ValueError, TypeError) as exc:
        raise _invalid() from exc
    if made_for != query or moments[1] + lifetime < now:
        raise _invalid()
    return str(after), moments[0]


def _invalid() -> RefusedError:
    return invalid_input(INVALID_TOKEN)
