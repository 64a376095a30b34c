"""Pages of Fulfillment Inbound: pageSize (10 unless asked), and tokens that carry the place.

A token belongs to the operation and the path that gave it. Whether other parameters must be
repeated is not known; they are taken as the call has them.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from chalkola_spapi.simulator.inbound.problems import bad_request
from chalkola_spapi.simulator.messages import Call, invalid_input

T = TypeVar("T")

USUAL_SIZE = 10


class Describable(Protocol):
    """What can say itself in Amazon's words."""

    def describe(self) -> dict[str, object]: ...


def page(
    entries: Sequence[T],
    *,
    call: Call,
    member: str,
    largest: int,
    describe: Callable[[T], object],
) -> dict[str, object]:
    """One page under `member`, with the token of the next where there is one.

    Raises:
        RefusedError: 400 for a pageSize outside 1..`largest`, or a foreign token.
    """
    size = _size(call, largest=largest)
    start = _offset(call)
    content: dict[str, object] = {
        member: [describe(entry) for entry in entries[start : start + size]],
        "pagination": {},
    }
    if len(entries) > start + size:
        content["pagination"] = {"nextToken": pack({"of": call.path, "offset": start + size})}
    return content


def _size(call: Call, *, largest: int) -> int:
    text = call.one("pageSize") or str(USUAL_SIZE)
    if not text.isdecimal() or not 1 <= int(text) <= largest:
        raise invalid_input(
            f"1 validation error detected: Value '{text}' at 'pageSize' failed to satisfy "
            f"constraint: Member must be a number from 1 to {largest}"
        )
    return int(text)


def pack(content: Mapping[str, object]) -> str:
    """A token out of what it must remember."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def unpack(token: str) -> dict[str, object]:
    """What `pack` was given.

    Raises:
        ValueError: this is no token of ours.
    """
    content = json.loads(base64.urlsafe_b64decode(token))
    if not isinstance(content, dict):
        raise ValueError("a token holds an object")  # noqa: TRY004 -- of the token, not of the call
    return content


def _offset(call: Call) -> int:
    token = call.one("paginationToken")
    if not token:
        return 0
    try:
        content = unpack(token)
    except ValueError as exc:
        raise bad_request("The paginationToken is invalid.") from exc
    offset = content.get("offset")
    if content.get("of") != call.path or not isinstance(offset, int):
        raise bad_request("The paginationToken is invalid.")
    return offset
