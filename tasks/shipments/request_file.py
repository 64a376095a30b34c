"""REQUEST.json read and compared; every problem of it in one message."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tasks.errors import InputError
from tasks.shipments.request import ShipmentRequest
from tasks.shipments.request_checks import structural_problems

_MISSING = object()
MAX_SHOWN = 8


class RequestError(InputError):
    """A request that cannot be meant; `problems` holds all that is wrong with it."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


def read_request_file(path: Path) -> ShipmentRequest:
    """Give the request of a file.

    Raises:
        RequestError: everything that is wrong with it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise RequestError([f"{path}: {exc}"]) from exc
    try:
        raw = json.loads(text, object_pairs_hook=_no_key_twice)
    except ValueError as exc:
        raise RequestError([f"{path}: not JSON: {exc}"]) from exc
    if not isinstance(raw, dict):
        raise RequestError([f"{path}: not a JSON object"])
    return read_request(raw)


def read_request(raw: Mapping[str, Any]) -> ShipmentRequest:
    """Give the request that plain JSON holds.

    Raises:
        RequestError: everything that is wrong with it.
    """
    request: ShipmentRequest | None = None
    problems: list[str] = []
    try:
        request = ShipmentRequest.model_validate(dict(raw))
    except ValidationError as exc:
        problems += _field_problems(exc)
    problems += structural_problems(request.plain() if request else raw)
    if problems or request is None:
        raise RequestError(problems)
    return request


def request_sha256(request: ShipmentRequest) -> str:
    """Give the hash by which two requests are told apart."""
    return hashlib.sha256(json.dumps(request.plain(), sort_keys=True).encode()).hexdigest()


def differences(stored: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    """Name where two plain requests differ: the path, what is stored and what was given."""
    return [
        f"{path}: {_shown(old)} is stored, {_shown(new)} was given"
        for path, old, new in _walk(stored, given, "")
    ]


def _walk(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*old, *(k for k in new if k not in old)]:
            where = f"{path}.{key}" if path else str(key)
            yield from _walk(old.get(key, _MISSING), new.get(key, _MISSING), where)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _walk(one, other, f"{path}[{number}]")
    elif old != new:
        yield path, old, new


def _shown(value: Any) -> str:
    if value is _MISSING or value is None:
        return "nothing"
    if isinstance(value, list):
        return f"{len(value)} entries"
    return json.dumps(value) if not isinstance(value, Mapping) else "an object"


def _field_problems(exc: ValidationError) -> list[str]:
    return [
        f"{_path(error['loc'])}: {_said(error)}"
        for error in exc.errors(include_url=False, include_context=False)
    ]


def _said(error: Any) -> str:
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "extra_forbidden":
        return "is not a known key"
    said = str(error["msg"]).removeprefix("Value error, ")
    given = error["input"]
    return said if isinstance(given, dict | list) else f"{said} (given: {given!r})"


def _path(parts: tuple[int | str, ...]) -> str:
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "request"


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"{', '.join(twice)}: given twice")
    return found
