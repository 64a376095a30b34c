"""Parsed documents: what is known of their files, and checksums."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from isal import isal_zlib


@dataclass(frozen=True)
class ParsedDocument:
    """The file, its checksum, its rows, and what else the document held.

    checksum is the file's, see Checksum. document_sha256 is the raw document's; content_sha256,
    where it is known, that of the rows without the report's id. rows_by_asin are the file's lines,
    where they are counted. extra_fields are kept in the column extra, if they were a row's, and
    named here by their dotted names.
    """

    path: Path
    checksum: str
    document_sha256: str
    rows: int
    extra_fields: tuple[str, ...]
    specification: dict[str, object]
    content_sha256: str | None = None
    rows_by_asin: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As JSON can keep it."""
        return asdict(self) | {"path": str(self.path), "extra_fields": list(self.extra_fields)}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> ParsedDocument:
        """What to_dict gave."""
        extra_fields = tuple(fields["extra_fields"])
        return cls(**{**fields, "path": Path(fields["path"]), "extra_fields": extra_fields})


class Checksum:
    """CRC-32 and length: whether a file of ours was cut, altered or written over by another.

    It is read when the file is loaded, and to compute a SHA-256 of each byte twice more would cost
    a tenth of the parsing.
    """

    def __init__(self) -> None:
        self._crc32 = 0
        self._length = 0

    def update(self, block: bytes) -> None:
        """Take the next bytes."""
        self._crc32 = isal_zlib.crc32(block, self._crc32)
        self._length += len(block)

    def __str__(self) -> str:
        return f"{self._crc32:08x}-{self._length}"


def write_lines(output: BinaryIO, batches: Iterable[list[str]]) -> tuple[str, int]:
    """Write lines as UTF-8; gives their checksum and their number."""
    checksum = Checksum()
    lines = 0
    for batch in batches:
        text = "".join(batch).encode()
        checksum.update(text)
        output.write(text)
        lines += len(batch)
    return str(checksum), lines


def sha256_of(path: Path) -> str:
    """The checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
