"""The array dataByAsin of a large JSON document, some thousand elements at a time, in flat memory.

Within the array only two elements meet as "}" "," "{": the text is cut there, and the decoder
checks each cut, since a piece cut within a string or a nested array is no valid JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from tasks.document_errors import broken, unknown_shape

CHUNK_BYTES = 1 << 20
# What stands before the array is small; a cut is found within a chunk or two.
LONGEST_HEAD_BYTES = 1 << 20
LONGEST_PIECE_BYTES = 64 * CHUNK_BYTES
CUTS_TRIED = 20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# Within a string every quote has a backslash before it, so this matches only a key.
ARRAY = re.compile(rb'"dataByAsin"\s*:\s*\[')
SEAM = re.compile(rb"\}\s*,\s*\{")

_decode_object = msgspec.json.Decoder(dict[str, object]).decode
T = TypeVar("T")


class DataByAsin:
    """One document {..., "dataByAsin": [...], ...}.

    `fields` are the document's other keys: those before the array at once, those after it when
    elements() has ended.
    """

    def __init__(self, head: bytearray, blocks: Iterator[bytes]) -> None:
        found = ARRAY.search(head)
        if found is None:
            raise unknown_shape("no dataByAsin")
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
        seams = [(seam.start() + 1, seam.end() - 1) for seam in SEAM.finditer(text)]
        for end, start in reversed(seams[-CUTS_TRIED:]):
            try:
                piece = decode(b"[%b]" % text[:end])
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
                fields = self._fields(b'{"dataByAsin":[]%b' % text[end + 1 :])
                piece = decode(b"[%b]" % text[:end])
            except msgspec.ValidationError as exc:
                raise unknown_shape(str(exc)) from exc
            except msgspec.DecodeError:
                continue
            self.fields |= fields
            return piece
        raise broken("it breaks off, or its JSON is not valid")

    @staticmethod
    def _fields(text: bytes) -> dict[str, object]:
        fields = _decode_object(text)
        del fields["dataByAsin"]
        return fields


def read_head(blocks: Iterator[bytes], *keys: re.Pattern[bytes]) -> bytearray:
    """The document's beginning: up to one of `keys` or more, its end, or LONGEST_HEAD_BYTES."""
    head = bytearray()
    for block in blocks:
        head += block
        if len(head) > LONGEST_HEAD_BYTES or any(key.search(head) for key in keys):
            break
    return head.removeprefix(BYTE_ORDER_MARK)
