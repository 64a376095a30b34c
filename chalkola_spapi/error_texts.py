"""Why Amazon gave a report up, as a sentence out of the FATAL report's document. No I/O.

https://developer-docs.amazon.com/sp-api/docs/verify-that-the-report-processing-has-completed
"""

import json

TEXT_BYTES = 2048


def read_reason(raw: bytes, *, charset: str | None = None) -> str:
    """Give the document's errorDetails, or its whole text where it has none, in at most 2 KB."""
    text = _decode(raw, charset)
    said = _error_details(text) or text
    return _shorten(said.replace("\0", "").strip())


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
