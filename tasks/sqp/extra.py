"""Reads a piece of dataByAsin, and keeps the fields that no column holds.

The fast way refuses unknown fields; a piece that has some is read again, field by field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat

import msgspec
from msgspec import Raw, Struct

from tasks.documents.copy_text import NUL_ESCAPE
from tasks.sqp.rows import Row, known_fields

_decode_fields = msgspec.json.Decoder(dict[str, Raw]).decode


def _strict(shape: type[Struct]) -> type[Struct]:
    """The same shape, and those within it, refusing unknown fields."""
    fields = []
    for field in msgspec.structs.fields(shape):
        inner = known_fields(shape)[field.encode_name]
        kind = field.type
        if inner is not None:
            kind = _strict(inner) if field.required else _strict(inner) | None
        default = field.default
        fields.append((field.name, kind) if field.required else (field.name, kind, default))
    return msgspec.defstruct(
        f"Strict{shape.__name__}", fields, bases=(shape,), forbid_unknown_fields=True, gc=False
    )


class RowDecoder:
    """Decodes JSON arrays of rows; `extra_fields` are the unknown fields met, by dotted names."""

    def __init__(self) -> None:
        self.extra_fields: set[str] = set()
        self._strict = _STRICT_ROWS
        self._is_strict = True

    def __call__(self, array: bytes) -> Iterable[tuple[Row, bytes | None]]:
        """The rows, each with its unknown fields as a JSON object, or None.

        Raises:
            msgspec.DecodeError: no valid JSON.
            msgspec.ValidationError: not what we know.
        """
        if self._is_strict:
            try:
                return zip(self._strict(array), repeat(None))
            except msgspec.ValidationError:
                pass  # an unknown field, or worse: the tolerant way will tell
        rows = _decode_rows(array)
        extras = [self._extra(fields) for fields in _decode_all_fields(array)]
        # Where one row has an unknown field the next will, too.
        self._is_strict = not any(extras)
        return zip(rows, extras, strict=True)

    def _extra(self, fields: dict[str, Raw]) -> bytes | None:
        unknown = dict(unknown_fields(fields, Row))
        if not unknown:
            return None
        self.extra_fields |= unknown.keys()
        return encode_extra(unknown)


def unknown_fields(
    fields: dict[str, Raw], shape: type[Struct], prefix: str = ""
) -> Iterator[tuple[str, Raw]]:
    """The fields that `shape` does not have, at any level, under their dotted names."""
    known = known_fields(shape)
    for name, value in fields.items():
        inner = known.get(name)
        if name not in known:
            yield prefix + name, value
        elif inner is not None and bytes(value) != b"null":
            yield from unknown_fields(_decode_fields(value), inner, f"{prefix}{name}.")


def encode_extra(unknown: dict[str, Raw]) -> bytes:
    """A JSON object that JSONB takes, with numbers as they came.

    Raises:
        msgspec.DecodeError: half a surrogate pair, which PostgreSQL would refuse.
    """
    text = msgspec.json.encode(unknown)
    msgspec.json.decode(text)
    return NUL_ESCAPE.sub(rb"\1", text)


_STRICT_ROWS = msgspec.json.Decoder(list[_strict(Row)]).decode  # type: ignore[misc]
_decode_rows = msgspec.json.Decoder(list[Row]).decode
_decode_all_fields = msgspec.json.Decoder(list[dict[str, Raw]]).decode
