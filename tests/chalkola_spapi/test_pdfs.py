import hashlib
import logging
import traceback

import httpx
import pytest
from pydantic import SecretStr

from chalkola_spapi.errors import DocumentError, DocumentExpiredError
from chalkola_spapi.pdfs import download_pdf

PDF = b"%PDF-1.4\n" + b"x" * 5000 + b"\n%%EOF\n"
STORED = "GET /labels/tortuga-key"


@pytest.fixture
def url(server):
    return SecretStr(f"{server.url}/labels/tortuga-key?X-Amz-Signature=s3cr3t-signature")


@pytest.fixture
def target(tmp_path):
    return tmp_path / "labels" / "A plan" / "FBA1.pdf"


def files(target):
    return sorted(path.name for path in target.parent.iterdir()) if target.parent.exists() else []


def test_a_pdf_is_kept_as_it_lay_there(url, target, server):
    server.on(STORED, server.raw(200, PDF, content_type="application/pdf"))
    downloaded = download_pdf(url, target)
    assert target.read_bytes() == PDF
    assert (downloaded.path, downloaded.size) == (target, len(PDF))
    assert downloaded.sha256 == hashlib.sha256(PDF).hexdigest()
    assert files(target) == ["FBA1.pdf"]


def test_nothing_that_is_meant_for_the_api_goes_along(url, target, server):
    server.on(STORED, server.raw(200, PDF))
    download_pdf(url, target)
    (seen,) = server.seen
    assert seen.query == {"X-Amz-Signature": "s3cr3t-signature"}
    assert not {"x-amz-access-token", "authorization", "cookie"} & set(seen.headers)


BROKEN = {
    "lapsed": lambda s: s.raw(403, b"<Code>AccessDenied</Code>tortuga-key"),
    "gone": lambda s: s.raw(404, b"<Code>NoSuchKey</Code>"),
    "no pdf": lambda s: s.raw(200, b"<html>tortuga-key</html>"),
    "empty": lambda s: s.raw(200, b""),
    "encoded": lambda s: s.raw(200, b"\x1f\x8b\x08", content_encoding="gzip"),
    "cut": lambda s: s.raw(200, PDF[:-1], length=len(PDF)),
    "reset": lambda s: s.reset,
    "moved": lambda s: s.raw(302, b"", location="/elsewhere"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_download_leaves_the_older_file_alone_and_keeps_the_address_secret(
    url, target, server, name, caplog
):
    caplog.set_level(logging.DEBUG)
    target.parent.mkdir(parents=True)
    target.write_bytes(b"older")
    server.on(STORED, BROKEN[name](server))
    with pytest.raises(DocumentError) as caught:
        download_pdf(url, target)
    assert target.read_bytes() == b"older"
    assert files(target) == ["FBA1.pdf"]
    said = "\n".join([*traceback.format_exception(caught.value), caplog.text])
    assert "tortuga-key" not in said
    assert "s3cr3t" not in said
    assert len(server.requests(STORED)) == 1


def test_a_lapsed_address_is_told_apart(url, target, server):
    server.on(STORED, server.raw(403, b"<Error><Code>AccessDenied</Code></Error>"))
    with pytest.raises(DocumentExpiredError):
        download_pdf(url, target)
    assert files(target) == []


def test_a_timeout_is_an_error(url, target, server):
    server.on(STORED, server.hang)
    with pytest.raises(DocumentError, match="did not arrive"):
        download_pdf(url, target, timeout=httpx.Timeout(0.3))
