"""The rows of a large JSON document, an array, some hundred elements at a time, in flat memory.

Within the array only two elements meet as "}" "," "{": the text is cut there, and the decoder
checks each cut, since a piece cut within a string or a nested array is no valid JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeVar

import msgspec

from tasks.documents.errors import broken, unknown_shape

# What is decoded of it stays in the processor's cache until its lines are written.
CHUNK_BYTES = 1 << 18
# What stands before the array is small; a cut is found within a chunk or two.
LONGEST_HEAD_BYTES = 1 << 20
LONGEST_PIECE_BYTES = 1 << 26
CUTS_TRIED = 20
# A cut is looked for here first: to find all elements would cost more than to decode them.
TAIL_BYTES = 1 << 13
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

SEAM = re.compile(rb"\}\s*,\s*\{")

T = TypeVar("T")


class Number(str):
    """A number with a fraction, as Amazon wrote it: never parsed, so that it stays exact."""

    __slots__ = ()


_decode_object = msgspec.json.Decoder(dict[str, object], float_hook=Number).decode


def array_named(name: str) -> re.Pattern[bytes]:
    """What the array `name` of a document begins with."""
    # Within a string every quote has a backslash before it, so this matches only a key.
    return re.compile(rb'"%b"\s*:\s*\[' % re.escape(name).encode())


class JsonArray:
    """One document {..., name: [...], ...}.

    `fields` are the document's other keys: those before the array at once, those after it when
    elements() has ended.
    """

    def __init__(self, head: bytearray, blocks: Iterator[bytes], name: str) -> None:
        found = array_named(name).search(head)
        if found is None:
            raise unknown_shape(f"no {name}")
        self._name = name
        self.fields = self._fields(bytes(head[: found.end()]) + b"]}")
        self._text = head[found.end() :]
        self._blocks = blocks

    def elements(self, decode: Callable[[bytes], T]) -> Iterator[T]:
        """What `decode` makes of each piece of the array, which it gets as a JSON array.

        It has to raise msgspec.DecodeError for what is no JSON.

        Raises:
            MalformedDocumentError: the document is damaged, breaks off, or is not what we know.
        """
        for block in self._blocks:
            self._text += block
            if len(self._text) >= CHUNK_BYTES:
                yield from self._next_piece(decode)
        yield self._last_piece(decode)

    def _next_piece(self, decode: Callable[[bytes], T]) -> Iterator[T]:
        text = self._text
        for end, start in islice(_cuts(text), CUTS_TRIED):
            try:
                with memoryview(text)[:end] as elements:
                    piece = decode(b"".join((b"[", elements, b"]")))
            except (msgspec.ValidationError, UnicodeDecodeError) as exc:
                raise unknown_shape(str(exc)) from exc
            except msgspec.DecodeError:
                continue  # cut within a string, or after the array's end
            del text[:start]
            yield piece
            return
        if len(text) > LONGEST_PIECE_BYTES:
            raise broken("no element ends where one should")

    def _last_piece(self, decode: Callable[[bytes], T]) -> T:
        """The rest of the array and what stands after it; the array's end is tried from behind."""
        text = self._text
        end = len(text)
        while (end := text.rfind(b"]", 0, end)) >= 0:
            try:
                rest = bytes(text[end + 1 :])
                fields = self._fields(b'{"%b":[]%b' % (self._name.encode(), rest))
                piece = decode(b"".join((b"[", text[:end], b"]")))
            except msgspec.ValidationError as exc:
                raise unknown_shape(str(exc)) from exc
            except msgspec.DecodeError:
                continue
            self.fields |= fields
            return piece
        raise broken("it breaks off, or its JSON is not valid")

    def _fields(self, text: bytes) -> dict[str, object]:
        fields = _decode_object(text)
        del fields[self._name]
        return fields


def _cuts(text: bytearray) -> Iterator[tuple[int, int]]:
    """Where an element may end and the next begin, the last first."""
    tail = max(0, len(text) - TAIL_BYTES)
    for begin, end in ((tail, len(text)), (0, tail)):
        seams = list(SEAM.finditer(text, begin, end))
        yield from ((seam.start() + 1, seam.end() - 1) for seam in reversed(seams))


def read_head(blocks: Iterator[bytes], *keys: re.Pattern[bytes]) -> bytearray:
    """The document's beginning: up to one of `keys` or more, its end, or LONGEST_HEAD_BYTES."""
    head = bytearray()
    for block in blocks:
        head += block
        if len(head) > LONGEST_HEAD_BYTES or any(key.search(head) for key in keys):
            break
    return head.removeprefix(BYTE_ORDER_MARK)
