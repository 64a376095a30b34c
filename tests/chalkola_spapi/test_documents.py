import gzip
import hashlib
import json
import tracemalloc

import httpx
import pytest

from chalkola_spapi.documents import (
    BLOCK_BYTES,
    download_document,
    open_document,
    read_error_document,
)
from chalkola_spapi.error_texts import TEXT_BYTES, read_reason
from chalkola_spapi.errors import DocumentError, DocumentExpiredError
from chalkola_spapi.reports import ReportDocument

TEXT = json.dumps({"dataByAsin": ["é", "x" * 5000]}).encode()
GZIPPED = gzip.compress(TEXT, mtime=0)


@pytest.fixture
def document(server):
    def give(compression_algorithm="GZIP"):
        url = (
            f"{server.url}/bucket/tortuga/doc%201?X-Amz-Credential=AKIA%2Fus&X-Amz-Signature=s3cr3t"
        )
        return ReportDocument(
            report_document_id="D1", url=url, compression_algorithm=compression_algorithm
        )

    return give


@pytest.fixture
def store(server):
    def on(status, content, **headers):
        server.on("GET /bucket/tortuga/doc%201", server.raw(status, content, **headers))

    return on


@pytest.fixture
def target(tmp_path):
    return tmp_path / "raw" / "NA" / "R1"


def content(downloaded):
    return b"".join(open_document(downloaded.path, is_gzip=downloaded.is_gzip))


def files(target):
    return sorted(path.name for path in target.parent.iterdir()) if target.parent.exists() else []


def test_a_document_is_kept_as_it_lay_there(store, document, target):
    store(200, GZIPPED, content_type="application/json; charset=UTF-8")
    downloaded = download_document(document(), target)
    assert target.read_bytes() == GZIPPED
    assert downloaded.path == target
    assert (downloaded.is_gzip, downloaded.charset) == (True, "utf-8")
    assert downloaded.size == len(GZIPPED)
    assert downloaded.sha256 == hashlib.sha256(GZIPPED).hexdigest()
    assert content(downloaded) == TEXT
    assert files(target) == ["R1"]


def test_the_address_goes_out_byte_for_byte_and_nothing_of_the_api_with_it(
    store, document, target, server
):
    store(200, GZIPPED)
    download_document(document(), target)
    (seen,) = server.seen
    assert seen.query == {"X-Amz-Credential": "AKIA/us", "X-Amz-Signature": "s3cr3t"}
    allowed = {"host", "user-agent", "accept", "accept-encoding"}
    assert set(seen.headers) == allowed
    assert seen.headers["accept-encoding"] == "identity"


def test_a_plain_document_is_kept_plain(store, document, target):
    store(200, TEXT, content_type="text/plain;charset=Cp1252")
    downloaded = download_document(document(None), target)
    assert (downloaded.is_gzip, downloaded.charset) == (False, "cp1252")
    assert content(downloaded) == TEXT


@pytest.mark.parametrize("compression_algorithm", ["GZIP", None])
def test_an_encoding_of_the_storage_is_not_unpacked_behind_our_back(
    store, document, target, compression_algorithm
):
    store(200, GZIPPED, content_encoding="gzip")
    downloaded = download_document(document(compression_algorithm), target)
    assert downloaded.is_gzip
    assert target.read_bytes() == GZIPPED
    assert content(downloaded) == TEXT


def test_gzip_that_nobody_announced_is_seen(store, document, target):
    store(200, GZIPPED)
    assert download_document(document(None), target).is_gzip


def test_no_content_type_is_no_charset(store, document, target):
    store(200, GZIPPED)
    assert download_document(document(), target).charset is None


def test_members_of_a_gzip_are_read_one_after_another(store, document, target):
    store(200, GZIPPED + GZIPPED)
    assert content(download_document(document(), target)) == TEXT + TEXT


@pytest.mark.parametrize(
    "broken",
    [
        GZIPPED[:-1],
        GZIPPED[: len(GZIPPED) // 2],
        GZIPPED[:10],
        GZIPPED[:-8] + b"\0\0\0\0" + GZIPPED[-4:],
        GZIPPED[:40] + b"\xff\xff\xff" + GZIPPED[43:],
        GZIPPED + b"garbage",
        TEXT,
        b"",
    ],
    ids=["last byte", "half", "header", "checksum", "middle", "garbage after", "plain", "empty"],
)
def test_a_damaged_gzip_is_an_error_and_leaves_no_file(store, document, target, broken):
    store(200, broken)
    with pytest.raises(DocumentError):
        download_document(document(), target)
    assert files(target) == []


def test_a_connection_cut_short_is_an_error_and_leaves_no_file(document, target, server):
    server.on("GET /bucket/tortuga/doc%201", server.raw(200, TEXT, length=len(TEXT) + 1))
    with pytest.raises(DocumentError, match="did not arrive"):
        download_document(document(None), target)
    assert files(target) == []


def test_a_broken_download_leaves_the_older_file_alone(store, document, target):
    target.parent.mkdir(parents=True)
    target.write_bytes(b"older")
    store(200, GZIPPED[:-3])
    with pytest.raises(DocumentError):
        download_document(document(), target)
    assert target.read_bytes() == b"older"
    assert files(target) == ["R1"]


def test_a_download_replaces_the_older_file(store, document, target):
    store(200, GZIPPED)
    download_document(document(), target)
    store(200, gzip.compress(b"newer"))
    assert content(download_document(document(), target)) == b"newer"
    assert files(target) == ["R1"]


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (403, "AccessDenied", "Request has expired"),
        (403, "SignatureDoesNotMatch", "no"),
        (400, "ExpiredToken", "The provided token has expired."),
    ],
)
def test_a_lapsed_address_is_told_apart(store, document, target, status, code, message):
    xml = f"<Error><Code>{code}</Code><Message>{message}</Message><Key>s3cr3t</Key></Error>"
    store(status, xml.encode(), content_type="application/xml")
    with pytest.raises(DocumentExpiredError, match=code) as caught:
        download_document(document(), target)
    assert "s3cr3t" not in str(caught.value)
    assert files(target) == []


