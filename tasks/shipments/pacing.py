"""How long is waited at Amazon, and how often is looked; the one place of these numbers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from tasks.connections import Connections

#: "Not done" after a lost answer is believed after this many looks, a poll interval apart.
LOOKS = 2
LOOK_AGAIN_S = 15.0
#: What a finished generation made is looked for this long, for Amazon may show it late.
SHOWN_S = 10.0
#: A confirmation that Amazon does not show yet is read again for this long.
READ_BACK_S = 60.0
#: What is in progress at Amazon without us knowing its operation id is waited out for this long.
IN_PROGRESS_S = 600.0
#: An operation that is not finished by then is taken up by the next run.
OPERATION_S = 900.0
#: The lock of a run that has just died may be held for a moment longer.
TAKE_OVER_S = 5.0
#: How often a waiting run looks for an answer.
ANSWER_POLL_S = 1


def poll_s(conns: Connections) -> float | None:
    """SP_API_POLL_INTERVAL; None: adaptive."""
    return conns.settings.sp_api_poll_interval


def looks(
    conns: Connections,
    *,
    for_s: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[int]:
    """Count looks, a poll interval apart: at least two, and on until `for_s` seconds have passed.

    Without an interval the waits grow from 2 s to 15 s.
    """
    started, number = clock(), 0
    while number < LOOKS or clock() - started < for_s:
        if number:
            sleep(poll_s(conns) or min(LOOK_AGAIN_S, 2.0 * 2 ** (number - 1)))
        yield number
        number += 1


def shown_looks(conns: Connections) -> Iterator[int]:
    """Count the looks for what a finished generation made."""
    return looks(conns, for_s=SHOWN_S)


def believed_looks(conns: Connections) -> Iterator[int]:
    """Count the two looks after which "not created" is believed."""
    for number in range(LOOKS):
        if number:
            time.sleep(poll_s(conns) or LOOK_AGAIN_S)
        yield number
