"""Which characters a document's bytes are.

US and Canada send UTF-8, Europe's flat files come in Cp1252, Japan's in windows-31j.
https://developer-docs.amazon.com/sp-api/docs/retrieve-a-report
"""

import codecs

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
