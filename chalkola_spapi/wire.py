"""How our values are written in a request.

https://developer-docs.amazon.com/sp-api/docs/iso-8601
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

import httpx

from chalkola_spapi.operations import Operation
from chalkola_spapi.responses import Model

Scalar = str | int | datetime
Query = Mapping[str, Scalar | Sequence[str] | None]
Body = Model | Mapping[str, object]


def write_path(operation: Operation, values: Mapping[str, str]) -> str:
    """Give the operation's path with its ids in their places."""
    return operation.path.format_map({key: quote(value, safe="") for key, value in values.items()})


def write_query(operation: Operation, query: Query) -> httpx.QueryParams:
    """Give the query's pairs, without those that are None.

    Lists are csv, unless the operation repeats the key.
    """
    pairs: list[tuple[str, str]] = []
    for key, value in query.items():
        if value is None:
            continue
        texts = [_write(value)] if isinstance(value, Scalar) else list(value)
        if key not in operation.repeated_parameters:
            texts = [",".join(texts)]
        pairs += [(key, text) for text in texts]
    return httpx.QueryParams(tuple(pairs))


def write_body(body: Body) -> dict[str, object]:
    """Give the body's JSON object, under Amazon's names and without what is not set."""
    if isinstance(body, Model):
        return body.model_dump(mode="json", by_alias=True, exclude_none=True)
    return dict(body)


def write_time(value: datetime) -> str:
    """Give a time as Amazon reads it: UTC with a Z, whole seconds.

    Raises:
        ValueError: the time has no offset.
    """
    if value.tzinfo is None:
        raise ValueError(f"{value}: a time without an offset")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _write(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return write_time(value) if isinstance(value, datetime) else str(value)
