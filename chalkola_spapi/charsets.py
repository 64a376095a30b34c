"""Which characters a document's bytes are.

US and Canada send UTF-8, Europe's flat files come in Cp1252, Japan's in windows-31j.
https://developer-docs.amazon.com/sp-api/docs/retrieve-a-report
"""

import codecs
from collections.abc import Callable, Iterable

# Java's names for what Python calls cp932; its shift_jis lacks some of the characters.
_ALIASES = {"windows-31j": "cp932", "shift_jis": "cp932", "shift-jis": "cp932"}


def find_codec(charset: str | None) -> str | None:
    """Give Python's name of a charset; None if there is none, or it is none that Python knows."""
    name = (charset or "").strip().lower()
    try:
        return codecs.lookup(_ALIASES.get(name, name)).name if name else None
    except (LookupError, ValueError):
        return None


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

    The charset that the download named is tried first, then UTF-8. If neither fits, some bytes mean
    nothing whatever is chosen: the named charset if it is a local one, else `fallback`.
    """
    named = find_codec(charset)
    for codec in dict.fromkeys([named or "utf-8", "utf-8"]):
        if _fits(read(), codec):
            return "utf-8-sig" if codec == "utf-8" else codec
    return named if named and named != "utf-8" else fallback


def _fits(blocks: Iterable[bytes], codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for block in blocks:
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
