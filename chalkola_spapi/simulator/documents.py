"""Report documents, and the presigned addresses that they are fetched from.

https://developer-docs.amazon.com/sp-api/docs/reports-api-v2021-06-30-retrieve-a-report
"""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from isal import igzip, isal_zlib

from chalkola_spapi.simulator.clock import Clock
from chalkola_spapi.simulator.messages import Answer, Call, not_found

FOLDER = "/report-documents/"
LIFETIME = timedelta(minutes=5)
_STAMP = "%Y%m%dT%H%M%SZ"
_AUTHORISING = ("x-amz-access-token", "authorization")


@dataclass(slots=True)
class Document:
    """One document of an account.

    `make` is called once, at the first download; at each one where it makes pieces, which are
    never all held.
    """

    document_id: str
    account: str
    make: Callable[[], bytes | Iterator[bytes]]
    content_type: str
    is_gzip: bool
    marketplaces: frozenset[str] = frozenset()
    downloads: int = 0
    _body: bytes | None = field(default=None, repr=False)

    def body(self) -> bytes:
        """All bytes of the document, as they are downloaded."""
        return self.answer().gathered().body

    def answer(self) -> Answer:
        """The document as it is downloaded, compressed if it is."""
        headers = {"content-type": self.content_type}
        if self._body is not None:
            return Answer(200, self._body, headers)
        made = self.make()
        if not isinstance(made, bytes):
            return Answer(200, headers=headers, stream=_zipped(made) if self.is_gzip else made)
        # mtime=0: the same document has the same bytes.
        self._body = igzip.compress(made, 1, mtime=0) if self.is_gzip else made
        return Answer(200, self._body, headers)


def _zipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    squeeze = isal_zlib.compressobj(1, wbits=31)
    for piece in pieces:
        yield squeeze.compress(piece)
    yield squeeze.flush()


class StorageRefusedError(Exception):
    """S3 says no, in XML and with none of SP-API's headers."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.message = message

    def answer(self) -> Answer:
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{self.code}</Code><Message>{self.message}</Message>"
            f"<RequestId>{secrets.token_hex(8).upper()}</RequestId></Error>"
        )
        return Answer(self.status, body.encode(), {"content-type": "application/xml"})


class Documents:
    """Holds documents in memory and answers their downloads. Addresses live 5 real minutes."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._not_before = datetime.min.replace(tzinfo=UTC)
        self._documents: dict[str, Document] = {}

    def add(
        self,
        account: str,
        make: Callable[[], bytes | Iterator[bytes]],
        *,
        content_type: str = "application/json",
        is_gzip: bool = True,
        marketplaces: frozenset[str] = frozenset(),
    ) -> str:
        """Keep a document; returns its id."""
        document_id = f"amzn1.spdoc.1.4.na.{uuid.uuid4()}.T{secrets.token_hex(6).upper()}.5600"
        self._documents[document_id] = Document(
            document_id, account, make, content_type, is_gzip, marketplaces
        )
        return document_id

    def find(self, account: str, document_id: str) -> Document:
        """A document of the account.

        Raises:
            RefusedError: 404, also for another account's document.
        """
        document = self._documents.get(document_id)
        if document is None or document.account != account:
            raise not_found("The requested report document was not found.")
        return document

    def presign(
        self,
        document: Document,
        *,
        public_url: str,
        encoding_header: bool,
        lifetime: timedelta = LIFETIME,
    ) -> str:
        """An address that works for `lifetime`, in whole seconds."""
        query = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Date": self._clock.now().strftime(_STAMP),
            "X-Amz-SignedHeaders": "host",
            "X-Amz-Expires": str(int(lifetime.total_seconds())),
            "X-Amz-Credential": "SIMULATOR/20210630/us-east-1/s3/aws4_request",
        }
        if encoding_header and document.is_gzip:
            query["response-content-encoding"] = "gzip"
        query["X-Amz-Signature"] = self._sign(document.document_id, query)
        return f"{public_url}{FOLDER}{document.document_id}?{urlencode(query)}"

    def download(self, call: Call) -> Answer:
        """The bytes behind a presigned address.

        Raises:
            StorageRefusedError: 400 with SP-API's or any other authorisation, 403 else.
        """
        if any(name in call.headers for name in _AUTHORISING):
            raise StorageRefusedError(
                400,
                "InvalidArgument",
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "
                "Signature query string parameter or the Authorization header should be specified",
            )
        query = dict(call.query)
        document_id = call.path.removeprefix(FOLDER)
        self._check_signature(document_id, query)
        document = self._documents.get(document_id)
        if document is None:
            raise StorageRefusedError(404, "NoSuchKey", "The specified key does not exist.")
        document.downloads += 1
        answer = document.answer()
        encoding = query.get("response-content-encoding")
        return answer if encoding is None else answer.with_headers(content_encoding=encoding)

    def expire_urls(self) -> None:
        """Let every address given out so far have expired."""
        # Stamps hold whole seconds: an address given out later in this second must live.
        self._key = secrets.token_bytes(32)
        self._not_before = self._clock.now()

    def peek(self, document_id: str | None) -> Document | None:
        """A document of any account; None if there is none."""
        return self._documents.get(document_id or "")

    def clear(self) -> None:
        self._documents.clear()

    def _check_signature(self, document_id: str, query: dict[str, str]) -> None:
        signature = query.pop("X-Amz-Signature", "")
        signed_at = _stamp(query.get("X-Amz-Date", ""))
        if signed_at is None:
            raise StorageRefusedError(403, "AccessDenied", "Access Denied")
        now = self._clock.now()
        expires = query.get("X-Amz-Expires", "")
        lifetime = timedelta(seconds=int(expires) if expires.isdecimal() else 0)
        is_signed = hmac.compare_digest(signature, self._sign(document_id, query))
        was_recalled = not is_signed and signed_at <= self._not_before
        if was_recalled or (is_signed and signed_at + lifetime <= now):
            raise StorageRefusedError(403, "AccessDenied", "Request has expired")
        if not is_signed:
            raise StorageRefusedError(
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided.",
            )

    def _sign(self, document_id: str, query: dict[str, str]) -> str:
        text = document_id + urlencode(sorted(query.items()))
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()


def _stamp(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
