"""A report's document: from Amazon's storage to a file, whole or not at all.

The address is a key to the document: it stands in no log, no error and no file.
https://developer-docs.amazon.com/sp-api/docs/retrieve-a-report
"""

import contextlib
import gzip
import hashlib
import os
import re
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from chalkola_spapi.connections import as_sentence, default_user_agent, open_http
from chalkola_spapi.errors import DocumentError, DocumentExpiredError
from chalkola_spapi.reports import ReportDocument

BLOCK_BYTES = 1 << 18
DEFAULT_TIMEOUT = httpx.Timeout(60, connect=10)
_GZIP_MAGIC = b"\x1f\x8b"
_REFUSAL_BYTES = 4096


@dataclass(frozen=True, slots=True)
class DownloadedDocument:
    """The bytes as they lay in the storage; `size` and `sha256` are theirs.

    `charset` is what the Content-Type names, None if it names none.
    """

    path: Path
    is_gzip: bool
    charset: str | None
    size: int
    sha256: str


def download_document(
    document: ReportDocument, target: Path, *, timeout: httpx.Timeout = DEFAULT_TIMEOUT
) -> DownloadedDocument:
    """Download a document to `target`, which appears, or is replaced, only when it is whole.

    Streamed, so memory stays flat. Nothing is tried again here.

    Raises:
        DocumentExpiredError: the address has lapsed; ask for a new one.
        DocumentError: the storage refused, the connection broke, or the bytes are damaged.
    """
    if document.compression_algorithm not in {None, "", "GZIP"}:
        raise DocumentError(f"the document is compressed with {document.compression_algorithm}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _part_beside(target) as part:
        fetched = _fetch(document.url, part, timeout=timeout)
        is_gzip = _is_gzip(part)
        if not is_gzip and (document.compression_algorithm or fetched.is_encoded):
            raise DocumentError(f"the document should be gzip and is not ({fetched.size} bytes)")
        for _ in open_document(part, is_gzip=is_gzip):
            pass  # reads it to its end, where its checksum stands
        part.replace(target)
    return DownloadedDocument(target, is_gzip, fetched.charset, fetched.size, fetched.sha256)


def open_document(path: Path, *, is_gzip: bool) -> Iterator[bytes]:
    """Give a document's bytes, decompressed, in blocks of at most BLOCK_BYTES.

    Raises:
        DocumentError: the gzip is cut short or damaged.
    """
    with gzip.open(path, "rb") if is_gzip else path.open("rb") as file:
        try:
            while block := file.read(BLOCK_BYTES):
                yield block
        except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
            raise DocumentError(f"the document's gzip is damaged: {exc}") from exc


@dataclass(frozen=True, slots=True)
class _Fetched:
    charset: str | None
    is_encoded: bool
    size: int
    sha256: str


@contextlib.contextmanager
def _part_beside(target: Path) -> Iterator[Path]:
    """Give a new file that two downloads never share, and that is gone afterwards."""
    handle, name = tempfile.mkstemp(prefix=f"{target.name}.", suffix=".part", dir=target.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _fetch(url: SecretStr, part: Path, *, timeout: httpx.Timeout) -> _Fetched:
    # A client of its own: no token, no cookie, nothing that is meant for the API goes along.
    with open_http(
        user_agent=default_user_agent(), timeout=timeout, accept_encoding="identity"
    ) as http:
        request = _request(http, url)
        try:
            with contextlib.closing(http.send(request, stream=True)) as response:
                return _save(response, part)
        except httpx.RequestError as exc:
            raise DocumentError(f"the document did not arrive: {as_sentence(exc)}") from exc


def _request(http: httpx.Client, url: SecretStr) -> httpx.Request:
    """Give a request whose URL, which httpx logs, is the host alone; the rest goes out as it is."""
    try:
        parts = urlsplit(url.get_secret_value())
        origin = httpx.URL(f"{parts.scheme}://{parts.netloc}/")
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}".encode("ascii")
    except (ValueError, httpx.InvalidURL):
        # Their texts quote the address.
        raise DocumentError("the document's address cannot be read") from None
    return http.build_request("GET", origin, extensions={"target": target})


def _save(response: httpx.Response, part: Path) -> _Fetched:
    encoding = response.headers.get("content-encoding", "identity").lower()
    if response.status_code != 200:
        raise _refusal(response)
    if encoding not in {"identity", "gzip", ""}:
        raise DocumentError(f"the storage sent the document with the encoding {encoding}")
    digest, size = hashlib.sha256(), 0
    with part.open("wb") as file:
        # Raw: what is kept is what lay there, and no one unpacks it behind our back.
        for chunk in response.iter_raw():
            digest.update(chunk)
            size += file.write(chunk)
    return _Fetched(response.charset_encoding, encoding == "gzip", size, digest.hexdigest())


def _refusal(response: httpx.Response) -> DocumentError:
    """Give what a refusal means; of its text only the code, for the rest quotes the address."""
    body = next(response.iter_raw(_REFUSAL_BYTES), b"")
    found = re.search(rb"<Code>(\w{1,60})</Code>", body)
    code = found[1].decode() if found else "without a code"
    said = f"the storage answered {response.status_code} ({code})"
    if response.status_code == 403 or code == "ExpiredToken":
        return DocumentExpiredError(f"{said}: the document's address has lapsed")
    return DocumentError(said)


def _is_gzip(part: Path) -> bool:
    # By its first bytes: a document is text, which never starts so.
    with part.open("rb") as file:
        return file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
