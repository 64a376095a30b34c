"""Which characters a document's bytes are.

US and Canada send UTF-8, Europe's flat files come in Cp1252, Japan's in windows-31j.
https://developer-docs.amazon.com/sp-api/docs/retrieve-a-report
"""

import codecs
from collections.abc import Callable, Iterable

# Java's name for what Python calls cp932.
_ALIASES = {"windows-31j": "cp932"}
# What is called so holds characters of the larger set, too: "①", "€" (as every browser reads it).
_LARGER = {"shift_jis": "cp932", "iso8859-1": "cp1252", "ascii": "utf-8"}
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def find_codec(charset: str | None) -> str | None:
    """Give Python's name of a charset; None if there is none, or it is none that Python knows."""
    name = (charset or "").strip().lower()
    try:
        found = codecs.lookup(_ALIASES.get(name, name)).name if name else None
    except (LookupError, ValueError):
        return None
    return _LARGER.get(found or "", found)


def decode(raw: bytes, *, charset: str | None = None) -> str:
    """Give the text: in the charset that the download named, else UTF-8, else Cp1252.

    A byte order mark goes; bytes that mean nothing become U+FFFD.
    """
    for name in (find_codec(charset), "utf-8"):
        try:
            return raw.decode(name or "utf-8").removeprefix("\ufeff")
        except (LookupError, ValueError):
            continue
    return raw.decode("cp1252", errors="replace")


def choose_codec(read: Callable[[], Iterable[bytes]], *, charset: str | None, fallback: str) -> str:
    """Give the codec of a document that is too large to hold: the first that fits all its bytes.

    A byte order mark decides. Else the charset that the download named is tried first, then UTF-8.
    If neither fits, some bytes mean nothing whatever is chosen: the named charset if it is a local
    one, else `fallback`.
    """
    marked = _marked(next(iter(read()), b""))
    if marked is not None:
        return marked
    named = find_codec(charset)
    for codec in dict.fromkeys([named or "utf-8", "utf-8"]):
        if _fits(read(), codec):
            return "utf-8-sig" if codec == "utf-8" else codec
    return named if named and named != "utf-8" else fallback


def _marked(beginning: bytes) -> str | None:
    return next((codec for mark, codec in _MARKS.items() if beginning.startswith(mark)), None)


def _fits(blocks: Iterable[bytes], codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for block in blocks:
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
