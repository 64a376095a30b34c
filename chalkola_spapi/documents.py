"""A report's document: from Amazon's storage to a file, whole or not at all.

The address is a key to the document: it stands in no log, no error and no file.
https://developer-docs.amazon.com/sp-api/docs/retrieve-a-report
"""

import gzip
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from chalkola_spapi.error_texts import read_reason
from chalkola_spapi.errors import DocumentError
from chalkola_spapi.reports import ReportDocument
from chalkola_spapi.storage import fetch, part_beside

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
    with part_beside(target) as part:
        fetched = fetch(document.url, part, timeout=timeout)
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


def read_error_document(
    document: ReportDocument, *, timeout: httpx.Timeout = DEFAULT_TIMEOUT
) -> str:
    """Give Amazon's reason for a FATAL report: its errorDetails, or the whole text without them.

    At most 2 KB of UTF-8 without NUL; of damaged or odd bytes as much as can be read.

    Raises:
        DocumentExpiredError: the address has lapsed; ask for a new one.
        DocumentError: the storage refused, or the connection broke.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document"
        fetched = fetch(document.url, path, timeout=timeout)
        with path.open("rb") as file:
            return read_reason(file.read(_REASON_BYTES), charset=fetched.charset)


def _is_gzip(part: Path) -> bool:
    # By its first bytes: a document is text, which never starts so.
    with part.open("rb") as file:
        return file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