@pytest.mark.parametrize("status", [302, 400, 404, 500, 503, 206])
def test_other_refusals_are_document_errors(store, document, target, status):
    store(status, b"", location="http://127.0.0.1:9/")
    with pytest.raises(DocumentError, match=str(status)) as caught:
        download_document(document(), target)
    assert not isinstance(caught.value, DocumentExpiredError)


def test_an_unknown_compression_is_an_error(store, document, target):
    store(200, GZIPPED, content_encoding="br")
    with pytest.raises(DocumentError, match="br"):
        download_document(document(), target)
    with pytest.raises(DocumentError, match="ZSTD"):
        download_document(document("ZSTD"), target)


@pytest.mark.parametrize("failure", ["reset", "hang"])
def test_a_failing_connection_is_a_document_error_with_its_cause(document, target, server, failure):
    server.on("GET /bucket/tortuga/doc%201", getattr(server, failure))
    with pytest.raises(DocumentError) as caught:
        download_document(document(), target, timeout=httpx.Timeout(0.2))
    assert isinstance(caught.value.__cause__, httpx.TransportError)
    assert files(target) == []


@pytest.mark.parametrize(
    "url", ["", "not a url", "ftp://h/s3cr3t", "http://[s3cr3t", "http://h:s3cr3t/", "http://h/é"]
)
def test_an_odd_address_is_an_error_that_does_not_repeat_it(target, url):
    document = ReportDocument(report_document_id="D1", url=url)
    with pytest.raises(DocumentError) as caught:
        download_document(document, target)
    assert "s3cr3t" not in f"{caught.value} {caught.value.__cause__}"


def test_a_document_that_expands_a_thousandfold_is_read_in_blocks(store, document, target):
    store(200, gzip.compress(b"\0" * (64 << 20)))
    tracemalloc.start()
    downloaded = download_document(document(), target)
    sizes = [len(block) for block in open_document(downloaded.path, is_gzip=True)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(sizes) == 64 << 20
    assert max(sizes) <= BLOCK_BYTES
    assert peak < 8 << 20


# -- why a report failed --------------------------------------------------------------------------

DETAILS = "A client error occurred: the report period is not published"


@pytest.mark.parametrize("pack", [gzip.compress, bytes], ids=["gzip", "plain"])
@pytest.mark.parametrize(
    "text", [json.dumps({"errorDetails": DETAILS}), DETAILS], ids=["json", "text"]
)
def test_amazons_reason_is_read(store, document, text, pack):
    store(200, pack(text.encode()))
    algorithm = "GZIP" if pack is gzip.compress else None
    assert read_error_document(document(algorithm)) == DETAILS


def test_a_reason_in_a_damaged_gzip_is_read_as_far_as_it_goes(store, document):
    store(200, gzip.compress(DETAILS.encode())[:-4])
    assert read_error_document(document()) == DETAILS


def test_a_lapsed_address_of_a_reason_is_an_error(store, document):
    store(403, b"<Code>AccessDenied</Code>")
    with pytest.raises(DocumentExpiredError):
        read_error_document(document())


@pytest.mark.parametrize(
    ("raw", "charset", "expected"),
    [
        (b"", None, ""),
        (b'{"errorDetails": {"code": 1}}', None, '{"code": 1}'),
        (b'{"other": 1}', None, '{"other": 1}'),
        (b'{"errorDetails": ""}', None, '{"errorDetails": ""}'),
        (b"[1, 2]", None, "[1, 2]"),
        ("\ufeffZeitraum ungültig".encode(), None, "Zeitraum ungültig"),
        ("ungültig".encode("cp1252"), None, "ungültig"),
        ("ungültig".encode("cp1252"), "Cp1252", "ungültig"),
        ("期間".encode("cp932"), "windows-31j", "期間"),
        ("ungültig".encode(), "no-such-charset", "ungültig"),
        (b"\x81\x8d ok", None, "\ufffd\ufffd ok"),
        (gzip.compress(DETAILS.encode(), mtime=0)[:-8] + b"\0" * 8, None, DETAILS),
        (b"\x1f\x8b", None, ""),
        (b"a\0b ", None, "ab"),
        (b'{"errorDetails": "lone \\ud800"}', None, "lone ?"),
        (b"[" * 100_000, "hex", "[" * TEXT_BYTES),
    ],
)
def test_odd_bytes_never_raise(raw, charset, expected):
    assert read_reason(raw, charset=charset) == expected


def test_a_reason_is_cut_at_two_kilobytes_of_utf8():
    reason = read_reason(("é" * 3000).encode())
    assert reason == "é" * 1024
