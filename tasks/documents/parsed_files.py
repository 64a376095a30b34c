"""Parsed documents: what is known of their files, and checksums."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO


@dataclass(frozen=True)
class ParsedDocument:
    """The file, its checksum, its rows, and what else the document held.

    document_sha256 is the raw document's; content_sha256, where it is known, that of the rows
    without the report's id. extra_fields are kept in the column extra, if they were a row's, and
    named here by their dotted names.
    """

    path: Path
    sha256: str
    document_sha256: str
    rows: int
    extra_fields: tuple[str, ...]
    specification: dict[str, object]
    content_sha256: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON can keep it."""
        return asdict(self) | {"path": str(self.path), "extra_fields": list(self.extra_fields)}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> ParsedDocument:
        """What to_dict gave."""
        extra_fields = tuple(fields["extra_fields"])
        return cls(**{**fields, "path": Path(fields["path"]), "extra_fields": extra_fields})


def write_lines(output: BinaryIO, batches: Iterable[list[str]]) -> tuple[str, int]:
    """Write lines as UTF-8; gives their checksum and their number."""
    sha256 = hashlib.sha256()
    lines = 0
    for batch in batches:
        text = "".join(batch).encode()
        sha256.update(text)
        output.write(text)
        lines += len(batch)
    return sha256.hexdigest(), lines


def sha256_of(path: Path) -> str:
    """The checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
