"""What can go wrong in a way that a person must read: one clear line, never a traceback.

* ChalkolaError            the run failed (exit code 1)
  + InputError             what was asked for, or a setting, is wrong (exit code 2)
"""

from __future__ import annotations

from collections.abc import Sequence


class ChalkolaError(Exception):
    """A failure whose message is meant for the person who started the run."""

    exit_code = 1
    #: Whether its parts were told of already, each with its own details.
    is_reported = False


class InputError(ChalkolaError):
    """Wrong input: the message names the field, what was given and what is allowed."""

    exit_code = 2
    #: What is wrong, one by one, where the message holds several things.
    problems: Sequence[str] = ()
