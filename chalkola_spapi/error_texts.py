"""Why Amazon gave a report up, as a sentence out of the FATAL report's document. No I/O.

https://developer-docs.amazon.com/sp-api/docs/verify-that-the-report-processing-has-completed
"""

import contextlib
import json
import zlib

from chalkola_spapi.charsets import decode

TEXT_BYTES = 2048
_LONGEST_DOCUMENT = 1 << 20
_GZIP = 31


def read_reason(raw: bytes, *, charset: str | None = None) -> str:
    """Give a document's errorDetails, or its whole text without them, in at most 2 KB of UTF-8.

    `raw` may be gzip; of damaged bytes as much as can be read. NULs are left out.
    """
    text = decode(_unpack(raw), charset=charset)
    said = _error_details(text) or text
    return _shorten(said.replace("\0", "").strip())


def _unpack(raw: bytes) -> bytes:
    if not raw.startswith(b"\x1f\x8b"):
        return raw[:_LONGEST_DOCUMENT]
    unpacking, found = zlib.decompressobj(_GZIP), b""
    # Byte by byte: what stands before the damage is better than nothing, and a bomb is left early.
    with contextlib.suppress(zlib.error):
        for place in range(len(raw)):
            found += unpacking.decompress(raw[place : place + 1])
            if len(found) >= _LONGEST_DOCUMENT:
                break
    return found


def _error_details(text: str) -> str | None:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None
    details = body.get("errorDetails") if isinstance(body, dict) else None
    return details if isinstance(details, str) or not details else json.dumps(details)


def _shorten(text: str) -> str:
    return text.encode("utf-8", "replace")[:TEXT_BYTES].decode("utf-8", "ignore")
