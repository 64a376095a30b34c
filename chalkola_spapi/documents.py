"""A report's document: from Amazon's storage to a file, whole or not at all.

The address is a key to the document: it stands in no log, no error and no file.
https://developer-docs.amazon.com/sp-api/docs/retrieve-a-report
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from gzip import GzipFile
from pathlib import Path
from typing import BinaryIO

import httpx
from isal import igzip, isal_zlib

from chalkola_spapi.appearing import appearing
from chalkola_spapi.error_texts import read_reason
from chalkola_spapi.errors import DocumentError
from chalkola_spapi.reports import ReportDocument
from chalkola_spapi.storage import fetch

BLOCK_BYTES = 1 << 18
DEFAULT_TIMEOUT = httpx.Timeout(60, connect=10)
_GZIP_MAGIC = b"\x1f\x8b"
_REASON_BYTES = 1 << 16


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
    with appearing(target) as part:
        fetched = fetch(document.url, part, timeout=timeout)
        is_gzip = part.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        if not is_gzip and (document.compression_algorithm or fetched.is_encoded):
            raise DocumentError(f"the document should be gzip and is not ({fetched.size} bytes)")
        if is_gzip:
            _read_to_its_checksum(part)
    return DownloadedDocument(target, is_gzip, fetched.charset, fetched.size, fetched.sha256)


def open_document(path: Path, *, is_gzip: bool) -> Iterator[bytes]:
    """Give a document's bytes, decompressed, in blocks of at most BLOCK_BYTES.

    Raises:
        DocumentError: the gzip is cut short or damaged.
    """
    with path.open("rb") as file:
        yield from _gunzipped(file) if is_gzip else _blocks(file)


def read_error_document(
    document: ReportDocument, *, timeout: httpx.Timeout = DEFAULT_TIMEOUT
) -> str:
    """Give Amazon's reason for a FATAL report: its errorDetails, or the whole text without them.

    At most 2 KB of UTF-8 without NUL; of damaged or odd bytes as much as can be read.

    Raises:
        DocumentExpiredError: the address has lapsed; ask for a new one.
        DocumentError: the storage refused, or the connection broke.
    """
    with tempfile.TemporaryFile() as file:
        fetched = fetch(document.url, file, timeout=timeout)
        return read_reason(file.read(_REASON_BYTES), charset=fetched.charset)


def _read_to_its_checksum(part: BinaryIO) -> None:
    """A gzip's checksum stands at its end."""
    part.seek(0)
    for _ in _gunzipped(part):
        pass


def _gunzipped(file: BinaryIO) -> Iterator[bytes]:
    # igzip reads three times as fast as gzip.
    with igzip.IGzipFile(fileobj=file, mode="rb") as text:
        try:
            yield from _blocks(text)
        except (EOFError, igzip.BadGzipFile, isal_zlib.error) as exc:  # type: ignore[misc]  # stub
            raise DocumentError(f"the document's gzip is damaged: {exc}") from exc


def _blocks(file: BinaryIO | GzipFile) -> Iterator[bytes]:
    while block := file.read(BLOCK_BYTES):
        yield block
