"""Why Amazon gave a report up: the document of a FATAL report, as a sentence.

https://developer-docs.amazon.com/sp-api/docs/verify-that-the-report-processing-has-completed
"""

import json

from chalkola_spapi.documents import DownloadedDocument, open_document
from chalkola_spapi.errors import DocumentError

TEXT_BYTES = 2048
_READ_BYTES = 1 << 20


def read_error_document(document: DownloadedDocument) -> str:
    """Give Amazon's reason: its errorDetails, or the whole text where there are none.

    At most 2 KB of UTF-8 without NUL; of damaged or odd bytes as much as can be read.
    """
    text = _decode(_first_bytes(document), document.charset)
    said = _error_details(text) or text
    return _shorten(said.replace("\0", "").strip())


def _first_bytes(document: DownloadedDocument) -> bytes:
    found = b""
    try:
        for block in open_document(document.path, is_gzip=document.is_gzip):
            found += block
            if len(found) >= _READ_BYTES:
                break
    except DocumentError:
        pass  # a reason that is cut short is better than none
    return found


def _decode(raw: bytes, charset: str | None) -> str:
    for name in (charset or "utf-8-sig", "utf-8-sig"):
        try:
            return raw.decode(name)
        except (LookupError, ValueError):
            continue
    return raw.decode("cp1252", errors="replace")


def _error_details(text: str) -> str | None:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None
    details = body.get("errorDetails") if isinstance(body, dict) else None
    return details if isinstance(details, str) or not details else json.dumps(details)


def _shorten(text: str) -> str:
    return text.encode("utf-8", "replace")[:TEXT_BYTES].decode("utf-8", "ignore")
