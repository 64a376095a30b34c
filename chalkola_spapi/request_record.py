"""What each request leaves behind for the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

_MARKETPLACE_KEYS = (
    "marketplaceIds",
    "marketplaceId",
    "MarketplaceId",
    "destinationMarketplaces",
)


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request that was sent: one for each try.

    `at` is UTC, `endpoint` the path without its query. `status_code` is None where no answer came;
    `error_code` then names the failure. `marketplace_id` is None unless it was for exactly one.
    """

    at: datetime
    account: str
    operation: str
    endpoint: str
    method: str
    marketplace_id: str | None
    status_code: int | None
    duration_ms: int
    error_code: str | None
    error_message: str | None
    request_id: str | None


def marketplace_of(*parts: Mapping[str, object]) -> str | None:
    """Give the marketplace that a query or a body names, if it names exactly one."""
    for part in parts:
        for key in _MARKETPLACE_KEYS:
            value = part.get(key)
            ids = [value] if isinstance(value, str) else value
            if isinstance(ids, Sequence) and len(ids) == 1:
                return str(ids[0])
    return None
