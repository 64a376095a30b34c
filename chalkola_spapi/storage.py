"""Amazon's storage: where documents lie, behind addresses that are keys to them.

The address stands in no log and no error.
https://developer-docs.amazon.com/sp-api/docs/retrieve-a-report
"""

import atexit
import functools
import hashlib
import re
from dataclasses import dataclass
from typing import BinaryIO

import httpx
from pydantic import SecretStr

from chalkola_spapi.connections import (
    HttpPool,
    UnreadableAddressError,
    as_sentence,
    default_user_agent,
)
from chalkola_spapi.errors import DocumentError, DocumentExpiredError

_REFUSAL_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the storage said of the bytes, and what they are."""

    charset: str | None
    is_encoded: bool
    size: int
    sha256: str


def fetch(url: SecretStr, target: BinaryIO, *, timeout: httpx.Timeout) -> Fetched:
    """Write the bytes at an address to an empty file, as they lie there, and go to its beginning.

    Raises:
        DocumentExpiredError: the address has lapsed.
        DocumentError: the storage refused, or the connection broke.
    """
    try:
        with _storage().streaming("GET", url.get_secret_value(), timeout=timeout) as response:
            return _save(response, target)
    except UnreadableAddressError:
        raise DocumentError("the document's address cannot be read") from None
    except httpx.RequestError as exc:
        raise DocumentError(f"the document did not arrive: {as_sentence(exc)}") from exc


@functools.cache
def _storage() -> HttpPool:
    # A pool of its own: no token, no cookie, nothing that is meant for the API goes along.
    http = HttpPool(user_agent=default_user_agent(), accept="*/*", accept_encoding="identity")
    # Else the interpreter warns of connections that are still open when it ends.
    atexit.register(http.close)
    return http


def _save(response: httpx.Response, target: BinaryIO) -> Fetched:
    encoding = response.headers.get("content-encoding", "identity").lower()
    if response.status_code != 200:
        raise _refusal(response)
    if encoding not in {"identity", "gzip", ""}:
        raise DocumentError(f"the storage sent the document with the encoding {encoding}")
    digest, size = hashlib.sha256(), 0
    # Raw: what is kept is what lay there, and no one unpacks it behind our back.
    for chunk in response.iter_raw():
        digest.update(chunk)
        size += target.write(chunk)
    target.seek(0)
    return Fetched(response.charset_encoding, encoding == "gzip", size, digest.hexdigest())


def _refusal(response: httpx.Response) -> DocumentError:
    """Give what a refusal means; of its text only the code, for the rest quotes the address."""
    body = next(response.iter_raw(_REFUSAL_BYTES), b"")
    found = re.search(rb"<Code>(\w{1,60})</Code>", body)
    code = found[1].decode() if found else "without a code"
    said = f"the storage answered {response.status_code} ({code})"
    if response.status_code == 403 or code == "ExpiredToken":
        return DocumentExpiredError(f"{said}: the document's address has lapsed")
    return DocumentError(said)
