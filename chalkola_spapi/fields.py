"""Kinds of fields that Amazon's models share: numbers, times, and lists that may be missing."""

from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import AwareDatetime, BeforeValidator, PlainSerializer

from chalkola_spapi.wire import write_time

T = TypeVar("T")


def _write_number(value: Decimal) -> int | float:
    # Pydantic writes a Decimal as text, which Amazon refuses.
    return int(value) if value == value.to_integral_value() else float(value)


def _blank_is_none(value: object) -> object:
    return None if value == "" else value


def _none_is_empty(value: object) -> object:
    return () if value is None else value


# Money and measures: exact here, a JSON number on the wire.
Number = Annotated[Decimal, PlainSerializer(_write_number, when_used="json")]

# A time that is sent: UTC, whole seconds.
SentTime = Annotated[AwareDatetime, PlainSerializer(write_time, when_used="json")]

# A time of an answer that Amazon leaves out, or sends as "", where nothing has happened yet.
MaybeTime = Annotated[AwareDatetime | None, BeforeValidator(_blank_is_none)]

# A list of an answer that Amazon leaves out, or sends as null, where it holds nothing.
Many = Annotated[tuple[T, ...], BeforeValidator(_none_is_empty)]
