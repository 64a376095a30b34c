"""Text as COPY's text format has it."""

from __future__ import annotations

import re

#: JSON's escape of NUL, which PostgreSQL cannot hold; what stands before it is group 1.
NUL_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
_needs_escape = re.compile("[\\\\\t\n\r\0]").search
_escapes = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})


def copy_text(text: str) -> str:
    """Text as COPY reads it with NULL 'null'; PostgreSQL has no NUL, so that is left out."""
    if _needs_escape(text):
        text = text.translate(_escapes)
    return "\\x6eull" if text == "null" else text
