"""Parsed documents: files that appear only when they are whole, and their checksums."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO


@dataclass(frozen=True)
class ParsedDocument:
    """The file, its checksum, its rows, and what else the document held.

    document_sha256 is the raw document's. extra_fields are kept in the column extra, if they were a
    row's, and named here by their dotted names.
    """

    path: Path
    sha256: str
    document_sha256: str
    rows: int
    extra_fields: tuple[str, ...]
    specification: dict[str, object]

    def to_dict(self) -> dict[str, Any]:
        """As JSON can keep it."""
        return asdict(self) | {"path": str(self.path), "extra_fields": list(self.extra_fields)}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> ParsedDocument:
        """What to_dict gave."""
        extra_fields = tuple(fields["extra_fields"])
        return cls(**{**fields, "path": Path(fields["path"]), "extra_fields": extra_fields})


@contextmanager
def appearing(target: Path) -> Iterator[BinaryIO]:
    """A file beside `target` that takes its place at the end of the block, or vanishes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=f"{target.name}.", suffix=".part", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(number, "wb") as output:
            yield output
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


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
