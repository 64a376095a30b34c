"""A PDF of Amazon's, box labels above all: down to a file, whole or not at all.

A label's address lives 15 seconds: download it as soon as it is there, and keep the file. The
address stands in no log, no error and no file.
https://developer-docs.amazon.com/sp-api/reference/getlabels
"""

from dataclasses import dataclass
from pathlib import Path

import httpx
from pydantic import SecretStr

from chalkola_spapi.appearing import appearing
from chalkola_spapi.documents import DEFAULT_TIMEOUT
from chalkola_spapi.errors import DocumentError
from chalkola_spapi.storage import fetch

_PDF_MAGIC = b"%PDF-"


@dataclass(frozen=True, slots=True)
class DownloadedPdf:
    """The file and what it holds, byte for byte as it lay in the storage."""

    path: Path
    size: int
    sha256: str


def download_pdf(
    url: SecretStr, target: Path, *, timeout: httpx.Timeout = DEFAULT_TIMEOUT
) -> DownloadedPdf:
    """Download a PDF to `target`, which appears, or is replaced, only when it is whole.

    Nothing is tried again here: by then the address has lapsed.

    Raises:
        DocumentExpiredError: the address has lapsed; ask for a new one.
        DocumentError: the storage refused, the connection broke, or it is no PDF.
    """
    with appearing(target) as part:
        fetched = fetch(url, part, timeout=timeout)
        if part.read(len(_PDF_MAGIC)) != _PDF_MAGIC:
            raise DocumentError(f"the document should be a PDF and is not ({fetched.size} bytes)")
    return DownloadedPdf(target, fetched.size, fetched.sha256)
